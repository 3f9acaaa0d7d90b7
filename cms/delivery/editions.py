"""The editions of a compendium, guide or course: what each holds, changed and got wrong."""

from cms.content import api as content
from cms.core.errors import NotFound
from cms.rest.caching import Answer, make_answer
from cms.rest.encoding import encode
from home.reading import is_read_its_own_way

from .absolute import url
from .items import detail_url
from .rows import moment_text


def editions_answer(page_id: int, principals: frozenset[str]) -> Answer:
    """The editions of the root that a document belongs to, the newest first. Thirteen statements at most.

    Raises NotFound where these principals see no such document, and where it isn't released in editions.
    """
    visible = content.visible(principals)
    own = visible.filter(page_id=page_id).values("root_key", "locale").first()
    roots = visible.filter(key=own["root_key"]) if own and own["root_key"] else visible.none()
    by_locale = {root.locale: root for root in roots}
    editions = content.editions_of(own["root_key"]) if by_locale else []
    if not editions:
        raise NotFound
    locale = own["locale"]
    root = by_locale.get(locale) or next(iter(by_locale.values()))
    changes = content.changes_of(editions, locale=locale, principals=principals)
    seen = _seen(editions, principals)
    items = [
        _described(edition, change, root, locale, editions[0].number, seen)
        for edition, change in zip(editions, changes, strict=True)
    ]
    body = {
        "meta": {"total_count": len(items)},
        "id": root.page_id,
        "key": str(root.key),
        "locale": locale,
        "items": items,
    }
    return make_answer(encode(body), surrogates=[f"key-{root.key}", f"contents-{root.key}"])


def _described(edition, changes, root, locale: str, newest: int, seen: set) -> dict:
    number, comparison = edition.number, changes.comparison
    current = number == newest
    has_addresses = not is_read_its_own_way(root.type)
    return {
        "number": number,
        "released_at": moment_text(edition.released_at),
        "note": edition.note,
        "current": current,
        "supersedes": number - 1 if number > 1 else None,
        "superseded_by": None if current else number + 1,
        "html_url": _address(number, root.path, current) if current or has_addresses else None,
        "detail_url": detail_url(root.page_id) + ("" if current else f"?edition={number}"),
        "errata": [
            content.erratum_in(each, locale, root.source_locale)
            for each in edition.errata.all()
            if each.key is None or each.key in seen
        ],
        "changes": comparison
        and {
            **comparison.counts,
            "html_url": url(content.changes_address(number, root.path)) if has_addresses else None,
        },
    }


def _address(number: int, path: str, current: bool) -> str:
    return url(path if current else content.edition_address(number, path))


def _seen(editions, principals) -> set:
    """The pages that errata are about and that these principals may know of. One statement at most."""
    keys = {each.key for edition in editions for each in edition.errata.all() if each.key}
    if not keys:
        return set()
    return set(content.archived(principals).filter(key__in=keys).values_list("key", flat=True))
