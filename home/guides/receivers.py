"""Signals of this app: what changed is right wherever it is shown a moment later; a new repository gets its reviews."""

from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from wagtail.signals import task_submitted

from cms.content import api as content

from . import workflows
from .models import PracticeIndexPage, Recommendation, ReviewState, Tool
from .notices import ReviewWanted


@receiver([post_save, pre_delete], sender=Tool)
@receiver([post_save, pre_delete], sender=Recommendation)
def on_snippet(instance, raw=False, **kwargs):
    if not raw:
        content.mark_referring(instance, reason="snippet")


@receiver(post_save, sender=PracticeIndexPage)
def on_repository(instance, created, raw=False, **kwargs):
    if created and not raw:
        workflows.attach(instance)


tell_reviewers = ReviewWanted()
task_submitted.connect(tell_reviewers, sender=ReviewState, dispatch_uid="guides_review_submitted")
