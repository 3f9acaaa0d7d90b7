"""Illustrations of ideas: layers of protection, a plan, roles, time."""

import math
import random

from .board import (
    AMBER,
    AMBER_SOFT,
    BLUE,
    BLUE_SOFT,
    BROWN,
    GREEN,
    GREEN_SOFT,
    INDIGO,
    INK,
    LINE,
    PAPER,
    PURPLE,
    RUST,
    SLATE,
    STONE,
    SUNKEN,
    TEAL,
    Board,
    Fade,
    arc,
    bezier,
    mix,
)
from .parts import arrowhead, house, portrait, row_of_houses


def layers() -> bytes:
    """Terraces around a small building: each layer of protection stands on the one outside it."""
    board = Board(Fade("#eef3f8", PAPER))
    board.glow(800, 330, 620, "#ffffff", 0.9)
    cx, cy = 800, 610
    steps = [
        (720, 335, mix(BLUE, PAPER, 0.84)),
        (560, 258, mix(BLUE, PAPER, 0.70)),
        (405, 184, mix(BLUE, PAPER, 0.50)),
        (255, 114, mix(BLUE, PAPER, 0.24)),
    ]
    board.disc(cx, cy + 50, 760, INK, 0.05, ry=350)
    rise = 34
    for level, (rx, ry, colour) in enumerate(steps):
        y = cy - level * (rise + 14)
        side = mix(colour, INK, 0.22)
        board.disc(cx, y + rise, rx, side, ry=ry)
        board.rect(
            cx - rx, y, 2 * rx, rise, Fade(mix(side, "#ffffff", 0.18), mix(side, INK, 0.12), across=True)
        )
        board.disc(cx, y, rx, Fade(mix(colour, "#ffffff", 0.28), colour), ry=ry)
        board.line(arc(cx, y, rx - 3, ry - 3, 150, 330), "#ffffff", 3, 0.55)
    # The way in: ramps from the rim to the door, one for each layer, in line.
    for level in range(len(steps)):
        y = cy - level * (rise + 14)
        outer, inner = steps[level][1], (steps[level + 1][1] if level + 1 < len(steps) else 40)
        near = y + outer
        far = y + inner - 14
        wide, narrow = 64 - level * 8, 64 - (level + 1) * 8
        board.shape(
            [(cx - wide, near + rise), (cx + wide, near + rise), (cx + narrow, far), (cx - narrow, far)],
            Fade(PAPER, AMBER_SOFT),
        )
    # Trees on the outermost terrace, planters on the next, lamps on the third.
    around = [(a, 640, 297) for a in (152, 170, 190, 208, 226, 314, 332, 350, 10, 28)]
    for angle, rx, ry in sorted(around, key=lambda item: math.sin(math.radians(item[0]))):
        x, y = cx + rx * math.cos(math.radians(angle)), cy + ry * math.sin(math.radians(angle))
        board.tree(x, y, 112, mix(GREEN, TEAL, 0.3))
    for angle in (205, 180, 335, 0, 155, 25, 128, 52):
        x = cx + 482 * math.cos(math.radians(angle))
        y = cy - 48 + 221 * math.sin(math.radians(angle))
        board.disc(x, y + 9, 34, INK, 0.14, ry=12)
        board.rect(x - 28, y - 14, 56, 24, mix(STONE, PAPER, 0.35), radius=5)
        board.disc(x, y - 16, 28, mix(GREEN, "#ffffff", 0.12), ry=14)
    for angle in (196, 344, 150, 30):
        x = cx + 330 * math.cos(math.radians(angle))
        y = cy - 96 + 149 * math.sin(math.radians(angle))
        board.line([(x, y), (x, y - 74)], SLATE, 5)
        board.glow(x, y - 82, 46, AMBER, 0.55)
        board.disc(x, y - 80, 10, AMBER_SOFT)
    house(board, cx, cy - 3 * (rise + 14) + 34, 1.0)
    return board.jpeg()


