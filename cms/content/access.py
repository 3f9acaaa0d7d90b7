"""The audience of a translation key: the strictest over all its translations and their ancestors.

Wagtail restricts pages; a translation made by wagtail-localize is left open when its source is restricted. Here a
restriction on any page of a key holds for the key, and so for everything below any page of that key.
"""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import F
from wagtail.models import BaseViewRestriction, CollectionViewRestriction, Page, PageViewRestriction
from wagtail.models import Collection as FileCollection

from cms.core import audiences
from cms.core.audiences import PUBLIC, Audience

from .models import Audience as AudienceRow
from .together import once


def audiences_of_keys(keys: Collection[UUID], drafts: dict[UUID, str] | None = None) -> dict[UUID, Audience]:
    """The audience of each key, in five statements at most; in one where nothing is restricted.

    `drafts` gives tree paths of pages that may not be saved yet.
    """
    restricted = once("restricted keys", _restricted_keys)
    if not restricted:
        return dict.fromkeys(keys, PUBLIC)
    pages = [
        *Page.objects.filter(translation_key__in=keys).values_list("translation_key", "path"),
        *(drafts or {}).items(),
    ]
    chain = {prefix for _, path in pages for prefix in prefixes(path)}
    own_keys = defaultdict(set)
    rows = Page.objects.filter(path__in=chain).values_list(
        "path", "translation_key", "alias_of__translation_key"
    )
    for path, key, alias_key in rows:
        own_keys[path] |= {key, alias_key} & restricted.keys()
    found = defaultdict(set)
    for key, path in pages:
        for prefix in prefixes(path):
            found[key] |= own_keys[prefix]
    return {key: audiences.join(*(restricted[each] for each in found[key])) for key in keys}


def audience_of_page(page: Page) -> Audience:
    """The audience of one page's key. A draft that was never saved takes what holds for the place where it hangs."""
    return audiences_of_keys([page.translation_key], drafts={page.translation_key: page.path or ""})[
        page.translation_key
    ]


def prefixes(path: str) -> list[str]:
    """The tree paths of a page and its ancestors: `"000100020003"` gives three."""
    step = Page.steplen
    return [path[:end] for end in range(step, len(path) + 1, step)]


def _restricted_keys() -> dict[UUID, Audience]:
    """What is asked of readers of each key that carries a restriction itself. Two statements at most."""
    restrictions = (
        PageViewRestriction.objects.annotate(
            page_key=F("page__translation_key"), alias_key=F("page__alias_of__translation_key")
        )
        .prefetch_related("groups")
        .order_by("pk")
    )
    found = defaultdict(lambda: PUBLIC)
    for restriction in restrictions:
        asked = audiences.audience(_clause(restriction))
        for key in {restriction.page_key, restriction.alias_key} - {None}:
            found[key] = audiences.join(found[key], asked)
    return dict(found)


def audiences_of_collections(collection_ids: Collection[int]) -> dict[int, Audience]:
    """Who may have the images and files of each collection. Three statements at most, one where none is restricted."""
    if not collection_ids:
        return {}
    restrictions = once("restricted collections", _restricted_collections)
    if not restrictions:
        return dict.fromkeys(collection_ids, PUBLIC)
    asked = [(each.collection.path, audiences.audience(_clause(each))) for each in restrictions]
    paths = FileCollection.objects.filter(pk__in=collection_ids).values_list("pk", "path")
    return {
        pk: audiences.join(PUBLIC, *(clause for above, clause in asked if path.startswith(above)))
        for pk, path in paths
    }


def _restricted_collections() -> list[CollectionViewRestriction]:
    return list(CollectionViewRestriction.objects.select_related("collection").prefetch_related("groups"))


def _clause(restriction: BaseViewRestriction) -> set[str]:
    if restriction.restriction_type == BaseViewRestriction.LOGIN:
        return {audiences.REGISTERED}
    if restriction.restriction_type == BaseViewRestriction.GROUPS:
        return {audiences.group(group.pk) for group in restriction.groups.all()}
    return set()  # shared passwords are off: nobody satisfies one


def remember(audience: Audience) -> str:
    """The audience's key, kept with its clauses so that readers' principals can be matched with it."""
    key = audiences.key(audience)
    if key:
        AudienceRow.objects.get_or_create(key=key, defaults={"clauses": audiences.to_lists(audience)})
    return key


def feed_key(access_key: str, *, listed: bool) -> str:
    """The access key under which the feed tells of an item: its own; of what lists don't hold one that asks as well for
    a reader of courses. Two statements for the latter, none for the former."""
    if listed:
        return access_key
    return once(("feed key", access_key), lambda: remember(_for_readers_of_courses(access_key)))


def _for_readers_of_courses(access_key: str) -> Audience:
    return audiences.join(known_audiences([access_key])[access_key], audiences.audience({audiences.COURSES}))


def known_audiences(keys: Collection[str]) -> dict[str, Audience]:
    """The audiences by their keys, in one statement, in none for the public's alone."""
    found = {"": PUBLIC}
    asked = set(keys) - {""}
    if asked:
        rows = AudienceRow.objects.filter(key__in=asked).values_list("key", "clauses")
        found |= {key: audiences.from_lists(clauses) for key, clauses in rows}
    return found


def access_keys(principals: frozenset[str]) -> frozenset[str]:
    """The access keys that somebody with these principals satisfies. No statement for nobody in particular."""
    if not principals:
        return frozenset({""})
    rows = AudienceRow.objects.values_list("key", "clauses")
    return frozenset(
        {
            "",
            *(key for key, clauses in rows if audiences.satisfies(principals, audiences.from_lists(clauses))),
        }
    )
