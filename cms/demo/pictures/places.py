"""Illustrations of places: a neighbourhood, doors, a street, a hall, the sky over a town."""

import random

from .board import (
    AMBER,
    AMBER_SOFT,
    BLUE,
    BROWN,
    GREEN,
    INDIGO,
    INK,
    PAPER,
    PURPLE,
    RUST,
    SLATE,
    STONE,
    TEAL,
    Board,
    Fade,
    arc,
    bezier,
    mix,
)
from .parts import arch, bench, drone, planter, potted_plant, sanctuary


def neighbourhood() -> bytes:
    """Roofs, trees, and among them a place of worship that could be anybody's."""
    board = Board(Fade(mix(BLUE, PAPER, 0.68), "#fdf3e2"))
    board.glow(1180, 330, 460, "#ffffff", 0.9)
    board.disc(1180, 330, 92, "#fff3d6")
    board.cloud(330, 210, 300, "#ffffff", 0.85)
    board.cloud(700, 130, 220, "#ffffff", 0.7)
    board.cloud(1400, 190, 240, "#ffffff", 0.75)
    far = mix(INDIGO, PAPER, 0.66)
    board.shape(
        [
            (0, 560),
            *bezier((0, 520), (260, 380), (460, 500), (720, 470)),
            *bezier((720, 470), (1000, 400), (1250, 500), (1600, 430)),
            (1600, 720),
            (0, 720),
        ],
        Fade(far, mix(far, PAPER, 0.5)),
    )
    chance = random.Random(21)
    walls = ["#fff6e6", "#f7e4c8", "#efe6dc", "#e9d7c3", "#f2ece2"]
    roofs = [
        mix(RUST, "#ffffff", 0.12),
        RUST,
        mix(RUST, BROWN, 0.5),
        mix(INDIGO, STONE, 0.45),
        mix(SLATE, STONE, 0.4),
    ]

    def houses(base, height, tone, skip=None):
        x = -40
        while x < 1640:
            w = chance.randrange(92, 150)
            h = height + chance.randrange(-26, 60)
            if skip and skip[0] < x + w / 2 < skip[1]:
                x += w
                continue
            wall, roof = chance.choice(walls), chance.choice(roofs)
            wall, roof = mix(wall, "#dbe3ec", tone), mix(roof, "#dbe3ec", tone)
            board.rect(x, base - h, w, h + 60, Fade(wall, mix(wall, INK, 0.07)))
            board.rect(x + w - 12, base - h, 12, h + 60, INK, 0.06)
            pitch = chance.randrange(34, 58)
            if chance.random() < 0.7:
                board.shape([(x - 8, base - h), (x + w * 0.5, base - h - pitch), (x + w + 8, base - h)], roof)
                board.shape(
                    [(x + w * 0.5, base - h - pitch), (x + w + 8, base - h), (x + w * 0.5, base - h)],
                    INK,
                    0.08,
                )
            else:
                board.rect(x - 6, base - h - 14, w + 12, 16, roof, radius=3)
            for row in range(int((h - 20) // 50)):
                for column in range(2 if w < 120 else 3):
                    share = (column + 1) / (3 if w < 120 else 4)
                    lit = chance.random() < 0.18
                    board.rect(
                        x + w * share - 9,
                        base - h + 20 + row * 50,
                        18,
                        27,
                        AMBER if lit else mix(BLUE, SLATE, 0.5),
                        0.9 if lit else 0.55 - tone * 0.4,
                        radius=3,
                    )
            x += w + chance.choice((0, 0, 6))

    houses(610, 120, 0.55)
    houses(700, 128, 0.30, skip=(560, 1010))
    sanctuary(board, 790, 760)
    for x, size in ((70, 150), (250, 120), (470, 170), (1085, 175), (1290, 130), (1490, 160)):
        board.tree(x, 790, size, mix(GREEN, TEAL, 0.25))
    houses(860, 96, 0.0, skip=(520, 1060))
    board.shape(
        [(0, 880), *bezier((0, 850), (500, 820), (1100, 820), (1600, 850)), (1600, 1000), (0, 1000)],
        Fade(mix(GREEN, AMBER_SOFT, 0.40), mix(GREEN, INK, 0.05)),
    )
    board.shape(
        [(735, 790), (845, 790), (1010, 1001), (560, 1001)], Fade("#fff7e8", mix(AMBER_SOFT, STONE, 0.25))
    )
    for x, size in ((90, 210), (330, 190), (520, 150), (1080, 160), (1240, 210), (1500, 220)):
        board.tree(x, 935 + size * 0.1, size)
    for x, base, coat, lean in (
        (742, 905, BLUE, 4),
        (800, 930, PURPLE, -5),
        (848, 892, TEAL, 4),
        (690, 962, RUST, -4),
    ):
        board.person(x, base, 86, coat, lean=lean)
    return board.jpeg()


def doors() -> bytes:
    """Open doors with light behind them: a place that is protected and stays open."""
    wall = mix(INDIGO, INK, 0.42)
    board = Board(Fade(mix(wall, "#ffffff", 0.10), wall))
    # Stones of the wall, barely seen
    for row in range(13):
        for column in range(-1, 15):
            x = column * 122 + (61 if row % 2 else 0)
            board.rect(
                x + 2,
                row * 58 + 2,
                118,
                54,
                "#ffffff",
                0.012 + 0.022 * ((row * 7 + column * 5) % 4) / 3,
                radius=3,
            )
    board.rect(0, 745, 1600, 255, Fade(mix(wall, INK, 0.15), mix(INK, wall, 0.25)))
    cx, base = 800, 760
    board.glow(cx, 470, 700, AMBER, 0.42)
    # Light on the floor
    board.shape(
        [(cx - 205, base), (cx + 205, base), (cx + 610, 1001), (cx - 610, 1001)],
        Fade(AMBER_SOFT, mix(AMBER, wall, 0.35)),
        0.85,
    )
    board.shape(
        [(cx - 150, base), (cx + 150, base), (cx + 330, 1001), (cx - 330, 1001)],
        Fade("#fffaf0", AMBER_SOFT),
        0.5,
    )
    # Frame and opening
    for grow, colour in (
        (74, mix(STONE, INK, 0.28)),
        (52, mix(STONE, PAPER, 0.10)),
        (26, mix(STONE, INK, 0.12)),
    ):
        board.shape(arch(cx, base, 410 + grow * 2, 600 + grow), Fade(mix(colour, "#ffffff", 0.2), colour))
    board.shape(arch(cx, base, 410, 600), Fade("#fffdf6", AMBER_SOFT))
    board.glow(cx, 420, 300, "#ffffff", 1.0)
    # Behind: a bright hall, arches going away
    for step, (w, h) in enumerate(((300, 470), (210, 350), (130, 235))):
        tone = mix(AMBER_SOFT, AMBER, 0.30 - step * 0.09)
        floor = base - 16 - step * 30
        board.shape(arch(cx, floor, w, h), tone)
        board.shape(arch(cx, floor, w - 34, h - 20), Fade("#fffdf6", mix(AMBER_SOFT, "#ffffff", 0.4)))
    board.shape(
        [(cx - 205, base), (cx + 205, base), (cx + 48, base - 78), (cx - 48, base - 78)],
        Fade(mix(AMBER_SOFT, "#ffffff", 0.5), mix(AMBER, AMBER_SOFT, 0.45)),
    )
    # The leaves, swung towards us
    for side in (-1, 1):
        hinge, edge = cx + side * 205, cx + side * 372
        outline = [(hinge, base), (hinge, base - 395)]
        outline += bezier(
            (hinge, base - 395),
            (hinge + side * 8, base - 470),
            (hinge + side * 60, base - 585),
            (edge, base - 640),
            24,
        )
        outline += [(edge, base + 66)]
        tone = mix(BROWN, INK, 0.30)
        board.shape(
            [(hinge, base), (edge, base + 66), (edge + side * 44, base + 66), (hinge + side * 60, base)],
            INK,
            0.30,
        )
        fade = Fade(mix(tone, AMBER, 0.35), mix(tone, INK, 0.25), across=True)
        board.shape(outline, fade if side > 0 else Fade(fade.end, fade.start, across=True))
        board.line([(edge, base + 66), (edge, base - 640)], mix(AMBER, "#ffffff", 0.2), 7, 0.7)
        for upper, lower in ((0.10, 0.36), (0.43, 0.66), (0.73, 0.95)):
            a, b = 0.16, 0.84

            def at(u, v, hinge=hinge, edge=edge):
                left, right = base - 395 * (1 - v), base + 66 - 640 * (1 - v) * 1.02
                return hinge + (edge - hinge) * u, left + (right - left) * u

            board.shape([at(a, upper), at(b, upper), at(b, lower), at(a, lower)], INK, 0.22)
            board.line([at(a, upper), at(b, upper)], AMBER_SOFT, 3, 0.35)
        board.disc(*at(0.90, 0.70), 10, AMBER)
    # A step, planters, and people on their way in
    board.shape(
        [(cx - 205, base), (cx + 205, base), (cx + 228, base + 16), (cx - 228, base + 16)], "#fffaf0", 0.75
    )
    board.shape(
        [(cx - 228, base + 16), (cx + 228, base + 16), (cx + 228, base + 26), (cx - 228, base + 26)],
        mix(STONE, BROWN, 0.3),
        0.7,
    )
    for x in (310, 1290):
        board.disc(x, 905, 120, INK, 0.35, ry=20)
        board.disc(x, 700, 96, mix(GREEN, INK, 0.30))
        board.disc(x - 46, 742, 66, mix(GREEN, INK, 0.38))
        board.disc(x + 48, 738, 70, mix(GREEN, INK, 0.42))
        board.disc(x + (24 if x < 800 else -24), 672, 50, mix(GREEN, AMBER, 0.10))
        board.shape(
            [(x - 78, 780), (x + 78, 780), (x + 60, 905), (x - 60, 905)],
            Fade(mix(STONE, INK, 0.15), mix(STONE, INK, 0.45)),
        )
        board.rect(x - 86, 768, 172, 24, mix(STONE, INK, 0.05), radius=4)
    board.person(742, 800, 178, mix(BLUE, INK, 0.35), "#5e3d29")
    board.person(836, 812, 188, mix(PURPLE, INK, 0.35), "#7a4e34", lean=4)
    board.person(1010, 905, 214, mix(TEAL, INK, 0.45), "#6b4430", lean=-6)
    return board.jpeg()


def street() -> bytes:
    """A street for people: what keeps vehicles out is where one sits and what is green."""
    board = Board(Fade(mix(BLUE, PAPER, 0.72), "#fdf6ea"))
    board.cloud(260, 150, 260, "#ffffff", 0.9)
    board.cloud(1240, 120, 320, "#ffffff", 0.8)
    chance = random.Random(4)
    fronts = (
        (-20, 250, 470, "#f4dfc2"),
        (230, 210, 540, "#e7edf3"),
        (440, 260, 430, "#fbeedd"),
        (700, 220, 580, "#ead9e0"),
        (920, 250, 480, "#f7efe0"),
        (1170, 200, 550, "#dfe9e4"),
        (1370, 260, 450, "#f4dfc2"),
    )
    for x, w, h, colour in fronts:
        top = 700 - h
        board.rect(x, top, w, h, Fade(colour, mix(colour, BROWN, 0.07)))
        board.rect(x + w - 14, top, 14, h, INK, 0.05)
        board.rect(x - 5, top - 16, w + 10, 20, mix(colour, BROWN, 0.38), radius=3)
        columns = w // 68
        for row in range((h - 170) // 88):
            for column in range(columns):
                wx = x + (column + 0.5) * w / columns - 19
                wy = top + 34 + row * 88
                board.rect(wx - 4, wy - 4, 46, 66, "#ffffff", 0.8, radius=3)
                board.rect(wx, wy, 38, 58, Fade(mix(BLUE, PAPER, 0.35), mix(BLUE, PAPER, 0.62)), radius=2)
                board.line([(wx + 19, wy), (wx + 19, wy + 58)], "#ffffff", 2.5)
                if chance.random() < 0.35:
                    board.rect(wx - 8, wy + 58, 54, 9, mix(GREEN, "#ffffff", 0.15), radius=4)
        # A shop below, under an awning
        tint = chance.choice((BLUE, RUST, TEAL, PURPLE, GREEN))
        board.rect(x + 18, 585, w - 36, 115, Fade(mix(INDIGO, PAPER, 0.25), mix(INDIGO, INK, 0.12)), radius=3)
        board.rect(x + 28, 600, w - 56, 60, AMBER_SOFT, 0.28)
        stripes = (w - 16) // 24
        for index in range(stripes):
            sx = x + 8 + index * (w - 16) / stripes
            sw = (w - 16) / stripes
            shade = mix(tint, PAPER, 0.12) if index % 2 == 0 else "#ffffff"
            board.shape([(sx + 4, 552), (sx + sw + 4, 552), (sx + sw, 598), (sx, 598)], shade)
            board.disc(sx + sw / 2, 598, sw / 2, shade, ry=9)
        board.rect(x + 8, 606, w - 16, 14, INK, 0.10)
    board.rect(0, 700, 1600, 92, Fade("#efe8da", "#e6dece"))
    board.rect(0, 700, 1600, 10, INK, 0.10)
    for x in range(-60, 1700, 80):
        board.line([(x, 702), (x - 30, 792)], STONE, 1.6, 0.5)
    board.rect(0, 792, 1600, 10, mix(STONE, INK, 0.18))
    board.rect(0, 802, 1600, 198, Fade("#d8d5cf", "#c4c1bb"))
    for x in range(-40, 1640, 150):
        board.shape([(x, 905), (x + 84, 905), (x + 76, 917), (x - 8, 917)], "#ffffff", 0.85)
    for x, base, coat, skin, lean in (
        (262, 752, TEAL, "#8a5a3c", 4), (590, 744, RUST, "#e3b48f", -4), (636, 748, INDIGO, "#a06a48", 4),
        (1052, 750, PURPLE, "#6f4630", 5), (1322, 746, BLUE, "#c68a62", -4),
    ):  # fmt: skip
        board.person(x, base, 122, coat, skin, lean=lean)
    for x, size in ((70, 400), (430, 440), (800, 415), (1160, 445), (1530, 405)):
        board.disc(x, 790, 52, INK, 0.16, ry=11)
        board.rect(x - 44, 776, 88, 13, mix(STONE, INK, 0.20), radius=3)
        board.tree(x, 782, size, mix(GREEN, "#ffffff", 0.06), crown=0.25)
    for x in (130, 880, 1370):
        bench(board, x, 786)
    for x in (300, 540, 700, 1060, 1262):
        planter(board, x, 818)
    return board.jpeg()


def lobby() -> bytes:
    """An entrance hall: bright, somebody to ask, room to wait, a view of who comes."""
    board = Board(Fade("#f6f0e4", "#efe6d6"))
    # The glass front and what is outside
    board.rect(90, 120, 960, 560, Fade(mix(BLUE, PAPER, 0.66), "#fdf5e6"))
    board.glow(820, 270, 330, "#ffffff", 0.9)
    board.cloud(330, 300, 230, "#ffffff", 0.85)
    board.cloud(660, 230, 180, "#ffffff", 0.7)
    chance = random.Random(12)
    for index in range(14):
        h = 90 + chance.randrange(120)
        board.rect(90 + index * 70, 610 - h, 62, h + 30, mix(INDIGO, PAPER, 0.70 + chance.random() * 0.1))
    board.rect(90, 610, 960, 70, Fade(mix(GREEN, AMBER_SOFT, 0.45), mix(GREEN, AMBER_SOFT, 0.25)))
    for x, size in ((196, 230), (380, 190), (925, 240), (745, 170)):
        board.tree(x, 650, size, mix(GREEN, "#ffffff", 0.10))
    board.person(560, 668, 120, TEAL, "#8a5a3c", lean=3)
    board.person(612, 672, 126, RUST, "#c68a62", lean=-3)
    board.shape([(90, 120), (420, 120), (200, 680), (90, 680)], "#ffffff", 0.13)
    board.shape([(520, 120), (640, 120), (420, 680), (300, 680)], "#ffffff", 0.10)
    frame = mix(SLATE, INK, 0.3)
    for x in (90, 282, 474, 666, 858, 1050):
        board.rect(x - 7, 112, 14, 572, frame)
    for y in (112, 250):
        board.rect(83, y, 974, 12, frame)
    board.rect(474, 262, 192, 422, "#ffffff", 0.10)
    board.rect(566, 262, 8, 420, frame)
    for x in (552, 582):
        board.rect(x, 450, 6, 70, AMBER, radius=3)
    # Back wall with wooden slats, floor with light
    board.rect(1064, 60, 536, 624, Fade(mix(BROWN, AMBER_SOFT, 0.60), mix(BROWN, AMBER_SOFT, 0.46)))
    for x in range(1072, 1600, 26):
        board.rect(x, 60, 9, 624, BROWN, 0.20)
    board.rect(0, 0, 1600, 62, "#fbf7ef")
    board.rect(0, 56, 1600, 8, INK, 0.08)
    board.rect(0, 680, 1600, 320, Fade("#e2d8c6", "#d3c7b2"))
    board.rect(0, 680, 1600, 9, INK, 0.12)
    for left, right in ((97, 275), (289, 467), (481, 659), (673, 851), (865, 1043)):
        board.shape(
            [
                (left, 690),
                (right, 690),
                (right + 210 + (right - 570) * 0.25, 1001),
                (left + 190 + (left - 570) * 0.25, 1001),
            ],
            Fade("#fffaf0", "#eadfcb"),
            0.55,
        )
    # Pendant lamps
    for x, drop in ((1150, 190), (1290, 150), (1430, 190)):
        board.line([(x, 62), (x, drop)], INK, 3)
        board.glow(x, drop + 46, 150, AMBER_SOFT, 0.9)
        board.shape([*arc(x, drop + 46, 46, 46, 180, 360, 30)], mix(BLUE, INK, 0.35))
        board.disc(x, drop + 46, 30, "#fff6dd", ry=9)
    # Reception with somebody behind it
    board.person(1322, 760, 258, INDIGO, "#a06a48")
    board.disc(1320, 842, 300, INK, 0.14, ry=26)
    board.rect(1064, 622, 520, 216, Fade(mix(BLUE, INK, 0.12), mix(BLUE, INK, 0.42)), radius=10)
    board.rect(1046, 600, 556, 30, "#fffaf0", radius=8)
    board.rect(1046, 622, 556, 9, INK, 0.16)
    for x in range(1090, 1570, 60):
        board.rect(x, 660, 5, 150, "#ffffff", 0.10, radius=2)
    board.rect(1130, 540, 96, 60, frame, radius=6)
    board.rect(1170, 596, 18, 10, frame)
    board.shape([(1476, 600), (1516, 600), (1510, 560), (1482, 560)], mix(STONE, PAPER, 0.3))
    for dx, dy, r in ((-16, -66, 20), (14, -72, 22), (0, -92, 20)):
        board.disc(1496 + dx, 616 + dy - 8, r, mix(GREEN, "#ffffff", 0.08))
    # Seats and a plant
    board.disc(330, 912, 270, INK, 0.12, ry=24)
    seat = mix(RUST, AMBER, 0.15)
    board.rect(110, 742, 440, 120, Fade(mix(seat, "#ffffff", 0.10), seat), radius=26)
    board.rect(92, 800, 476, 84, Fade(mix(seat, "#ffffff", 0.18), mix(seat, INK, 0.08)), radius=22)
    for x in (72, 528):
        board.rect(x, 776, 60, 112, mix(seat, INK, 0.10), radius=22)
    board.line([(330, 806), (330, 868)], INK, 3, 0.18)
    for x in (120, 530):
        board.rect(x, 884, 12, 28, INK, radius=2)
    board.rect(176, 752, 90, 66, mix(BLUE, PAPER, 0.30), radius=14)
    potted_plant(board, 690, 906)
    board.person(905, 884, 250, PURPLE, "#6f4630", lean=-8)
    return board.jpeg()


def sky() -> bytes:
    """A wide sky over a town: small aircraft on their ways, and a space that is kept free of them."""
    board = Board(Fade(mix(BLUE, "#ffffff", 0.22), "#fdf1de"))
    board.glow(1130, 650, 620, "#fff6e0", 0.95)
    board.disc(1130, 640, 116, "#fff3d2")
    for x, y, size, alpha in (
        (240, 250, 380, 0.85), (620, 150, 240, 0.6), (1420, 230, 420, 0.8), (980, 330, 260, 0.55),
        (90, 470, 260, 0.5), (1330, 480, 320, 0.6), (560, 500, 240, 0.45),
    ):  # fmt: skip
        board.cloud(x, y, size, "#ffffff", alpha)
    far, near = mix(INDIGO, PAPER, 0.52), mix(INDIGO, INK, 0.35)
    board.shape(
        [
            (0, 800),
            *bezier((0, 740), (300, 640), (560, 760), (860, 720)),
            *bezier((860, 720), (1150, 670), (1400, 760), (1600, 700)),
            (1600, 1001),
            (0, 1001),
        ],
        Fade(far, mix(far, AMBER_SOFT, 0.45)),
    )
    # The dome of free air over the town's middle
    cx, base = 560, 868
    board.shape(arc(cx, base, 400, 360, 180, 360), "#ffffff", 0.20)
    board.shape(arc(cx, base, 300, 268, 180, 360), "#ffffff", 0.18)
    board.dashes(arc(cx, base, 400, 360, 180, 360, 160), "#ffffff", 5, 16, 14, 0.95)
    chance = random.Random(9)
    for row, (tone, low, high) in enumerate(((0.45, 60, 150), (0.20, 40, 120))):
        x = -10
        while x < 1610:
            w = chance.randrange(44, 96)
            h = chance.randrange(low, high) + (70 if 380 < x < 720 and row == 0 else 0)
            colour = mix(mix(INDIGO, INK, 0.2), PAPER, tone)
            board.rect(x, base + row * 40 - h, w, h + 120, Fade(mix(colour, "#ffffff", 0.08), colour))
            if chance.random() < 0.4:
                board.shape(
                    [
                        (x, base + row * 40 - h),
                        (x + w / 2, base + row * 40 - h - 30),
                        (x + w, base + row * 40 - h),
                    ],
                    colour,
                )
            for wy in range(int(base + row * 40 - h + 14), int(base + row * 40 - 6), 26):
                for wx in range(int(x + 10), int(x + w - 14), 20):
                    if chance.random() < 0.42:
                        board.rect(wx, wy, 8, 12, AMBER_SOFT, 0.75)
            x += w + chance.choice((0, 4, 10))
    board.shape(
        [(0, 960), *bezier((0, 930), (420, 880), (1050, 950), (1600, 905)), (1600, 1001), (0, 1001)],
        Fade(near, mix(near, INK, 0.4)),
    )
    for x, size in ((60, 130), (170, 96), (1180, 100), (1300, 140), (1480, 120)):
        board.tree(x, 945, size, mix(TEAL, INK, 0.45), INK)
    way = (
        bezier((1640, 560), (1330, 300), (1180, 520), (1000, 470))
        + bezier((1000, 470), (880, 430), (900, 300), (640, 290))
        + bezier((640, 290), (330, 280), (200, 420), (-40, 380))
    )
    board.dashes(way, "#ffffff", 4, 5, 16, 0.9)
    drone(board, 1295, 410, 1.0)
    drone(board, 770, 300, 0.72)
    drone(board, 190, 372, 0.52)
    return board.jpeg()
