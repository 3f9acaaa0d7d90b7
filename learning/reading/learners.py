"""Learners of a course for the people who run it: the list, its export, one learner in full."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.content import api as content
from cms.core import languages
from cms.core.errors import BadInput, NotFound
from learning.assessment import marking
from learning.assessment.models import Attempt, ExtraTime
from learning.catalogue import running
from learning.catalogue.documents import Reader
from learning.catalogue.rows import Course
from learning.flows import regrading
from learning.progress import enrolments, learners
from learning.progress.learners import Asked
from learning.progress.models import Enrolment, Event, UnitRecord
from learning.progress.rules import states

from . import courses

PROGRESS = {"none": (0, 0), "some": (1, 4_999), "half": (5_000, 9_999), "all": (10_000, 10_000)}
SEEN = {"week": 7, "month": 30}
PARAMETERS = frozenset({"state", "progress", "seen", "language", "name", "sort"})
MAX_NAME = 100
#: what happened to a learner by a person's decision
DECISIONS = (
    Event.Verb.WAIVED,
    Event.Verb.EXTRA_TIME,
    Event.Verb.REGRADED,
    Event.Verb.MOVED,
    Event.Verb.GRADED,
)
SHOWN_EVENTS = 200


@dataclass(frozen=True)
class Listed:
    """A page of a course's learners. `next_place` is that of the last one, None where none follow."""

    course: Course
    asked: Asked
    total: int
    learners: list[Enrolment]
    next_place: list | None


def asked_of(query: Mapping, now: datetime) -> Asked:
    """What the parameters `PARAMETERS` of an address ask for. Raises BadInput `bad_parameter` for what it doesn't know."""
    given = {name: query.get(name, "") for name in PARAMETERS}
    seen = given["seen"]
    known = {
        "state": Enrolment.State.values,
        "progress": PROGRESS,
        "seen": [*SEEN, *(f"not_{name}" for name in SEEN), "never"],
        "language": languages.codes(),
        "sort": learners.SORTS,
    }
    for name, values in known.items():
        if given[name] and given[name] not in values:
            raise BadInput(
                gettext_lazy("This filter can’t be understood."), code="bad_parameter", errors={name: ["—"]}
            )
    name = given["name"].strip()
    if len(name) > MAX_NAME or "\0" in name:
        raise BadInput(gettext_lazy("The name is too long."), code="bad_parameter", errors={"name": ["—"]})
    low, high = PROGRESS.get(given["progress"], (None, None))
    days = SEEN.get(seen.removeprefix("not_"))
    since = now - timedelta(days=days) if days else None
    return Asked(
        states=frozenset({given["state"]} - {""}),
        progress_from=low,
        progress_to=high,
        seen_since=since if seen in SEEN else None,
        seen_before=since if seen.startswith("not_") else None,
        never_seen=seen == "never",
        language=given["language"],
        name=name,
        sort=given["sort"] or "enrolled",
    )


def listed(
    *, user, course_key: UUID, asked: Asked, reader: Reader, after: list | None = None, limit: int = 50
) -> Listed:
    """A page of a course's learners. Two statements beside those of the permission. Raises NotFound, NotPermitted."""
    course = running.course_of(user, course_key, reader, running.REPORT)
    found = learners.page(course_key, asked, after=after, limit=limit + 1)
    more = len(found) > limit
    return Listed(
        course=course,
        asked=asked,
        total=learners.count(course_key, asked),
        learners=found[:limit],
        next_place=learners.place(found[limit - 1], asked) if more else None,
    )


def learner_value(enrolment: Enrolment) -> dict:
    """A learner in a report. Somebody who was erased is there by pseudonym."""
    user = enrolment.learner.user
    return {
        "id": enrolment.learner.uuid,
        "enrolment": enrolment.uuid,
        "name": str(user) if user else _("Removed"),
        "state": enrolment.state,
        "edition": enrolment.edition.number,
        "language": enrolment.language,
        "progress_bp": enrolment.progress_bp,
        "score_bp": enrolment.score_bp,
        "enrolled_at": enrolment.enrolled_at,
        "last_at": enrolment.last_at,
        "completed_at": enrolment.completed_at,
    }


HEADINGS = (
    "learner",
    "name",
    "email",
    "state",
    "edition",
    "language",
    "progress_bp",
    "score_bp",
    "seconds",
    "enrolled_at",
    "last_at",
    "completed_at",
)


def export_rows(*, user, course_key: UUID, asked: Asked, reader: Reader) -> tuple[Course, Iterator[tuple]]:
    """(the course, headings and then a row a learner, read as they are asked for). Raises NotFound, NotPermitted at once."""
    course = running.course_of(user, course_key, reader, running.REPORT)
    return course, _export_rows(course_key, asked)


