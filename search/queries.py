"""Finding: words against the index, then only what the reader may see."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from wagtail.search.backends import get_search_backend
from wagtail.search.query import PlainText

from cms.content import api as content

from .analysis import sought
from .models import Entry


@dataclass(frozen=True)
class Found:
    """Primary keys of the items of one page of results, the best first, and how many there are in all."""

    item_ids: list[int]
    total: int


def matching(query: str, *, operator: str = "and") -> QuerySet[Entry]:
    """Entries that hold all (`or`: any) of the words, the best first, whoever may see them: the caller narrows them.

    A query without a word finds nothing.
    """
    wanted = sought(query)
    if not wanted:
        return Entry.objects.none()
    # Words of letters and digits only: whatever a query language means by quotes or NEAR, it isn't in here.
    combined = PlainText(" ".join(wanted), operator=operator)
    return get_search_backend().search(combined, Entry.objects.all()).get_queryset()


def find(
    query: str,
    *,
    principals: frozenset[str],
    locale: str | None = None,
    types: Collection[str] | None = None,
    limit: int,
    offset: int = 0,
) -> Found:
    """One page of results that these principals may see. Two statements, one more for people who are signed in."""
    # A stale document's words may be those of something that was withdrawn: not even their being there is told.
    items = content.visible(principals).filter(stale=False)
    if locale is not None:
        items = items.filter(locale=locale)
    if types is not None:
        items = items.filter(type__in=types)
    entries = matching(query).filter(item__in=items)
    total = entries.count()
    if not total or not limit:
        return Found([], total)
    return Found(list(entries.values_list("item_id", flat=True)[offset : offset + limit]), total)
