"""Submitting: what is still to be done is asked of the database each time, so that whoever goes on after a crash goes on
where it was, and nothing is done twice.

Each part is a transaction of its own, so that other writers wait for one page in one language at most. A task ends after some
seconds and leaves the rest to the next: no worker is held for minutes.
"""

import logging
import time
from collections.abc import Collection
from datetime import datetime

from django.db import OperationalError, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation
from wagtail_localize.operations import TranslationCreator

from cms.core.tasks import job

from .models import Submission

logger = logging.getLogger(__name__)

# How long one task goes on, in seconds.
SLICE = 20


@transaction.atomic
def begin(*, page: Page, locales: Collection[Locale], by, now: datetime) -> Submission:
    """Ask for everything below a page. The same that somebody asked for already and that isn't finished is returned as it is."""
    wanted = [locale for locale in locales if locale.pk != page.locale_id]
    for known in Submission.objects.filter(page=page, finished_at=None).prefetch_related("locales"):
        if set(known.locales.all()) == set(wanted):
            return known
    submission = Submission.objects.create(page=page, by=by, created_at=now)
    submission.locales.set(wanted)
    submission.total = sum(missing(submission, locale).count() for locale in wanted)
    submission.save(update_fields=["total"])
    go_on.enqueue(submission.pk)
    return submission


def missing(submission: Submission, locale: Locale) -> models.QuerySet[Page]:
    """The pages that aren't submitted into a language yet, parents first. What somebody wrote in it by hand is left alone, and
    so is what was submitted once and then taken out of translation: those texts would be lost."""
    page = submission.page
    submitted = Translation.objects.filter(source__object=OuterRef("translation_key"), target_locale=locale)
    by_hand = Page.objects.filter(translation_key=OuterRef("translation_key"), locale=locale, alias_of=None)
    failed = [each["page"] for each in submission.problems if each["locale"] == locale.language_code]
    return (
        Page.objects.filter(path__startswith=page.path, locale=page.locale_id, alias_of=None)
        .exclude(pk__in=[page.pk, *failed])
        .exclude(Exists(submitted))
        .exclude(Exists(by_hand))
        .order_by("path")
    )


@job(attempts=10, queue="default")
def go_on(submission_pk: int) -> int:
    """Do parts for some seconds and leave the rest to another task; how many were done."""
    ends = time.monotonic() + SLICE
    number = 0
    while time.monotonic() < ends:
        if not do_part(submission_pk):
            return number
        number += 1
    go_on.enqueue(submission_pk)
    return number


@transaction.atomic
def do_part(submission_pk: int) -> bool:
    """Submit the next page into the next language; whether there was one. Two at once take turns."""
    submission = Submission.objects.select_for_update().filter(pk=submission_pk, finished_at=None).first()
    if submission is None:
        return False
    for locale in submission.locales.order_by("pk"):
        page = missing(submission, locale).first()
        if page is not None:
            problem = _submit(page.specific, locale, submission.by)
            if problem:
                submission.problems.append(
                    {"page": page.pk, "title": page.title, "locale": locale.language_code, "told": problem}
                )
            # Pages can have come below it since it began.
            submission.done += 1
            submission.total = max(submission.total, submission.done)
            submission.save(update_fields=["problems", "done", "total"])
            return True
    # Pages can have gone as well.
    submission.total, submission.finished_at = submission.done, timezone.now()
    submission.save(update_fields=["total", "finished_at"])
    return False


def _submit(page: Page, locale: Locale, by) -> str:
    """What went wrong with one page, empty where nothing did. One that fails stops no other."""
    try:
        with transaction.atomic():
            TranslationCreator(by, [locale]).create_translations(page)
            made = Page.objects.filter(translation_key=page.translation_key, locale=locale, alias_of=None)
            if not made.exists():
                # wagtail-localize passes over what its validation refuses; nothing of it is left then.
                raise NotMade
    except OperationalError:
        raise  # a lock, a lost connection: the task is tried again
    except NotMade:
        return _("Something in it is refused when the translation is put together.")
    except Exception:
        logger.exception("page %s could not be submitted into %s", page.pk, locale.language_code)
        return _("It could not be taken apart: tell whoever runs this site.")
    return ""


class NotMade(Exception):
    """No page came of it."""
