"""A statement that is true or false."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from ..question import QuestionBlock, common_secret, explanation_block, points_block, prompt_block
from ..registry import BadResponse, QuestionType, register
from ..shapes import exact, public, shape, tallied

_NAMES = {True: "true", False: "false"}


class TrueFalseBlock(QuestionBlock):
    prompt = prompt_block()
    answer = blocks.BooleanBlock(label=_("The statement is true"), required=False)
    explanation = explanation_block()
    points = points_block()

    type_name = "true_false"

    class Meta:
        icon = "tick-inverse"
        label = _("True or false")
        description = _("A statement that is right or wrong.")
        preview_value = {"prompt": "Trust comes before technology.", "answer": True}


@register
class TrueFalse(QuestionType):
    """All points for the right value."""

    name = "true_false"
    template = "learning/questions/true_false.html"
    marks_controls = True
    schema = shape({"value": {"type": "boolean"}}, {"value": True})
    public_schema = public({}, {"prompt": "Trust comes before technology."})

    def block(self):
        return TrueFalseBlock()

    def public(self, value):
        return {"prompt": value["prompt"]}

    def secret(self, value):
        return {**common_secret(value), "value": bool(value["answer"])}

    def problems(self, value):
        return []

    def check(self, response, public):
        value = exact(response, "value")["value"]
        if not isinstance(value, bool):
            raise BadResponse()
        return {"value": value}

    def grade(self, response, key):
        return key["points"] if response["value"] == key["value"] else 0

    def answer(self, key):
        return {"value": key["value"]}

    def identity(self, public):
        return frozenset()

    def tally(self, responses, public, key):
        return tallied(
            (_NAMES[response["value"]] for response, _points in responses),
            [("true", str(_("True")), key["value"]), ("false", str(_("False")), not key["value"])],
        )

    def parse_form(self, data, name):
        return {"value": data[name] == "true"} if data.get(name) in ("true", "false") else None
