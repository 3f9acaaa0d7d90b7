"""The language that something was first written in, and whether its translations have fallen behind."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import StringSegment, Translation, TranslationLog, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from cms.changes.api import Kind
from cms.core import languages
from cms.core.language_models import hidden_codes

from .compile import canonical, digest_of
from .envelope import envelope_digest
from .models import ContentItem, ContentVersion, PutTogether
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
        _not_compared(item)
        return
    source = (
        ContentItem.objects.filter(key=item.key, locale=item.source_locale)
        .values_list("pk", "current__number")
        .first()
    )
    if source is None or source[1] is None:
        _not_compared(item)
        return
    made = _made(item, page)
    synced_before = item.synced_version
    if synced_before is None or made.up_to_it:
        numbers = ContentVersion.objects.filter(
            item=source[0], created_at__lte=made.taken_apart_at or page.last_published_at or timezone.now()
        ).order_by("-number")
        item.synced_version = numbers.values_list("number", flat=True).first() or 1
    if made.partly is not None:
        item.partly = made.partly
    since = _behind_since(source[0], item)
    if item.synced_version != synced_before:
        _behind(item, None)
    _behind(item, since)


def _not_compared(item):
    """Of an original, and of what has none that readers meet."""
    item.synced_version, item.partly = None, False
    _behind(item, None)


@dataclass(frozen=True)
class _Made:
    """Of which texts a translation was made: when they were taken apart, or those that were last (None: never), whether it is
    made of the last, and whether some of them stand in it untranslated (None: it doesn't say)."""

    taken_apart_at: datetime | None
    up_to_it: bool
    partly: bool | None


def _made(item: ContentItem, page: Page) -> _Made:
    """Of which texts what is published was made. One statement.

    What wagtail-localize put together is known by its revision. Of any other, that it was published since says so only
    where wagtail-localize has nothing to do with it: else an old translation published again would count as one of the new
    texts, so something whole must have been put together before.
    """
    published_at = page.last_published_at
    made = PutTogether.objects.filter(
        log__source=OuterRef("pk"), log__locale__language_code=item.locale
    ).order_by("-pk")
    own = made.filter(log__revision=page.live_revision_id, log__revision__isnull=False)
    whole = made.filter(
        taken_apart_at=OuterRef("last_updated_at"),
        partly=False,
        **({"log__created_at__lte": published_at} if published_at else {}),
    )
    kept_up = Translation.objects.filter(
        source=OuterRef("pk"), target_locale__language_code=item.locale, enabled=True
    )
    found = (
        TranslationSource.objects.filter(object_id=item.key)
        .order_by("pk")
        .annotate(
            kept_up=Exists(kept_up),
            whole=Exists(whole),
            made_of=Subquery(own.values("taken_apart_at")[:1]),
            partly=Subquery(own.values("partly")[:1]),
        )
        .values_list("last_updated_at", "kept_up", "whole", "made_of", "partly")
        .first()
    )
    if found is None:
        return _Made(None, True, False)
    at, kept_up, whole, made_of, partly = found
    if not kept_up:
        return _Made(at, published_at is None or at <= published_at, bool(partly))
    if made_of is not None:
        return _Made(made_of, made_of == at, partly)
    return _Made(at, published_at is None or whole, False if whole else None)


def missing_texts(source_id: int, locale_id: int) -> QuerySet[StringSegment]:
    """Those texts of an original, as it was last taken apart, for which wagtail-localize has to take the original's words."""
    texts = StringSegment.objects.filter(source=source_id).annotate_translation(locale_id)
    return texts.filter(Q(translation=None) | Q(translation=""))


def put_together(log: TranslationLog) -> None:
    """wagtail-localize made a translation: note of what. Two statements."""
    PutTogether.objects.create(
        log=log,
        # As whoever put it together had read the original: somebody may have taken it apart anew by now.
        taken_apart_at=log.source.last_updated_at,
        partly=missing_texts(log.source_id, log.locale_id).exists(),
    )


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


def _behind_since(source_item_id: int, item: ContentItem) -> datetime | None:
    """Since when a translation hasn't said what the original says: since the version that it should be of where only part
    of that is translated."""
    rows = ContentVersion.objects.filter(item=source_item_id, number__gte=item.synced_version)
    versions = list(rows.order_by("number").values_list("source_digest", "correction", "created_at"))
    return versions[0][2] if item.partly and versions else moved_on_since(versions)


def outdate_translations(source: ContentItem, now: datetime) -> list[ContentItem]:
    """The source has a new body: say so in its translations' envelopes. Returns those of which something else is true now.

    Of those in languages that readers don't meet it is only noted.
    """
    turned = []
    live = Q(status=ContentItem.Status.LIVE)
    others = ContentItem.objects.filter(live | Q(locale__in=hidden_codes()), key=source.key)
    for other in others.exclude(locale=source.locale).select_related("current"):
        was = other.outdated
        _behind(other, other.synced_version and _behind_since(source.pk, other))
        if other.outdated != was and other.status != ContentItem.Status.LIVE:
            other.save(update_fields=["outdated", "outdated_since"])
        elif other.outdated != was:
            other.updated_at = now
            other.envelope_digest = envelope_digest(other)
            other.save(update_fields=["outdated", "outdated_since", "updated_at", "envelope_digest"])
            log_change(Kind.UPDATED, other, other.current, outdated=other.outdated)
            turned.append(other)
    return turned
