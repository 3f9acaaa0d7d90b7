"""Editions of guides, compendia and courses: a structure, and for frozen ones the versions that belong to it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.apps import apps
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


def seal(edition: Edition) -> None:
    """From now on the structure stays: somebody depends on it."""
    Edition.objects.filter(pk=edition.pk, sealed_at=None).update(sealed_at=timezone.now())


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
    if edition.frozen_at is None:
        rows = versions.filter(
            item__key__in=keys, pk__in=ContentItem.objects.filter(key__in=keys).values("current")
        )
    else:
        rows = versions.filter(
            pk__in=EditionPin.objects.filter(edition=edition, key__in=keys).values("version")
        )
    by_key: dict[UUID, dict[str, ContentVersion]] = {}
    for version in rows:
        by_key.setdefault(version.item.key, {})[version.item.locale] = version
    for key, found in by_key.items():
        source = next(iter(found.values())).item.source_locale
        chosen[key] = next(found[code] for code in languages.fallback_chain(locale, source) if code in found)
    return chosen


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
    pins = EditionPin.objects.filter(edition__root_key=root_key).order_by("edition__number")
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
