"""A place on a picture."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from cms.core.blocks import examples, groups, placed_image

from ..question import QuestionBlock, common_secret, explanation_block, points_block, prompt_block
from ..registry import BadResponse, QuestionType, register
from ..shapes import OPTIONS, child_id, exact, in_order, public, shape, tallied

FULL_BP = 10_000  # the whole width or height


def _measure(label, help_text="", **kwargs):
    return blocks.DecimalBlock(
        label=label, help_text=help_text, min_value=0, max_value=100, decimal_places=2, max_digits=5, **kwargs
    )


def _name_block():
    return blocks.CharBlock(
        label=_("In words"),
        required=False,
        default="",
        max_length=200,
        help_text=_("What is there. Named places can be chosen from a list by those who can't see or point."),
    )


def _correct_block():
    return blocks.BooleanBlock(label=_("This is right"), required=False)


class CircleBlock(blocks.StructBlock):
    name = _name_block()
    correct = _correct_block()
    x = _measure(_("Centre from the left, in per cent of the width"))
    y = _measure(_("Centre from the top, in per cent of the height"))
    radius = _measure(_("Radius, in per cent of the width"))

    class Meta:
        icon = "circle-check"
        label = _("Circle")
        description = _("A round place on the picture.")
        group = groups.QUESTIONS
        template = "blocks/previews/region.html"
        preview_value = {"name": "The side door", "correct": True, "x": "30", "y": "40", "radius": "10"}


class RectangleBlock(blocks.StructBlock):
    name = _name_block()
    correct = _correct_block()
    x = _measure(_("Left edge from the left, in per cent of the width"))
    y = _measure(_("Upper edge from the top, in per cent of the height"))
    width = _measure(_("Width, in per cent"))
    height = _measure(_("Height, in per cent"))

    class Meta:
        icon = "grid"
        label = _("Rectangle")
        description = _("A place on the picture with four edges.")
        group = groups.QUESTIONS
        template = "blocks/previews/region.html"
        preview_value = {
            "name": "The gate",
            "correct": False,
            "x": "60",
            "y": "50",
            "width": "20",
            "height": "25",
        }


class PointBlock(blocks.StructBlock):
    x = _measure(_("From the left, in per cent"))
    y = _measure(_("From the top, in per cent"))


class PolygonBlock(blocks.StructBlock):
    name = _name_block()
    correct = _correct_block()
    points = blocks.ListBlock(PointBlock(), label=_("Corners"), min_num=3, max_num=40)

    class Meta:
        icon = "expand-right"
        label = _("Polygon")
        description = _("A place on the picture with any number of corners.")
        group = groups.QUESTIONS
        template = "blocks/previews/region.html"
        preview_value = {
            "name": "The lawn",
            "correct": False,
            "points": [{"x": "10", "y": "70"}, {"x": "40", "y": "70"}, {"x": "25", "y": "95"}],
        }


class RegionsBlock(blocks.StreamBlock):
    circle = CircleBlock()
    rectangle = RectangleBlock()
    polygon = PolygonBlock()

    class Meta:
        label = _("Places")
        min_num = 1
        max_num = 20


class HotspotBlock(QuestionBlock):
    prompt = prompt_block()
    image = ImageBlock(
        label=_("Picture"),
        help_text=_("Describe what it shows without saying what is right."),
    )
    regions = RegionsBlock(
        help_text=_(
            "Learners point at the picture. Name at least one right and one wrong place, so that those who can't see the "
            "picture can choose from a list. Only named places are in the list; no place is drawn on the picture."
        )
    )
    explanation = explanation_block()
    points = points_block()

    type_name = "hotspot"

    class Meta:
        icon = "crosshairs"
        label = _("Point on a picture")
        description = _("A place on a picture that learners point at, or choose from a list.")
        preview_value = {
            "prompt": "Where would you begin the walk?",
            "image": None,
            "regions": [
                {
                    "type": "circle",
                    "value": {"name": "At the trees", "correct": True, "x": "20", "y": "50", "radius": "15"},
                    "id": "a",
                },
                {
                    "type": "rectangle",
                    "value": {
                        "name": "At the houses", "correct": False, "x": "50", "y": "30", "width": "40", "height": "40",
                    },
                    "id": "b",
                },
            ],
        }  # fmt: skip

    def example(self):
        return {**self.question_type.public(self.get_preview_value()), "image": examples.image()}


_COORDINATE = {"type": "integer", "minimum": 0, "maximum": FULL_BP}


@register
class Hotspot(QuestionType):
    """All points for a place in or on the edge of a right region, or for a right region chosen by its name; else none.

    Coordinates are basis points of the picture's width and height, from its upper left corner in every language.
    """

    name = "hotspot"
    template = "learning/questions/hotspot.html"
    schema = {
        **shape(
            {
                "x": {**_COORDINATE, "description": "From the left, in basis points of the width."},
                "y": {**_COORDINATE, "description": "From the top, in basis points of the height."},
                "region": {"type": "string", "description": "The id of a choice, in place of a point."},
            },
            {"x": 2500, "y": 5000},
            optional=["x", "y", "region"],
        ),
        "anyOf": [
            {"required": ["x", "y"], "properties": {"region": False}},
            {"required": ["region"], "properties": {"x": False, "y": False}},
        ],
    }
    public_schema = public(
        {
            "image": {
                "type": ["object", "null"],
                "description": "As in documents: `alt`, `width`, `height`, `renditions`.",
                "additionalProperties": True,
            },
            "choices": {**OPTIONS, "description": "Places in words; empty where none were named."},
        },
        {
            "prompt": "Where would you begin the walk?",
            "image": {
                "id": 1,
                "alt": "Houses around a square",
                "width": 960,
                "height": 540,
                "renditions": [],
            },
            "choices": [{"id": "a", "text": "At the trees"}, {"id": "b", "text": "At the houses"}],
        },
    )
    shuffled = ("choices",)

    def block(self):
        return HotspotBlock()

    def public(self, value):
        return {
            "prompt": value["prompt"],
            "image": placed_image(value["image"]) if value["image"] else None,
            "choices": in_order(
                {"id": each["id"], "text": each["name"]} for each in _regions(value) if each["name"]
            ),
        }

    def secret(self, value):
        image = value["image"]
        return {
            **common_secret(value),
            # A circle is round on the picture as it is, not in per cent of its sides.
            "size": [image.width, image.height] if image else [1, 1],
            "regions": [{name: each[name] for name in each if name != "name"} for each in _regions(value)],
        }

    def problems(self, value):
        regions = _regions(value)
        problems = [] if value["image"] else [_("The question has no picture.")]
        if value["image"] and not _description(value["image"]):
            problems.append(_("The picture needs a description."))
        if not any(each["right"] for each in regions):
            problems.append(_("Mark at least one place as right."))
        if any(None in each["box"] or _is_empty(each) for each in regions):
            problems.append(_("A place has no size, or a measure is missing."))
        named = [each for each in regions if each["name"]]
        if named and (all(each["right"] for each in named) or not any(each["right"] for each in named)):
            problems.append(_("Name at least one right and one wrong place, or none."))
        names = [each["name"].casefold() for each in named]
        if len(set(names)) < len(names):
            problems.append(_("Two places have the same name."))
        return problems

    def check(self, response, public):
        if isinstance(response, dict) and set(response) == {"region"}:
            if response["region"] not in [each["id"] for each in public["choices"]]:
                raise BadResponse()
            return {"region": response["region"]}
        given = exact(response, "x", "y")
        for value in given.values():
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= FULL_BP:
                raise BadResponse(_("A place on the picture is between 0 and 100 per cent of its sides."))
        return {"x": given["x"], "y": given["y"]}

    def grade(self, response, key):
        return key["points"] if self._is_right(response, key) else 0

    def _is_right(self, response, key) -> bool:
        right = [each for each in key["regions"] if each["right"]]
        if "region" in response:
            return any(each["id"] == response["region"] for each in right)
        return any(_holds(each, response["x"], response["y"], key["size"]) for each in right)

    def answer(self, key):
        right = next(each for each in key["regions"] if each["right"])
        x, y = _inside(right)
        return {"x": x, "y": y}

    def identity(self, public):
        return frozenset(each["id"] for each in public["choices"])

    def tally(self, responses, public, key):
        """By region: pointed at or chosen; `id` None is elsewhere. A point in several counts for the first."""
        names = {each["id"]: each["text"] for each in public["choices"]}
        found = []
        for response, _points in responses:
            hit = response.get("region") or next(
                (
                    each["id"]
                    for each in key["regions"]
                    if _holds(each, response["x"], response["y"], key["size"])
                ),
                "",
            )
            found.append(hit)
        rows = tallied(
            found, [(each["id"], names.get(each["id"], ""), each["right"]) for each in key["regions"]]
        )
        return [*rows, {"part": None, "id": None, "text": "", "count": found.count(""), "right": False}]

    def parse_form(self, data, name):
        region = data.get(f"{name}.region", "")
        if region:
            return {"region": region}
        x, y = (data.get(f"{name}.{axis}", "").strip() for axis in "xy")
        return {"x": _basis_points(x), "y": _basis_points(y)} if x or y else None


def _description(image) -> str:
    """What is said of the picture to those who can't see it: in its place, else by itself."""
    return "" if image.decorative else (image.contextual_alt_text or image.description).strip()


