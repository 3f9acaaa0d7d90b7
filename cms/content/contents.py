"""Contents: numbering, breadcrumbs, previous and next, in one document per root and language.

Built from items alone, never from the page tree. What is missing in a language stands there in its fallback language, so
that a reader of an unfinished translation loses nothing and is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cms.core import languages
from cms.core.language_models import ready_codes

from . import editions
from .compile import canonical, digest_of
from .models import ContentItem, Contents, ItemIndex

# In Wagtail's tree a site's front page hangs directly below the root.
SITE_DEPTH = 2
NO_INDEXES = "{}"


def rebuild(root_key: UUID) -> int:
    """Bring the contents of a root in all languages to its items. Returns how many documents changed."""
    existing = {row.locale: row for row in Contents.objects.filter(root_key=root_key)}
    written, gone = [], []
    for locale, made in assemble(root_key).items():
        row = existing.get(locale)
        if made is None:
            if row is not None:
                gone.append(row.pk)
            continue
        if row is not None and row.digest == made.digest:
            continue
        written.append(
            Contents(
                root_key=root_key,
                locale=locale,
                body=made.text,
                indexes=made.indexes,
                digest=made.digest,
                updated_at=timezone.now(),
                is_site=made.is_site,
            )
        )
    if gone:
        Contents.objects.filter(pk__in=gone).delete()
    Contents.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["root_key", "locale"],
        update_fields=["body", "indexes", "digest", "updated_at", "is_site"],
    )
    return len(written) + len(gone)


@dataclass(frozen=True)
class Made:
    """A contents document as its items have it now: canonical texts of the tree and of the indexes."""

    text: str
    indexes: str
    is_site: bool

    @property
    def digest(self) -> str:
        return digest_of(self.text if self.indexes == NO_INDEXES else self.text + self.indexes)


def assemble(root_key: UUID) -> dict[str, Made | None]:
    """The contents of a root in every language; None where the root isn't published. Two statements, five for what is
    released in editions."""
    by_key = defaultdict(dict)
    items = _items(root_key)
    for item in items:
        by_key[item.key][item.locale] = item
    record = editions.record(root_key, items)
    rows = ItemIndex.objects.filter(item__root_key=root_key, item__status=ContentItem.Status.LIVE)
    indexes = {item: orjson.loads(body) for item, body in rows.values_list("item", "body")}
    found = {}
    shown = shown_languages()
    for locale in languages.codes():
        body = build(root_key, locale, by_key, record, shown)
        found[locale] = body and Made(
            canonical(body), canonical(_indexes(by_key, locale, indexes)), body["node"]["site"]
        )
    return found


def _indexes(by_key, locale, indexes: dict[int, dict]) -> dict[str, dict]:
    """By key, what the page that stands for it in this language gives to indexes."""
    chosen = {key: _best(found, locale) for key, found in by_key.items()} if indexes else {}
    return {str(key): indexes[item.pk] for key, item in chosen.items() if item.pk in indexes}


def rebuild_around(item: ContentItem, *others: UUID | None) -> None:
    """Rebuild the contents that an item stands in: its root's, and those of the root above where it is a root itself."""
    rebuild_around_all([item], *others)


def rebuild_around_all(items: Iterable[ContentItem], *others: UUID | None) -> None:
    """The same for many items: each contents document is rebuilt once."""
    items = list(items)
    above = ContentItem.objects.filter(page_id__in={item.parent_id for item in items})
    roots = {item.root_key for item in items} | set(above.values_list("root_key", flat=True)) | set(others)
    for root_key in roots - {None}:
        rebuild(root_key)


def _items(root_key):
    """The live items of a root in all languages, and the roots that hang below it (guides and courses below the front page)."""
    own = ContentItem.objects.filter(root_key=root_key, status=ContentItem.Status.LIVE)
    return list(
        ContentItem.objects.filter(status=ContentItem.Status.LIVE, in_contents=True)
        .filter(Q(root_key=root_key) | Q(parent_id__in=own.values("page_id")))
        .order_by("tree_path")
    )


