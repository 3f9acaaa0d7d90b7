"""What caches in front are told of: each calls one function. Without a purge backend none of it costs a statement."""

from django.conf import settings
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction

from cms.content.api import document_changed
from home.vocabulary.models import Term, TermLabel

from .purging import tasks, touched

CHANGED = [post_save, post_delete]


def _note(keys, paths=()):
    if settings.PURGE_BACKEND:
        tasks.note(keys, paths)


@receiver(document_changed)
def on_document(item, **kwargs):
    if settings.PURGE_BACKEND:
        tasks.note(*touched.of_item(item))


@receiver(CHANGED, sender=get_image_model())
def on_image(instance, **kwargs):
    _note(touched.of_image(instance.pk))


@receiver(CHANGED, sender=get_document_model())
def on_file(instance, **kwargs):
    _note(touched.of_file(instance.pk))


@receiver(CHANGED, sender=Term)
def on_term(instance, **kwargs):
    _note(touched.of_taxonomy(instance.taxonomy))


@receiver(CHANGED, sender=TermLabel)
def on_label(instance, **kwargs):
    _note(touched.of_taxonomy(instance.term.taxonomy))


@receiver(CHANGED, sender=Redirect)
def on_redirect(**kwargs):
    _note(touched.REDIRECTS)


@receiver(CHANGED, sender=Collection)
@receiver(CHANGED, sender=CollectionViewRestriction)
def on_collection(**kwargs):
    _note(touched.COLLECTIONS)


@receiver(m2m_changed, sender=CollectionViewRestriction.groups.through)
def on_collection_groups(action, **kwargs):
    if action.startswith("post_"):
        _note(touched.COLLECTIONS)
