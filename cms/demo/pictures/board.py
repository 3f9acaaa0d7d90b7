"""A small drawing board for the demo's illustrations: flat shapes and soft gradients, smooth at the edges.

Pillow draws without antialiasing, so everything is drawn at twice the size and reduced at the end. Nothing here knows
the clock or chance: the same picture has the same bytes, and loading the demo twice makes no second image.
"""

import io
import itertools
import math
from dataclasses import dataclass

from PIL import Image, ImageDraw

WIDTH, HEIGHT, SCALE = 1600, 1000, 2

PAPER, SUNKEN, LINE, STONE = "#fcfbf8", "#f3f1ea", "#dedacd", "#b9b3a2"
INK, SLATE = "#17212e", "#46515f"
BLUE, BLUE_SOFT, RUST = "#0b5cab", "#e5eef8", "#b3541e"
GREEN, GREEN_SOFT = "#1c6b41", "#e2f1e8"
AMBER, AMBER_SOFT = "#d9973b", "#fbeed7"
PURPLE, TEAL, BROWN, INDIGO = "#7a3e8e", "#0f766e", "#9a4a12", "#3f4a8a"

Point = tuple[float, float]


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(a: str, b: str, share: float) -> str:
    """The colour at `share` (0 to 1) of the way from `a` to `b`."""
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(rgb(a), rgb(b), strict=True))


@dataclass(frozen=True)
class Fade:
    """A fill that goes from one colour to another, down the shape or (`across`) from left to right."""

    start: str
    end: str
    across: bool = False


Fill = str | Fade


def bezier(a: Point, b: Point, c: Point, d: Point, steps: int = 60) -> list[Point]:
    """Points of the curve from `a` to `d` that leaves towards `b` and arrives from `c`."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        u = 1 - t
        points.append(
            tuple(u**3 * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t**3 * d[i] for i in (0, 1))
        )
    return points


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float, steps: int = 72) -> list[Point]:
    """Points of an ellipse from angle `start` to `end` in degrees, clockwise from three o'clock."""
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(cx + rx * math.cos(angle), cy + ry * math.sin(angle)) for angle in angles]


