"""A word or a few, typed."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .. import texts
from ..accepted import AcceptedStreamBlock, accepted_of, accepted_problems
from ..question import QuestionBlock, common_secret, explanation_block, points_block, prompt_block
from ..registry import QuestionType, register
from ..shapes import exact, most_frequent, public, shape, share


class ShortAnswerBlock(QuestionBlock):
    prompt = prompt_block()
    accepted = AcceptedStreamBlock(
        help_text=_(
            "Capitals, accents and width don't count. What any language accepts is right in all: "
            "translators write what is right in theirs."
        )
    )
    case_sensitive = blocks.BooleanBlock(
        label=_("Capitals count"), required=False, help_text=_("For codes and formulas: CO is not Co.")
    )
    explanation = explanation_block()
    points = points_block()

    type_name = "short_answer"

    class Meta:
        icon = "edit"
        label = _("Short answer")
        description = _("A word or a few that learners type.")
        preview_value = {
            "prompt": "Whom do you ask first?",
            "accepted": [
                {"type": "answer", "value": {"text": "the neighbours", "percent": 100}, "id": "a"},
                {"type": "answer", "value": {"text": "*neighbour*", "percent": 100}, "id": "b"},
                {"type": "answer", "value": {"text": "the police", "percent": 50}, "id": "c"},
            ],
        }


@register
class ShortAnswer(QuestionType):
    """The share of the points that the best of the accepted texts is worth, rounded down; none for other words.

    Spellings are compared by `texts.folded`.
    """

    name = "short_answer"
    template = "learning/questions/short_answer.html"
    schema = shape(
        {
            "text": {
                "type": "string",
                "maxLength": texts.MAX_SHORT,
                "description": "What was typed; empty to take it back.",
            }
        },
        {"text": "the neighbours"},
    )
    public_schema = public({}, {"prompt": "Whom do you ask first?"})
    merges = True

    def block(self):
        return ShortAnswerBlock()

    def public(self, value):
        return {"prompt": value["prompt"]}

    def secret(self, value):
        return {
            **common_secret(value),
            "accepted": accepted_of(value["accepted"]),
            "case": bool(value["case_sensitive"]),
        }

    def problems(self, value):
        return accepted_problems(accepted_of(value["accepted"]))

    def check(self, response, public):
        return {"text": texts.taken(exact(response, "text")["text"], texts.MAX_SHORT)}

    def grade(self, response, key):
        return share(
            key["points"], texts.percent(response["text"], key["accepted"], case=key["case"]), texts.FULL
        )

    def answer(self, key):
        return {"text": texts.best(key["accepted"])}

    def answer_in(self, key, texts):
        return self.answer(texts)

    def merge(self, key, others):
        return {**key, "accepted": texts.merged(key["accepted"], [other["accepted"] for other in others])}

    def identity(self, public):
        return frozenset()

    def tally(self, responses, public, key):
        return most_frequent(
            (texts.folded(response["text"], case=key["case"]), self.grade(response, key) == key["points"])
            for response, _points in responses
            if response["text"]
        )

    def parse_form(self, data, name):
        typed = data.get(name, "").strip()
        return {"text": typed} if typed else None

    def nothing(self):
        return {"text": ""}
