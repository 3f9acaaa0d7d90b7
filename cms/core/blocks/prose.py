"""Blocks of words."""

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .. import richtext
from ..compilation import current
from . import groups
from .compiled import CompiledMixin


class TextBlock(CompiledMixin, blocks.RichTextBlock):
    """Paragraphs and lists. Compiles to display HTML."""

    def __init__(self, **kwargs):
        kwargs.setdefault("features", richtext.FEATURES)
        super().__init__(**kwargs)

    def get_api_representation(self, value, context=None):
        return richtext.render(value.source if value else "")

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Paragraphs and lists, with links to pages and files.")
        group = groups.TEXT
        template = "blocks/text.html"
        preview_value = "<p>Start with the people who open the doors every morning.</p>"


#: What the levels of headings are called where they are chosen.
LEVELS = {2: _("Section"), 3: _("Subsection"), 4: _("Paragraph heading")}


class HeadingBlock(CompiledMixin, blocks.StructBlock):
    """A numbered heading. Compiles to `{text, level, number, anchor}`; `number` counts within the page."""

    text = blocks.CharBlock(label=_("Heading"), max_length=200)
    level = blocks.ChoiceBlock(
        label=_("Level"),
        choices=[(str(level), name) for level, name in LEVELS.items()],
        default="2",
        help_text=_("Sections are numbered by the platform; don't type a number."),
    )

    def get_api_representation(self, value, context=None):
        level = int(value["level"] or 2)
        number = current().heading(level)
        slug = slugify(value["text"], allow_unicode=True)[:60]
        return {
            "text": value["text"],
            "level": level,
            "number": number,
            "anchor": f"s{number.replace('.', '-')}-{slug}".rstrip("-"),
        }

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("Begins a section. It is numbered, and stands in the table of contents.")
        group = groups.STRUCTURE
        template = "blocks/heading.html"
        form_classname = "struct-block compendium-heading"
        preview_value = {"text": "Trust before technology", "level": "2"}


class QuoteBlock(CompiledMixin, blocks.StructBlock):
    """`{text, attribution}`, both plain."""

    text = blocks.TextBlock(label=_("Quotation"), rows=3)
    attribution = blocks.CharBlock(
        label=_("Who said it"), required=False, help_text=_("A role is enough: “a site manager”.")
    )

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        description = _("What somebody said, in their words.")
        group = groups.TEXT
        template = "blocks/quote.html"
        preview_value = {"text": "We started asking what is unusual here.", "attribution": "A site manager"}


class BoxBlock(CompiledMixin, blocks.StructBlock):
    """A box beside the main text: `{title, text}`, `text` as display HTML."""

    title = blocks.CharBlock(label=_("Title"), required=False)
    text = TextBlock(label=_("Text"))

    class Meta:
        icon = "doc-full"
        label = _("Box")
        description = _("A remark beside the main text: a summary, a warning, a definition.")
        group = groups.TEXT
        template = "blocks/box.html"
        preview_value = {"title": "In short", "text": "<p>One page, practised twice a year.</p>"}


class CaseStudyBlock(CompiledMixin, blocks.StructBlock):
    """`{title, place, text, number}`; numbered within the page, listed in the guide's index of case studies."""

    counted = True
    listed_in = "case_studies"
    anchor = "case"

    title = blocks.CharBlock(label=_("Title"))
    place = blocks.CharBlock(
        label=_("Place"), required=False, help_text=_("As precise as the source agreed to.")
    )
    text = TextBlock(label=_("Text"))

    def get_api_representation(self, value, context=None):
        return {
            **super().get_api_representation(value, context=context),
            "number": current().count("case_study"),
        }

    class Meta:
        icon = "globe"
        label = _("Case study")
        description = _("What happened in one place, told in short. Numbered.")
        group = groups.PRACTICE
        template = "blocks/case_study.html"
        preview_value = {
            "title": "A market that stayed open",
            "place": "A coastal city",
            "text": "<p>What was done.</p>",
        }


class ChecklistBlock(CompiledMixin, blocks.StructBlock):
    """`{title, items}`, plain."""

    title = blocks.CharBlock(label=_("Title"))
    items = blocks.ListBlock(blocks.CharBlock(label=_("Item"), max_length=500), label=_("Items"), min_num=1)

    class Meta:
        icon = "tick-inverse"
        label = _("Checklist")
        description = _("Points that a reader goes through, one after the other.")
        group = groups.PRACTICE
        template = "blocks/checklist.html"
        preview_value = {
            "title": "Before you decide",
            "items": ["Who is affected?", "What would do less harm?"],
        }


class FootnoteBlock(CompiledMixin, blocks.StructBlock):
    """A note to the block before it: `{text, number}`; shown at the end of the page."""

    counted = True

    text = TextBlock(label=_("Note"), features=["italic", "link"])

    def get_api_representation(self, value, context=None):
        return {
            **super().get_api_representation(value, context=context),
            "number": current().count("footnote"),
        }

    class Meta:
        icon = "list-ol"
        label = _("Footnote")
        description = _("A note to the block before it, shown at the end of the page.")
        group = groups.STRUCTURE
        template = "blocks/footnote.html"
        preview_value = {"text": "<p>Security Council resolution 2341 (2017).</p>"}
