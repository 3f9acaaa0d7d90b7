"""The report of a course, for people with the permission `learning.view_report` on it and for nobody else."""

from dataclasses import asdict, dataclass
from uuid import UUID

from learning.catalogue import running
from learning.catalogue.documents import Reader
from learning.catalogue.rows import Course
from learning.progress import learners, reports
from learning.progress.models import Enrolment

from . import courses


@dataclass(frozen=True)
class Report:
    course: Course
    funnel: reports.Funnel
    units: list[dict]
    spread: reports.Spread
    learners: list[Enrolment]
    next_place: list | None


def reportable(user) -> list[UUID]:
    """The courses whose report somebody may see by permissions on them, their own or their groups'; two statements."""
    return running.courses_of(user, running.REPORT)


def report(*, user, course_key: UUID, reader: Reader, after: list | None = None, limit: int = 50) -> Report:
    """A course's numbers and a page of its learners, in the order of enrolling, after a place.

    Three statements beside those of permission and outline, whatever the number of learners. Raises NotFound, and
    NotPermitted where the person sees the course but not its report.
    """
    course = running.course_of(user, course_key, reader, running.REPORT)
    funnel, spread = reports.overview(course_key)
    everybody = learners.Asked()
    found = learners.page(course_key, everybody, after=after, limit=limit + 1) if limit else []
    return Report(
        course=course,
        funnel=funnel,
        units=_units(course, reader),
        spread=spread,
        learners=found[:limit],
        next_place=learners.place(found[limit - 1], everybody) if limit and len(found) > limit else None,
    )


def _units(course: Course, reader: Reader) -> list[dict]:
    """Each unit of the current edition, and those of earlier ones that people are on, with where they stand."""
    standings = reports.units(course.pk)
    outline = courses.outline_units(course.pk, course.source_locale, reader, extra=standings)
    nobody = reports.UnitStanding(0, 0, 0, None)
    return [{**unit, **asdict(standings.get(unit["key"], nobody))} for unit in outline]


def report_value(report: Report) -> dict:
    """The report for the API: `{course, title, funnel, units, scores, languages}`."""
    return {
        "course": report.course.pk,
        "title": report.course.title,
        "funnel": asdict(report.funnel),
        "units": report.units,
        "scores": report.spread.scores,
        "languages": [asdict(each) for each in report.spread.groups],
    }
