"""Translations of the demo's pages, made as a translator makes them: string by string in wagtail-localize."""

from html import unescape

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from wagtail.fields import RichTextField
from wagtail.models import Locale
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from home import markdown

# Entries whose text is the small Markdown, whatever field or block they stand in.
_MARKDOWN = {"text", "footnote", "guidance", "situation", "consequence"}


def translate(page, source: dict, translated: dict, language: str) -> list[str]:
    """Translate a page and publish it. Returns the source strings for which the file has no translation."""
    origin, _ = TranslationSource.get_or_create_from_instance(page)
    locale = Locale.objects.get(language_code=language)
    translation, _ = Translation.objects.get_or_create(source=origin, target_locale=locale)
    pairs = dict(_pairs(page, source, translated))
    rows, missing = [], []
    segments = StringSegment.objects.filter(source=origin).select_related("string", "context")
    for segment in segments:
        text = pairs.get(_normal(segment.string.data))
        if text is None:
            missing.append(segment.string.data)
            continue
        rows.append(
            StringTranslation(
                translation_of=segment.string, locale=locale, context=segment.context, data=text
            )
        )
    StringTranslation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["locale", "translation_of", "context"],
        update_fields=["data"],
    )
    translation.save_target(publish=True)
    return missing


def _normal(html: str) -> str:
    return " ".join(unescape(html).split())


def _pairs(page: models.Model, source, translated, name=""):
    """(source string, its translation as stored) for every text of two files of the same structure."""
    if isinstance(source, dict) and isinstance(translated, dict):
        for key, value in source.items():
            if key in translated:
                yield from _pairs(page, value, translated[key], key)
    elif isinstance(source, list) and isinstance(translated, list):
        for one, other in zip(source, translated, strict=False):
            yield from _pairs(page, one, other, name)
    elif isinstance(source, str) and isinstance(translated, str):
        if _is_markdown(page, source, name):
            for one, other in zip(markdown.segments(source), markdown.segments(translated), strict=False):
                yield _normal(one), other
        yield _normal(source), _plain(translated)


def _is_markdown(page, text, name) -> bool:
    if name in _MARKDOWN or "\n" in text:
        return True
    try:
        return isinstance(page._meta.get_field(name), RichTextField)
    except FieldDoesNotExist:
        return False


def _plain(text: str) -> str:
    """A plain text as wagtail-localize stores it: escaped like HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
