"""Signals of this app: a tool or recommendation that changed is right wherever it is shown a moment later."""

from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver

from cms.content import api as content

from .models import Recommendation, Tool


@receiver([post_save, pre_delete], sender=Tool)
@receiver([post_save, pre_delete], sender=Recommendation)
def on_snippet(instance, raw=False, **kwargs):
    if not raw:
        content.mark_referring(instance, reason="snippet")
