"""Compendium > Guide > Chapter."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField

from cms.core.pages import BasePage

from ..blocks import ChapterBodyBlock
from .texts import text_field


class CompendiumPage(BasePage):
    """A set of modular guides, released as editions."""

    foreword = text_field(_("foreword"))

    template = "pages/compendium.html"
    schema_type = "Collection"
    contents_root = True
    editions = True
    shows_indexes = True
    parent_page_types = ["home.HomePage"]
    subpage_types = ["guides.GuidePage"]
    api_fields = [*BasePage.api_fields, APIField("foreword")]
    edit_handler = BasePage.tabs(
        (_("Content"), [TitleFieldPanel("title"), FieldPanel("summary"), FieldPanel("foreword")])
    )

    class Meta:
        verbose_name = _("compendium")
        verbose_name_plural = _("compendia")


class GuidePage(BasePage):
    """One module of a compendium."""

    module_number = models.PositiveSmallIntegerField(
        _("module number"),
        default=1,
        help_text=_("Shown on the cover and before the numbers of its chapters."),
    )
    audience = models.TextField(_("who it is for"), blank=True, max_length=400)
    foreword = text_field(_("foreword"))
    cover = models.ForeignKey(
        "media.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("cover image"),
    )

    template = "pages/guide.html"
    schema_type = "Book"
    numbered = True
    shows_indexes = True
    takeaways = ("pdf", "epub")
    parent_page_types = ["guides.CompendiumPage"]
    subpage_types = ["guides.ChapterPage"]
    api_fields = [
        *BasePage.api_fields,
        APIField("module_number"),
        APIField("audience"),
        APIField("foreword"),
        APIField("cover"),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        SynchronizedField("module_number"),
    ]
    edit_handler = BasePage.tabs(
        (
            _("Content"),
            [
                TitleFieldPanel("title"),
                FieldPanel("module_number"),
                FieldPanel("summary"),
                FieldPanel("audience"),
                FieldPanel("foreword"),
            ],
        ),
        (_("Cover"), [FieldPanel("cover")]),
    )

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")

    @property
    def own_number(self) -> int:
        """Guides carry their number; chapters are counted."""
        return self.module_number


class ChapterPage(BasePage):
    """A chapter of a guide."""

    body = StreamField(
        ChapterBodyBlock(),
        blank=True,
        verbose_name=_("body"),
        help_text=_(
            "Sections, figures, tables and notes are numbered by the platform, in each language's way."
        ),
    )

    template = "pages/chapter.html"
    schema_type = "Chapter"
    numbered = True
    takeaways = ("pdf", "epub")
    glossed = True
    indexed = True
    parent_page_types = ["guides.GuidePage"]
    subpage_types = []
    api_fields = [*BasePage.api_fields, APIField("body")]
    edit_handler = BasePage.tabs(
        (_("Content"), [TitleFieldPanel("title"), FieldPanel("summary"), FieldPanel("body")])
    )

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")

    def item_terms(self):
        """A chapter is found by the instruments that it names."""
        found = set()
        for child in self.body:
            if child.block_type == "legal" and child.value["instrument"]:
                found.add(("instrument", child.value["instrument"].code))
        return sorted(found)
