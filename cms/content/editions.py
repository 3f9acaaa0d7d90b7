"""Editions of guides, compendia and courses: a structure, and for frozen ones the versions that belong to it."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from cms.core import languages
from cms.core.errors import Conflict, NotFound

from .models import ContentItem, ContentVersion, Edition, EditionPin, EditionRow
from .signals import edition_released


def current_edition(root_key: UUID) -> Edition | None:
    """The edition with the highest number; None before the first publication."""
    return Edition.objects.filter(root_key=root_key).order_by("-number").first()


def structure(edition: Edition) -> list[EditionRow]:
    """The places of an edition in reading order. The first is the root itself. One statement."""
    return list(edition.rows.order_by("position"))


def follow(item: ContentItem) -> None:
    """After a publication: make edition 1 of a root, or let an unsealed edition's structure follow the tree.

    Structure comes from the source language alone.
    """
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
    if edition.sealed_at is None:
        _take_structure(edition)


def _has_editions(root_key) -> bool:
    """Whether the root's type is released in editions: home pages are roots of contents and nothing more."""
    label = ContentItem.objects.filter(key=root_key).values_list("type", flat=True).first()
    page = Page.objects.filter(translation_key=root_key).first()
    return bool(label and page and getattr(page.specific_class, "editions", False))


def _take_structure(edition):
    """Make the edition's rows what the live items of the source language are, in the order of the tree."""
    items = list(
        ContentItem.objects.filter(
            root_key=edition.root_key, status=ContentItem.Status.LIVE, in_contents=True
        )
        .order_by("tree_path")
        .values("key", "page_id", "parent_id", "type", "depth", "locale", "source_locale")
    )
    items = [item for item in items if item["locale"] == item["source_locale"]]
    key_of_page = {item["page_id"]: item["key"] for item in items}
    wanted = [
        (item["key"], key_of_page.get(item["parent_id"]), item["type"], item["depth"] - items[0]["depth"])
        for item in items
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
        _take_structure(edition)


def seal(edition: Edition) -> None:
    """From now on the structure stays: somebody depends on it."""
    Edition.objects.filter(pk=edition.pk, sealed_at=None).update(sealed_at=timezone.now())


def release_edition(*, root_key: UUID, note: str = "", by=None) -> Edition:
    """Freeze the current edition with the versions of this moment and release the next with the tree's structure.

    Raises NotFound where the root was never published, Conflict where nothing has changed since the last release.
    """
    with transaction.atomic():
        edition = Edition.objects.filter(root_key=root_key).order_by("-number").first()
        if edition is None:
            raise NotFound
        now = timezone.now()
        keys = [row.key for row in structure(edition)]
        items = ContentItem.objects.filter(key__in=keys, current__isnull=False)
        EditionPin.objects.bulk_create(
            [
                EditionPin(edition=edition, key=item.key, locale=item.locale, version_id=item.current_id)
                for item in items
            ]
        )
        frozen = Edition.objects.filter(pk=edition.pk, frozen_at=None).update(
            frozen_at=now, sealed_at=edition.sealed_at or now
        )
        if not frozen:
            raise Conflict(code="edition_released_already")
        required = dict(edition.rows.values_list("key", "required"))
        following = Edition.objects.create(
            root_key=root_key, number=edition.number + 1, note=note, released_at=now, released_by=by
        )
        _take_structure(following)
        for key, is_required in required.items():
            if not is_required:
                following.rows.filter(key=key).update(required=False)
        edition_released.send(sender=Edition, edition=following)
        return following


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
