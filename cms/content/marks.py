"""Working off marks: on commit, by the sweep after a crash, and by a reader who meets something stale."""

import logging
from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from .models import ContentItem, Mark
from .store import publish, publish_all

logger = logging.getLogger(__name__)


# How many pages are compiled in one transaction. Other writers wait meanwhile: about a second at most.
TOGETHER = 25


def work_off(page_ids: Collection[int]) -> int:
    """Compile those of these pages that are marked. Returns how many failed; a failed one stays marked.

    One that fails stops no other.
    """
    rows = Mark.objects.filter(page_id__in=page_ids).order_by("pk").values_list("page_id", flat=True)
    marked = list(dict.fromkeys(rows))
    return sum(_work_off(marked[start : start + TOGETHER]) for start in range(0, len(marked), TOGETHER))


def _work_off(page_ids: list[int]) -> int:
    try:
        failed = publish_all(page_ids)
    except Exception as error:
        if len(page_ids) > 1:
            # Something that they have in common failed, and nothing was done: each may still succeed.
            return sum(_work_off([page_id]) for page_id in page_ids)
        failed = {page_ids[0]: error}
    for page_id, error in failed.items():
        logger.error("page %s could not be compiled; it stays marked", page_id, exc_info=error)
    return len(failed)


def sweep(older_than: timedelta = timedelta(seconds=30), now=None) -> int:
    """Compile what a crash left marked. Returns how many pages were met."""
    limit = (now or timezone.now()) - older_than
    rows = Mark.objects.filter(marked_at__lte=limit).order_by("pk").values_list("page_id", flat=True)
    ids = list(dict.fromkeys(rows[:500]))
    work_off(ids)
    return len(ids)


def freshen(items: Collection[ContentItem]) -> bool:
    """Compile the stale ones among these before they are served. Returns whether there were any.

    One that can't be compiled stays stale: whoever reads must leave it out.
    """
    stale = [item.page_id for item in items if item.stale]
    for page_id in stale:
        try:
            publish(page_id)
        except Exception:
            logger.exception("page %s is stale and could not be compiled; it is not served", page_id)
    return bool(stale)
