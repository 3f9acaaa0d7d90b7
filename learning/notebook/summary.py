"""What learners said of a course's lessons, for those who run it: numbers and words, no names and no days."""

from uuid import UUID

from django.db.models import Count, Q

from .models import LessonFeedback


def useful_by_unit(course: UUID) -> dict[UUID, dict]:
    """`{useful, not_useful}` of each lesson that something was said of. One statement."""
    rows = (
        LessonFeedback.objects.filter(course=course)
        .values("unit_id")
        .annotate(yes=Count("pk", filter=Q(useful=True)), no=Count("pk", filter=Q(useful=False)))
        .order_by()
    )
    return {row["unit_id"]: {"useful": row["yes"], "not_useful": row["no"]} for row in rows}


def comments(course: UUID, *, after: UUID | None = None, limit: int) -> list[LessonFeedback]:
    """Comments in an order that says nothing, after one of them. One statement."""
    rows = LessonFeedback.objects.filter(course=course).exclude(comment="").order_by("uuid")
    if after is not None:
        rows = rows.filter(uuid__gt=after)
    return list(rows.only("uuid", "unit_id", "useful", "comment")[:limit])


def comment_count(course: UUID) -> int:
    return LessonFeedback.objects.filter(course=course).exclude(comment="").count()
