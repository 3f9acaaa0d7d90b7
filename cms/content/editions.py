"""Editions of guides, compendia and courses: a structure, and for frozen ones the versions that belong to it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from django.apps import apps
from django.db.models import Exists, OuterRef
from django.utils import timezone
from wagtail.models import Page

from cms.core import languages

from .compile import plain
from .models import ContentItem, ContentVersion, Edition, EditionPin, EditionRow, Erratum


def current_edition(root_key: UUID) -> Edition | None:
    """The edition with the highest number; None before the first publication."""
    return Edition.objects.filter(root_key=root_key).order_by("-number").first()


def editions_of(root_key: UUID) -> list[Edition]:
    """All editions, the newest first, with `errata`. Two statements."""
    return list(Edition.objects.filter(root_key=root_key).order_by("-number").prefetch_related("errata"))


def structure(edition: Edition) -> list[EditionRow]:
    """The places of an edition in reading order. The first is the root itself. One statement."""
    return list(edition.rows.order_by("position"))


def follow(item: ContentItem) -> None:
    """After a publication: make edition 1 of a root, or let an unsealed edition's structure follow the tree.

    Structure comes from the source language alone.
    """
    if item.key == item.root_key and item.edition_number is None:
        _tell(current_edition(item.key), item)
    if item.root_key is None or item.locale != item.source_locale:
        return
    edition = current_edition(item.root_key)
    if edition is None:
        root_published = (
            item.key == item.root_key
            or ContentItem.objects.filter(key=item.root_key, status=ContentItem.Status.LIVE).exists()
        )
        if not root_published or not _has_editions(item.root_key):
            return
        edition = Edition.objects.create(root_key=item.root_key, number=1, released_at=timezone.now())
        _tell(edition, item)
    if edition.sealed_at is None:
        take_structure(edition)


def _tell(edition: Edition | None, item: ContentItem) -> None:
    """A root's envelope says which edition readers see, in every language; `item` is what the caller holds of it."""
    if edition is None:
        return
    values = {"edition_number": edition.number, "edition_released_at": edition.released_at}
    ContentItem.objects.filter(key=edition.root_key).update(**values)
    if item.key == edition.root_key:
        for name, value in values.items():
            setattr(item, name, value)


def _has_editions(root_key) -> bool:
    """Whether the root's type is released in editions: home pages are roots of contents and nothing more."""
    label = ContentItem.objects.filter(key=root_key).values_list("type", flat=True).first()
    page = Page.objects.filter(translation_key=root_key).first()
    return bool(label and page and getattr(page.specific_class, "editions", False))


def take_structure(edition):
    """Make the edition's rows what the live items of the source language are, in the order of the tree."""
    items = list(
        ContentItem.objects.filter(
            root_key=edition.root_key, status=ContentItem.Status.LIVE, in_contents=True
        )
        .order_by("tree_path")
        .values("key", "page_id", "parent_id", "type", "depth", "locale", "source_locale", "tree_path")
    )
    items = [item for item in items if item["locale"] == item["source_locale"]]
    root = next((item for item in items if item["key"] == edition.root_key), None)
    if root is not None:
        # What was moved a moment ago and isn't compiled yet still names this root from elsewhere in the tree: it comes, or
        # goes, when it is.
        items = [item for item in items if item["tree_path"].startswith(root["tree_path"])]
    top = min((item["depth"] for item in items), default=0)
    key_of_page = {item["page_id"]: item["key"] for item in items}
    wanted = [
        (item["key"], key_of_page.get(item["parent_id"]), item["type"], item["depth"] - top) for item in items
    ]
    have = [(row.key, row.parent_key, row.type, row.depth) for row in structure(edition)]
    if have == wanted:
        return
    required = dict(edition.rows.values_list("key", "required"))
    edition.rows.all().delete()
    EditionRow.objects.bulk_create(
        [
            EditionRow(
                edition=edition,
                key=key,
                parent_key=parent_key,
                type=label,
                depth=depth,
                position=position,
                required=required.get(key, True),
            )
            for position, (key, parent_key, label, depth) in enumerate(wanted)
        ]
    )


def refollow(root_key: UUID) -> None:
    """The same after a withdrawal or a move: an unsealed edition's structure is the tree's."""
    edition = current_edition(root_key)
    if edition is not None and edition.sealed_at is None:
        take_structure(edition)


def seal(edition: Edition) -> bool:
    """From now on the structure stays: somebody depends on it. Returns whether it didn't before."""
    return bool(Edition.objects.filter(pk=edition.pk, sealed_at=None).update(sealed_at=timezone.now()))


def pinned_versions(
    *, edition: Edition, keys: Collection[UUID], locale: str, bodies: bool = True
) -> dict[UUID, ContentVersion]:
    """The version of each key that somebody on this edition reads in this language, with `item`. One statement.

    A key that is missing in the language comes in its fallback language: `version.item.locale` says which. Retired items
    stay readable: their last version is what the edition holds.
    """
    chosen: dict[UUID, ContentVersion] = {}
    versions = ContentVersion.objects.select_related("item")
    if not bodies:
        versions = versions.defer("body", "text", "private")
    rows = _held(versions, edition, keys)
    by_key: dict[UUID, dict[str, ContentVersion]] = {}
    # What is pinned comes last: it holds, whatever is current.
    for version in sorted(rows, key=lambda each: each.is_pinned):
        by_key.setdefault(version.item.key, {})[version.item.locale] = version
    for key, found in by_key.items():
        source = next(iter(found.values())).item.source_locale
        chosen[key] = next(found[code] for code in languages.fallback_chain(locale, source) if code in found)
    return chosen


