"""What a lesson is made of: a chapter's blocks, things from guides by reference, knowledge checks."""

from django.utils.translation import gettext_lazy as _

from cms.core.blocks import (
    BoxBlock,
    CaseStudyBlock,
    ChecklistBlock,
    CompiledStreamBlock,
    DownloadBlock,
    FigureBlock,
    FootnoteBlock,
    HeadingBlock,
    MediaBlock,
    PageEmbedBlock,
    QuoteBlock,
    TableBlock,
    TextBlock,
    examples,
    groups,
)
from home.vocabulary.blocks import (
    LegalReferenceBlock,
    PracticeBlock,
    RecommendationBlock,
    StakeholderTableBlock,
    ToolBlock,
)
from learning.assessment.blocks import CheckBlock


class ChapterBlock(PageEmbedBlock):
    """A guide's chapter, shown whole in its place: `{…link, summary, body}`. A correction of it reaches the lesson."""

    def __init__(self, **kwargs):
        kwargs.setdefault("page_type", "guides.ChapterPage")
        super().__init__(fields=("summary", "body"), **kwargs)

    def example(self):
        words = "<p>Start with the people who open the doors every morning.</p>"
        return {
            **examples.page("Working with communities"),
            "key": "example",
            "summary": "Trust comes before technology.",
            "body": [{"type": "text", "value": words, "id": "example"}],
        }

    class Meta:
        icon = "doc-full"
        label = _("Chapter")
        description = _("A whole chapter of a guide in its place, always as it is there.")
        group = groups.STRUCTURE
        template = "blocks/chapter.html"


class LessonBodyBlock(CompiledStreamBlock):
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
    chapter = ChapterBlock()
    practice = PracticeBlock()
    tool = ToolBlock()
    recommendation = RecommendationBlock()
    legal = LegalReferenceBlock()
    check = CheckBlock()
