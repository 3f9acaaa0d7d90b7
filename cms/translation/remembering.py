"""What the memory keeps, and what it forgets: the paragraphs of translations that readers have."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationLog

from .markup import plain
from .memory import digest
from .models import MemoryUnit


def remember(translation: Translation, at: datetime, until: datetime | None = None) -> int:
    """Keep all paragraphs of a translation in place of those that it was kept with before; how many. Five statements at most.

    Texts that were written after `until` are left out.
    """
    source, target = translation.source, translation.target_locale_id
    texts = _texts(translation, until)
    with transaction.atomic():
        MemoryUnit.objects.filter(
            origin=source.object_id, source_locale=source.locale_id, target_locale=target
        ).delete()
        MemoryUnit.objects.bulk_create(
            [
                MemoryUnit(
                    source_locale_id=source.locale_id,
                    target_locale_id=target,
                    source=text,
                    source_digest=key,
                    length=len(plain(text)),
                    target=translated,
                    origin=source.object_id,
                    updated_at=at,
                )
                for key, (text, translated) in texts.items()
            ],
            batch_size=500,
            # Somebody who published the same at the same time has kept the same.
            ignore_conflicts=True,
        )
    return len(texts)


def _texts(translation: Translation, until: datetime | None) -> dict[str, tuple[str, str]]:
    """`(source, translation)` of the paragraphs that have one, by the digest of the source."""
    rows = StringSegment.objects.filter(source=translation.source).annotate_translation(
        translation.target_locale
    )
    if until is not None:
        later = StringTranslation.objects.filter(
            translation_of=OuterRef("string"),
            context=OuterRef("context"),
            locale=translation.target_locale,
            updated_at__gt=until,
        )
        rows = rows.exclude(Exists(later))
    return {
        digest(text): (text, translated)
        for text, translated in rows.order_by("order").values_list("string__data", "translation")
        if translated
    }


def remember_published(source_id: int, locale_id: int, at: datetime, until: datetime | None = None) -> int:
    """Keep a translation that readers have as it is; how many paragraphs. A draft is kept when it is published, and nothing
    of an original that was withdrawn."""
    rows = Translation.objects.select_related("source__specific_content_type", "target_locale")
    translation = rows.filter(source=source_id, target_locale=locale_id, enabled=True).first()
    if translation is None:
        return 0
    try:
        original, target = translation.source.get_source_instance(), translation.get_target_instance()
    except ObjectDoesNotExist:
        return 0
    live = getattr(original, "live", True) and getattr(target, "live", True)
    if not live or getattr(target, "has_unpublished_changes", False):
        return 0
    return remember(translation, at, until)


def remember_earlier(told: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Keep what was published before there was a memory, as of the day when it was put together; how many paragraphs.

    What is kept already is left as it is, and what was written since is left out: it is kept when it is published. Repeatable;
    one translation per transaction. `told(done, total)` hears how far it is.
    """
    kept = MemoryUnit.objects.filter(
        origin=OuterRef("source__object_id"),
        source_locale=OuterRef("source__locale"),
        target_locale=OuterRef("target_locale"),
    )
    logs = TranslationLog.objects.filter(source=OuterRef("source"), locale=OuterRef("target_locale"))
    rows = Translation.objects.filter(~Exists(kept), enabled=True).annotate(
        made=Subquery(logs.order_by("-created_at").values("created_at")[:1])
    )
    missing = list(
        rows.exclude(made=None).order_by("pk").values_list("source_id", "target_locale_id", "made")
    )
    count = 0
    for done, (source_id, locale_id, made) in enumerate(missing, 1):
        count += remember_published(source_id, locale_id, made, until=made)
        told(done, len(missing))
    return count


def forget(places: Iterable[tuple[UUID, int]]) -> int:
    """Forget what these things (translation key, primary key of the locale) said, as originals and as translations; how many
    units. One statement."""
    gone = Q()
    for key, locale_id in places:
        gone |= Q(origin=key) & (Q(source_locale=locale_id) | Q(target_locale=locale_id))
    return MemoryUnit.objects.filter(gone).delete()[0] if gone else 0
