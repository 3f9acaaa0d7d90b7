"""The programme: what it is for, what it delivers and with whom; its communication tools."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.fields import RichTextField, StreamField

from cms.core import richtext
from cms.core.blocks import (
    CompiledMixin,
    CompiledStreamBlock,
    PageLinkBlock,
    TextBlock,
    described,
    examples,
    groups,
)
from cms.core.pages import BasePage
from cms.rest.block_schemas import TEXT, array, nullable, obj
from home.vocabulary.models import Partnership

from .communication import CommunicationToolsPage
from .partners import ROLES

__all__ = ["CommunicationToolsPage", "ProgrammePage"]


class DeliverableBlock(CompiledMixin, blocks.StructBlock):
    """`{title, text, page}`: what the programme delivers and the section of the site where it is."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    text = TextBlock(label=_("Text"))
    page = PageLinkBlock(label=_("Leads to"), required=False)

    def example(self):
        return {
            "title": "Five guides",
            "text": "<p>What works, and what it takes.</p>",
            "page": examples.page("Guides"),
        }

    class Meta:
        icon = "doc-full"
        label = _("Deliverable")
        description = _("Something that the programme delivers, and where it is.")
        group = groups.STRUCTURE
        template = "blocks/previews/deliverable.html"


class ProgrammePage(BasePage):
    """Description, banner, objectives and deliverables, in order."""

    banner = models.ForeignKey(
        "media.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("banner"),
    )
    introduction = RichTextField(_("introduction"), features=richtext.FEATURES, blank=True)
    objectives = StreamField(
        CompiledStreamBlock(
            [
                (
                    "objective",
                    described(
                        blocks.TextBlock(label=_("Objective"), rows=2),
                        icon="pick",
                        group=groups.TEXT,
                        description=_("One thing that the programme is for."),
                        preview_value="Places stay open to everybody, and safe.",
                    ),
                )
            ]
        ),
        blank=True,
        verbose_name=_("objectives"),
    )
    deliverables = StreamField(
        CompiledStreamBlock([("deliverable", DeliverableBlock())]), blank=True, verbose_name=_("deliverables")
    )
    partners_text = RichTextField(_("partners"), features=richtext.FEATURES, blank=True)

    template = "pages/programme.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["programme.CommunicationToolsPage"]
    api_fields = [
        *BasePage.api_fields,
        APIField("banner"),
        APIField("introduction"),
        APIField("objectives"),
        APIField("deliverables"),
        APIField("partners_text"),
        APIField("partnerships"),
    ]
    api_schemas = {
        "partnerships": array(
            obj(
                {
                    "role": {"type": "string", "enum": Partnership.Role.values},
                    "order": {"type": "integer", "minimum": 0},
                    "code": TEXT,
                    "name": TEXT,
                    "abbreviation": TEXT,
                    "kind": TEXT,
                    "url": TEXT,
                    "from_year": nullable({"type": "integer"}),
                    "to_year": nullable({"type": "integer"}),
                }
            ),
            description="Who the programme works with, by role and order; past ones, too: see `to_year`.",
        )
    }
    edit_handler = BasePage.tabs(
        (
            _("Content"),
            [
                TitleFieldPanel("title"),
                FieldPanel("summary"),
                FieldPanel("banner"),
                FieldPanel("introduction"),
                MultiFieldPanel([FieldPanel("objectives")], heading=_("Objectives")),
                MultiFieldPanel([FieldPanel("deliverables")], heading=_("Deliverables")),
                FieldPanel("partners_text"),
            ],
        ),
    )

    class Meta:
        verbose_name = _("programme page")
        verbose_name_plural = _("programme pages")

    @property
    def partnerships(self) -> list[dict]:
        """`[{role, order, code, name, abbreviation, kind, url, from_year, to_year}]` of all times, by role and order.

        Names are in the page's language. Two statements.
        """
        rows = Partnership.objects.select_related("organisation").prefetch_related("organisation__labels")
        ordered = sorted(rows, key=lambda row: (ROLES.index(row.role), row.position, row.pk))
        return [
            {
                "role": row.role,
                "order": row.position,
                **row.organisation.compiled(self.locale.language_code),
                "from_year": row.from_year,
                "to_year": row.to_year,
            }
            for row in ordered
        ]

    def item_terms(self):
        """It is found by the organisations that it names, and follows their names."""
        codes = Partnership.objects.values_list("organisation__code", flat=True)
        return [("organisation", code) for code in codes]
