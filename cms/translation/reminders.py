"""A mail before a translator's day: once for each day that was set."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core import mailing
from cms.core.tasks import job

from . import access, mails
from .models import Work
from .state import REMIND_BEFORE


def due(now: datetime) -> QuerySet[Work]:
    """What is in a translator's hands, ends soon or should have ended, and wasn't told of."""
    return Work.objects.filter(
        due_on__lte=(now + REMIND_BEFORE).date(),
        stage=Work.Stage.OPEN,
        reminded_at=None,
        translator__is_active=True,
        translation__enabled=True,
    )


def queue_reminders(now: datetime) -> int:
    """Leave a task for each that is due; how many. A second one for the same finds it sent."""
    keys = list(due(now).order_by("pk").values_list("pk", flat=True))
    for key in keys:
        send.enqueue(key)
    return len(keys)


@job(attempts=8, queue="mail")
def send(work_pk: int) -> bool:
    """Remind the translator of one thing; whether a mail went out. Running it twice sends nothing twice."""
    now = timezone.now()
    work = (
        due(now)
        .select_related("translator", "translation__source", "translation__target_locale")
        .filter(pk=work_pk)
        .first()
    )
    # Who may not see it any more isn't told its name.
    if work is None or not access.seen_translations(work.translator).filter(work=work).exists():
        return False
    mine = Work.objects.filter(pk=work_pk, translator=work.translator, due_on=work.due_on)
    return mailing.send_once(
        claim=lambda: mine.filter(reminded_at=None).update(reminded_at=now) > 0,
        release=lambda: mine.update(reminded_at=None),
        compose=lambda: compose(work),
    )


def compose(work: Work) -> EmailMessage:
    return mails.message(
        work,
        to=work.translator,
        subject=lambda title: _("To be translated: %(title)s") % {"title": title},
        template="translation_due",
        left=work.words_total - work.words_done,
    )
