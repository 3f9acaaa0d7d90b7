"""Signals of Wagtail: each calls one function. What withdraws takes effect here; what shows is marked (6 ways each).

`docs/decisions/0002` and the tests in `tests/content/test_visibility.py` list every way in which content becomes visible or
invisible.
"""

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page, PageViewRestriction
from wagtail.signals import (
    copy_for_translation_done,
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
)
from wagtail_localize.models import TranslationLog

from cms.core.models import Language
from cms.core.pages import BasePage
from cms.core.problems import PublicationRefused
from cms.core.publishing import scheduled_act_failed

from . import corrections, dependants, hiding, restrictions, sources, store, tree, withdrawing


@receiver(page_published)
def on_published(instance, revision=None, **kwargs):
    # Scheduling a publication sends this too; publishing looks at what is live, so it is harmless then.
    tree.page_changed(instance, correction=corrections.only_corrects(revision))


@receiver(post_save, sender=TranslationLog)
def on_put_together(instance, created=False, raw=False, **kwargs):
    if created and not raw:
        sources.put_together(instance)


@receiver(page_unpublished)
def on_unpublished(instance, **kwargs):
    withdrawing.retire([instance.pk])


@receiver(pre_delete)
def on_delete(sender, instance, **kwargs):
    if isinstance(instance, Page):
        withdrawing.retire([instance.pk])


@receiver(post_save)
def on_page_saved(sender, instance, created=False, raw=False, update_fields=None, **kwargs):
    # An alias, a page added live in code: visible at once, and no other signal is sent for it.
    if not isinstance(instance, BasePage) or not instance.live or raw:
        return
    if created:
        tree.page_changed(instance)
    elif instance.alias_of_id is not None:
        # A translation that was turned into an alias again is missing from now on.
        withdrawing.retire([instance.pk])
    elif update_fields is None or not {"alias_of_id", "live"}.isdisjoint(update_fields):
        tree.appeared(instance)


@receiver(copy_for_translation_done)
def on_copied(target_obj, **kwargs):
    if isinstance(target_obj, Page) and target_obj.live:
        tree.page_changed(target_obj)


@receiver(page_slug_changed)
def on_slug_changed(instance, **kwargs):
    tree.slug_changed(instance)


@receiver(post_page_move)
def on_moved(instance, parent_page_before, parent_page_after, **kwargs):
    tree.moved(instance, [parent_page_before, parent_page_after])


@receiver([post_save, post_delete], sender=PageViewRestriction)
def on_restriction(instance, **kwargs):
    restrictions.page_restriction_changed(instance)


@receiver(m2m_changed, sender=PageViewRestriction.groups.through)
def on_restriction_groups(instance, action, reverse=False, **kwargs):
    if not reverse and action.startswith("post_"):
        restrictions.page_restriction_changed(instance)


@receiver(pre_delete, sender=Group)
def on_group_deleted(instance, **kwargs):
    # The group's rows go without a signal of their own: nobody is left in them, before anybody could read on.
    for model in (PageViewRestriction, CollectionViewRestriction):
        for restriction in model.objects.filter(groups=instance):
            restriction.groups.remove(instance)


@receiver([post_save, post_delete], sender=CollectionViewRestriction)
def on_collection_restriction(instance, **kwargs):
    restrictions.collection_changed(instance.collection)


@receiver(m2m_changed, sender=CollectionViewRestriction.groups.through)
def on_collection_restriction_groups(instance, action, reverse=False, **kwargs):
    # The admin saves a restriction and commits it before it has its groups.
    if not reverse and action.startswith("post_"):
        restrictions.collection_changed(instance.collection)


@receiver(post_save, sender=Collection)
def on_collection(instance, created=False, **kwargs):
    if not created:
        restrictions.collection_changed(instance)


@receiver([post_save, post_delete], sender=Language)
def on_language(instance, raw=False, **kwargs):
    if not raw:
        hiding.settle(instance.locale)


@receiver([post_save, post_delete], sender=Locale)
def on_locale(raw=False, **kwargs):
    if not raw:
        hiding.tell_site()


@receiver(scheduled_act_failed)
def on_schedule_failed(revision=None, error=None, **kwargs):
    if revision is not None and isinstance(error, PublicationRefused):
        store.hold(int(revision.object_id), error.problems)


@receiver(post_save)
def on_reference_saved(sender, instance, created=False, raw=False, **kwargs):
    if not created and not raw and issubclass(sender, (get_image_model(), get_document_model())):
        dependants.mark_referring(instance, reason="file")


@receiver(pre_delete)
def on_reference_deleted(sender, instance, **kwargs):
    if issubclass(sender, (get_image_model(), get_document_model())):
        dependants.mark_referring(instance, reason="file")
