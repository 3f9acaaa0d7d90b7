"""The language that something was first written in, and whether its translations have fallen behind."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationLog, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from cms.changes.api import Kind
from cms.core import languages

from .compile import canonical, digest_of
from .envelope import envelope_digest
from .models import ContentItem, ContentVersion
from .recording import log_change
from .together import once


def source_locale_of(page) -> str:
    """The language that the key was first written in: as wagtail-localize knows it, else the oldest of its pages."""
    return once(("source", page.translation_key), lambda: source_locales([page])[page.translation_key])


def source_locales(pages: Collection[Page]) -> dict[UUID, str]:
    """The same for many pages, by key. Two statements at most."""
    keys = {page.translation_key for page in pages}
    sources = TranslationSource.objects.filter(object_id__in=keys)
    found = dict(sources.order_by("-pk").values_list("object_id", "locale__language_code"))
    written = defaultdict(list)
    if missing := keys - found.keys():
        rows = Page.objects.filter(translation_key__in=missing, alias_of__isnull=True).order_by("pk")
        for key, code in rows.values_list("translation_key", "locale__language_code"):
            written[key].append(code)
    for page in pages:
        if page.translation_key not in found:
            codes = written[page.translation_key]
            preferred = [code for code in languages.fallback_chain("") if code in codes]
            found[page.translation_key] = preferred[0] if preferred else page.locale.language_code
    return found


def translation_state(item, page):
    """What version of the source this translation was brought up to, and since when the source has moved on, if it has."""
    if item.locale == item.source_locale:
        item.synced_version = None
        _behind(item, None)
        return
    source = (
        ContentItem.objects.filter(key=item.key, locale=item.source_locale)
        .values_list("pk", "current__number")
        .first()
    )
    if source is None or source[1] is None:
        item.synced_version = None
        _behind(item, None)
        return
    synced_at, made_of_it = _taken_apart(item, page.last_published_at)
    synced_before = item.synced_version
    if synced_before is None or made_of_it:
        numbers = ContentVersion.objects.filter(
            item=source[0], created_at__lte=synced_at or page.last_published_at or timezone.now()
        ).order_by("-number")
        item.synced_version = numbers.values_list("number", flat=True).first() or 1
    since = _moved_on_since(source[0], item.synced_version)
    if item.synced_version != synced_before:
        _behind(item, None)
    _behind(item, since)


def _taken_apart(item: ContentItem, published_at: datetime | None) -> tuple[datetime | None, bool]:
    """When the source's texts were last taken apart for translators (None: never), and whether what was published then is
    made of those. One statement.

    That it was published since says so only of what wagtail-localize doesn't put together: else an old translation
    published again would count as one of the new texts.
    """
    logs = TranslationLog.objects.filter(
        source=OuterRef("pk"),
        locale__language_code=item.locale,
        created_at__gte=OuterRef("last_updated_at"),
        **({"created_at__lte": published_at} if published_at else {}),
    )
    kept_up = Translation.objects.filter(
        source=OuterRef("pk"), target_locale__language_code=item.locale, enabled=True
    )
    found = (
        TranslationSource.objects.filter(object_id=item.key)
        .order_by("pk")
        .values_list("last_updated_at", Exists(kept_up), Exists(logs))
        .first()
    )
    if found is None:
        return None, True
    at, kept_up, put_together = found
    return at, published_at is None or (put_together if kept_up else at <= published_at)


def _behind(item: ContentItem, since: datetime | None) -> None:
    """Note since when a translation has been behind; None: it isn't. What was noted stays while it is behind the same
    version: versions that say since when may have been pruned."""
    item.outdated = since is not None
    item.outdated_since = since and (item.outdated_since or since)


def source_digest(page) -> str:
    """A digest of what a translator of this page works on: its own texts, not what it shows or links to.

    A corrected answer key, a linked page's new address, a shown practice's correction outdate no translation.
    """
    texts = [
        [segment.path, segment.string.data]
        for segment in extract_segments(page)
        if isinstance(segment, StringSegmentValue)
    ]
    return digest_of(canonical(texts))


def _moved_on_since(source_item_id, synced_version) -> datetime | None:
    """Since when the source's texts have meant something else than they did in that version."""
    rows = ContentVersion.objects.filter(item=source_item_id, number__gte=synced_version).order_by("number")
    return moved_on_since(rows.values_list("source_digest", "correction", "created_at"))


def moved_on_since(versions: Iterable[tuple[str, bool, datetime]]) -> datetime | None:
    """Since when these versions have meant something else than the first; None where the last means the same. Each is
    `(digest of its texts, whether it only corrects, when it was made)`. Going back to what was, or to a correction of it, is
    as good as never having left. Pure."""
    same: set[str] = set()
    last = since = None
    for digest, correction, at in versions:
        if last is None or (correction and last in same):
            same.add(digest)
        since = None if digest in same else since or at
        last = digest
    return since


def outdate_translations(source: ContentItem, now: datetime) -> list[ContentItem]:
    """The source has a new body: say so in its translations' envelopes. Returns those of which something else is true now."""
    turned = []
    others = ContentItem.objects.filter(key=source.key, status=ContentItem.Status.LIVE).exclude(
        locale=source.locale
    )
    for other in others.select_related("current"):
        was = other.outdated
        _behind(other, other.synced_version and _moved_on_since(source.pk, other.synced_version))
        if other.outdated != was:
            other.updated_at = now
            other.envelope_digest = envelope_digest(other)
            other.save(update_fields=["outdated", "outdated_since", "updated_at", "envelope_digest"])
            log_change(Kind.UPDATED, other, other.current, outdated=other.outdated)
            turned.append(other)
    return turned
