"""What a lesson is made of: a chapter's blocks, things from guides by reference, knowledge checks, activities."""

from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.content import api as content
from cms.core import languages
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
    PageEmbedBlock,
    QuoteBlock,
    TableBlock,
    TextBlock,
    examples,
    groups,
)
from cms.core.compilation import current
from cms.rest.block_schemas import TEXT, array, nullable, obj, reference
from home.vocabulary.blocks import (
    LegalReferenceBlock,
    PracticeBlock,
    RecommendationBlock,
    StakeholderTableBlock,
    ToolBlock,
)
from learning.assessment.blocks import CheckBlock

from . import sections
from .activities import FlashCardsBlock, ReflectionBlock
from .scenarios import ScenarioBlock

_ORIGIN = {
    "version": {"type": "integer", "minimum": 1, "description": "Of the source's document, as it is shown."},
    "guide": nullable(
        obj(
            {
                "key": {"type": "string", "format": "uuid"},
                "title": TEXT,
                "url": TEXT,
                "locale": TEXT,
                "edition": {"type": "integer", "minimum": 1},
            },
            description="What it is a part of, where that is released in editions.",
        )
    ),
}

# The blocks of a chapter.
_CHAPTER_BODY = reference("guides.ChapterPage/properties/body")


def _shown_as(**members) -> dict:
    return nullable({"allOf": [reference("PageLink"), obj({**members, **_ORIGIN})]})


def example_origin() -> dict:
    guide = {**examples.page("Protecting places of worship"), "edition": 2}
    return {"version": 1, "guide": guide}


class SourceMixin:
    """Something shown by reference that says where it is from: `version` and `guide` beside its own; see `Compilation.origin`.

    A correction of it reaches people who are under way, any other change waits (docs/decisions/0017).
    """

    def get_api_representation(self, value, context=None):
        found = super().get_api_representation(value, context=context)
        return found and {**found, **current().origin(value.pk)}


class LessonPracticeBlock(SourceMixin, PracticeBlock):
    """`{…link, summary, place, terms, version, guide}`."""

    def example(self):
        return {**super().example(), "version": 1, "guide": None}

    api_schema = _shown_as(summary=TEXT, place=TEXT, terms=array(reference("Term")))


class ChapterBlock(SourceMixin, PageEmbedBlock):
    """A guide's chapter, shown whole in its place: `{…link, summary, body, version, guide}`."""

    api_schema = _shown_as(summary=TEXT, body=_CHAPTER_BODY)

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
            **example_origin(),
        }

    class Meta:
        icon = "doc-full"
        label = _("Chapter")
        description = _("A whole chapter of a guide in its place, by reference: corrections of it follow.")
        group = groups.STRUCTURE
        template = "blocks/chapter.html"


class SectionNameBlock(blocks.CharBlock):
    """Which section: the id of its heading, which is the same in every language; as typed where there is none such."""

    def get_translatable_segments(self, value):
        return []

    def restore_translated_segments(self, value, segments):
        return value


class SectionBlock(CompiledMixin, blocks.StructBlock):
    """A section of a chapter in its place: `{…link, section: {id, number, title, anchor}, body, version, guide}`.

    `section` is None where the chapter has it no more; `body` is empty then. What is numbered is numbered within it.
    """

    chapter = PageEmbedBlock(label=_("Chapter"), page_type="guides.ChapterPage")
    section = SectionNameBlock(
        label=_("Section"),
        max_length=300,
        help_text=_("Its number (2.1), or its address copied from the chapter’s page."),
    )

    def get_api_representation(self, value, context=None):
        page = value["chapter"]
        found = current().embed(page.pk) if page else None
        if found is None:
            return None
        body = found.pop("body").get("body", [])
        section = sections.find(sections.sections_of(body), value["section"])
        return {
            **found,
            "section": section and section.value,
            "body": sections.cut(body, section) if section else [],
            **current().origin(page.pk),
        }

    def clean(self, value):
        """What was typed becomes the heading's id where it is found; the gate tells of what isn't."""
        cleaned = super().clean(value)
        found = sections.find(self._sections(cleaned), cleaned["section"])
        if found is not None:
            cleaned["section"] = found.id
        return cleaned

    def get_form_state(self, value):
        """Shown with its number and title, by which it is found again."""
        state = super().get_form_state(value)
        found = sections.find(self._sections(value), value.get("section"))
        return {**state, "section": found.label} if found is not None else state

    def _sections(self, value) -> list[sections.Section]:
        page = value.get("chapter")
        return known_sections([page], page.locale.language_code).get(page.translation_key, []) if page else []

    def example(self):
        words = "<p>Start with the people who open the doors every morning.</p>"
        return {
            **examples.page("Working with communities"),
            "key": "example",
            "type": "guides.ChapterPage",
            "section": {"id": "example", "number": "2", "title": "Trust before technology", "anchor": ""},
            "body": [{"type": "text", "value": words, "id": "example"}],
            **example_origin(),
        }

    api_schema = _shown_as(
        section=nullable(obj({"id": TEXT, "number": TEXT, "title": TEXT, "anchor": TEXT})),
        body=_CHAPTER_BODY,
    )

    class Meta:
        icon = "list-ul"
        label = _("Section of a chapter")
        description = _("One section of a chapter in its place, by reference: corrections of it follow.")
        group = groups.STRUCTURE
        template = "blocks/section.html"


def known_sections(pages, locale: str) -> dict[UUID, list[sections.Section]]:
    """The sections of these chapters as a language has them, by key; what isn't published isn't in it. One statement."""
    items = apps.get_model("content", "ContentItem").objects.filter(
        key__in={page.translation_key for page in pages}, status="live"
    )
    found: dict[UUID, dict] = {}
    for item in items.select_related("current"):
        found.setdefault(item.key, {})[item.locale] = item
    known = {}
    for key, by_locale in found.items():
        source = next(iter(by_locale.values())).source_locale
        best = next(by_locale[code] for code in languages.fallback_chain(locale, source) if code in by_locale)
        known[key] = sections.sections_of(content.body(best.current).get("body", []))
    return known


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
    section = SectionBlock()
    practice = LessonPracticeBlock()
    tool = ToolBlock()
    recommendation = RecommendationBlock()
    legal = LegalReferenceBlock()
    check = CheckBlock()
    reflection = ReflectionBlock()
    scenario = ScenarioBlock()
    flash_cards = FlashCardsBlock()
