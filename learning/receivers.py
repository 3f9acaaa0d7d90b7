"""What learning does when something happens elsewhere. Each receiver calls one function."""

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published

from cms.content.api import document_changed, versions_recalled

from .catalogue import publishing
from .catalogue.rows import Course
from .flows import attempts


@receiver(page_published)
def on_published(instance, **kwargs):
    # This app comes before cms.content in INSTALLED_APPS, so the rules are right before documents are compiled.
    if instance._meta.app_label == "learning":
        publishing.follow_rules(instance)


@receiver(document_changed)
def on_document_changed(item, **kwargs):
    if item.type.startswith("learning."):
        publishing.remember(item)


@receiver(versions_recalled)
def on_versions_recalled(ids, **kwargs):
    attempts.let_go(ids, timezone.now())


@receiver(pre_delete, sender=Course)
def on_course_deleted(instance, **kwargs):
    publishing.forget_permissions(instance)
