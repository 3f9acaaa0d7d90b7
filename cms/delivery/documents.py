"""A document as an answer, from one statement: by its page's id or by its key and language."""

from collections.abc import Callable, Sequence
from uuid import UUID

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cms.content import api as content
from cms.core.errors import NotFound
from cms.rest.caching import Answer, AnswerCache, make_answer
from cms.rest.parameters import refuse

from . import items
from .fields import Selection, select
from .queries import document_rows, key_rows
from .rows import Row, Sibling
from .types import document_types

# What was sent last: a key holds all that an answer was made of, so nothing in here can be out of date.
ANSWERS = AnswerCache(24 * 1024 * 1024)


def by_id(page_id: int, principals: frozenset[str], fields: str | None = None) -> Answer:
    """The current document of a page. Raises NotFound where these principals see none, BadInput for wrong `fields`."""
    return _answer(lambda: document_rows(page_id, principals), _chooser_by_id(page_id), fields)


def by_key(
    key: UUID, locale: str, fallback: Sequence[str], principals: frozenset[str], fields: str | None = None
) -> Answer:
    """The document of a key in a language, else in the first fallback that exists. Raises like `by_id`."""
    chain = list(dict.fromkeys([locale, *fallback]))
    return _answer(lambda: key_rows(key, chain, principals), _chooser_by_key(chain), fields, locale)


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
        return _answer(read, choose, fields, locale, retried=True)
    cache_key = (
        settings.BASE_URL,
        fields,
        locale,
        own.page_id,
        tuple([row[:-2] for row in rows]),
        chosen[-1],
    )
    answer = ANSWERS.get(cache_key)
    if answer is None:
        answer = _make(own, [Row._make(row[:-1]) for row in rows], chosen[-1], fields, locale)
        ANSWERS.put(cache_key, answer)
    return answer


def _make(own: Row, family: list[Row], parent: str | None, fields: str | None, locale: str | None) -> Answer:
    body = items.render(
        own,
        [sibling_of(row) for row in family],
        selection_of(own.type, fields),
        parent=parent and orjson.loads(parent),
        fallback_for=locale if locale not in (None, own.locale) else None,
    )
    return make_answer(body, surrogates=[items.surrogate(own)], modified=items.modified(family))


def selection_of(label: str, fields: str | None) -> Selection:
    """What `fields` asks of a document of this type."""
    kind = document_types()[label]
    return select(
        fields, known=kind.fields, objects=[(name, kind.target(name)) for name in kind.objects], detail=True
    )


def sibling_of(row: Row) -> Sibling:
    return Sibling(row.key, row.locale, row.page_id, row.title, row.path)


def check_rich_text_format(value: str | None) -> None:
    """There is one format: display HTML."""
    if value not in (None, "html"):
        raise refuse("rich_text_format", _("It must be one of: %(choices)s.") % {"choices": "html"})
