"""Submitting: what is still to be done is asked of the database each time, so that whoever goes on after a crash goes on
where it was, and nothing is done twice.

Each part is a transaction of its own, so that other writers wait for one page in one language at most. A task ends after some
seconds and leaves the rest to the next: no worker is held for minutes.
"""

import logging
import time
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from django.db import OperationalError, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.operations import TranslationCreator

from cms.core.tasks import is_due, job

from .. import originals
from .models import Submission

logger = logging.getLogger(__name__)

# How long one task goes on, in seconds.
SLICE = 20


@transaction.atomic
def begin(*, page: Page, locales: Collection[Locale], by, now: datetime) -> Submission:
    """Ask for everything below a page. The same that somebody asked for already and that isn't finished is returned as it is; where
    its task failed for good it goes on."""
    wanted = [locale for locale in locales if locale.pk != page.locale_id]
    # Who asks for the same at the same time waits, and finds it.
    list(Page.objects.select_for_update(no_key=True).filter(pk=page.pk).values_list("pk"))
    for known in Submission.objects.filter(page=page, finished_at=None).prefetch_related("locales"):
        if set(known.locales.all()) == set(wanted):
            if not is_due(go_on, known.pk):
                go_on.enqueue(known.pk)
            return known
    submission = Submission.objects.create(page=page, by=by, created_at=now)
    submission.locales.set(wanted)
    submission.total = behind(page, wanted).count() + sum(missing(page, locale).count() for locale in wanted)
    submission.save(update_fields=["total"])
    go_on.enqueue(submission.pk)
    return submission


def missing(page: Page, locale: Locale, failed: Collection[int] = ()) -> models.QuerySet[Page]:
    """The pages below one that aren't submitted into a language yet, parents first, without those that `failed`. What somebody
    wrote in it by hand is left alone, and so is what was submitted once and then taken out of translation: those texts would be
    lost."""
    submitted = Translation.objects.filter(source__object=OuterRef("translation_key"), target_locale=locale)
    by_hand = Page.objects.filter(translation_key=OuterRef("translation_key"), locale=locale, alias_of=None)
    found = _pages(page).exclude(pk__in=[page.pk, *failed])
    return found.exclude(Exists(submitted)).exclude(Exists(by_hand)).order_by("path")


def behind(page: Page, locales: Collection[Locale], failed: Collection[int] = ()) -> models.QuerySet[Page]:
    """The page and those below it that were submitted into one of the languages before and have moved on since, parents first,
    without those that `failed`. What is in none of them but by hand, or was taken out of translation, is left alone."""
    translated = Translation.objects.filter(target_locale__in=locales, enabled=True)
    sources = originals.moved_on().filter(
        object=OuterRef("translation_key"),
        locale=OuterRef("locale"),
        pk__in=translated.values("source"),
    )
    return _pages(page).exclude(pk__in=failed).filter(Exists(sources)).order_by("path")


def _pages(page: Page) -> models.QuerySet[Page]:
    return Page.objects.filter(path__startswith=page.path, locale=page.locale_id, alias_of=None)


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
    """Bring the next page up to date, or submit it into the next language; whether there was one. Two at once take turns."""
    submission = Submission.objects.select_for_update().filter(pk=submission_pk, finished_at=None).first()
    if submission is None:
        return False
    locales = list(submission.locales.order_by("pk"))
    # First: what is submitted into one more language then is taken apart already.
    page = behind(submission.page, locales, _failed(submission, "")).first()
    if page is not None:
        problem = _attempt(page, partial(_take_apart, page))
        submission.updated += not problem
        _met(submission, page, "", problem)
        return True
    for locale in locales:
        page = missing(submission.page, locale, _failed(submission, locale.language_code)).first()
        if page is not None:
            problem = _attempt(page, partial(_submit, page, locale, submission.by))
            _met(submission, page, locale.language_code, problem)
            return True
    # Pages can have gone as well.
    submission.total, submission.finished_at = submission.done, timezone.now()
    submission.save(update_fields=["total", "finished_at"])
    return False


def _failed(submission: Submission, code: str) -> list[int]:
    return [each["page"] for each in submission.problems if each["locale"] == code]


def _met(submission: Submission, page: Page, code: str, problem: str) -> None:
    """Count a part that was met, and keep what went wrong with it."""
    if problem:
        submission.problems.append({"page": page.pk, "title": page.title, "locale": code, "told": problem})
    submission.done += 1
    # Pages can have come below it since it began.
    submission.total = max(submission.total, submission.done)
    submission.save(update_fields=["problems", "done", "total", "updated"])


def _attempt(page: Page, act: Callable[[], None]) -> str:
    """What went wrong with one page, empty where nothing did. One that fails stops no other."""
    try:
        with transaction.atomic():
            act()
    except OperationalError:
        raise  # a lock, a lost connection: the task is tried again
    except NotMade:
        return _("Something in it is refused when the translation is put together.")
    except Exception:
        logger.exception("page %s could not be taken apart or submitted", page.pk)
        return _("It could not be taken apart: tell whoever runs this site.")
    return ""


def _take_apart(page: Page) -> None:
    originals.take_apart(TranslationSource.objects.get(object=page.translation_key, locale=page.locale_id))


def _submit(page: Page, locale: Locale, by) -> None:
    # wagtail-localize begins with what it took apart for another language, whenever that was.
    known = originals.moved_on().filter(object=page.translation_key, locale=page.locale_id).first()
    if known is not None:
        originals.take_apart(known)
    TranslationCreator(by, [locale]).create_translations(page.specific)
    made = Page.objects.filter(translation_key=page.translation_key, locale=locale, alias_of=None)
    if not made.exists():
        # wagtail-localize passes over what its validation refuses; nothing of it is left then.
        raise NotMade


class NotMade(Exception):
    """No page came of it."""
