"""Pages of lists: `{"meta": {"total_count", "next"}, "items"}`, continued by opaque cursors."""

from collections.abc import Callable, Mapping, Sequence

from cms.rest.api import open_cursor, seal_cursor
from cms.rest.paging import DEFAULT_LIMIT, MAX_LIMIT
from cms.rest.parameters import whole_number

PARAMETERS = frozenset({"limit", "cursor"})


def limit_of(query: Mapping) -> int:
    return whole_number(query, "limit", DEFAULT_LIMIT, least=1, most=MAX_LIMIT)


def page(items: Sequence, *, query: Mapping, salt: str, place: Callable) -> dict:
    """A page of a list that is in the order of `place(item)`, a list of texts and numbers that no other item has.

    What is added or taken away meanwhile shifts nothing: the cursor names the last item, not a position.
    """
    limit = limit_of(query)
    rest = items
    if "cursor" in query:
        after = open_cursor(salt, query["cursor"])
        rest = [item for item in items if place(item) > after]
    shown = list(rest[:limit])
    more = len(rest) > limit
    return {
        "meta": {"total_count": len(items), "next": seal_cursor(salt, *place(shown[-1])) if more else None},
        "items": shown,
    }
