"""What wagtail-localize, its editor and its files change: the desk hears of it and keeps up."""

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail.signals import page_published
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationLog,
    TranslationSource,
)
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from cms.content.api import missing_texts, versions_recalled
from cms.content.models import ContentItem
from cms.core.addresses import remember_slugs
from cms.core.models import Language

from . import holding, remembering, words
from .following import act
from .models import Work


@receiver(page_published)
def on_published(instance, revision=None, **kwargs):
    # Scheduling a publication sends this too.
    if instance.live and revision is not None and instance.live_revision_id == revision.pk:
        act.published(revision)


@receiver(post_save, sender=Translation)
def on_translation(instance, created=False, raw=False, **kwargs):
    if created and not raw:
        Work.objects.get_or_create(translation=instance)
        words.source_changed(instance.source_id)


@receiver([post_save, post_delete], sender=StringSegment)
def on_segment(instance, created=True, raw=False, **kwargs):
    if created and not raw:
        words.source_changed(instance.source_id)


@receiver(post_save, sender=StringTranslation)
def on_text(instance, raw=False, update_fields=None, **kwargs):
    if instance.context_id is not None and not raw:
        words.text_changed(
            instance.context_id,
            instance.locale_id,
            rewritten=update_fields is None or "data" in update_fields,
            by=instance.last_translated_by_id,
        )


@receiver(post_delete, sender=StringTranslation)
def on_text_deleted(instance, **kwargs):
    if instance.context_id is not None:
        words.text_changed(instance.context_id, instance.locale_id, rewritten=True)


@receiver(post_save, sender=TranslationLog)
def on_put_together(instance, created=False, raw=False, **kwargs):
    """A translation, by whichever editor: what is published by the end of the transaction is kept in the memory. Something
    without a document is published from now on where it is whole; where it was and isn't any more, it is behind."""
    if not created or raw:
        return
    source_id, locale_id = instance.source_id, instance.locale_id
    transaction.on_commit(
        lambda: remembering.remember_published(source_id, locale_id, timezone.now()), robust=True
    )
    if issubclass(instance.source.specific_content_type.model_class(), Page):
        return
    works = Work.objects.filter(translation__source=source_id, translation__target_locale=locale_id)
    if missing_texts(source_id, locale_id).exists():
        works.exclude(published_at=None).update(behind=True)
    else:
        works.update(published_at=timezone.now(), behind=_has_moved_on(instance.source))


def _has_moved_on(source: TranslationSource, original=None) -> bool:
    """Whether an original says something else now than when it was taken apart: what is put together is made of that. One
    that is gone says nothing else."""
    try:
        original = original or source.get_source_instance()
    except ObjectDoesNotExist:
        return False
    known = set(source.stringsegment_set.values_list("context__path", "string__data"))
    return known != {
        (segment.path, segment.string.data)
        for segment in extract_segments(original)
        if isinstance(segment, StringSegmentValue)
    }


@receiver(post_save)
def on_snippet(sender, instance, created=False, raw=False, **kwargs):
    """Documents tell of pages whose source has moved on; of what has none, this does."""
    if created or raw or not isinstance(instance, TranslatableMixin) or isinstance(instance, Page):
        return
    source = TranslationSource.objects.filter(
        object_id=instance.translation_key, locale=instance.locale_id
    ).first()
    if source is not None and _has_moved_on(source, instance):
        with transaction.atomic():
            works = holding.works_of(translation__source=source)
            Work.objects.filter(pk__in=[work.pk for work in works]).update(behind=True)


@receiver([pre_save, pre_delete], sender=Language)
def on_language(instance, signal, raw=False, **kwargs):
    ends = signal is pre_delete or not instance.own_slugs
    if ends and not raw and Language.objects.filter(pk=instance.pk, own_slugs=True).exists():
        remember_slugs(instance.locale_id)


@receiver(post_delete)
def on_deleted(sender, instance, **kwargs):
    """The memory forgets what is gone. A page is deleted as a page once, and as each of its kinds."""
    if isinstance(instance, TranslatableMixin) and (sender is Page or not isinstance(instance, Page)):
        remembering.forget([(instance.translation_key, instance.locale_id)])


@receiver(versions_recalled)
def on_recalled(ids, **kwargs):
    """What was recalled stands in no memory. What only showed it, and is still there, is remembered."""
    gone = ContentItem.objects.filter(versions__in=ids).exclude(status=ContentItem.Status.LIVE)
    locales = dict(Locale.objects.values_list("language_code", "pk"))
    remembering.forget(
        (key, locales[code]) for key, code in gone.values_list("key", "locale").distinct() if code in locales
    )