def _export_rows(course_key, asked):
    yield HEADINGS
    for each in learners.export(course_key, asked):
        user = each.learner.user
        yield (
            each.learner.uuid,
            str(user) if user else "",
            user.email if user else "",
            each.state,
            each.edition.number,
            each.language,
            each.progress_bp,
            each.score_bp,
            each.seconds,
            *(moment.isoformat() if moment else "" for moment in (each.enrolled_at, each.last_at)),
            each.completed_at.isoformat() if each.completed_at else "",
        )


# One learner -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Detail:
    """One enrolment in full, for people who run the course."""

    course: Course
    enrolment: Enrolment
    units: list[dict]
    attempts: list[dict]
    extra_times: list[ExtraTime]
    decisions: list[dict]
    may_decide: bool


def detail(*, user, course_key: UUID, enrolment_id: UUID, reader: Reader) -> Detail:
    """One learner of a course. An enrolment of another course isn't there.

    Raises NotFound, NotPermitted. A number of statements that doesn't grow.
    """
    course = running.course_of(user, course_key, reader, running.REPORT)
    enrolment = enrolments.with_rules().filter(uuid=enrolment_id, course=course).first()
    if enrolment is None:
        raise NotFound
    records = {each.unit_id: each for each in UnitRecord.objects.filter(enrolment=enrolment)}
    known = _titles(course, enrolment, records, reader)
    return Detail(
        course=course,
        enrolment=enrolment,
        units=_units(enrolment, records, known),
        attempts=_attempts(enrolment, known),
        extra_times=list(ExtraTime.objects.filter(enrolment=enrolment).select_related("given_by")),
        decisions=_decisions(enrolment, known),
        may_decide=running.may(user, course, running.DECIDE),
    )


def _titles(course, enrolment, records, reader) -> dict[UUID, str]:
    keys = [*enrolments.syllabus(enrolment).by_key, *records]
    found = courses.titles(course.pk, enrolment.edition, keys, reader)
    return {key: found[key]["title"] if key in found else _("Removed unit") for key in keys}


def _units(enrolment, records, known) -> list[dict]:
    syllabus = enrolments.syllabus(enrolment)
    where = states(syllabus, {key: each.state for key, each in records.items() if key in syllabus.by_key})
    found = []
    for rule in syllabus.units:
        record = records.get(rule.key)
        found.append(
            {
                "key": rule.key,
                "title": known[rule.key],
                "kind": rule.kind,
                "required": rule.key in syllabus.required_keys,
                "state": where[rule.key],
                "score_bp": record.score_bp if record else None,
                "seconds": record.seconds if record else 0,
                "done_at": record.done_at if record else None,
                "waived_at": record.waived_at if record else None,
            }
        )
    return found


def _attempts(enrolment, known) -> list[dict]:
    """Attempts with what regrades did to them. What waits to be marked without names has no id here, for an id would
    tell whose it is."""
    rows = list(
        Attempt.objects.filter(enrolment=enrolment).select_related("version").order_by("quiz", "number")
    )
    changes: dict[int, list] = {}
    for change in regrading.of_attempts([row.pk for row in rows]):
        changes.setdefault(change.attempt_id, []).append(
            {
                "revision": change.revision,
                "old_score_bp": change.old_score_bp,
                "new_score_bp": change.new_score_bp,
                "at": change.regraded_at,
                "reason": change.regrade.reason,
            }
        )
    return [
        {
            "quiz": row.quiz_id,
            "title": known.get(row.quiz_id, _("Removed unit")),
            "number": row.number,
            "state": row.state,
            "started_at": row.started_at,
            "submitted_at": None if _hidden(row) else row.submitted_at,
            "score_bp": row.score_bp,
            "passed": row.passed,
            "regrades": changes.get(row.pk, []),
        }
        for row in rows
    ]


def _hidden(attempt: Attempt) -> bool:
    """Whether the moment of handing in would tell people who mark whose it is."""
    if attempt.state != Attempt.State.SUBMITTED or attempt.version is None:
        return False
    return marking.rules_of(content.body(attempt.version)).anonymous


def _decisions(enrolment, known) -> list[dict]:
    """What people decided about this learner, the latest first."""
    rows = Event.objects.filter(enrolment=enrolment, verb__in=DECISIONS, actor__isnull=False)
    rows = rows.exclude(actor=enrolment.learner).select_related("actor__user", "reason").order_by("-pk")
    return [
        {
            "verb": row.verb,
            "at": row.received_at,
            "title": known.get(row.unit_id, "") if row.unit_id else "",
            "by": str(row.actor.user) if row.actor.user else _("Removed"),
            "data": row.data,
            "reason": row.reason.text if hasattr(row, "reason") else "",
        }
        for row in rows[:SHOWN_EVENTS]
    ]
