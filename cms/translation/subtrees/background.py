"""Where wagtail-localize leaves what may take long (WAGTAILLOCALIZE_JOBS). It is loaded before any model is."""

from django.utils import timezone
from wagtail_localize.tasks import ImmediateBackend


class Backend(ImmediateBackend):
    """A page with everything below it becomes a submission; the rest is done at once."""

    def enqueue(self, func, args, kwargs):
        from wagtail.models import Page
        from wagtail_localize.operations import translate_page_subtree

        from .submitting import begin

        if func is not translate_page_subtree:
            super().enqueue(func, args, kwargs)
            return
        # No part of the form is of ours or of wagtail-localize's: its components are none.
        page_id, locales, _components, user = args
        begin(page=Page.objects.get(pk=page_id), locales=locales, by=user, now=timezone.now())