def _basis_points(text: str) -> int | None:
    """Per cent as a form sends them, in basis points; None for what isn't one, which `check` refuses."""
    whole, _point, fraction = text.partition(".")
    if len(text) > 12 or not (whole + fraction).isascii() or not (whole + fraction).isdigit():
        return None
    return int(whole or "0") * 100 + int((fraction + "00")[:2])


def _bp(value) -> int | None:
    return None if value is None else int(Decimal(value) * 100)


def _regions(value) -> list[dict]:
    """`{id, name, right, shape, box}`; `box` is (x, y, radius), (x, y, width, height) or (x1, y1, x2, y2, …)."""
    regions = []
    for index, child in enumerate(value["regions"] or []):
        inner = child.value
        match child.block_type:
            case "circle":
                box = [inner["x"], inner["y"], inner["radius"]]
            case "rectangle":
                box = [inner["x"], inner["y"], inner["width"], inner["height"]]
            case _:
                box = [point[axis] for point in inner["points"] for axis in ("x", "y")]
        regions.append(
            {
                "id": child_id(child, index),
                "name": (inner["name"] or "").strip(),
                "right": bool(inner["correct"]),
                "shape": child.block_type,
                "box": [_bp(each) for each in box],
            }
        )
    return regions


def _is_empty(region) -> bool:
    box = region["box"]
    if region["shape"] == "polygon":
        corners = _corners(box)
        return len(corners) < 3 or not sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _edges(corners))
    return not all(box[2:])


def _holds(region, x: int, y: int, size) -> bool:
    """Whether a point lies in or on the edge of a region. In whole numbers."""
    box = region["box"]
    if region["shape"] == "circle":
        width, height = size
        across, down = (x - box[0]) * width, (y - box[1]) * height
        return across * across + down * down <= (box[2] * width) ** 2
    if region["shape"] == "rectangle":
        return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]
    inside = False
    for (x1, y1), (x2, y2) in _edges(_corners(box)):
        turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
            inside = not inside
    return inside


def _corners(box) -> list[tuple[int, int]]:
    return list(zip(box[::2], box[1::2], strict=True))


def _edges(corners):
    return zip(corners, [*corners[1:], *corners[:1]], strict=True)


def _inside(region) -> tuple[int, int]:
    """A point of the region: its middle, for a polygon its first corner."""
    box = region["box"]
    if region["shape"] == "rectangle":
        return min(box[0] + box[2] // 2, FULL_BP), min(box[1] + box[3] // 2, FULL_BP)
    return box[0], box[1]
