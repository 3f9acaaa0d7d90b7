"""What a chapter is made of."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import (
    BoxBlock,
    CaseStudyBlock,
    ChecklistBlock,
    CompiledMixin,
    CompiledStreamBlock,
    DownloadBlock,
    FigureBlock,
    FootnoteBlock,
    HeadingBlock,
    MediaBlock,
    QuoteBlock,
    TableBlock,
    TextBlock,
    groups,
)
from home.vocabulary.blocks import (
    LegalReferenceBlock,
    PracticeBlock,
    RecommendationBlock,
    StakeholderTableBlock,
    ToolBlock,
)


class ChapterBodyBlock(CompiledStreamBlock):
    heading = HeadingBlock()
    text = TextBlock()
    quote = QuoteBlock()
    box = BoxBlock()
    case_study = CaseStudyBlock()
    checklist = ChecklistBlock()
    footnote = FootnoteBlock()
    figure = FigureBlock()
    table = TableBlock()
    stakeholders = StakeholderTableBlock()
    media = MediaBlock()
    download = DownloadBlock()
    practice = PracticeBlock()
    tool = ToolBlock()
    recommendation = RecommendationBlock()
    legal = LegalReferenceBlock()


class StakeholderRoleBlock(CompiledMixin, blocks.StructBlock):
    """Who took part and how: `{role, part}`."""

    role = blocks.CharBlock(label=_("Role"), max_length=120)
    part = blocks.CharBlock(label=_("Part"), max_length=400)

    class Meta:
        icon = "group"
        label = _("Role")
        description = _("Somebody who took part, by their role, and what they did.")
        group = groups.PRACTICE
        template = "blocks/previews/role.html"
        preview_value = {"role": "Steward", "part": "Welcomes people and knows the doors."}


class ReferenceBlock(CompiledMixin, blocks.StructBlock):
    """A source: `{title, url}`."""

    title = blocks.CharBlock(label=_("Title"), max_length=300)
    url = blocks.URLBlock(label=_("Address"), required=False)

    class Meta:
        icon = "link"
        label = _("Reference")
        description = _("A source, with its address where it can be read.")
        group = groups.STRUCTURE
        template = "blocks/previews/reference.html"
        preview_value = {"title": "A handbook for stewards", "url": "https://example.org/"}