def site_plan() -> bytes:
    """A place seen from above: buildings around a square, ways in, how people move through them."""
    board = Board(mix(SUNKEN, PAPER, 0.35))
    turn = math.radians(-11)

    def at(x, y):
        dx, dy = x - 800, y - 500
        return 800 + dx * math.cos(turn) - dy * math.sin(turn), 500 + dx * math.sin(turn) + dy * math.cos(
            turn
        )

    def block(x, y, w, h, fill, height=0.0):
        corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
        if height:
            shade = [
                (x + height, y + height),
                (x + w, y),
                (x + w + height, y + height),
                (x + w + height, y + h + height),
            ]
            shade += [(x + height, y + h + height), (x, y + h)]
            board.shape([at(*p) for p in ((x, y + h), (x + w, y), *shade[2:])], INK, 0.16)
        board.shape([at(*p) for p in corners], fill)

    # Streets between blocks of the city around
    chance = random.Random(7)
    for row in range(-3, 8):
        for column in range(-3, 11):
            x, y = -330 + column * 205, -420 + row * 205
            if 150 < x + 85 < 1440 and 110 < y + 85 < 900:
                continue
            for part in range(2):
                w = 76 + chance.randrange(10)
                block(x + part * 88, y, w, 166, mix(LINE, PAPER, 0.15 + chance.random() * 0.35), 7)
    # The site: lawn, square, paths
    block(190, 150, 1220, 730, mix(GREEN_SOFT, PAPER, 0.15))
    block(470, 330, 680, 370, "#fffdf7")
    for index in range(1, 10):
        x = 470 + index * 68
        board.line([at(x, 330), at(x, 700)], LINE, 1.6, 0.8)
    for index in range(1, 6):
        y = 330 + index * 62
        board.line([at(470, y), at(1150, y)], LINE, 1.6, 0.8)
    block(740, 700, 130, 180, "#fffdf7")
    block(190, 460, 280, 100, "#fffdf7")
    block(1150, 470, 260, 90, "#fffdf7")
    # Buildings
    for x, y, w, h, colour in (
        (270, 190, 560, 110, INDIGO),
        (890, 190, 440, 110, BLUE),
        (1200, 330, 130, 110, BLUE),
        (1200, 600, 130, 210, TEAL),
        (930, 740, 230, 100, TEAL),
        (270, 600, 160, 210, PURPLE),
        (470, 740, 220, 100, PURPLE),
        (270, 330, 130, 100, INDIGO),
    ):
        roof = mix(colour, PAPER, 0.22)
        block(x, y, w, h, roof, 20)
        block(x + 12, y + 12, w - 24, h - 24, mix(colour, PAPER, 0.34))
        block(x + w * 0.36, y + h * 0.34, w * 0.28, h * 0.32, mix(colour, PAPER, 0.62))
    # Trees in rows and a round basin in the square
    for x, y in (
        *((520 + i * 62, 362) for i in range(10)),
        *((520 + i * 62, 668) for i in (0, 1, 2, 6, 7, 8, 9)),
        (230, 195), (230, 250), (230, 830), (1370, 200), (1370, 260), (1370, 840),
    ):  # fmt: skip
        px, py = at(x, y)
        board.disc(px + 8, py + 8, 22, INK, 0.14)
        board.disc(px, py, 22, mix(GREEN, "#ffffff", 0.14))
        board.disc(px - 5, py - 5, 11, mix(GREEN, "#ffffff", 0.34))
    px, py = at(810, 515)
    board.disc(px, py, 74, LINE)
    board.disc(px, py, 66, Fade(mix(BLUE, PAPER, 0.45), mix(BLUE, PAPER, 0.70)))
    board.disc(px, py, 26, PAPER, 0.55)
    # Ways in, and how people flow
    flows = [
        ((805, 1090), (805, 900), (790, 760), (640, 600), RUST),
        ((805, 1090), (810, 860), (840, 740), (985, 590), RUST),
        ((-60, 510), (180, 510), (420, 500), (655, 450), RUST),
        ((1680, 515), (1420, 515), (1180, 520), (970, 450), RUST),
    ]
    for a, b, c, d, colour in flows:
        points = bezier(at(*a), at(*b), at(*c), at(*d))
        board.dashes(points, colour, 7, 22, 17)
        arrowhead(board, points[-5], points[-1], colour, 20)
    for x, y in ((805, 880), (190, 510), (1410, 515)):
        px, py = at(x, y)
        board.disc(px, py, 46, RUST, 0.16)
        board.disc(px, py, 29, PAPER)
        board.disc(px, py, 22, RUST)
        board.disc(px, py, 9, PAPER)
    return board.jpeg()


