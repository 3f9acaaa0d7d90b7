"""Compiling a page: its `api_fields`, resolved, as a canonical body; what only a grader may know apart.

Deterministic: the same content gives the same bytes. Writes nothing.
"""

import datetime
import hashlib
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import orjson
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import translation
from wagtail.documents.models import AbstractDocument
from wagtail.fields import RichTextField, StreamField
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from cms.core import abbreviations, richtext
from cms.core.compilation import compiling

from . import indexes
from .references import PageCompilation

# Adults read 200 to 250 words of such text a minute; in Chinese about 300 characters.
WORDS_A_MINUTE = 220
CHARACTERS_A_MINUTE = 300


def canonical(value) -> str:
    """JSON in one spelling. Dicts keep their order, which the compiler fixes: the same content gives the same text."""
    return orjson.dumps(value).decode()


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Compiled:
    """A page as a document. `body` begins with the title; `private` maps public ids to what only graders may know.

    `index` is what it gives to the indexes of its guide: see `cms.content.indexes`.
    """

    body: dict
    private: dict
    embeds: frozenset[uuid.UUID]
    links: frozenset[uuid.UUID]
    files: frozenset[str]
    terms: tuple[tuple[str, str], ...]
    minutes: int
    audience: frozenset
    index: dict = field(default_factory=dict)
    unseen: tuple[int, ...] = field(default=())

    @cached_property
    def body_text(self) -> str:
        return canonical(self.body)

    @cached_property
    def private_text(self) -> str:
        return canonical(self.private) if self.private else ""

    @cached_property
    def digest(self) -> str:
        return digest_of(self.body_text)

    @cached_property
    def private_digest(self) -> str:
        return digest_of(self.private_text) if self.private_text else ""

    @cached_property
    def text(self) -> str:
        """Plain words of the body, for search."""
        return " ".join(_texts({name: value for name, value in self.body.items() if name != "title"}))


def compile_page(page: Page) -> Compiled:
    """Compile a specific page as it stands, saved or draft.

    In few statements whatever the number of links and images: a page with 20 links and 10 images stays within 20.
    """
    with translation.override(page.locale.language_code):
        compilation = PageCompilation(page)
        with compiling(compilation):
            body = {"title": page.title}
            for api_field in page.api_fields:
                name = getattr(api_field, "name", api_field)
                if name not in body:
                    body[name] = _field_value(page, name, compilation)
            index = _index(page, body, compilation)
            if page.glossed:
                body["glossary"] = compilation.glossary.values()
        terms = tuple(sorted(set(page.item_terms())))
    minutes = page.text_for_minutes()
    return Compiled(
        body=body,
        private=dict(sorted(compilation.secrets.items())),
        embeds=frozenset(compilation.embedded),
        links=frozenset(compilation.linked),
        files=frozenset(compilation.file_names),
        terms=terms,
        minutes=reading_minutes(body, page.locale.language_code) if minutes is None else minutes,
        audience=compilation.audience,
        index=index,
        unseen=tuple(compilation.unseen),
    )


def _index(page, body, compilation) -> dict:
    """What the page gives to the indexes of its guide; see `indexes`."""
    if not page.indexed:
        return {}
    found = indexes.entries_of(page, body)
    short = abbreviations.used(" ".join(_texts(body)), compilation.abbreviations)
    return {**found, indexes.ABBREVIATIONS: short} if short else found


def reading_minutes(body: dict, locale: str) -> int:
    """Whole minutes that somebody needs to read the body, at least 1 where there is something to read."""
    text = " ".join(_texts(body))
    if locale.startswith("zh"):
        units, speed = sum(not c.isspace() for c in text), CHARACTERS_A_MINUTE
    else:
        units, speed = len(text.split()), WORDS_A_MINUTE
    return max(1, round(units / speed)) if units else 0


def _field_value(page, name, compilation):
    """A field or property of the page as a value that JSON can hold, without floats."""
    try:
        model_field = page._meta.get_field(name)
    except FieldDoesNotExist:
        model_field = None
    value = getattr(page, name)
    if isinstance(model_field, StreamField):
        return model_field.stream_block.get_api_representation(value)
    if isinstance(model_field, RichTextField):
        return richtext.render(value)
    if isinstance(value, AbstractImage):
        return compilation.image(value)
    if isinstance(value, AbstractDocument):
        return compilation.file(value.pk)
    if isinstance(value, Page):
        return compilation.link(value.pk)
    return plain(value)


def plain(value):
    """Moments in UTC with Z, days as YYYY-MM-DD, decimals as text: the same everywhere a document is read."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, datetime.date | uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, models.Choices):
        return value.value
    return value


# Values under these names are codes and addresses, not words.
_NO_WORDS = {
    "id",
    "key",
    "url",
    "type",
    "locale",
    "anchor",
    "code",
    "taxonomy",
    "format",
    "renditions",
    "number",
    "tlp",
}


def _texts(value):
    if isinstance(value, str):
        found = richtext.words(value) if "<" in value else value
        if found:
            yield found
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NO_WORDS:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
