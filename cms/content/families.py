"""A work in its languages: each document lists the others, so that what changes of one is a change of all.

No document of them gets a new version by it, and none is compiled: lists of translations are written when bytes are sent.
"""

from collections.abc import Collection

from django.utils import timezone

from cms.changes.api import Kind

from .models import ContentItem
from .recording import log_change


def tell(items: Collection[ContentItem], *, told: Collection[ContentItem] = ()) -> None:
    """Say in the change log that the documents in other languages of these changed as well, but for those that were `told` of
    in this transaction already. Two statements and one for each document; none for no items."""
    if not items:
        return
    others = ContentItem.objects.select_related("current").filter(
        key__in={item.key for item in items}, status=ContentItem.Status.LIVE
    )
    found = list(others.exclude(pk__in={item.pk for item in [*items, *told]}))
    if not found:
        return
    now = timezone.now()
    ContentItem.objects.filter(pk__in=[each.pk for each in found]).update(updated_at=now)
    for each in found:
        each.updated_at = now
        log_change(Kind.UPDATED, each, each.current)
