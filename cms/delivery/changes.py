"""`/api/v2/changes/`: what became visible, changed or disappeared, for one audience, in an order that misses nothing."""

import hashlib

import orjson
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cms.changes import api as changes
from cms.content import api as content
from cms.rest import parameters
from cms.rest.api import Gone, open_cursor, seal_cursor
from cms.rest.caching import Answer, digest, make_answer, respond

from . import schema
from .callers import DeliveryView, principals_of_request
from .fields import META, Selection
from .lists import item_answers
from .queries import rows_of, siblings_of
from .rows import key_text, moment_text

SALT = "changes"
DEFAULT_LIMIT = 100
MAX_LIMIT = 500

# The document of a change is what a list shows with `fields=*`.
WHOLE = Selection(True, True, frozenset(META) - {"parent"}, frozenset())


class Changes(DeliveryView):
    allowed_parameters = frozenset({"cursor", "include", "limit"})
    problem_statuses = (410,)

    @schema.changes
    def get(self, request: HttpRequest):
        query = request.GET
        principals = principals_of_request(request)
        limit = parameters.whole_number(query, "limit", DEFAULT_LIMIT, least=1, most=MAX_LIMIT)
        include = parameters.choice(query, "include", ("document",))
        return respond(
            request, feed_answer(query.get("cursor"), limit, principals, documents=include is not None)
        )


def feed_answer(cursor: str | None, limit: int, principals: frozenset[str], *, documents: bool) -> Answer:
    """One page of the feed. Raises BadInput for a cursor that isn't ours, Gone for one that can't be followed on."""
    if cursor is None:
        after, started = 0, changes.horizon()[0]
    else:
        after, started = _open(cursor, principals)
    page = changes.feed_page(
        after=after, access_keys=content.access_keys(principals), limit=limit, begun=started
    )
    # Looked at after the rows: a tombstone that is cleared away in between would be missed for good. A full sync reads
    # old rows first: what matters is from when on it has been told of withdrawals.
    if cursor is not None and max(after, started) < changes.horizon()[1]:
        raise Gone(_("The cursor is too old: begin again without one."), code="cursor_expired")
    # What was withdrawn before a client began was never told to it.
    rows = [row for row in page.rows if row.kind != changes.Kind.WITHDRAWN or row.number > started]
    found = _documents(rows, principals) if documents else {}
    texts, etags = [], []
    for row in rows:
        document = found.get(row.item_id)
        if documents and row.kind != changes.Kind.WITHDRAWN and document is None:
            continue  # gone since: what tells of that follows
        item = _item(row)
        texts += [b"," if texts else b'{"items":[', item]
        if document is not None:
            texts[-1:] = [item[:-1], b',"document":', document.body, b"}"]
        etags.append(item if document is None else document.etag + str(row.number))
    following = page.rows[-1].number if page.rows else max(after, started)
    head = orjson.dumps({"next_cursor": _seal(following, started, principals), "has_more": page.has_more})
    # Twelve megabytes, with many documents: put together once, not piece by piece.
    body = b"".join([*(texts or [b'{"items":[']), b"],", head[1:]])
    return make_answer(body, etag=digest(head, *etags), surrogates=["changes"])


def _item(row) -> bytes:
    return orjson.dumps(
        {
            "kind": str(row.kind),
            "key": key_text(row.key),
            "locale": row.locale,
            "id": row.item_id,
            "type": row.type,
            "version": row.version,
            "digest": row.digest,
            "at": moment_text(row.at),
        }
    )


def _documents(rows, principals) -> dict[int, Answer]:
    """What is visible now of what the rows name, by page id: three statements at most, whatever their number."""
    ids = [row.item_id for row in rows if row.kind != changes.Kind.WITHDRAWN]
    if not ids:
        return {}
    current = rows_of(ids, principals)
    if content.freshen(current):
        current = rows_of(ids, principals)
    current = [row for row in current if not row.stale]
    return item_answers(current, siblings_of(current, principals), WHOLE, ("whole",), None)


# Cursors --------------------------------------------------------------------------------------------------------


def _seal(after: int, started: int, principals: frozenset[str]) -> str:
    """A cursor: how far its holder has read, where its full sync began, and whose eyes it reads with."""
    return seal_cursor(SALT, after, started, _audience(principals))


def _open(cursor: str, principals) -> tuple[int, int]:
    after, started, audience = open_cursor(SALT, cursor)
    if audience != _audience(principals):
        raise Gone(_("What you may see has changed: begin again without a cursor."), code="audience_changed")
    return after, started


def _audience(principals: frozenset[str]) -> str:
    return hashlib.sha256("\0".join(sorted(principals)).encode()).hexdigest()[:16] if principals else ""
