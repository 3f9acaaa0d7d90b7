"""The report of a course for the people who run it: few statements, whatever the number of learners."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Avg, Count, F, Q, Sum

from learning.catalogue.rows import SealedSyllabus

from .models import Enrolment, UnitRecord

HALFWAY_BP = 5_000
# Fewer people than that in a group could be recognised: their numbers aren't told.
SMALLEST_GROUP = 5
# Tenths of the score: 0 to 9 %, 10 to 19 %, …, and 100 % for itself.
SCORE_STEP_BP = 1_000
SCORE_STEPS = 11


@dataclass(frozen=True)
class Funnel:
    """How far people have come. Withdrawn people are counted as enrolled and as withdrawn; who was never let in isn't."""

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
    mean_score_bp: int | None


@dataclass(frozen=True)
class Group:
    """People of one language, None for those of several that are too few to be told of alone."""

    language: str | None
    enrolled: int
    completed: int
    mean_progress_bp: int


@dataclass(frozen=True)
class Spread:
    """Scores by tenths, the lowest first, and people by language, the largest group first. None and nobody for too few."""

    scores: list[int] | None
    groups: list[Group]


def overview(course_key: UUID) -> tuple[Funnel, Spread]:
    """How far people have come, how their scores spread, and both by language. One statement."""
    rows = list(
        Enrolment.objects.filter(course=course_key, admitted=True)
        .annotate(tenth=F("score_bp") / SCORE_STEP_BP)
        .values("language", "tenth")
        .annotate(
            enrolled=Count("pk"),
            started=Count("pk", filter=Q(last_at__isnull=False)),
            halfway=Count("pk", filter=Q(progress_bp__gte=HALFWAY_BP)),
            completed=Count("pk", filter=Q(completed_at__isnull=False)),
            withdrawn=Count("pk", filter=Q(state=Enrolment.State.WITHDRAWN)),
            progress=Sum("progress_bp"),
            score=Sum("score_bp"),
            seconds=Sum("seconds"),
        )
        .order_by()
    )
    return _funnel(rows), _spread(rows)


def _funnel(rows: list[dict]) -> Funnel:
    counted = ("enrolled", "started", "halfway", "completed", "withdrawn", "progress", "seconds")
    total = {name: sum(row[name] or 0 for row in rows) for name in counted}
    with_score = [row for row in rows if row["tenth"] is not None]
    scored = sum(row["enrolled"] for row in with_score)
    progress = total.pop("progress")
    return Funnel(
        **total,
        mean_progress_bp=progress // total["enrolled"] if total["enrolled"] else 0,
        mean_score_bp=sum(row["score"] for row in with_score) // scored if scored else None,
    )


def _spread(rows: list[dict]) -> Spread:
    scores = [0] * SCORE_STEPS
    by_language: dict[str, tuple[int, int, int]] = {}
    for row in rows:
        if row["tenth"] is not None:
            scores[row["tenth"]] += row["enrolled"]
        before = by_language.get(row["language"], (0, 0, 0))
        own = (row["enrolled"], row["completed"], row["progress"])
        by_language[row["language"]] = tuple(map(sum, zip(before, own, strict=True)))
    return Spread(scores if sum(scores) >= SMALLEST_GROUP else None, _groups(by_language))


def _groups(by_language: Mapping[str, tuple[int, int, int]]) -> list[Group]:
    """Groups of at least `SMALLEST_GROUP`. Those that are smaller are told of together, with the next larger one where they
    are too few together as well: else they would be what is left of the whole."""
    order = sorted(by_language.items(), key=lambda each: (-each[1][0], each[0]))
    small = [each for each in order if each[1][0] < SMALLEST_GROUP]
    large = order[: len(order) - len(small)]
    while small and large and sum(numbers[0] for _language, numbers in small) < SMALLEST_GROUP:
        small.append(large.pop())
    told = [_group(*each) for each in large]
    together = tuple(map(sum, zip(*(numbers for _language, numbers in small), strict=True)))
    return [*told, _group(None, together)] if together and together[0] >= SMALLEST_GROUP else told


def _group(language: str | None, numbers: tuple[int, int, int]) -> Group:
    people, completed, progress = numbers
    return Group(language, people, completed, progress // people)


def units(course_key: UUID) -> dict[UUID, UnitStanding]:
    """Per unit where people stand. One statement."""
    # Said beside what follows from it: by the units of its editions the database finds a course's records among millions.
    own = SealedSyllabus.objects.filter(edition__root_key=course_key).values("edition__rows__key")
    rows = (
        UnitRecord.objects.filter(enrolment__course=course_key, unit__in=own)
        .exclude(state=UnitRecord.State.LOCKED)
        .values("unit_id")
        .annotate(
            reached=Count("pk"),
            done=Count("pk", filter=Q(done_at__isnull=False)),
            failed=Count("pk", filter=Q(state=UnitRecord.State.FAILED)),
            score=Avg("score_bp"),
        )
        .order_by()
    )
    return {
        row["unit_id"]: UnitStanding(
            reached=row["reached"],
            done=row["done"],
            failed=row["failed"],
            mean_score_bp=None if row["score"] is None else int(row["score"]),
        )
        for row in rows
    }
