"""What learning does when something happens elsewhere. Each receiver calls one function."""

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published

from cms.content.api import document_changed, versions_recalled

from .catalogue import banks, publishing
from .catalogue.rows import Course
from .credentials import issuing
from .flows import attempts
from .progress.signals import enrolment_completed


@receiver(page_published)
def on_published(instance, **kwargs):
    # This app comes before cms.content in INSTALLED_APPS, so the rules are right before documents are compiled.
    if instance._meta.app_label == "learning":
        publishing.follow_rules(instance)


@receiver(document_changed)
def on_document_changed(item, version, previous, **kwargs):
    if item.type.startswith("learning."):
        publishing.remember(item)
        publishing.hold_back(item, version, previous)
        banks.follow(item, version, previous)
        issuing.follow_offer(item, version, previous)


@receiver(enrolment_completed)
def on_completed(enrolment, **kwargs):
    issuing.issue(enrolment, timezone.now())


@receiver(versions_recalled)
def on_versions_recalled(ids, **kwargs):
    attempts.let_go(ids, timezone.now())


@receiver(pre_delete, sender=Course)
def on_course_deleted(instance, **kwargs):
    publishing.forget_permissions(instance)
