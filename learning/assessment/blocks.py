"""Questions in the editor: the block under every type's, and streams of them."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import CompiledMixin, groups
from cms.core.compilation import current

from . import registry


class QuestionStreamBlock(blocks.StreamBlock):
    """Questions of every registered type. Compiles to `[{id, type, prompt, …}]`; secrets go to the private part.

    In migrations it is written out as an ordinary stream block with the types of the day.
    """

    #: whether questions that people grade are among them
    by_people = True

    def __init__(self, local_blocks=None, **kwargs):
        types = [
            (each.name, each.block())
            for each in registry.registered()
            if self.by_people or not each.graded_by_people
        ]
        super().__init__([*(local_blocks or []), *types], **kwargs)

    def get_api_representation(self, value, context=None):
        return [
            _compiled(child.id or f"new-{index}", child.block.question_type, child.value)
            for index, child in enumerate(value or [])
        ]

    class Meta:
        icon = "help"
        label = _("Questions")


def _compiled(question_id: str, question_type: registry.QuestionType, value) -> dict:
    current().secret(question_id, question_type.secret(value))
    return {"id": question_id, "type": question_type.name, **question_type.public(value)}


class CheckStreamBlock(QuestionStreamBlock):
    """Questions that can be graded at once."""

    by_people = False


class CheckBlock(CompiledMixin, blocks.StructBlock):
    """A knowledge check inside a lesson: `{question: {id, type, prompt, …} | None}`, with feedback at once."""

    question = CheckStreamBlock(label=_("Question"), min_num=1, max_num=1)

    def get_api_representation(self, value, context=None):
        compiled = self.child_blocks["question"].get_api_representation(value["question"])
        return {"question": compiled[0] if compiled else None}

    def problems(self, value):
        return [] if len(value["question"] or []) == 1 else [_("A knowledge check has one question.")]

    class Meta:
        icon = "help"
        label = _("Knowledge check")
        description = _("A question inside the lesson, answered at once.")
        group = groups.QUESTIONS
        template = "learning/blocks/check.html"
        preview_value = {
            "question": [
                {
                    "type": "true_false",
                    "value": {"prompt": "Trust comes before technology.", "answer": True},
                    "id": "example",
                }
            ]
        }
