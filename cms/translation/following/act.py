"""Bringing the translations of what was published up to date.

It is done in the background, as taking a long page apart takes seconds, and the wish is kept until then: a worker that is killed
loses nothing, and doing it again changes nothing. Readers keep what they have; nothing is published.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision
from wagtail_localize.models import TranslationSource

from cms.core.tasks import job

from .. import originals
from .models import FollowedRevision

logger = logging.getLogger(__name__)

SWEEP_EVERY = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=1)


def source_of(page: Page) -> TranslationSource | None:
    """What a page's translations are made of, where it has some that are kept up; None for what is no original. One statement."""
    sources = TranslationSource.objects.filter(object=page.translation_key, locale=page.locale_id)
    return sources.filter(translations__enabled=True).distinct().first()


@transaction.atomic
def wish(revision: Revision) -> None:
    """Let translations follow this revision, now if it is published already, else when it is. Repeatable."""
    FollowedRevision.objects.get_or_create(revision=revision)
    if Page.objects.filter(live=True, live_revision=revision).exists():
        published(revision)


def published(revision: Revision | None) -> None:
    """A revision was published, by whatever way: do what was wished for with it. One statement, where nothing was."""
    if revision is None:
        return
    if FollowedRevision.objects.filter(revision=revision).update(published_at=timezone.now()):
        run.enqueue(revision.pk)


@job(attempts=10, queue="default")
def run(revision_pk: int) -> bool:
    """Do what was wished for with a revision; whether it was done. One that waits for its day goes on waiting."""
    with transaction.atomic():
        wishes = FollowedRevision.objects.select_for_update(of=("self",)).select_related("revision")
        wished = wishes.filter(revision=revision_pk).first()
        if wished is None:
            return False
        page = Page.objects.filter(pk=int(wished.revision.object_id)).first()
        # What was published since goes along.
        due = page is not None and page.live and wished.published_at is not None
        if not due and page is not None and wished.revision.approved_go_live_at is not None:
            return False
        if due:
            source = source_of(page)
            if source is not None and originals.moved_on().filter(pk=source.pk).exists():
                originals.take_apart(source)
        # Another one was published in place of what was scheduled, or its day was taken back.
        wished.delete()
        return due


def sweep(now: datetime) -> int:
    """Do what a crash left undone, and forget what can't come any more; how many. One that fails stops no other, and is given up
    after a day: its translations stay outdated, and the desk offers to bring them up to date."""
    done = 0
    for pk in FollowedRevision.objects.filter(created_at__lt=now - SWEEP_EVERY).values_list(
        "revision", flat=True
    ):
        try:
            done += run.func(pk)
        except Exception:
            logger.exception("the translations could not follow revision %s", pk)
            FollowedRevision.objects.filter(revision=pk, published_at__lt=now - GIVE_UP_AFTER).delete()
    return done
