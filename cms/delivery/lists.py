"""A list as an answer: at most four statements, whatever its length."""

from collections.abc import Sequence

import orjson
from django.conf import settings
from django.http import QueryDict

from cms.content import api as content
from cms.rest.caching import Answer, AnswerCache, digest, make_answer

from . import items
from .facets import counted
from .fields import Selection
from .listing import Listing, listing
from .queries import list_rows, rows_by_item, siblings_of
from .rows import Row, Sibling

# Single items and whole lists as they were sent last; keys hold all that they were made of.
ITEMS = AnswerCache(24 * 1024 * 1024)
LISTS = AnswerCache(16 * 1024 * 1024)


def list_answer(query: QueryDict, principals: frozenset[str]) -> Answer:
    """The list that a query asks for. Raises BadInput with the name of the parameter that is wrong."""
    made = listing(query, principals)
    total, rows = _page(made)
    if content.freshen(rows):
        total, rows = _page(made)
    rows = [row for row in rows if not row.stale]
    siblings = siblings_of(rows, principals) if "translations" in made.selection.meta else {}
    # Without `fields` the selection is the same object each time; else its text says what it is.
    shape = (query.get("fields"), tuple(sorted(query.getlist("type"))) if made.selection.everything else ())
    parts = [item_answer(row, siblings.get(row.key, ()), made.selection, shape, made.locale) for row in rows]
    return assemble(total, parts, rows, _facets(made))


def _facets(made: Listing) -> dict | None:
    if not made.facets:
        return None
    matching = made.matching
    if made.found is not None:
        matching = matching.filter(pk__in=made.found.values("item_id"))
    return {"facets": counted(made.facets, matching, made.without, made.locale)}


def _page(made: Listing) -> tuple[int, list[Row]]:
    bodies = made.selection.needs_body
    window = slice(made.offset, made.offset + made.limit)
    if made.found is None:
        total = made.matching.order_by().count()
        return total, list_rows(made.matching[window], bodies=bodies) if made.limit else []
    total = made.found.count()
    order = list(made.found.values_list("item_id", flat=True)[window])
    by_pk = rows_by_item(made.matching.filter(pk__in=order).order_by(), bodies=bodies)
    return total, [by_pk[pk] for pk in order if pk in by_pk]


def item_answer(
    row: Row, siblings: Sequence[Sibling], selection: Selection, shape: tuple, locale: str | None
) -> Answer:
    """One item as it stands in a list. `shape` names the selection, for finding what was made before."""
    key = (settings.BASE_URL, shape, locale, row[:-1], tuple(siblings))
    answer = ITEMS.get(key)
    if answer is None:
        fallback_for = locale if locale not in (None, row.locale) else None
        body = items.render(row, siblings, selection, fallback_for=fallback_for)
        answer = make_answer(body, surrogates=[items.surrogate(row)])
        ITEMS.put(key, answer)
    return answer


def assemble(total: int, parts: Sequence[Answer], rows: Sequence[Row], meta: dict | None = None) -> Answer:
    """Items as Wagtail's envelope: `{"meta": {"total_count": …}, "items": […]}`."""
    head = orjson.dumps({"total_count": total, **(meta or {})})
    etag = digest(head, *(part.etag for part in parts))
    answer = LISTS.get(etag)
    if answer is None:
        body = b'{"meta":%s,"items":[%s]}' % (head, b",".join([part.body for part in parts]))
        answer = make_answer(body, etag=etag, surrogates=["pages", *(items.surrogate(row) for row in rows)])
        LISTS.put(etag, answer)
    return answer
