"""The site's home page, which also holds the site's texts and menus, and plain pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.fields import RichTextField, StreamField

from cms.core.blocks import (
    BoxBlock,
    ChecklistBlock,
    CompiledMixin,
    CompiledStreamBlock,
    FigureBlock,
    FootnoteBlock,
    HeadingBlock,
    PageLinkBlock,
    QuoteBlock,
    TableBlock,
    TextBlock,
    examples,
    groups,
)
from cms.core.pages import BasePage


class DoorBlock(CompiledMixin, blocks.StructBlock):
    """A way into the site: `{title, text, page}`."""

    title = blocks.CharBlock(label=_("Title"), max_length=80)
    text = blocks.CharBlock(label=_("Text"), max_length=160, required=False)
    page = PageLinkBlock(label=_("Leads to"))

    def example(self):
        return {"title": "Read the guides", "text": "Five modules", "page": examples.page("Guides")}

    class Meta:
        icon = "link"
        label = _("Door")
        description = _("A way into the site on the front page.")
        group = groups.STRUCTURE
        template = "blocks/previews/door.html"


class BodyBlock(CompiledStreamBlock):
    """What a plain page is made of."""

    heading = HeadingBlock()
    text = TextBlock()
    figure = FigureBlock()
    table = TableBlock()
    quote = QuoteBlock()
    box = BoxBlock()
    checklist = ChecklistBlock()
    footnote = FootnoteBlock()


class HomePage(BasePage):
    """The front page of one language. Site texts and menus are its fields, since Wagtail's settings don't translate."""

    eyebrow = models.CharField(_("line above the headline"), max_length=160, blank=True)
    headline = models.CharField(_("headline"), max_length=160, blank=True)
    lede = models.TextField(_("introduction"), blank=True, max_length=600)
    doors = StreamField(
        CompiledStreamBlock([("door", DoorBlock())]),
        blank=True,
        verbose_name=_("doors"),
        help_text=_("Three ways into the site, each with a line of text."),
    )
    site_name = models.CharField(_("name of the site"), max_length=80, blank=True)
    footer = RichTextField(_("footer"), blank=True, features=["bold", "link"])

    template = "pages/home.html"
    schema_type = "WebSite"
    contents_root = True
    contents_texts = ("site_name", "footer")
    parent_page_types = ["wagtailcore.Page"]

    api_fields = [
        *BasePage.api_fields,
        APIField("eyebrow"),
        APIField("headline"),
        APIField("lede"),
        APIField("doors"),
        APIField("site_name"),
        APIField("footer"),
    ]
    edit_handler = BasePage.tabs(
        (
            _("Front page"),
            [
                TitleFieldPanel("title"),
                MultiFieldPanel(
                    [FieldPanel("eyebrow"), FieldPanel("headline"), FieldPanel("lede"), FieldPanel("doors")],
                    heading=_("First screen"),
                ),
                FieldPanel("summary"),
            ],
        ),
        (
            _("Site"),
            [
                HelpPanel(
                    _(
                        "These texts stand on every page of this language. The menu holds the pages directly below "
                        "this one that are shown in menus (see their Promote tab)."
                    )
                ),
                FieldPanel("site_name"),
                FieldPanel("footer"),
            ],
        ),
    )

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


class StandardPage(BasePage):
    """A plain page: about, terms, contact."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    template = "pages/standard.html"
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    api_fields = [*BasePage.api_fields, APIField("body")]
    edit_handler = BasePage.tabs(
        (_("Content"), [TitleFieldPanel("title"), FieldPanel("summary"), FieldPanel("body")])
    )

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
