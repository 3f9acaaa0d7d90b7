"""The press kit: what others may take to speak of the programme, by kind and language, under which terms, until when."""

from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock

from cms.core import languages, richtext
from cms.core.blocks import CompiledMixin, CompiledStreamBlock, FileBlock, examples, groups, placed_image
from cms.core.blocks.media import language_choices
from cms.core.compilation import current
from cms.core.pages import BasePage
from cms.rest.block_schemas import TEXT, nullable, obj, reference

from .press_kit import Kind


class CommunicationItemBlock(CompiledMixin, blocks.StructBlock):
    """`{title, description, kind, language, file, image, terms_of_use, credit, expires_on, download}`.

    `download` is `{url, format, size, width, height}`: the file, else the image's widest JPEG; None where not every reader
    may have it. `language` is empty for what has no words. Sizes are bytes and pixels; a file has no pixels.
    """

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    description = blocks.TextBlock(label=_("Description"), required=False, default="", max_length=400, rows=2)
    kind = blocks.ChoiceBlock(label=_("Kind"), choices=Kind.choices)
    language = blocks.ChoiceBlock(
        label=_("Language"), choices=language_choices, required=False, help_text=_("Empty: it has no words.")
    )
    file = FileBlock(label=_("File"), required=False)
    image = ImageBlock(
        label=_("Picture"),
        required=False,
        help_text=_("What is taken along where there is no file; else it shows what the file is."),
    )
    terms_of_use = blocks.TextBlock(
        label=_("Terms of use"),
        required=False,
        default="",
        max_length=400,
        rows=2,
        help_text=_("Where they differ from the page's."),
    )
    credit = blocks.CharBlock(label=_("Credit"), required=False, default="", max_length=200)
    expires_on = blocks.DateBlock(
        label=_("Last day"), required=False, help_text=_("After this day it isn't offered any more.")
    )

    def get_api_representation(self, value, context=None):
        image = placed_image(value["image"])
        file = current().file(value["file"].pk) if value["file"] else None
        return {
            "title": value["title"],
            "description": value["description"] or "",
            "kind": value["kind"],
            "language": value["language"] or "",
            "file": file,
            "image": image,
            "terms_of_use": value["terms_of_use"] or "",
            "credit": value["credit"] or (image or {}).get("credit", ""),
            "expires_on": str(value["expires_on"]) if value["expires_on"] else None,
            "download": _download_of_file(value["file"], file)
            if value["file"]
            else _download_of_image(image),
        }

    def problems(self, value):
        if not value["file"] and not value["image"]:
            return [_("“%(title)s” has neither a file nor a picture.") % {"title": value["title"]}]
        return []

    def api_schema(self):
        number = {"type": "integer", "minimum": 0}
        return obj(
            {
                "title": TEXT,
                "description": TEXT,
                "kind": {"type": "string", "enum": Kind.values},
                "language": {"type": "string", "enum": ["", *languages.codes()]},
                "file": nullable(reference("File")),
                "image": nullable(reference("Image")),
                "terms_of_use": TEXT,
                "credit": TEXT,
                "expires_on": nullable(
                    {
                        "type": "string",
                        "format": "date",
                        "description": "The last day; pages show it no longer.",
                    }
                ),
                "download": nullable(
                    obj(
                        {
                            "url": {"type": "string", "format": "uri"},
                            "format": TEXT,
                            "size": nullable({**number, "description": "Bytes."}),
                            "width": nullable(number),
                            "height": nullable(number),
                        }
                    )
                ),
            }
        )

    def example(self):
        rendition = examples.image()["renditions"][0]
        return {
            "title": "Banner: an open square",
            "description": "For the head of a page or of a message.",
            "kind": "banner",
            "language": "",
            "file": None,
            "image": examples.image(),
            "terms_of_use": "",
            "credit": "A painter",
            "expires_on": "2030-12-31",
            "download": {**rendition, "url": "#", "size": 84_000},
        }

    class Meta:
        icon = "download"
        label = _("Item")
        description = _("Something that others may take to speak of the programme, and until when.")
        group = groups.FILES
        template = "blocks/previews/kit_item.html"


def _download_of_file(file, compiled: dict | None) -> dict | None:
    if compiled is None:
        return None
    return {
        "url": compiled["url"],
        "format": PurePosixPath(file.file.name).suffix.lstrip(".").lower(),
        "size": compiled["size"],
        "width": None,
        "height": None,
    }


def _download_of_image(image: dict | None) -> dict | None:
    """Of the widest JPEG; originals aren't handed out."""
    found = [each for each in (image or {}).get("renditions", ()) if each["format"] == "jpeg"]
    if not found:
        return None
    widest = max(found, key=lambda each: each["width"])
    try:
        size = default_storage.size(widest["url"].removeprefix("/media/"))
    except OSError:
        size = None
    return {
        "url": widest["url"],
        "format": widest["format"],
        "size": size,
        "width": widest["width"],
        "height": widest["height"],
    }


class CommunicationToolsPage(BasePage):
    """Logos, factsheets, banners, cards, videos, presentations and photographs to take along."""

    introduction = RichTextField(_("introduction"), features=richtext.FEATURES, blank=True)
    terms_of_use = RichTextField(
        _("terms of use"),
        features=richtext.FEATURES,
        blank=True,
        help_text=_("For all items that have none of their own."),
    )
    items = StreamField(
        CompiledStreamBlock([("item", CommunicationItemBlock())]), blank=True, verbose_name=_("items")
    )

    template = "pages/communication_tools.html"
    schema_type = "CollectionPage"
    parent_page_types = ["home.HomePage", "programme.ProgrammePage"]
    subpage_types = []
    api_fields = [
        *BasePage.api_fields,
        APIField("introduction"),
        APIField("terms_of_use"),
        APIField("items"),
    ]
    edit_handler = BasePage.tabs(
        (
            _("Content"),
            [
                TitleFieldPanel("title"),
                FieldPanel("summary"),
                FieldPanel("introduction"),
                FieldPanel("terms_of_use"),
                FieldPanel("items"),
            ],
        ),
    )

    class Meta:
        verbose_name = _("communication tools")
        verbose_name_plural = _("communication tools")
