"""Signals of this app: what the programme shows of others is right a moment after they change."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from cms.content import api as content
from home.vocabulary.models import Partnership

from .models import ProgrammePage


@receiver([post_save, post_delete], sender=Partnership)
def on_partnership(raw=False, **kwargs):
    # It may name an organisation that the page doesn't show yet: who shows it can't be told by terms.
    if not raw:
        content.mark_types(ProgrammePage._meta.label, reason="partnership")
