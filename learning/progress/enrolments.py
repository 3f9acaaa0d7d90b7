"""Finding and changing enrolments. Writers hold the learner's or the enrolment's row."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.core.errors import Conflict, NotFound, NotPermitted
from learning.catalogue import running
from learning.catalogue.syllabus import Syllabus

from .models import Enrolment, Event, Learner
from .projection import Draft, append, fact_id

READABLE = (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED)
# A request is decided once, whichever way: both decisions have this id.
DECIDED = "decided"
_RANK = {Enrolment.State.ACTIVE: 0, Enrolment.State.REQUESTED: 1, Enrolment.State.COMPLETED: 2}


class NotEnrolled(NotPermitted):
    """What was asked for is for people who are enrolled in the course: 403 `not_enrolled`."""

    code = "not_enrolled"


class TimeOver(Conflict):
    """The days that somebody had for the course are over: 409 `time_over`."""

    code = "time_over"
    message = _("Your time for this course is over.")


def is_over(enrolment: Enrolment, now: datetime) -> bool:
    """Whether the time allowed ran out uncompleted, noticed by the scheduler or not yet."""
    return enrolment.completed_at is None and enrolment.expires_at is not None and enrolment.expires_at <= now


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


def of_another(by, enrolment_id: UUID) -> Enrolment:
    """The enrolment about which somebody is to decide, with its course and learner.

    Raises NotFound, NotPermitted, OwnLearning.
    """
    found = Enrolment.objects.select_related("course", "learner").filter(uuid=enrolment_id).first()
    if found is None:
        raise NotFound
    running.require_for_another(by, found.course, found.learner, running.DECIDE)
    return found


def locked(enrolment_id: int) -> Enrolment:
    """The enrolment, with its row locked until the transaction ends (SQLite's transactions are one at a time anyway)."""
    return with_rules().select_for_update(of=("self",), no_key=True).get(pk=enrolment_id)


@dataclass(frozen=True)
class Terms:
    """What holds for somebody who is let in now: the syllabus of the edition, when their time ends, and the units that an
    earlier enrolment, which this one renews, has done for them, with the scores of quizzes."""

    rules: Syllabus
    expires_at: datetime | None = None
    credited: Mapping[UUID, int | None] = field(default_factory=dict)


def create(
    *,
    learner: Learner,
    course,
    edition,
    terms: Terms,
    language: str,
    now: datetime,
    renews: Enrolment | None = None,
) -> Enrolment:
    """A new, active enrolment with its first events. Raises IntegrityError if there is a live one."""
    enrolment = _new(learner, course, edition, language, now, renews)
    _let_in(enrolment, terms, Event.Verb.ENROLLED, uuid.uuid4(), actor=learner, language=language, now=now)
    return enrolment


def request(
    *,
    learner: Learner,
    course,
    edition,
    rules: Syllabus,
    language: str,
    now: datetime,
    renews: Enrolment | None = None,
) -> Enrolment:
    """A new enrolment that waits for somebody's decision. Raises IntegrityError if there is a live one."""
    enrolment = _new(
        learner, course, edition, language, now, renews, state=Enrolment.State.REQUESTED, admitted=False
    )
    _happen(enrolment, Event.Verb.REQUESTED, rules=rules, language=language, now=now)
    return enrolment


def approve(
    enrolment: Enrolment, *, edition, terms: Terms, actor: Learner | None, language: str = "", now: datetime
) -> UUID:
    """Let in whoever asked, to an edition; the id of the event. Raises IntegrityError if it was decided meanwhile."""
    if enrolment.edition_id != edition.pk:
        Enrolment.objects.filter(pk=enrolment.pk).update(edition=edition)
        enrolment.edition = edition
    identifier = fact_id(enrolment.uuid, DECIDED)
    _let_in(enrolment, terms, Event.Verb.APPROVED, identifier, actor=actor, language=language, now=now)
    return identifier


def refuse(enrolment: Enrolment, *, actor: Learner, now: datetime) -> UUID:
    """Say no to whoever asked; the id of the event. Raises IntegrityError if it was decided meanwhile."""
    identifier = fact_id(enrolment.uuid, DECIDED)
    draft = Draft(uuid=identifier, verb=Event.Verb.REFUSED, effective_at=now, actor=actor)
    append({enrolment: (syllabus(enrolment), [draft])}, now=now)
    return identifier


def lapse(enrolments: Collection[Enrolment], *, now: datetime) -> None:
    """End what wasn't completed within its time. Dated by the end of that time, whenever this is noticed."""
    append(
        {
            each: (
                syllabus(each),
                [
                    Draft(
                        uuid=fact_id(each.uuid, Event.Verb.LAPSED),
                        verb=Event.Verb.LAPSED,
                        effective_at=max(each.expires_at, each.enrolled_at),
                    )
                ],
            )
            for each in enrolments
        },
        now=now,
    )


def _new(learner, course, edition, language, now, renews, **fields) -> Enrolment:
    return Enrolment.objects.create(
        learner=learner,
        course=course,
        edition=edition,
        enrolled_at=now,
        language=language,
        renews_id=renews.uuid if renews else None,
        **fields,
    )


def _let_in(enrolment, terms: Terms, verb, identifier, *, actor, language, now) -> None:
    data = {"expires_at": terms.expires_at.astimezone(UTC).isoformat()} if terms.expires_at else {}
    first = Draft(uuid=identifier, verb=verb, effective_at=now, language=language, actor=actor, data=data)
    credits = [
        Draft(
            uuid=fact_id(enrolment.uuid, f"{Event.Verb.CREDITED}:{key}"),
            verb=Event.Verb.CREDITED,
            unit=key,
            effective_at=now,
            data={
                "from": str(enrolment.renews_id),
                **({} if score_bp is None else {"score_bp": score_bp}),
            },
        )
        for key, score_bp in terms.credited.items()
    ]
    append({enrolment: (terms.rules, [first, *credits])}, now=now)


def withdraw(enrolment: Enrolment, *, language: str, now: datetime) -> None:
    _happen(enrolment, Event.Verb.WITHDRAWN, rules=syllabus(enrolment), language=language, now=now)


def reactivate(enrolment: Enrolment, *, language: str, now: datetime) -> None:
    _happen(enrolment, Event.Verb.RETURNED, rules=syllabus(enrolment), language=language, now=now)


def _happen(enrolment, verb, *, rules, language, now):
    draft = Draft(uuid=uuid.uuid4(), verb=verb, effective_at=now, language=language, actor=enrolment.learner)
    append({enrolment: (rules, [draft])}, now=now)