def build(
    root_key: UUID,
    locale: str,
    by_key: dict[UUID, dict[str, ContentItem]],
    record: editions.Record,
    shown: Sequence[str],
) -> dict | None:
    """The contents of a root as `{key, locale, texts, editions, errata, node}`, the site's with `languages`: the codes of
    those that readers meet (`shown`). None where the root itself isn't published.

    A node is `{key, id, type, title, url, locale, number, depth, minutes, access, menu, outdated, listed, earlier,
    children}`; `number` is `"2.1"` or empty, `access` the access key by which readers are filtered, `locale` the language
    that it is in, `earlier` the numbers of the earlier editions that hold it. `editions` are `{number, released_at}`, the
    newest first, and `errata` those of the newest: see `editions.described`.
    """
    if root_key not in by_key:
        return None
    chosen = {key: _best(found, locale) for key, found in by_key.items()}
    structural = {
        key: found.get(item.source_locale, item)
        for (key, found), item in zip(by_key.items(), chosen.values(), strict=True)
    }
    key_of_page = {item.page_id: key for key, found in by_key.items() for item in found.values()}
    below = defaultdict(list)
    for key, item in structural.items():
        if key != root_key:
            below[key_of_page.get(item.parent_id)].append(key)

    def node(key, number, depth):
        item = chosen[key]
        inner = sorted(below[key], key=lambda each: structural[each].tree_path)
        numbered = numbers([structural[each].own_number for each in inner], number)
        return {
            "key": str(key),
            "id": item.page_id,
            "type": item.type,
            "title": item.title,
            "url": item.path if item.locale == locale else languages.swap_prefix(item.path, locale),
            "locale": item.locale,
            "number": number,
            "depth": depth,
            "minutes": item.minutes,
            "access": item.access_key,
            "menu": structural[key].show_in_menus,
            "outdated": item.outdated,
            "listed": item.listed,
            "earlier": record.holding.get(key, []),
            "children": [node(each, own, depth + 1) for each, own in zip(inner, numbered, strict=True)],
        }

    return {
        "key": str(root_key),
        "locale": locale,
        "texts": _texts(chosen[root_key]),
        **editions.described(record, locale, chosen[root_key].source_locale),
        "node": {**node(root_key, "", 0), "site": chosen[root_key].depth == SITE_DEPTH},
        **({"languages": list(shown)} if chosen[root_key].depth == SITE_DEPTH else {}),
    }


def shown_languages() -> list[str]:
    """The codes of the languages that were added and that readers meet, in the official order. One statement."""
    ready = {settings.LANGUAGE_CODE, *ready_codes()}
    return [code for code in languages.codes() if code in ready]


def numbers(carried: Iterable[int | None], above: str) -> list[str]:
    """The numbers of siblings, in order, below what is numbered `above`: `"2.1"`, or empty.

    `carried` is what each says of itself: None for no number, 0 to be counted, else the number that it carries.
    """
    found, counted = [], 0
    for own in carried:
        if own == 0:
            counted += 1
        number = own or (counted if own == 0 else None)
        found.append(f"{above}.{number}" if number and above else str(number or ""))
    return found


def _texts(root: ContentItem) -> dict:
    names = apps.get_model(root.type).contents_texts
    if not names:
        return {}
    body = orjson.loads(root.current.body)
    return {name: body[name] for name in names}


def _best(found: dict[str, ContentItem], locale: str) -> ContentItem:
    source = next(iter(found.values())).source_locale
    return next(found[code] for code in languages.fallback_chain(locale, source) if code in found)


def load(root_keys: Iterable[UUID], locale: str, *, indexes: bool = False) -> dict[str, dict]:
    """The contents of these roots and of the site in one language, in one statement, by the root's key as text.

    With `indexes` each document also has those: entries by key, not yet filtered for anybody.
    """
    rows = Contents.objects.filter(Q(root_key__in=set(root_keys)) | Q(is_site=True), locale=locale)
    # Entity tags are made of what this gives: an order of PostgreSQL's own would change with each row that is written.
    rows = rows.order_by("root_key")
    if not indexes:
        return {str(key): orjson.loads(body) for key, body in rows.values_list("root_key", "body")}
    return {
        str(key): {**orjson.loads(body), "indexes": orjson.loads(entries)}
        for key, body, entries in rows.values_list("root_key", "body", "indexes")
    }


def load_site() -> dict[str, dict]:
    """The site's contents document in every language, by language, in one statement."""
    rows = Contents.objects.filter(is_site=True).values_list("locale", "body")
    return {locale: orjson.loads(body) for locale, body in rows}


def languages_of(document: dict | None) -> list[str]:
    """The codes of the languages that readers meet, in the official order, as a site's contents document says."""
    return (document or {}).get("languages") or languages.codes()


def visible_node(node: dict, access: frozenset[str]) -> dict | None:
    """The node as a reader with these access keys sees it: what they may not see isn't there, nor what hangs below it."""
    if node["access"] not in access:
        return None
    children = [visible_node(child, access) for child in node["children"]]
    return {**node, "children": [child for child in children if child]}


def flatten(node: dict) -> list[dict]:
    """The node and everything below it in reading order."""
    return [node, *(each for child in node["children"] for each in flatten(child))]


def rebuild_all() -> int:
    """Rebuild the contents of every root. Returns how many documents changed."""
    with transaction.atomic():
        roots = set(
            ContentItem.objects.exclude(root_key=None)
            .order_by()
            .values_list("root_key", flat=True)
            .distinct()
        )
        return sum(rebuild(root_key) for root_key in roots)
