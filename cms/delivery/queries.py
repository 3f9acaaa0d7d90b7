"""The statements behind items: one for a document, three for a list.

Everything goes through `content.visible`: what these principals may not see is in no row, so in no answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import models
from django.db.models import Case, F, Func, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, JSONObject

from cms.content import api as content
from cms.content.models import ContentVersion
from cms.core import languages
from cms.core.audiences import ANONYMOUS

from .rows import COLUMNS, SIBLING_COLUMNS, Row, Sibling
from .statements import Many, Statement, fetch, run, written

LARGEST_ID = 2**63 - 1


# Lists first ask which rows there are, then for the bodies of those that aren't kept.
_NO_BODY = Value(None, output_field=TextField())
# COUNT as a plain function: as an aggregate it would group.
_EVERY = Func(F("pk"), function="COUNT", output_field=models.IntegerField())


def _rows(queryset: QuerySet, body, *more: str) -> QuerySet:
    return queryset.annotate(body_=body).values_list(*COLUMNS, "body_", *more)


def _with_parent(queryset: QuerySet, visible: QuerySet, body) -> QuerySet:
    """Rows that bring along what is said of the page above, where these principals see it."""
    parent = visible.filter(page_id=OuterRef("parent_id")).values(
        said=Cast(JSONObject(id="page_id", type="type", path="path", title="title"), TextField())
    )
    return queryset.annotate(body_=body, parent_=Subquery(parent[:1])).values_list(
        *COLUMNS, "body_", "parent_"
    )


def _one(page_id, principals=ANONYMOUS) -> QuerySet:
    visible = content.visible(principals)
    own = visible.filter(page_id=page_id).values("key")
    # Only the document asked for brings its body along.
    body = Case(When(page_id=page_id, then=F("current__body")), output_field=TextField())
    return _with_parent(visible.filter(key=Subquery(own[:1])), visible, body)


def _by_key(key, principals=ANONYMOUS, **chain) -> QuerySet:
    visible = content.visible(principals)
    body = Case(When(locale__in=list(chain.values()), then=F("current__body")), output_field=TextField())
    return _with_parent(visible.filter(key=key), visible, body)


_CHAIN = [f"locale{index}" for index in range(len(languages.codes()))]
_statement_one = Statement(_one, page_id=models.BigIntegerField())
_statement_by_key = Statement(
    _by_key, key=models.UUIDField(), **{name: models.CharField(max_length=12) for name in _CHAIN}
)


def document_rows(page_id: int, principals: frozenset[str]) -> list[tuple]:
    """Raw rows of a document and its translations; empty where there is nothing. One statement.

    Each is a `Row` and, after it, what is said of its parent (JSON text or None).
    """
    if page_id > LARGEST_ID:
        return []
    if principals:
        return fetch(_one(page_id, principals))
    return _statement_one.run(page_id=page_id)


def key_rows(key: UUID, chain: Sequence[str], principals: frozenset[str]) -> list[tuple]:
    """The same by key: bodies of the items in the languages of `chain`. One statement."""
    padded = dict(zip(_CHAIN, [*chain, *[chain[-1]] * (len(_CHAIN) - len(chain))], strict=True))
    if principals:
        return fetch(_by_key(key, principals, **padded))
    return _statement_by_key.run(key=key, **padded)


class Window:
    """The rows of a list from `start` to `stop`, without their bodies, and how many there are in all.

    The statement is written once; what it finds is asked of the database each time.
    """

    def __init__(self, queryset: QuerySet, start: int, stop: int):
        matching = queryset.order_by()
        # Counted once for the statement, not once for each row: it refers to nothing outside.
        total = Subquery(matching.annotate(total_=_EVERY).values("total_"))
        self._rows = (
            written(_rows(queryset.annotate(total_=total)[start:stop], _NO_BODY, "total_"))
            if start < stop
            else None
        )
        # An empty window says nothing of how many there are, unless it is the first.
        self._count = (
            written(matching.annotate(total_=_EVERY).values_list("total_"))
            if start or not self._rows
            else None
        )

    def read(self) -> tuple[int, list[Row]]:
        """One statement; another where none stands in the window."""
        found = run(self._rows)
        if found:
            return found[0][-1], [Row._make(row[:-1]) for row in found]
        counted = run(self._count)
        return (counted[0][0] if counted else 0), []


class Ranked:
    """The same where relevance decides the order: `found` are search entries, the best first. Bodies come along."""

    def __init__(self, matching: QuerySet, found: QuerySet, start: int, stop: int, *, bodies: bool):
        self._matching, self._found, self._bodies = matching.order_by(), found, bodies
        self._window = slice(start, stop)

    def read(self) -> tuple[int, list[Row]]:
        """Three statements."""
        total = self._found.count()
        order = list(self._found.values_list("item_id", flat=True)[self._window])
        by_pk = rows_by_item(self._matching.filter(pk__in=order), bodies=self._bodies)
        return total, [by_pk[pk] for pk in order if pk in by_pk]


def only_row(queryset: QuerySet) -> Row:
    """The row of the one item there is, without its body. One statement."""
    [row] = fetch(_rows(queryset, _NO_BODY))
    return Row._make(row)


def rows_of(page_ids: Sequence[int], principals: frozenset[str]) -> list[Row]:
    """The rows of these pages, without their bodies, in no order. One statement."""
    read = fetch(_several(page_ids, principals)) if principals else _statement_several.run(page_ids)
    return [Row._make(row) for row in read]


def rows_by_item(queryset: QuerySet, *, bodies: bool) -> dict[int, Row]:
    """The same by the item's primary key, where something else decides the order."""
    found = queryset.annotate(body_=F("current__body") if bodies else _NO_BODY)
    return {pk: Row._make(row) for pk, *row in fetch(found.values_list("pk", *COLUMNS, "body_"))}


def _several(page_ids: Sequence[int], principals=ANONYMOUS) -> QuerySet:
    return _rows(content.visible(principals).filter(page_id__in=page_ids), _NO_BODY)


def _bodies(ids: list[int]) -> QuerySet:
    return ContentVersion.objects.filter(pk__in=ids).values_list("pk", "body")


def _siblings(keys: list[UUID], principals=ANONYMOUS) -> QuerySet:
    siblings = content.visible(principals).filter(key__in=keys)
    return siblings.order_by("locale").values_list(*SIBLING_COLUMNS)


_statement_several = Many(_several, models.BigIntegerField())
_statement_bodies = Many(_bodies, models.BigIntegerField())
_statement_siblings = Many(_siblings, models.UUIDField())


def bodies_of(rows: Iterable[Row]) -> dict[int, str]:
    """The bodies of these rows by their `version_id`. One statement, none for no rows.

    A version never changes: what is read a moment after its row is still that row's. One that was destroyed in between
    is missing.
    """
    return dict(_statement_bodies.run([row.version_id for row in rows]))


def siblings_of(rows: Iterable[Row], principals: frozenset[str]) -> dict[str | UUID, list[Sibling]]:
    """The visible items of the rows' keys, by key as the database gives it. One statement, none for no rows."""
    keys = {row.key for row in rows}
    found = defaultdict(list)
    if keys:
        read = fetch(_siblings(list(keys), principals)) if principals else _statement_siblings.run(keys)
        for row in read:
            found[row[0]].append(Sibling._make(row))
    return found
