"""What is around a document: where it is used, and practices that are near it."""

from collections.abc import Sequence

from django.http import QueryDict

from cms.content import api as content
from cms.content.models import ContentItem
from cms.core.errors import NotFound
from cms.rest.caching import Answer, make_answer
from cms.rest.encoding import encode
from cms.rest.paging import limit_and_offset
from home.guides.repository.related import related

from .absolute import url
from .items import detail_url
from .queries import LARGEST_ID


def used_in_answer(page_id: int, query: QueryDict, principals: frozenset[str]) -> Answer:
    """The documents whose current version shows this one or links to it, one for each key: in this document's language,
    else in its fallback's. Two statements.

    Raises NotFound where these principals see no such document, BadInput for wrong parameters.
    """
    limit, offset = limit_and_offset(query)
    visible, own = _own(page_id, principals)
    found = content.in_language(content.users_of(visible, own["key"]), own["locale"])
    items = sorted(found.values(), key=lambda item: (item.title.casefold(), item.key))
    return _answer(page_id, own, len(items), items[offset : offset + limit])


def related_answer(page_id: int, principals: frozenset[str]) -> Answer:
    """Up to four practices that share the most terms with this document, the nearest first. Three statements.

    Raises NotFound where these principals see no such document.
    """
    visible, own = _own(page_id, principals)
    items = related(items=visible, key=own["key"], locale=own["locale"])
    return _answer(page_id, own, len(items), items)


def _own(page_id: int, principals: frozenset[str]):
    visible = content.visible(principals)
    own = visible.filter(page_id=page_id).values("key", "locale").first() if page_id <= LARGEST_ID else None
    if own is None:
        raise NotFound
    return visible, own


def _answer(page_id: int, own: dict, total: int, items: Sequence[ContentItem]) -> Answer:
    body = {
        "id": page_id,
        "key": own["key"],
        "locale": own["locale"],
        "meta": {"total_count": total},
        "items": [_described(item) for item in items],
    }
    # What comes to be used or near is among the pages that changed.
    surrogates = ["pages", f"key-{own['key']}", *(f"key-{item.key}" for item in items)]
    return make_answer(encode(body), surrogates=surrogates)


def _described(item: ContentItem) -> dict:
    return {
        "id": item.page_id,
        "key": item.key,
        "title": item.title,
        "type": item.type,
        "locale": item.locale,
        "detail_url": detail_url(item.page_id),
        "html_url": url(item.path),
    }
