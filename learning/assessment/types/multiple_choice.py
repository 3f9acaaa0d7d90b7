"""Any number of right options among several."""

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
from ..registry import BadResponse, QuestionType, register
from ..shapes import OPTIONS, exact, public, shape


class MultipleChoiceBlock(QuestionBlock):
    prompt = prompt_block()
    options = OptionsBlock(
        help_text=_("At least one of them is right. Learners see them in an order of their own.")
    )
    explanation = explanation_block()
    points = points_block()

    type_name = "multiple_choice"

    class Meta:
        icon = "tasks"
        label = _("Multiple choice")
        description = _("Several options, of which any number is right.")
        preview_value = {
            "prompt": "Who belongs to the walk around the building?",
            "options": [
                {"type": "option", "value": {"text": "Who opens in the morning", "correct": True}, "id": "a"},
                {"type": "option", "value": {"text": "Who lives next door", "correct": True}, "id": "b"},
                {"type": "option", "value": {"text": "Nobody", "correct": False}, "id": "c"},
            ],
        }


@register
class MultipleChoice(QuestionType):
    """The share of right options that were chosen less the share of wrong options that were, rounded down.

    So everything right and nothing wrong earns all points, and choosing all options or none earns nothing.
    """

    name = "multiple_choice"
    template = "learning/questions/multiple_choice.html"
    marks_controls = True
    schema = shape(
        {
            "options": {
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "description": "The ids of the chosen options, in any order.",
            }
        },
        {"options": ["a", "b"]},
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
        return MultipleChoiceBlock()

    def public(self, value):
        return {"prompt": value["prompt"], "options": public_options(options_of(value))}

    def secret(self, value):
        return {**common_secret(value), **secret_options(options_of(value))}

    def problems(self, value):
        options = options_of(value)
        problems = option_problems(options)
        if not any(option.right for option in options):
            problems.append(_("Mark at least one option as right."))
        return problems

    def check(self, response, public):
        chosen = exact(response, "options")["options"]
        if not isinstance(chosen, list) or len(chosen) > len(public["options"]):
            raise BadResponse()
        known = [known_option(each, public) for each in chosen]
        if len(set(known)) < len(known):
            raise BadResponse(_("An option was chosen twice."))
        return {"options": sorted(known)}

    def grade(self, response, key):
        chosen, right, wrong = set(response["options"]), len(key["right"]), len(key["wrong"])
        hits = len(chosen.intersection(key["right"]))
        misses = len(chosen.intersection(key["wrong"]))
        # points × (hits/right − misses/wrong), in whole numbers
        of_all = right * max(wrong, 1)
        return key["points"] * max(0, hits * max(wrong, 1) - misses * right) // of_all

    def answer(self, key):
        return {"options": key["right"]}

    def identity(self, public):
        return option_ids(public)

    def tally(self, responses, public, key):
        return tallied_options(
            (option for response, _points in responses for option in response["options"]), public, key
        )

    def remarks(self, texts):
        return texts["remarks"]

    def parse_form(self, data, name):
        chosen = data.getlist(name)
        return {"options": chosen} if chosen else None

    def nothing(self):
        return {"options": []}
