"""When the time that somebody has for a course runs out: a mail before, and the end of the enrolment after."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.core import mailing
from cms.core.tasks import job
from learning.assessment.models import Attempt
from learning.catalogue import naming, rules
from learning.credentials import reminders
from learning.progress import enrolments
from learning.progress.models import Enrolment

from .transactions import one_transaction

CHUNK = 200
# A week before the end; a day before where there were less than two weeks; not at all where there were less than two days.
BEFORE, BEFORE_SHORT = timedelta(days=7), timedelta(days=1)


def overdue(now: datetime) -> QuerySet[Enrolment]:
    """Enrolments whose time is over. An attempt that isn't graded yet was begun in time and may still complete the course."""
    under_way = Attempt.objects.filter(
        enrolment=OuterRef("pk"), state__in=[Attempt.State.OPEN, Attempt.State.SUBMITTED]
    )
    rows = Enrolment.objects.filter(state=Enrolment.State.ACTIVE, expires_at__lte=now)
    return rows.filter(~Exists(under_way))


def lapse_all(now: datetime) -> int:
    """End what wasn't completed in time; how many. In transactions of `CHUNK`."""
    total = 0
    while lapsed := _lapse_some(now):
        total += lapsed
    return total


@one_transaction
def _lapse_some(now: datetime) -> int:
    rows = overdue(now).select_related("learner", "course", "edition__syllabus").order_by("pk")
    chosen = list(rows.select_for_update(of=("self",), no_key=True)[:CHUNK])
    if chosen:
        enrolments.lapse(chosen, now=now)
    return len(chosen)


def ending(now: datetime) -> QuerySet[Enrolment]:
    """The enrolments whose learners are to be reminded now."""
    long = Q(expires_at__lte=now + BEFORE, enrolled_at__lte=F("expires_at") - 2 * BEFORE)
    short = Q(expires_at__lte=now + BEFORE_SHORT, enrolled_at__lte=F("expires_at") - 2 * BEFORE_SHORT)
    return Enrolment.objects.filter(
        long | short,
        state=Enrolment.State.ACTIVE,
        expires_at__gt=now,
        reminded_at=None,
        learner__user__is_active=True,
        learner__no_reminders=None,
    )


def queue_reminders(now: datetime) -> int:
    """Leave a task for each enrolment that ends soon; how many. A second one for the same finds it sent."""
    pks = list(ending(now).order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        remind.enqueue(pk)
    return len(pks)


@job(attempts=8, queue="mail")
def remind(enrolment_pk: int) -> bool:
    """Remind one learner; whether a mail went out. Running it twice sends nothing twice."""
    now = timezone.now()
    enrolment = ending(now).select_related("learner__user", "course").filter(pk=enrolment_pk).first()
    if enrolment is None:
        return False
    rows = Enrolment.objects.filter(pk=enrolment_pk)
    return mailing.send_once(
        lambda: rows.filter(reminded_at=None).update(reminded_at=now),
        lambda: rows.update(reminded_at=None),
        lambda: compose(enrolment),
    )


def compose(enrolment: Enrolment):
    person = enrolment.learner.user
    language = mailing.language_of(person, enrolment.language)
    with override(language):
        stop = settings.BASE_URL + reverse(
            "learning:stop_reminders", kwargs={"token": reminders.stop_token(enrolment.learner_id)}
        )
        title, _locale = naming.title_in(enrolment.course, language)
        return mailing.message(
            subject=_("Your time for a course ends soon: %(title)s") % {"title": title},
            template="course_due",
            context={
                "title": title,
                "due_on": rules.last_day(enrolment.expires_at, settings.TIME_ZONE),
                "url": settings.BASE_URL + reverse("learning:my_learning"),
                "stop_url": stop,
            },
            to=person.email,
            headers={
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
