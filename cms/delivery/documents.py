"""A document as an answer, from one statement: by its page's id or by its key and language."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

import orjson
from django.conf import settings
from django.http import QueryDict

from cms.content import api as content
from cms.core.errors import NotFound
from cms.rest.caching import Answer, AnswerCache, make_answer
from cms.rest.parameters import choice

from . import items
from .fields import Selection, select
from .queries import document_rows, key_rows
from .rows import Row, Sibling
from .types import document_types

# What was sent last: a key holds all that an answer was made of, so nothing in here can be out of date.
ANSWERS = AnswerCache(24 * 1024 * 1024)
# The usual one first.
RICH_TEXT_FORMATS = ("html", "markdown")


def by_id(
    page_id: int, principals: frozenset[str], fields: str | None = None, *, markdown: bool = False
) -> Answer:
    """The current document of a page. Raises NotFound where these principals see none, BadInput for wrong `fields`."""
    return _answer(lambda: document_rows(page_id, principals), _chooser_by_id(page_id), fields, markdown)


def by_key(
    key: UUID,
    locale: str,
    fallback: Sequence[str],
    principals: frozenset[str],
    fields: str | None = None,
    *,
    markdown: bool = False,
) -> Answer:
    """The document of a key in a language, else in the first fallback that exists. Raises like `by_id`."""
    chain = list(dict.fromkeys([locale, *fallback]))
    return _answer(lambda: key_rows(key, chain, principals), _chooser_by_key(chain), fields, markdown, locale)


def _chooser_by_id(page_id):
    def choose(rows):
        return next((row for row in rows if row[0] == page_id), None)

    return choose


def _chooser_by_key(chain):
    def choose(rows):
        found = {row[2]: row for row in rows}
        return next((found[code] for code in chain if code in found), None)

    return choose


def _answer(
    read: Callable[[], list[tuple]],
    choose: Callable[[list[tuple]], tuple | None],
    fields: str | None,
    markdown: bool,
    locale: str | None = None,
    retried: bool = False,
) -> Answer:
    rows = read()
    chosen = choose(rows)
    if chosen is None:
        raise NotFound
    own = Row._make(chosen[:-1])
    if own.stale:
        if retried or not content.freshen([own]):
            raise NotFound
        return _answer(read, choose, fields, markdown, locale, retried=True)
    cache_key = (
        settings.BASE_URL,
        fields,
        markdown,
        locale,
        own.page_id,
        tuple([row[:-2] for row in rows]),
        chosen[-1],
    )
    answer = ANSWERS.get(cache_key)
    if answer is None:
        selection = selection_of(own.type, fields, markdown=markdown)
        answer = _make(own, [Row._make(row[:-1]) for row in rows], chosen[-1], selection, locale)
        ANSWERS.put(cache_key, answer)
    return answer


def _make(
    own: Row, family: list[Row], parent: str | None, selection: Selection, locale: str | None
) -> Answer:
    body = items.render(
        own,
        [sibling_of(row) for row in family],
        selection,
        parent=parent and orjson.loads(parent),
        fallback_for=locale if locale not in (None, own.locale) else None,
    )
    return make_answer(body, surrogates=[items.surrogate(own)], modified=items.modified(family))


def selection_of(label: str, fields: str | None, *, markdown: bool) -> Selection:
    """What `fields` asks of a document of this type."""
    kind = document_types()[label]
    objects = [(name, kind.target(name)) for name in kind.objects]
    selection = select(fields, known=kind.fields, objects=objects, detail=True)
    return replace(selection, markdown=True) if markdown else selection


def sibling_of(row: Row) -> Sibling:
    return Sibling(*(getattr(row, name) for name in Sibling._fields))


def wants_markdown(query: QueryDict) -> bool:
    """Whether `rich_text_format` asks for Markdown instead of display HTML. Raises BadInput for anything else."""
    return choice(query, "rich_text_format", RICH_TEXT_FORMATS) == "markdown"