def roles() -> bytes:
    """People in different roles, linked to one another and to what they look after together."""
    board = Board(Fade(PAPER, mix(BLUE_SOFT, PAPER, 0.3)))
    cx, cy = 800, 500
    board.disc(cx, cy, 640, BLUE_SOFT, 0.5, ry=420)
    board.disc(cx, cy, 440, "#ffffff", 0.6, ry=290)
    people = [
        (330, 300, 138, TEAL, "#c68a62", "#2b2320"),
        (735, 178, 118, RUST, "#8a5a3c", "#1e1a19"),
        (1190, 262, 146, INDIGO, "#e3b48f", "#6b3f22"),
        (1330, 640, 120, GREEN, "#6f4630", "#191513"),
        (960, 820, 130, PURPLE, "#d9a27c", "#3a2a22"),
        (470, 760, 148, BLUE, "#a06a48", "#241c19"),
        (170, 590, 92, BROWN, "#e8c09c", "#8d8a86"),
    ]
    order = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 0), (0, 5), (2, 4)]
    for a, b in order:
        start, end = people[a][:2], people[b][:2]
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        pull = tuple(middle[i] + ((cx, cy)[i] - middle[i]) * 0.25 for i in (0, 1))
        board.line(bezier(start, pull, pull, end), mix(BLUE, PAPER, 0.62), 5)
    for x, y, *_ in people:
        board.line([(x, y), (cx, cy)], mix(BLUE, PAPER, 0.30), 7)
        for share in (0.47,):
            board.disc(x + (cx - x) * share, y + (cy - y) * share, 13, PAPER)
            board.disc(x + (cx - x) * share, y + (cy - y) * share, 8, BLUE)
    board.disc(cx + 6, cy + 12, 186, INK, 0.10)
    board.disc(cx, cy, 184, PAPER)
    board.disc(cx, cy, 170, Fade(mix(BLUE, "#ffffff", 0.12), mix(BLUE, INK, 0.25)))
    board.disc(cx, cy + 92, 128, mix(GREEN, PAPER, 0.25), ry=26)
    house(board, cx - 16, cy + 82, 0.84)
    for x, y, r, colour, skin, hair in people:
        portrait(board, x, y, r, colour, skin, hair)
    return board.jpeg()


def timeline() -> bytes:
    """Before, during, after: three times of one day over one landscape, and the way through them."""
    board = Board(Fade(mix(BLUE, PAPER, 0.66), mix(GREEN, PAPER, 0.70), across=True))
    skies = (
        (0, Fade(mix(INDIGO, PAPER, 0.52), mix(BLUE_SOFT, PAPER, 0.2))),
        (533, Fade(mix(RUST, AMBER_SOFT, 0.55), AMBER_SOFT)),
        (1067, Fade(mix(TEAL, PAPER, 0.55), mix(GREEN_SOFT, PAPER, 0.3))),
    )
    for x, fade in skies:
        board.rect(x, 0, 534, 1000, fade)
    # The sun's way across the three
    path = arc(800, 700, 640, 490, 180, 360, 120)
    board.dashes(path, "#ffffff", 5, 4, 22, 0.9)
    for (x, y), radius, colour in zip(
        (path[18], path[60], path[102]), (62, 92, 62), (AMBER_SOFT, "#fff6dd", "#fdfcf4"), strict=True
    ):
        board.glow(x, y, radius * 3.2, "#ffffff", 0.75)
        board.disc(x, y, radius, colour)
    # Hills: each a wave that goes on from one time to the next in another colour
    tints = (
        (INDIGO, RUST, TEAL),
        (BLUE, mix(RUST, BROWN, 0.5), GREEN),
        (mix(BLUE, INK, 0.45), BROWN, mix(GREEN, INK, 0.3)),
    )
    for index, colours in enumerate(tints):
        base, swing, phase = 600 + index * 125, 46 - index * 8, index * 1.9

        def height(x, base=base, swing=swing, phase=phase):
            return base + swing * math.sin(x / 190 + phase) + swing * 0.6 * math.sin(x / 83 + phase * 2)

        for part, colour in enumerate(colours):
            left, right = part * 533, (part + 1) * 533 + (1 if part == 2 else 0)
            top = [(x, height(x)) for x in range(left, right + 2, 3)] + [(right + 1, height(right + 1))]
            tone = mix(colour, PAPER, 0.50 - index * 0.2)
            board.shape([(left, 1001), *top, (right + 1, 1001)], Fade(mix(tone, "#ffffff", 0.10), tone))
        if index == 1:
            for x, size in ((120, 96), (205, 120), (430, 88), (1180, 110), (1268, 90), (1490, 118)):
                board.tree(
                    x, height(x) + 10, size, mix(GREEN, INK, 0.1) if x > 1000 else mix(TEAL, INDIGO, 0.45)
                )
            board.disc(815, height(800) + 58, 190, INK, 0.14, ry=15)
            row_of_houses(board, 815, height(800) + 26)
    for x in (533, 1067):
        board.line([(x, 0), (x, 1000)], "#ffffff", 4, 0.75)
    # The road through all of it, with a mark in each
    road = bezier((-40, 930), (420, 770), (620, 1010), (860, 890)) + bezier(
        (860, 890), (1120, 770), (1300, 960), (1660, 850)
    )
    board.line(road, INK, 40, 0.25)
    board.line(road, PAPER, 30)
    board.dashes(road, STONE, 3.5, 18, 16)
    for step, colour in ((23, BLUE), (62, RUST), (98, GREEN)):
        x, y = road[step]
        board.disc(x + 3, y + 5, 40, INK, 0.2)
        board.disc(x, y, 38, "#ffffff")
        board.disc(x, y, 28, colour)
        board.disc(x, y, 10, "#ffffff")
    return board.jpeg()
