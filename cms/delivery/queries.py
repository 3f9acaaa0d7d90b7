"""The statements behind items: one for a document, three for a list.

Everything goes through `content.visible`: what these principals may not see is in no row, so in no answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import models
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, JSONObject

from cms.content import api as content
from cms.core import languages
from cms.core.audiences import ANONYMOUS

from .rows import COLUMNS, SIBLING_COLUMNS, Row, Sibling
from .statements import Statement, fetch

LARGEST_ID = 2**63 - 1


def _rows(queryset: QuerySet, body) -> QuerySet:
    return queryset.annotate(body_=body).values_list(*COLUMNS, "body_")


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


def list_rows(queryset: QuerySet, *, bodies: bool) -> list[Row]:
    """The rows of a list. One statement."""
    body = F("current__body") if bodies else Value(None, output_field=TextField())
    return [Row._make(row) for row in fetch(_rows(queryset, body))]


def rows_by_item(queryset: QuerySet, *, bodies: bool) -> dict[int, Row]:
    """The same by the item's primary key, where something else decides the order."""
    body = F("current__body") if bodies else Value(None, output_field=TextField())
    found = queryset.annotate(body_=body).values_list("pk", *COLUMNS, "body_")
    return {pk: Row._make(row) for pk, *row in fetch(found)}


def siblings_of(rows: Iterable[Row], principals: frozenset[str]) -> dict[str | UUID, list[Sibling]]:
    """The visible items of the rows' keys, by key as the database gives it. One statement, none for no rows."""
    keys = {row.key for row in rows}
    found = defaultdict(list)
    if keys:
        queryset = content.visible(principals).filter(key__in=keys).order_by("locale")
        for row in fetch(queryset.values_list(*SIBLING_COLUMNS)):
            found[row[0]].append(Sibling._make(row))
    return found
