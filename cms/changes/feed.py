"""Reading the feed: one row per key, locale and access key at its latest change, in the order of their numbers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef

from .log import number_pending
from .models import FeedRow, Horizon, Kind


class FeedEntry(NamedTuple):
    """A feed row as it is read: thousands of them a second, and none of them is ever saved."""

    number: int
    kind: str
    key: UUID
    locale: str
    access_key: str
    item_id: int
    type: str
    version: int
    digest: str
    at: datetime


@dataclass(frozen=True)
class FeedPage:
    """`rows` after a number, the number to go on from, and whether there is more."""

    rows: list[FeedEntry]
    next_number: int
    has_more: bool


def feed_page(
    *,
    after: int,
    access_keys: Collection[str],
    limit: int,
    types: Collection[str] | None = None,
    begun: int | None = None,
) -> FeedPage:
    """The rows after number `after` that somebody with these access keys may see, at most `limit`.

    A tombstone is left out while the same key and locale is alive under another of the access keys: to this reader
    it never disappeared. A full sync (`after=0`) needs no tombstones at all; `begun` is the last number that was given
    when it began, for a caller that has asked `horizon` already.
    """
    number_pending()
    # Before the rows are read: what is numbered in between is still to come for whoever goes on from there.
    if begun is None or after:
        begun = after or horizon()[0]
    rows = FeedRow.objects.filter(number__gt=after, access_key__in=access_keys).order_by("number")
    if types is not None:
        rows = rows.filter(type__in=types)
    if after == 0:
        rows = rows.exclude(kind=Kind.WITHDRAWN)
    elif len(access_keys) > 1:
        alive = FeedRow.objects.filter(
            key=OuterRef("key"), locale=OuterRef("locale"), access_key__in=access_keys
        ).exclude(kind=Kind.WITHDRAWN)
        rows = rows.exclude(Exists(alive), kind=Kind.WITHDRAWN)
    found = [FeedEntry._make(row) for row in rows.values_list(*FeedEntry._fields)[: limit + 1]]
    page = found[:limit]
    if page:
        return FeedPage(page, page[-1].number, len(found) > limit)
    return FeedPage([], begun, False)


def horizon() -> tuple[int, int]:
    """(last number given, number below which tombstones were cleared away)."""
    row = Horizon.objects.filter(pk=1).values_list("last_number", "cleared_below").first()
    return row or (0, 0)
