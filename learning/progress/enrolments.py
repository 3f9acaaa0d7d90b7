"""Finding and changing enrolments. Writers hold the learner's or the enrolment's row."""

import uuid
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from cms.core.errors import NotPermitted
from learning.catalogue.syllabus import Syllabus

from .models import Enrolment, Event, Learner
from .projection import Draft, append

READABLE = (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED)
_RANK = {Enrolment.State.ACTIVE: 0, Enrolment.State.REQUESTED: 1, Enrolment.State.COMPLETED: 2}


class NotEnrolled(NotPermitted):
    """What was asked for is for people who are enrolled in the course: 403 `not_enrolled`."""

    code = "not_enrolled"


def with_rules() -> QuerySet[Enrolment]:
    """Enrolments with everything that applying events to them needs, in one statement."""
    return Enrolment.objects.select_related("learner", "course", "edition__syllabus")


def syllabus(enrolment: Enrolment) -> Syllabus:
    """The sealed syllabus of the enrolment's edition."""
    return Syllabus.from_json(enrolment.edition.syllabus.rules)


def find(user, course_key: UUID) -> Enrolment | None:
    """The enrolment that speaks for a person in a course: the live one, else the completed, else the latest."""
    return preferred(with_rules().filter(learner__user=user, course=course_key))


def preferred(enrolments) -> Enrolment | None:
    ordered = sorted(
        enrolments, key=lambda each: (_RANK.get(each.state, 3), -each.enrolled_at.timestamp(), -each.pk)
    )
    return ordered[0] if ordered else None


def holding(user, unit_key: UUID) -> Enrolment:
    """The enrolment through which a person reads a unit. Raises NotEnrolled."""
    rows = with_rules().filter(learner__user=user, edition__rows__key=unit_key, state__in=READABLE)
    found = preferred(rows)
    if found is None:
        raise NotEnrolled
    return found


def locked(enrolment_id: int) -> Enrolment:
    """The enrolment, with its row locked until the transaction ends (SQLite's transactions are one at a time anyway)."""
    return with_rules().select_for_update(of=("self",), no_key=True).get(pk=enrolment_id)


def create(*, learner: Learner, course, edition, rules: Syllabus, language: str, now: datetime) -> Enrolment:
    """A new, active enrolment with its first event. Raises IntegrityError if there is a live one."""
    enrolment = Enrolment.objects.create(
        learner=learner, course=course, edition=edition, enrolled_at=now, language=language
    )
    _happen(enrolment, Event.Verb.ENROLLED, rules=rules, language=language, now=now)
    return enrolment


def withdraw(enrolment: Enrolment, *, language: str, now: datetime) -> None:
    _happen(enrolment, Event.Verb.WITHDRAWN, rules=syllabus(enrolment), language=language, now=now)


def reactivate(enrolment: Enrolment, *, language: str, now: datetime) -> None:
    _happen(enrolment, Event.Verb.RETURNED, rules=syllabus(enrolment), language=language, now=now)


def _happen(enrolment, verb, *, rules, language, now):
    draft = Draft(uuid=uuid.uuid4(), verb=verb, effective_at=now, language=language, actor=enrolment.learner)
    append({enrolment: (rules, [draft])}, now=now)
