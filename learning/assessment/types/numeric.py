"""A number, typed, with or without a unit."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from cms.core.blocks import groups

from .. import decimals
from ..question import QuestionBlock, common_secret, explanation_block, points_block, prompt_block
from ..registry import BadResponse, QuestionType, register
from ..shapes import OPTIONS, child_id, exact, in_order, most_frequent, public, shape, share

FULL = 100


def _number_block(label, **kwargs):
    return blocks.DecimalBlock(
        label=label, max_digits=decimals.MAX_DIGITS, decimal_places=decimals.MAX_PLACES, **kwargs
    )


def _percent_block():
    return blocks.IntegerBlock(
        label=_("Worth, in per cent"),
        min_value=1,
        max_value=FULL,
        default=FULL,
        help_text=_("100 is all points; less for what is nearly right."),
    )


class NumberBlock(blocks.StructBlock):
    number = _number_block(_("Number"))
    tolerance = _number_block(
        _("Tolerance"), min_value=0, default=Decimal(0), help_text=_("How far off is still right, both ways.")
    )
    tolerance_in = blocks.ChoiceBlock(
        label=_("Tolerance is"),
        choices=[("units", _("in the number's unit")), ("percent", _("in per cent of the number"))],
        default="units",
    )
    percent = _percent_block()

    class Meta:
        icon = "decimal"
        label = _("Number")
        description = _("A right number, with how far off is still right.")
        group = groups.QUESTIONS
        template = "blocks/previews/number.html"
        preview_value = {"number": "12.5", "tolerance": "0.5", "tolerance_in": "units", "percent": 100}


class RangeBlock(blocks.StructBlock):
    lowest = _number_block(_("From"))
    highest = _number_block(_("To"))
    percent = _percent_block()

    class Meta:
        icon = "sliders"
        label = _("Range")
        description = _("Any number between two, these included.")
        group = groups.QUESTIONS
        template = "blocks/previews/range.html"
        preview_value = {"lowest": "10", "highest": "15", "percent": 100}


class NumbersBlock(blocks.StreamBlock):
    number = NumberBlock()
    range = RangeBlock()

    class Meta:
        label = _("Right numbers")
        default = [
            ("number", {"number": None, "tolerance": Decimal(0), "tolerance_in": "units", "percent": FULL})
        ]
        min_num = 1
        max_num = 10


class UnitBlock(blocks.StructBlock):
    symbol = blocks.CharBlock(label=pgettext_lazy("of measure", "Unit"), max_length=30)
    factor = _number_block(
        _("Factor"),
        default=Decimal(1),
        help_text=_("How many of the unit in which you wrote the numbers make one of this: 1 for itself."),
    )

    class Meta:
        icon = "decimal"
        label = pgettext_lazy("of measure", "Unit")
        description = _("A unit that learners can choose beside their number.")
        group = groups.QUESTIONS
        template = "blocks/previews/unit.html"
        preview_value = {"symbol": "kilometres", "factor": "1000"}


class UnitsBlock(blocks.StreamBlock):
    unit = UnitBlock()

    class Meta:
        label = _("Units")
        max_num = 10


class NumericBlock(QuestionBlock):
    prompt = prompt_block()
    answers = NumbersBlock()
    units = UnitsBlock(
        required=False,
        help_text=_("Leave it empty where the question names the unit. Else learners choose one of these."),
    )
    explanation = explanation_block()
    points = points_block()

    type_name = "numeric"

    class Meta:
        icon = "decimal"
        label = _("Number")
        description = _("A number that learners type, with a tolerance and units.")
        preview_value = {
            "prompt": "How wide does the way out have to be?",
            "answers": [
                {
                    "type": "number",
                    "value": {"number": "1.2", "tolerance": "5", "tolerance_in": "percent", "percent": 100},
                    "id": "a",
                },
                {"type": "range", "value": {"lowest": "1", "highest": "1.5", "percent": 50}, "id": "b"},
            ],
            "units": [
                {"type": "unit", "value": {"symbol": "metres", "factor": "1"}, "id": "m"},
                {"type": "unit", "value": {"symbol": "centimetres", "factor": "0.01"}, "id": "cm"},
            ],
        }


@register
class Numeric(QuestionType):
    """The share of the points that the best of the numbers and ranges which hold the typed number is worth, rounded down.

    Bounds are included. A number in another unit is converted by its factor first; all in fractions, nothing is rounded.
    """

    name = "numeric"
    template = "learning/questions/numeric.html"
    schema = shape(
        {
            "number": {
                "type": "string",
                "maxLength": decimals.MAX_LENGTH,
                "description": "As typed, in any script's digits; comes back as 1234.5. Empty to take it back.",
            },
            "unit": {"type": "string", "description": "The id of the unit, where the question has units."},
        },
        {"number": "1.2", "unit": "m"},
        optional=["unit"],
    )
    public_schema = public(
        {"units": OPTIONS},
        {
            "prompt": "How wide does the way out have to be?",
            "units": [{"id": "cm", "text": "centimetres"}, {"id": "m", "text": "metres"}],
        },
    )

    def block(self):
        return NumericBlock()

    def public(self, value):
        return {
            "prompt": value["prompt"],
            "units": in_order({"id": each["id"], "text": each["text"]} for each in _units(value)),
        }

    def secret(self, value):
        return {
            **common_secret(value),
            "answers": [_answer(child) for child in value["answers"] or []],
            "factors": {each["id"]: each["factor"] for each in _units(value)},
        }

    def problems(self, value):
        answers = [_answer(child) for child in value["answers"] or []]
        units = _units(value)
        problems = []
        if any("" in each.values() for each in answers):
            problems.append(_("A right number is missing."))
        elif any(_bounds(each)[0] > _bounds(each)[1] for each in answers):
            problems.append(_("A range ends before it begins."))
        if not any(each["percent"] == FULL for each in answers):
            problems.append(_("At least one right number has to be worth 100 per cent."))
        if any(not 1 <= each["percent"] <= FULL for each in answers):
            problems.append(_("A right number is worth 1 to 100 per cent."))
        if any(not each["factor"] or Fraction(each["factor"]) <= 0 for each in units):
            problems.append(_("A unit's factor is more than 0."))
        elif units and not any(Fraction(each["factor"]) == 1 for each in units):
            problems.append(_("One unit has the factor 1: the unit in which you wrote the numbers."))
        names = [each["text"].strip() for each in units]
        if not all(names) or len(set(names)) < len(names):
            problems.append(_("Each unit needs a name of its own."))
        return problems

    def check(self, response, public):
        units = {each["id"] for each in public["units"]}
        if (
            isinstance(response, dict)
            and response.get("number") == ""
            and set(response) <= {"number", "unit"}
        ):
            return self.nothing()
        names = ("number", "unit") if units else ("number",)
        if units and isinstance(response, dict) and set(response) == {"number"}:
            raise BadResponse(_("Choose a unit as well."))
        given = exact(response, *names)
        number = decimals.parsed(given["number"])
        if not units:
            return {"number": number}
        if not isinstance(given["unit"], str) or given["unit"] not in units:
            raise BadResponse()
        return {"number": number, "unit": given["unit"]}

    def grade(self, response, key):
        if not response["number"]:
            return 0
        number = Fraction(response["number"])
        if key["factors"]:
            number *= Fraction(key["factors"].get(response.get("unit"), "0"))
        worth = [
            each["percent"]
            for each in key["answers"]
            for low, high in [_bounds(each)]
            if low <= number <= high
        ]
        return share(key["points"], max(worth, default=0), FULL)

    def answer(self, key):
        right = next(each for each in key["answers"] if each["percent"] == FULL)
        number = {"number": right["number"] if "number" in right else right["lowest"]}
        unit = next((name for name, factor in key["factors"].items() if Fraction(factor) == 1), None)
        return {**number, "unit": unit} if unit else number

    def identity(self, public):
        return frozenset(each["id"] for each in public["units"])

    def tally(self, responses, public, key):
        units = {each["id"]: each["text"] for each in public["units"]}
        return most_frequent(
            (
                " ".join(filter(None, [response["number"], units.get(response.get("unit"), "")])),
                self.grade(response, key) == key["points"],
            )
            for response, _points in responses
            if response["number"]
        )

    def parse_form(self, data, name):
        number, unit = data.get(f"{name}.number", "").strip(), data.get(f"{name}.unit", "")
        if not number:
            return None
        return {"number": number, "unit": unit} if unit else {"number": number}

    def nothing(self):
        return {"number": ""}


def _answer(child) -> dict:
    value = child.value
    names = ("number", "tolerance") if child.block_type == "number" else ("lowest", "highest")
    answer = {name: decimals.stored(value[name]) for name in names}
    if child.block_type == "number":
        answer["relative"] = value["tolerance_in"] == "percent"
    return {**answer, "percent": value["percent"] or 0}


def _units(value) -> list[dict]:
    return [
        {
            "id": child_id(child, index),
            "text": child.value["symbol"] or "",
            "factor": decimals.stored(child.value["factor"]),
        }
        for index, child in enumerate(value["units"] or [])
    ]


def _bounds(answer) -> tuple[Fraction, Fraction]:
    """The lowest and the highest number that an entry of the key takes for right."""
    if "number" not in answer:
        return Fraction(answer["lowest"]), Fraction(answer["highest"])
    number, tolerance = Fraction(answer["number"]), Fraction(answer["tolerance"])
    if answer["relative"]:
        tolerance = abs(number) * tolerance / 100
    return number - tolerance, number + tolerance
