"""Films, recordings and files to take along."""

from pathlib import PurePosixPath

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from .. import languages
from ..compilation import current
from . import examples, groups
from .compiled import CompiledMixin
from .prose import TextBlock

VIDEO = frozenset({"mp4", "webm"})
AUDIO = frozenset({"mp3", "ogg", "m4a"})


def _extension(file) -> str:
    return PurePosixPath(file.file.name).suffix.lstrip(".").lower() if file else ""


def language_choices() -> list[tuple[str, str]]:
    return [(code, languages.name(code)) for code in languages.codes()]


class FileBlock(CompiledMixin, DocumentChooserBlock):
    """`{id, title, url, size, sha256}`, or None where not every reader may have it."""

    def get_api_representation(self, value, context=None):
        return current().file(value.pk) if value else None

    class Meta:
        icon = "doc-full-inverse"
        label = _("File")


class MediaBlock(CompiledMixin, blocks.StructBlock):
    """A film or recording: `{title, kind, file, captions, language, transcript}`; `kind` is `video` or `audio`."""

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    file = FileBlock(label=_("File"), help_text=_("Film: mp4 or webm. Recording: mp3, m4a or ogg."))
    captions = FileBlock(
        label=_("Captions"), required=False, help_text=_("WebVTT (.vtt). Needed for a film.")
    )
    language = blocks.ChoiceBlock(label=_("Spoken language"), choices=language_choices)
    transcript = TextBlock(label=_("Transcript"), help_text=_("For those who can't hear or load it."))

    def get_api_representation(self, value, context=None):
        return {
            **super().get_api_representation(value, context=context),
            "kind": "audio" if _extension(value["file"]) in AUDIO else "video",
        }

    def example(self):
        return {
            "title": "A walk through the market",
            "kind": "audio",
            "file": examples.file("A walk through the market", 2_400_000),
            "captions": None,
            "language": get_language(),
            "transcript": "<p>We begin where the delivery lorries come in.</p>",
        }

    def problems(self, value):
        kind = _extension(value["file"])
        problems = []
        if value["file"] and kind not in VIDEO | AUDIO:
            problems.append(_("“%(title)s” is neither a film nor a recording.") % {"title": value["title"]})
        if kind in VIDEO and _extension(value["captions"]) != "vtt":
            problems.append(_("The film “%(title)s” has no captions (WebVTT).") % {"title": value["title"]})
        return problems

    class Meta:
        icon = "media"
        label = _("Film or recording")
        description = _("A film with captions or a recording, with its words as text.")
        group = groups.FILES
        template = "blocks/media.html"


class DownloadBlock(CompiledMixin, blocks.StructBlock):
    """A file to take along: `{title, description, file}`."""

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    description = blocks.TextBlock(label=_("Description"), required=False, max_length=400, rows=2)
    file = FileBlock(label=_("File"))

    def example(self):
        return {
            "title": "The plan on one page",
            "description": "To be filled in together and put up beside the door.",
            "file": examples.file("The plan on one page", 84_000),
        }

    class Meta:
        icon = "download"
        label = _("Download")
        description = _("A file to take along, with a line about what it is for.")
        group = groups.FILES
        template = "blocks/download.html"
