"""The block under every question type's own: its common parts and how it compiles."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import CompiledMixin, groups

from . import registry

MAX_POINTS = 100


def prompt_block():
    return blocks.TextBlock(label=_("Question"), rows=2, max_length=1000)


def explanation_block():
    return blocks.TextBlock(
        label=_("Explanation"),
        required=False,
        default="",
        rows=3,
        max_length=2000,
        help_text=_("Why the answer is right: shown with it, when the rules allow, whatever was chosen."),
    )


def points_block():
    return blocks.IntegerBlock(label=_("Points"), min_value=1, max_value=MAX_POINTS, default=1)


class QuestionBlock(CompiledMixin, blocks.StructBlock):
    """Subclasses name their type and declare `prompt`, their own parts, `explanation` and `points`, in that order.

    Alone it compiles to its public value; the stream it stands in puts the secret away (`blocks.QuestionStreamBlock`).
    """

    type_name = ""

    @property
    def question_type(self) -> registry.QuestionType:
        return registry.get(self.type_name)

    def get_api_representation(self, value, context=None):
        return self.question_type.public(value)

    def shown(self, value, parent_context=None):
        shown = super().shown(value, parent_context)
        return {"id": "example", "type": self.type_name, **shown}

    def problems(self, value):
        problems = [] if (value["prompt"] or "").strip() else [_("The question has no text.")]
        if not 1 <= (value["points"] or 0) <= MAX_POINTS:
            problems.append(_("A question is worth 1 to 100 points."))
        return [*problems, *self.question_type.problems(value)]

    class Meta:
        group = groups.QUESTIONS
        template = "learning/blocks/question.html"


def common_secret(value) -> dict:
    return {"points": value["points"] or 1, "explanation": value["explanation"] or ""}
