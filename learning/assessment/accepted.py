"""Accepted texts in the editor: what short answers and blanks have in common."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import groups

from .shapes import child_id
from .texts import FULL, Pattern


class AcceptedBlock(blocks.StructBlock):
    text = blocks.CharBlock(
        label=_("Accepted answer"),
        max_length=200,
        help_text=_(
            "A star stands for any words or none: “neighbour*” accepts “neighbours”. For a star write \\*."
        ),
    )
    percent = blocks.IntegerBlock(
        label=_("Worth, in per cent"),
        min_value=1,
        max_value=FULL,
        default=FULL,
        help_text=_("100 is all points; less for what is nearly right."),
    )

    class Meta:
        icon = "pick"
        label = _("Accepted answer")
        description = _("Words that count as right, or as nearly right.")
        group = groups.QUESTIONS
        template = "blocks/previews/accepted.html"
        preview_value = {"text": "neighbour*", "percent": 100}


class AcceptedStreamBlock(blocks.StreamBlock):
    """A stream, not a list: its children keep their ids in every language."""

    answer = AcceptedBlock()

    class Meta:
        label = _("Accepted answers")
        default = [("answer", {"text": "", "percent": FULL})]
        min_num = 1
        max_num = 30


def accepted_of(stream) -> list[dict]:
    """`[{id, text, percent}]` in the editor's order."""
    return [
        {
            "id": child_id(child, index),
            "text": child.value["text"] or "",
            "percent": min(max(child.value["percent"] or 0, 0), FULL),
        }
        for index, child in enumerate(stream or [])
    ]


def accepted_problems(accepted: list[dict]) -> list[str]:
    problems = []
    if any(not each["text"].strip() for each in accepted):
        problems.append(_("An accepted answer has no text."))
    if not any(each["percent"] == FULL for each in accepted):
        problems.append(_("At least one accepted answer has to be worth 100 per cent."))
    if any(each["percent"] == FULL and Pattern.of(each["text"]).is_anything for each in accepted):
        problems.append(_("A star alone would accept every answer."))
    if any(not each["percent"] for each in accepted):
        problems.append(_("An accepted answer is worth 1 to 100 per cent."))
    return problems
