"""Giving a person more time at quizzes, by people who may decide about a course's learners."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from cms.core.errors import BadInput, NotFound
from learning.assessment import rules
from learning.assessment.attempts import extra_time
from learning.assessment.models import Attempt, ExtraTime
from learning.catalogue.choices import Kind
from learning.progress import enrolments
from learning.progress.models import Event, Learner
from learning.progress.projection import Draft, append

from .transactions import one_transaction

MAX_MINUTES = 24 * 60


@one_transaction
def give_extra_time(
    *, by, enrolment_id: UUID, quiz_key: UUID | None, minutes: int, reason: str = "", now: datetime
) -> ExtraTime:
    """Set what a learner has beyond every limit, at one quiz or at all of the course; an open attempt gets it at once.

    0 minutes takes it back; an open attempt keeps what it had. Raises NotFound, NotPermitted, BadInput `bad_minutes`.
    """
    found = enrolments.of_another(by, enrolment_id)
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 <= minutes <= MAX_MINUTES:
        raise BadInput(_("Extra time is 0 to 1,440 minutes."), code="bad_minutes")
    enrolment = enrolments.locked(found.pk)
    syllabus = enrolments.syllabus(enrolment)
    rule = syllabus.by_key.get(quiz_key)
    if quiz_key is not None and (rule is None or rule.kind != Kind.QUIZ):
        raise NotFound
    opened = list(
        Attempt.objects.filter(
            enrolment=enrolment, state=Attempt.State.OPEN, deadline_at__gt=now - rules.GRACE
        )
    )
    had = {attempt.pk: extra_time(enrolment.pk, attempt.quiz_id) for attempt in opened}
    given, _made = ExtraTime.objects.update_or_create(
        enrolment=enrolment,
        quiz_id=quiz_key,
        defaults={"minutes": minutes, "reason": reason[:500], "given_by": by, "given_at": now},
    )
    for attempt in opened:
        more = extra_time(enrolment.pk, attempt.quiz_id) - had[attempt.pk]
        if more > timedelta(0):
            attempt.deadline_at = rules.extended(attempt.deadline_at, more)
            attempt.save(update_fields=["deadline_at"])
    actor, _made = Learner.objects.get_or_create(user=by, defaults={"created_at": now})
    draft = Draft(
        uuid=uuid4(),
        verb=Event.Verb.EXTRA_TIME,
        effective_at=now,
        actor=actor,
        data={"quiz": str(quiz_key) if quiz_key else None, "minutes": minutes},
    )
    append({enrolment: (syllabus, [draft])}, now=now)
    return given
