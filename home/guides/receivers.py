"""Signals of this app: what changed is right wherever it is shown a moment later; a new repository gets its reviews;
what becomes of a practice becomes of the submission that it was made of.
"""

from django.contrib.auth import get_user_model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import WorkflowState
from wagtail.signals import page_published, task_submitted, workflow_cancelled, workflow_rejected

from cms.content import api as content
from home.vocabulary.models import TermLabel

from .models import GoodPracticePage, PracticeIndexPage, Recommendation, ReviewState, Tool
from .reviews import workflows
from .reviews.notices import ReviewWanted
from .submissions import flow as submissions
from .submissions import triage


@receiver([post_save, pre_delete], sender=Tool)
@receiver([post_save, pre_delete], sender=Recommendation)
def on_snippet(instance, raw=False, **kwargs):
    if not raw:
        content.mark_referring(instance, reason="snippet")


@receiver(m2m_changed, sender=Recommendation.addressees.through)
def on_addressees(instance, action, reverse, **kwargs):
    # The form saves them after the recommendation itself.
    if action.startswith("post_") and not reverse:
        content.mark_referring(instance, reason="snippet")


@receiver([post_save, post_delete], sender=TermLabel)
def on_label_of_addressees(instance, raw=False, **kwargs):
    """Wagtail's index of references doesn't know of them."""
    if not raw:
        for recommendation in Recommendation.objects.filter(addressees=instance.term_id):
            content.mark_referring(recommendation, reason="term")


@receiver(post_save, sender=PracticeIndexPage)
def on_repository(instance, created, raw=False, **kwargs):
    if created and not raw:
        workflows.attach(instance)


tell_reviewers = ReviewWanted()
task_submitted.connect(tell_reviewers, sender=ReviewState, dispatch_uid="guides_review_submitted")


@receiver(workflow_rejected)
def on_review_sent_back(instance, **kwargs):
    if _of_practice(instance):
        reason = instance.current_task_state.comment
        triage.review_sent_back(int(instance.object_id), reason=reason, now=timezone.now())


@receiver(workflow_cancelled)
def on_review_called_off(instance, **kwargs):
    if _of_practice(instance):
        triage.review_called_off(int(instance.object_id), now=timezone.now())


@receiver(page_published, sender=GoodPracticePage)
def on_practice_published(instance, **kwargs):
    # Scheduling a publication sends this too.
    triage.page_released(instance.pk, live=instance.live, now=timezone.now())


@receiver(post_delete, sender=GoodPracticePage)
def on_practice_deleted(instance, **kwargs):
    triage.page_deleted(instance.pk, now=timezone.now())


@receiver(pre_delete, sender=get_user_model())
def on_account_deleted(instance, **kwargs):
    submissions.forget(instance)


def _of_practice(state: WorkflowState) -> bool:
    return state.content_type.model_class() is GoodPracticePage
