"""Older versions of documents and what earlier editions hold of them: readable by number for as long as they are kept,
by whoever may read them today."""

import orjson

from cms.content import api as content
from cms.core.errors import NotFound
from cms.rest.caching import Answer, make_answer
from home.reading import is_read_its_own_way

from . import items
from .documents import by_id, selection_of, sibling_of
from .queries import LARGEST_ID, document_rows, only_row, siblings_of
from .rows import Row, moment_text


def version_answer(
    page_id: int, number: int, principals: frozenset[str], fields: str | None, *, markdown: bool = False
) -> Answer:
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
    selection = selection_of(own.type, fields, markdown=markdown)
    title = orjson.loads(body)["title"]
    row = own._replace(version=number, digest=digest, body=body, title=title, published_at=created_at)
    said = _replaced("version", number) if number < own.version else None
    text = items.render(row, [sibling_of(each) for each in family], selection, parent=parent, said=said)
    answer = make_answer(text, surrogates=[items.surrogate(own)], modified=created_at)
    answer.extra["Link"] = f'<{items.detail_url(page_id)}>; rel="canonical"'
    return answer


def edition_answer(
    page_id: int, number: int, principals: frozenset[str], fields: str | None, *, markdown: bool = False
) -> Answer:
    """What edition `number` holds of a page, retired ones too; of the current edition the current document. Seven
    statements at most.

    Raises NotFound like `version_answer`, and where the edition is unknown or doesn't hold it.
    """
    if max(page_id, number) > LARGEST_ID:
        raise NotFound
    found = content.pinned_document(page_id=page_id, number=number, principals=principals)
    if found is None:
        return _current(page_id, number, principals, fields, markdown)
    pin, edition = found
    version = pin.version
    row = only_row(content.archived(principals).filter(page_id=page_id))
    row = row._replace(
        path=row.path if is_read_its_own_way(row.type) else content.edition_address(number, pin.path),
        title=pin.title,
        version=version.number,
        digest=version.digest,
        body=version.body,
        published_at=version.created_at,
        outdated=False,
        outdated_since=None,
        files="[]",
    )
    said = {
        "edition": {"number": number, "released_at": moment_text(edition.released_at)},
        **_replaced("edition", number),
    }
    family = siblings_of([row], principals).get(row.key, ())
    selection = selection_of(row.type, fields, markdown=markdown)
    text = items.render(row, family, selection, said=said)
    answer = make_answer(text, surrogates=[items.surrogate(row)], modified=version.created_at)
    answer.extra["Link"] = f'<{items.detail_url(page_id)}>; rel="canonical"'
    return answer


def _current(page_id, number, principals, fields, markdown) -> Answer:
    own = content.visible(principals).filter(page_id=page_id).values_list("root_key", flat=True).first()
    edition = own and content.current_edition(own)
    if edition is None or edition.number != number:
        raise NotFound
    return by_id(page_id, principals, fields, markdown=markdown)


def _replaced(kind: str, number: int) -> dict:
    """What an older version or edition replaced, and what replaced it: `{kind, number}`."""
    return {
        "supersedes": {"kind": kind, "number": number - 1} if number > 1 else None,
        "superseded_by": {"kind": kind, "number": number + 1},
    }


def _document(page_id, principals) -> tuple[Row, dict | None, list[Row]]:
    rows = document_rows(page_id, principals)
    own = next((row for row in rows if row[0] == page_id), None)
    if own is None:
        raise NotFound
    return Row._make(own[:-1]), own[-1] and orjson.loads(own[-1]), [Row._make(row[:-1]) for row in rows]