def pinned_private_parts(*, edition: Edition, keys: Collection[UUID]) -> dict[UUID, dict[str, dict]]:
    """The private parts that an edition holds of each key, by language: `{key: {locale: {…}}}`. One statement.

    What only a grader may know: never put any of it into an answer before its time.
    """
    rows = _held(ContentVersion.objects.exclude(private=""), edition, keys)
    found: dict[UUID, dict[str, dict]] = {}
    columns = rows.values_list("item__key", "item__locale", "private", "is_pinned")
    for key, locale, private, _is_pinned in sorted(columns, key=lambda row: row[3]):
        found.setdefault(key, {})[locale] = orjson.loads(private)
    return found


def _held(versions, edition: Edition, keys: Collection[UUID]):
    """The versions of these keys that an edition holds, in all languages. `is_pinned` says which hold whatever is current."""
    pins = EditionPin.objects.filter(edition=edition, key__in=keys)
    wanted = pins.values("version")
    if edition.frozen_at is None:
        wanted = wanted.union(ContentItem.objects.filter(key__in=keys).values("current"))
    return versions.filter(pk__in=wanted).annotate(
        is_pinned=Exists(EditionPin.objects.filter(edition=edition, version=OuterRef("pk")))
    )


# Held back from the current edition -------------------------------------------------------------------------------


def hold_back(edition: Edition, item: ContentItem, version: ContentVersion) -> None:
    """Whoever is on this sealed, current edition keeps a version of an item; what is published after it waits for the next
    edition. Holding it back again changes nothing."""
    EditionPin.objects.get_or_create(
        edition=edition,
        key=item.key,
        locale=item.locale,
        defaults={
            "version": version,
            "path": item.path,
            "title": item.title,
            "own_number": item.own_number,
            "minutes": item.minutes,
        },
    )


def let_flow(edition: Edition, item: ContentItem) -> None:
    """What is current of an item belongs to the current edition again."""
    EditionPin.objects.filter(
        edition=edition, edition__frozen_at=None, key=item.key, locale=item.locale
    ).delete()


def correct_pins(key: UUID, wrong: Collection[int], right: ContentVersion) -> None:
    """Editions that hold one of these versions of a key hold its correction instead. In the caller's transaction.

    A pin of the current edition on what is current has nothing more to keep back, and goes.
    """
    pins = EditionPin.objects.filter(key=key, locale=right.item.locale, version__in=wrong)
    pins.update(version=right)
    if right.pk == right.item.current_id:
        pins = EditionPin.objects.filter(key=key, locale=right.item.locale, version=right)
        pins.filter(edition__frozen_at=None).delete()


def held_back(edition: Edition) -> dict[tuple[UUID, str], ContentVersion]:
    """The versions, by key and language, that the current edition keeps while a later one waits. One statement."""
    if edition.frozen_at is not None:
        return {}
    pins = EditionPin.objects.filter(edition=edition).select_related("version__item")
    return {(pin.key, pin.locale): pin.version for pin in pins}


# What contents say of editions ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Record:
    """The editions of a root, the newest first; which earlier ones hold each key; the errata of the newest."""

    editions: list[Edition] = field(default_factory=list)
    holding: dict[UUID, list[int]] = field(default_factory=dict)
    errata: list[Erratum] = field(default_factory=list)


def record(root_key: UUID, items: Iterable[ContentItem]) -> Record:
    """What the contents of a root say of its editions. Three statements, none for what isn't released in editions."""
    label = next((item.type for item in items if item.key == root_key), None)
    if label is None or not apps.get_model(label).editions:
        return Record()
    editions = list(Edition.objects.filter(root_key=root_key).order_by("-number"))
    pins = EditionPin.objects.filter(edition__root_key=root_key, edition__frozen_at__isnull=False)
    pins = pins.order_by("edition__number")
    holding: dict[UUID, list[int]] = {}
    for key, number in pins.values_list("key", "edition__number").distinct():
        holding.setdefault(key, []).append(number)
    return Record(editions, holding, list(editions[0].errata.all()) if editions else [])


def described(record: Record, locale: str, source_locale: str) -> dict:
    """`{editions: [{number, released_at}], errata: [{key, text, locale, noted_on}]}` in a language. Pure."""
    return {
        "editions": [
            {"number": edition.number, "released_at": plain(edition.released_at)}
            for edition in record.editions
        ],
        "errata": [erratum_in(each, locale, source_locale) for each in record.errata],
    }


def erratum_in(erratum: Erratum, locale: str, source_locale: str) -> dict:
    """An erratum in a language, else in the nearest in which it was written. Pure."""
    chain = languages.fallback_chain(locale, source_locale)
    written = next(code for code in [*chain, *erratum.texts] if erratum.texts.get(code))
    return {
        "key": str(erratum.key) if erratum.key else None,
        "text": erratum.texts[written],
        "locale": written,
        "noted_on": erratum.noted_on.isoformat(),
    }


def address(number: int, path: str) -> str:
    """Where a page of an edition is read: `address(1, "/en/guides/one/") == "/en/_edition/1/guides/one/"`. Pure."""
    locale, _, rest = path.lstrip("/").partition("/")
    return f"/{locale}/_edition/{number}/{rest}"


def changes_address(number: int, path: str) -> str:
    """Where it is told what an edition changed; `path` is the root's. Pure."""
    locale, _, rest = path.lstrip("/").partition("/")
    return f"/{locale}/_edition/{number}/changes/{rest}"
