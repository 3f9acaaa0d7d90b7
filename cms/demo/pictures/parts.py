"""Things that the illustrations are composed of."""

import math

from .board import (
    AMBER,
    AMBER_SOFT,
    BLUE,
    BROWN,
    GREEN,
    INDIGO,
    INK,
    PAPER,
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


def house(board: Board, x: float, base: float, size: float) -> None:
    """The building that is protected: front, side, a pitched roof, an open door."""
    w, h, d = 118 * size, 110 * size, 92 * size
    board.disc(x + 20, base + 4, w * 1.25, INK, 0.16, ry=34 * size)
    board.shape(
        [
            (x + w * 0.6, base),
            (x + w * 0.6 + d, base - 32 * size),
            (x + w * 0.6 + d, base - h - 32 * size),
            (x + w * 0.6, base - h),
        ],
        mix(AMBER_SOFT, BROWN, 0.34),
    )
    board.rect(x - w, base - h, w * 1.6, h, Fade("#fff8ea", AMBER_SOFT))
    apex = (x - w * 0.2, base - h - 88 * size)
    back = (apex[0] + d, apex[1] - 32 * size)
    board.shape(
        [apex, back, (x + w * 0.6 + d + 12, base - h - 28 * size), (x + w * 0.6 + 10, base - h + 6)],
        mix(RUST, INK, 0.12),
    )
    board.shape([(x - w, base - h), apex, (x + w * 0.6, base - h)], "#fff4e0")
    board.line([(x - w - 8, base - h + 4), apex], mix(RUST, INK, 0.25), 9 * size)
    board.line([apex, (x + w * 0.6 + 8, base - h + 4)], mix(RUST, INK, 0.25), 9 * size)
    middle = x - w * 0.2
    board.shape(arch(middle, base, 46 * size, 84 * size), mix(BLUE, INK, 0.25))
    board.shape(arch(middle, base, 34 * size, 74 * size), Fade(AMBER, AMBER_SOFT))
    for dx in (-66, 66):
        board.shape(arch(middle + dx * size, base - 32 * size, 24 * size, 46 * size), mix(BLUE, PAPER, 0.25))
    board.disc(middle, base - h - 26 * size, 14 * size, mix(BLUE, PAPER, 0.25))


def arch(x: float, base: float, width: float, height: float) -> list:
    """The outline of a round-headed opening with its foot at (x, base)."""
    r = width / 2
    return [(x - r, base), *arc(x, base - height + r, r, r, 180, 360, 30), (x + r, base)]


def arrowhead(board: Board, before, tip, colour: str, size: float) -> None:
    angle = math.atan2(tip[1] - before[1], tip[0] - before[0])
    points = [
        (tip[0] + size * math.cos(angle + turn), tip[1] + size * math.sin(angle + turn))
        for turn in (0, math.radians(138), math.radians(-138))
    ]
    board.shape(points, colour)


def portrait(board: Board, x, y, r, colour: str, skin: str, hair: str) -> None:
    """A medallion with head and shoulders, without a face."""
    board.disc(x + 5, y + 9, r + 3, INK, 0.12)
    board.disc(x, y, r + 2, "#ffffff")
    board.disc(x, y, r - 8, Fade(mix(colour, PAPER, 0.78), mix(colour, PAPER, 0.58)))
    s = r / 100
    inner = r - 8
    # Shoulders end where the medallion does: the upper outline is an arch, the lower one the circle itself.
    left, right = 158, 22
    bottom = arc(x, y, inner, inner, right, left, 60)
    top = bezier(bottom[-1], (x - 62 * s, y + 24 * s), (x - 40 * s, y + 28 * s), (x, y + 28 * s), 24)
    top += bezier((x, y + 28 * s), (x + 40 * s, y + 28 * s), (x + 62 * s, y + 24 * s), bottom[0], 24)
    board.shape([*bottom, *top], colour)
    board.shape(
        [
            (x - 15 * s, y + 8 * s),
            (x + 15 * s, y + 8 * s),
            (x + 17 * s, y + 34 * s),
            (x, y + 50 * s),
            (x - 17 * s, y + 34 * s),
        ],
        mix(skin, INK, 0.14),
    )
    board.disc(x, y - 24 * s, 37 * s, hair, ry=42 * s)
    board.disc(x, y - 14 * s, 30 * s, skin, ry=36 * s)
    board.shape(
        [
            *arc(x, y - 26 * s, 33 * s, 34 * s, 180, 360, 40),
            (x + 20 * s, y - 32 * s),
            (x - 10 * s, y - 38 * s),
        ],
        hair,
    )


def row_of_houses(board: Board, x: float, base: float) -> None:
    for dx, w, h, colour in ((-128, 84, 96, "#fff4e0"), (-40, 72, 142, "#f6dfbd"), (36, 96, 112, "#fff4e0")):
        board.rect(x + dx, base - h, w, h + 30, colour)
        board.shape(
            [(x + dx - 8, base - h), (x + dx + w / 2, base - h - 44), (x + dx + w + 8, base - h)],
            mix(RUST, INK, 0.2),
        )
        for row in range(int(h // 48)):
            for column in (0.28, 0.72):
                board.rect(
                    x + dx + w * column - 8,
                    base - h + 16 + row * 44,
                    16,
                    24,
                    mix(AMBER, BROWN, 0.5),
                    radius=3,
                )


def sanctuary(board: Board, x: float, base: float) -> None:
    """A hall with an arcade, a stepped roof and a round window: dignified, and of no faith in particular."""
    wall, shade = "#fffaf0", mix("#fffaf0", BROWN, 0.16)
    board.disc(x, base + 30, 330, INK, 0.08, ry=26)
    board.rect(x - 260, base - 150, 520, 190, Fade(wall, shade))
    board.rect(x - 272, base - 164, 544, 18, mix(STONE, PAPER, 0.3), radius=4)
    board.rect(x - 150, base - 262, 300, 116, Fade(wall, mix(wall, BROWN, 0.10)))
    board.rect(x - 162, base - 276, 324, 18, mix(STONE, PAPER, 0.3), radius=4)
    board.shape([(x - 150, base - 276), (x, base - 372), (x + 150, base - 276)], mix(TEAL, SLATE, 0.35))
    board.shape([(x, base - 372), (x + 150, base - 276), (x, base - 276)], INK, 0.10)
    board.disc(x, base - 212, 37, mix(STONE, PAPER, 0.2))
    board.disc(x, base - 212, 29, Fade(mix(BLUE, PAPER, 0.35), BLUE))
    for angle in range(0, 360, 45):
        board.line(
            [
                (x, base - 212),
                (x + 29 * math.cos(math.radians(angle)), base - 212 + 29 * math.sin(math.radians(angle))),
            ],
            PAPER,
            2.2,
            0.85,
        )
    for index in (-3, -2, 2, 3):
        ax = x + index * 73
        board.shape(arch(ax, base + 40, 46, 132), mix(INDIGO, PAPER, 0.30))
        board.shape(arch(ax + 5, base + 40, 36, 122), mix(INDIGO, INK, 0.22))
    board.shape(arch(x, base + 40, 118, 182), mix(STONE, PAPER, 0.2))
    board.shape(arch(x, base + 40, 96, 166), Fade(AMBER, AMBER_SOFT))
    for side in (-1, 1):
        board.shape(
            [
                (x + side * 48, base - 78),
                (x + side * 48, base + 40),
                (x + side * 72, base + 52),
                (x + side * 72, base - 84),
            ],
            mix(BROWN, INK, 0.1),
        )
    board.rect(x - 300, base + 38, 600, 16, mix(STONE, PAPER, 0.35))
    board.rect(x - 330, base + 54, 660, 16, mix(STONE, PAPER, 0.15))


def bench(board: Board, x: float, base: float) -> None:
    wood, iron = mix(BROWN, AMBER, 0.25), mix(INK, SLATE, 0.4)
    board.disc(x + 62, base + 3, 84, INK, 0.14, ry=8)
    for dx in (8, 116):
        board.rect(x + dx, base - 34, 8, 36, iron, radius=2)
        board.rect(x + dx, base - 76, 8, 44, iron, radius=2)
    for dy in (-76, -60):
        board.rect(x, base + dy, 132, 11, wood, radius=3)
    board.rect(x - 4, base - 40, 140, 12, mix(wood, "#ffffff", 0.12), radius=3)


def planter(board: Board, x: float, base: float) -> None:
    board.disc(x + 4, base + 2, 78, INK, 0.18, ry=10)
    for dx, r, tone in ((-42, 30, 0.10), (40, 32, 0.20), (-4, 38, 0.0), (18, 26, -0.2), (-24, 24, -0.15)):
        colour = mix(GREEN, INK, tone) if tone >= 0 else mix(GREEN, "#ffffff", -tone)
        board.disc(x + dx, base - 76 - (8 if dx in (-4, 18) else 0), r, colour)
    for dx, dy, colour in (
        (-48, -92, RUST),
        (-14, -108, AMBER),
        (22, -98, RUST),
        (50, -86, AMBER),
        (2, -84, PAPER),
    ):
        board.disc(x + dx, base + dy, 6, colour)
    board.shape(
        [(x - 72, base - 66), (x + 72, base - 66), (x + 62, base), (x - 62, base)],
        Fade(mix(STONE, PAPER, 0.45), mix(STONE, INK, 0.12)),
    )
    board.rect(x - 77, base - 74, 154, 15, mix(STONE, PAPER, 0.6), radius=4)


def potted_plant(board: Board, x: float, base: float) -> None:
    board.disc(x, base + 2, 76, INK, 0.16, ry=12)
    for angle, length in ((-62, 150), (-30, 190), (-6, 215), (20, 195), (52, 160), (-80, 105), (74, 110)):
        turn = math.radians(angle)
        tip = (x + length * math.sin(turn), base - 92 - length * math.cos(turn))
        bend = (x + length * 0.25 * math.sin(turn), base - 92 - length * 0.75 * math.cos(turn))
        wide = 17
        left = bezier((x, base - 88), (bend[0] - wide, bend[1]), (bend[0] - wide, bend[1]), tip, 24)
        right = bezier(
            tip, (bend[0] + wide * 1.6, bend[1]), (bend[0] + wide * 1.6, bend[1]), (x, base - 88), 24
        )
        board.shape([*left, *right], mix(GREEN, "#ffffff", 0.05 + (angle + 80) / 900))
    board.shape(
        [(x - 56, base - 96), (x + 56, base - 96), (x + 42, base), (x - 42, base)],
        Fade("#fffaf0", mix(STONE, PAPER, 0.2)),
    )


def drone(board: Board, x: float, y: float, size: float) -> None:
    """An unmanned aircraft with four rotors, as a small dark shape."""
    dark = mix(INK, INDIGO, 0.15)
    for side, lift in ((-1, -10), (1, -10), (-1, 12), (1, 12)):
        ex, ey = x + side * (92 if lift < 0 else 76) * size, y + lift * size
        board.line([(x, y), (ex, ey)], dark, 8 * size)
        board.rect(ex - 6 * size, ey - 18 * size, 12 * size, 20 * size, dark, radius=3)
        board.disc(ex, ey - 20 * size, 48 * size, "#ffffff", 0.55, ry=7 * size)
        board.line([(ex - 46 * size, ey - 20 * size), (ex + 46 * size, ey - 20 * size)], dark, 3 * size, 0.75)
    board.rect(x - 38 * size, y - 16 * size, 76 * size, 32 * size, dark, radius=14 * size)
    board.rect(x - 30 * size, y - 12 * size, 60 * size, 10 * size, "#ffffff", 0.22, radius=5 * size)
    for side in (-1, 1):
        board.line(
            [(x + side * 22 * size, y + 14 * size), (x + side * 34 * size, y + 40 * size)], dark, 4 * size
        )
        board.line(
            [(x + side * 22 * size, y + 40 * size), (x + side * 48 * size, y + 40 * size)], dark, 4 * size
        )
    board.disc(x, y + 22 * size, 11 * size, mix(BLUE, INK, 0.2))
    board.disc(x, y + 22 * size, 5 * size, "#ffffff", 0.8)
