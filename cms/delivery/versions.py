"""Older versions of documents: readable by number for as long as they are kept, by whoever may read them today."""

import orjson

from cms.content import api as content
from cms.core.errors import NotFound
from cms.rest.caching import Answer, make_answer

from . import items
from .documents import selection_of, sibling_of
from .queries import LARGEST_ID, document_rows
from .rows import Row


def version_answer(page_id: int, number: int, principals: frozenset[str], fields: str | None) -> Answer:
    """Version `number` of a document, in four statements. Raises NotFound where it isn't, or isn't to be seen now.

    Decided today, not when it was written: access to the document, and to everything that this version shows or links to.
    """
    own, parent, family = _document(page_id, principals)
    if own.stale and content.freshen([own]):
        own, parent, family = _document(page_id, principals)
    if own.stale or number > LARGEST_ID:
        raise NotFound
    found = list(
        content.visible(principals)
        .filter(page_id=page_id, versions__number=number)
        .values_list("versions__pk", "versions__digest", "versions__body", "versions__created_at")
    )
    if not found or content.shows_hidden(version_ids=[found[0][0]], principals=principals):
        raise NotFound
    _pk, digest, body, created_at = found[0]
    selection = selection_of(own.type, fields)
    title = orjson.loads(body)["title"]
    row = own._replace(version=number, digest=digest, body=body, title=title, published_at=created_at)
    text = items.render(row, [sibling_of(each) for each in family], selection, parent=parent)
    answer = make_answer(text, surrogates=[items.surrogate(own)], modified=created_at)
    answer.extra["Link"] = f'<{items.detail_url(page_id)}>; rel="canonical"'
    return answer


def _document(page_id, principals) -> tuple[Row, dict | None, list[Row]]:
    rows = document_rows(page_id, principals)
    own = next((row for row in rows if row[0] == page_id), None)
    if own is None:
        raise NotFound
    return Row._make(own[:-1]), own[-1] and orjson.loads(own[-1]), [Row._make(row[:-1]) for row in rows]