class Board:
    """A picture of 1600 by 1000 units with its origin at the upper left."""

    def __init__(self, ground: Fill):
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE))
        self.rect(0, 0, WIDTH, HEIGHT, ground)

    # Shapes

    def shape(self, points: list[Point], fill: Fill, alpha: float = 1.0) -> None:
        self._paint(points, 0, fill, alpha, lambda draw, pixels: draw.polygon(pixels, fill=255))

    def rect(self, x, y, width, height, fill: Fill, alpha: float = 1.0, radius: float = 0) -> None:
        def draw_it(draw, pixels):
            box = [*pixels[0], pixels[1][0] - 1, pixels[1][1] - 1]
            if radius:
                draw.rounded_rectangle(box, radius * SCALE, fill=255)
            else:
                draw.rectangle(box, fill=255)

        self._paint([(x, y), (x + width, y + height)], 0, fill, alpha, draw_it)

    def disc(self, cx, cy, rx, fill: Fill, alpha: float = 1.0, ry: float | None = None) -> None:
        ry = rx if ry is None else ry
        corners = [(cx - rx, cy - ry), (cx + rx, cy + ry)]
        self._paint(
            corners, 0, fill, alpha, lambda draw, pixels: draw.ellipse([*pixels[0], *pixels[1]], fill=255)
        )

    def line(self, points: list[Point], fill: Fill, width: float, alpha: float = 1.0) -> None:
        """A line with round joints and ends."""

        def draw_it(draw, pixels):
            thick = max(1, round(width * SCALE))
            draw.line(pixels, fill=255, width=thick, joint="curve")
            if width > 2:
                for x, y in (pixels[0], pixels[-1]):
                    draw.ellipse([x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2], fill=255)

        self._paint(points, width, fill, alpha, draw_it)

    def dashes(
        self, points: list[Point], fill: str, width: float, dash=16.0, gap=14.0, alpha: float = 1.0
    ) -> None:
        """A dashed line along `points`."""
        piece, left, drawing = [points[0]], dash, True
        for start, end in itertools.pairwise(points):
            length = math.dist(start, end)
            done = 0.0
            while length - done > left:
                done += left
                at = tuple(start[i] + (end[i] - start[i]) * done / length for i in (0, 1))
                if drawing:
                    self.line([*piece, at], fill, width, alpha)
                piece, drawing = [at], not drawing
                left = dash if drawing else gap
            left -= length - done
            piece.append(end)
        if drawing and len(piece) > 1:
            self.line(piece, fill, width, alpha)

    def glow(self, cx, cy, radius, colour: str, alpha: float = 1.0) -> None:
        """Light that fades from a centre to nothing at `radius`."""
        size = round(2 * radius * SCALE)
        # Pillow's own gradient is black in the middle and has 181 at the circle, 255 in the corners.
        mask = Image.radial_gradient("L").point(
            [round(255 * alpha * max(0, 1 - i / 181) ** 2) for i in range(256)]
        )
        mask = mask.resize((size, size), Image.Resampling.BICUBIC)
        self.image.paste(rgb(colour), (round((cx - radius) * SCALE), round((cy - radius) * SCALE)), mask)

    # Things that several pictures hold

    def tree(self, x, base, height, colour: str = GREEN, trunk: str = BROWN, crown: float = 0.34) -> None:
        """A tree of the given height with its foot at (x, base), lit from the left; `crown` is its share of that."""
        crown *= height
        self.disc(x, base, crown * 0.9, INK, 0.10, ry=height * 0.035)
        self.line([(x, base), (x, base - height * 0.5)], mix(trunk, INK, 0.15), height * 0.055)
        self.line(
            [(x, base - height * 0.38), (x + crown * 0.5, base - height * 0.55)],
            mix(trunk, INK, 0.15),
            height * 0.03,
        )
        dark, plain, light = mix(colour, INK, 0.18), colour, mix(colour, "#ffffff", 0.16)
        self.disc(x + crown * 0.42, base - height * 0.58, crown * 0.72, dark)
        self.disc(x - crown * 0.40, base - height * 0.60, crown * 0.70, plain)
        self.disc(x, base - height * 0.76, crown * 0.78, plain)
        self.disc(x - crown * 0.18, base - height * 0.82, crown * 0.48, light)

    def person(
        self, x, base, height, coat: str, skin: str = "#8a5a3c", legs: str = INK, lean: float = 0.0
    ) -> None:
        """Somebody who walks, seen from far: no face, no sex, no faith."""
        head = height * 0.085
        self.disc(x, base, height * 0.2, INK, 0.12, ry=height * 0.03)
        for side in (-1, 1):
            self.line(
                [(x, base - height * 0.45), (x + side * height * 0.09 + lean, base - height * 0.02)],
                legs,
                height * 0.085,
            )
        shoulder, hip = base - height * 0.80, base - height * 0.40
        self.shape(
            [
                (x - height * 0.12, shoulder),
                (x + height * 0.12, shoulder),
                (x + height * 0.15, hip),
                (x - height * 0.15, hip),
            ],
            coat,
        )
        self.disc(x, shoulder + height * 0.01, height * 0.12, coat, ry=height * 0.045)
        self.disc(x, base - height * 0.92, head, skin)

    def cloud(self, x, y, size, colour: str = "#ffffff", alpha: float = 1.0) -> None:
        """A flat-bottomed cloud, `size` wide, standing at height `y`."""

        def draw_it(draw, pixels):
            (left, _), (right, bottom) = pixels
            unit = right - left
            draw.rounded_rectangle([left, bottom - 0.2 * unit, right, bottom], 0.1 * unit, fill=255)
            for centre, radius in ((0.25, 0.15), (0.46, 0.20), (0.68, 0.15)):
                cx, cy = left + centre * unit, bottom - 0.1 * unit - radius * unit * 0.55
                draw.ellipse(
                    [cx - radius * unit, cy - radius * unit, cx + radius * unit, cy + radius * unit], fill=255
                )
            draw.rectangle([left - 2, bottom + 1, right + 2, bottom + unit], fill=0)

        self._paint([(x - size / 2, y - size * 0.45), (x + size / 2, y)], 0, colour, alpha, draw_it)

    # The result

    def jpeg(self) -> bytes:
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        target = io.BytesIO()
        small.save(target, "JPEG", quality=88, subsampling=0, optimize=True)
        return target.getvalue()

    def _paint(self, points, margin, fill: Fill, alpha, draw_it) -> None:
        """Draw a mask over the points' surroundings only and pour the fill through it."""
        pixels = [(x * SCALE, y * SCALE) for x, y in points]
        pad = math.ceil(margin * SCALE) + 2
        left = math.floor(min(x for x, _ in pixels)) - pad
        top = math.floor(min(y for _, y in pixels)) - pad
        width = math.ceil(max(x for x, _ in pixels)) + pad - left
        height = math.ceil(max(y for _, y in pixels)) + pad - top
        mask = Image.new("L", (width, height))
        draw_it(ImageDraw.Draw(mask), [(x - left, y - top) for x, y in pixels])
        if alpha < 1:
            mask = mask.point([round(i * alpha) for i in range(256)])
        if isinstance(fill, Fade):
            ramp = Image.linear_gradient("L")
            if fill.across:
                ramp = ramp.transpose(Image.Transpose.ROTATE_90)
            ramp = ramp.resize((width, height), Image.Resampling.BICUBIC)
            colour = Image.composite(
                Image.new("RGB", ramp.size, rgb(fill.end)), Image.new("RGB", ramp.size, rgb(fill.start)), ramp
            )
            self.image.paste(colour, (left, top), mask)
        else:
            self.image.paste(rgb(fill), (left, top), mask)
