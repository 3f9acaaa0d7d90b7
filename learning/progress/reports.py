"""The report of a course for the people who run it: few statements, whatever the number of learners."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Avg, Count, Q, Sum

from .models import Enrolment, UnitRecord

HALFWAY_BP = 5_000
# Fewer people than that in a group could be recognised: their numbers aren't told.
SMALLEST_GROUP = 5
# Deciles of the score: 0 to 9 %, 10 to 19 %, …, and 100 % for itself.
SCORE_STEP_BP = 1_000


@dataclass(frozen=True)
class Funnel:
    """How far people have come. Withdrawn people are counted as enrolled and as withdrawn."""

    enrolled: int
    started: int
    halfway: int
    completed: int
    withdrawn: int
    mean_progress_bp: int
    mean_score_bp: int | None
    seconds: int


@dataclass(frozen=True)
class UnitStanding:
    """How many have reached and done a unit; `failed` of a quiz."""

    reached: int
    done: int
    failed: int
    mean_best_bp: int | None


def funnel(course_key: UUID) -> Funnel:
    """One statement."""
    counted = Enrolment.objects.filter(course=course_key).aggregate(
        enrolled=Count("pk"),
        started=Count("pk", filter=Q(last_at__isnull=False)),
        halfway=Count("pk", filter=Q(progress_bp__gte=HALFWAY_BP)),
        completed=Count("pk", filter=Q(completed_at__isnull=False)),
        withdrawn=Count("pk", filter=Q(state=Enrolment.State.WITHDRAWN)),
        progress=Avg("progress_bp"),
        score=Avg("score_bp"),
        seconds=Sum("seconds"),
    )
    return Funnel(
        enrolled=counted["enrolled"],
        started=counted["started"],
        halfway=counted["halfway"],
        completed=counted["completed"],
        withdrawn=counted["withdrawn"],
        mean_progress_bp=int(counted["progress"] or 0),
        mean_score_bp=None if counted["score"] is None else int(counted["score"]),
        seconds=counted["seconds"] or 0,
    )


def units(course_key: UUID) -> dict[UUID, UnitStanding]:
    """Per unit where people stand. One statement."""
    rows = (
        UnitRecord.objects.filter(enrolment__course=course_key)
        .exclude(state=UnitRecord.State.LOCKED)
        .values("unit_id")
        .annotate(
            reached=Count("pk"),
            done=Count("pk", filter=Q(done_at__isnull=False)),
            failed=Count("pk", filter=Q(state=UnitRecord.State.FAILED)),
            best=Avg("best_bp"),
        )
        .order_by()
    )
    return {
        row["unit_id"]: UnitStanding(
            reached=row["reached"],
            done=row["done"],
            failed=row["failed"],
            mean_best_bp=None if row["best"] is None else int(row["best"]),
        )
        for row in rows
    }


def learners(course_key: UUID, *, after: int = 0, limit: int = 50) -> list[Enrolment]:
    """Enrolments with their people, in the order of enrolling, after a primary key. One statement."""
    rows = Enrolment.objects.filter(course=course_key, pk__gt=after).select_related(
        "learner__user", "edition"
    )
    return list(rows.order_by("pk")[:limit])
