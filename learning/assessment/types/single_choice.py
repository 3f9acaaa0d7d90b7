"""One right option among several."""

from django.utils.translation import gettext_lazy as _

from ..choices import (
    OptionsBlock,
    known_option,
    option_ids,
    option_problems,
    options_of,
    public_options,
    secret_options,
    tallied_options,
)
from ..question import QuestionBlock, common_secret, explanation_block, points_block, prompt_block
from ..registry import QuestionType, register
from ..shapes import OPTIONS, exact, public, shape


class SingleChoiceBlock(QuestionBlock):
    prompt = prompt_block()
    options = OptionsBlock(help_text=_("One of them is right. Learners see them in an order of their own."))
    explanation = explanation_block()
    points = points_block()

    type_name = "single_choice"

    class Meta:
        icon = "radio-full"
        label = _("Single choice")
        description = _("Several options, of which one is right.")
        preview_value = {
            "prompt": "What comes first?",
            "options": [
                {"type": "option", "value": {"text": "Trust", "correct": True}, "id": "a"},
                {"type": "option", "value": {"text": "Technology", "correct": False}, "id": "b"},
            ],
        }


@register
class SingleChoice(QuestionType):
    """All points for the right option, none for another."""

    name = "single_choice"
    template = "learning/questions/single_choice.html"
    marks_controls = True
    schema = shape(
        {"option": {"type": "string", "description": "The id of the chosen option."}}, {"option": "a"}
    )
    public_schema = public(
        {"options": OPTIONS},
        {
            "prompt": "What comes first?",
            "options": [{"id": "a", "text": "Trust"}, {"id": "b", "text": "Technology"}],
        },
    )
    shuffled = ("options",)

    def block(self):
        return SingleChoiceBlock()

    def public(self, value):
        return {"prompt": value["prompt"], "options": public_options(options_of(value))}

    def secret(self, value):
        return {**common_secret(value), **secret_options(options_of(value))}

    def problems(self, value):
        options = options_of(value)
        problems = option_problems(options)
        if sum(option.right for option in options) != 1:
            problems.append(_("Mark exactly one option as right, or make it a multiple choice."))
        return problems

    def check(self, response, public):
        return {"option": known_option(exact(response, "option")["option"], public)}

    def grade(self, response, key):
        return key["points"] if response["option"] in key["right"] else 0

    def answer(self, key):
        return {"option": key["right"][0]}

    def identity(self, public):
        return option_ids(public)

    def tally(self, responses, public, key):
        return tallied_options((response["option"] for response, _points in responses), public, key)

    def remarks(self, texts):
        return texts["remarks"]

    def parse_form(self, data, name):
        chosen = data.get(name)
        return {"option": chosen} if chosen else None
