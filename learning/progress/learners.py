"""The learners of a course as a list: filtered, sorted, page by page after the last one seen. One statement a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Concat, Lower

from .models import Enrolment

#: how many rows an export holds in memory at a time
CHUNK = 1000

# Each order ends with the primary key, so that no two have the same place.
SORTS = {
    "enrolled": "pk",
    "last_seen": "seen",
    "progress": "progress_bp",
    "score": "scored",
    "name": "sort_name",
}
DESCENDING = frozenset({"last_seen", "progress", "score"})

_PERSON = "learner__user__"
# Of somebody who was erased: blank.
_NAME = Concat(
    F(f"{_PERSON}last_name"),
    Value(" "),
    F(f"{_PERSON}first_name"),
    Value(" "),
    F(f"{_PERSON}email"),
    output_field=TextField(),
)


@dataclass(frozen=True)
class Asked:
    """What a list is to hold. Moments in `seen_before` and `seen_since`; basis points in `progress_from` and `progress_to`.

    `never_seen`: only those who haven't begun.
    """

    states: frozenset[str] = frozenset()
    progress_from: int | None = None
    progress_to: int | None = None
    seen_since: datetime | None = None
    seen_before: datetime | None = None
    never_seen: bool = False
    language: str = ""
    name: str = ""
    sort: str = "enrolled"


def rows(course_key: UUID, asked: Asked) -> QuerySet[Enrolment]:
    """The enrolments that are asked for, in order, with their people."""
    found = Enrolment.objects.filter(course=course_key, admitted=True).select_related(
        "learner__user", "edition"
    )
    found = found.annotate(
        seen=Coalesce("last_at", "enrolled_at"),
        scored=Coalesce("score_bp", Value(-1), output_field=IntegerField()),
    )
    if asked.sort == "name":
        found = found.annotate(sort_name=Lower(_NAME))
    if asked.states:
        found = found.filter(state__in=asked.states)
    if asked.progress_from is not None:
        found = found.filter(progress_bp__gte=asked.progress_from)
    if asked.progress_to is not None:
        found = found.filter(progress_bp__lte=asked.progress_to)
    if asked.never_seen:
        found = found.filter(last_at=None)
    if asked.seen_since is not None:
        found = found.filter(last_at__gte=asked.seen_since)
    if asked.seen_before is not None:
        found = found.filter(last_at__lt=asked.seen_before)
    if asked.language:
        found = found.filter(language=asked.language)
    for word in asked.name.split():
        found = found.filter(
            Q(learner__user__first_name__icontains=word)
            | Q(learner__user__last_name__icontains=word)
            | Q(learner__user__email__icontains=word)
        )
    return found.order_by(*_order(asked))


def _order(asked: Asked) -> tuple:
    name = SORTS[asked.sort]
    if asked.sort in DESCENDING:
        return F(name).desc(), "-pk"
    return F(name).asc(), "pk"


def place(enrolment: Enrolment, asked: Asked) -> list:
    """Where an enrolment of `rows` stands in its order: `[value, primary key]`, plain JSON."""
    value = getattr(enrolment, SORTS[asked.sort])
    return [value.isoformat() if isinstance(value, datetime) else value, enrolment.pk]


def page(course_key: UUID, asked: Asked, *, after: list | None, limit: int) -> list[Enrolment]:
    """So many enrolments after a `place`."""
    found = rows(course_key, asked)
    if after is not None:
        value, pk = after
        name = SORTS[asked.sort]
        if asked.sort == "last_seen":
            value = datetime.fromisoformat(value)
        beyond = "lt" if asked.sort in DESCENDING else "gt"
        found = found.filter(Q(**{f"{name}__{beyond}": value}) | Q(**{name: value, f"pk__{beyond}": pk}))
    # People are joined to those of the page alone: the database would join them to all of the course before it sorts.
    shown = rows(course_key, Asked(sort=asked.sort)).filter(pk__in=found.values("pk")[:limit])
    return list(shown)


def count(course_key: UUID, asked: Asked) -> int:
    """How many `rows` there are. One statement."""
    return rows(course_key, asked).order_by().count()


def export(course_key: UUID, asked: Asked) -> Iterator[Enrolment]:
    """All of them in the order of this moment, `CHUNK` at a time: whoever moves up meanwhile isn't lost."""
    keys = list(rows(course_key, asked).values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        found = rows(course_key, Asked()).in_bulk(chunk)
        yield from (found[pk] for pk in chunk if pk in found)
