"""The report of a course, for people with the permission `learning.view_report` on it and for nobody else."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from guardian.models import GroupObjectPermission, UserObjectPermission

from cms.core.errors import NotFound, NotPermitted
from learning.catalogue import documents
from learning.catalogue.documents import Reader
from learning.catalogue.rows import Course
from learning.progress import reports
from learning.progress.models import Enrolment

from . import courses


@dataclass(frozen=True)
class Report:
    course: Course
    funnel: reports.Funnel
    units: list[dict]
    learners: list[Enrolment]
    next_after: int | None


def may_report(user, course: Course) -> bool:
    """Whether somebody may see a course's report: by a permission on that very course, or as a superuser."""
    return user.is_active and (user.is_superuser or _has_object_permission(user, course))


def _has_object_permission(user, course) -> bool:
    # Asked of the object alone: a permission on all courses doesn't exist for reports.
    return user.has_perm("learning.view_report", course)


def reportable(user) -> list[UUID]:
    """The courses whose report somebody may see by permissions on them, their own or their groups'; two statements."""
    own = UserObjectPermission.objects.filter(user=user)
    groups = GroupObjectPermission.objects.filter(group__in=user.groups.all())
    wanted = {"permission__codename": "view_report", "permission__content_type__app_label": "learning"}
    keys = {pk for rows in (own, groups) for pk in rows.filter(**wanted).values_list("object_pk", flat=True)}
    return sorted(UUID(key) for key in keys)


def report(*, user, course_key: UUID, reader: Reader, after: int = 0, limit: int = 50) -> Report:
    """A course's numbers and a page of its learners after a primary key.

    Raises NotFound, and NotPermitted where the person sees the course but not its report.
    """
    course = Course.objects.filter(pk=course_key).first()
    if course is None:
        raise NotFound
    if not may_report(user, course):
        if documents.courses(reader, [course_key]):
            raise NotPermitted
        raise NotFound
    found = reports.learners(course_key, after=after, limit=limit + 1)
    funnel = reports.funnel(course_key)
    return Report(
        course=course,
        funnel=funnel,
        units=_units(course, reader),
        learners=found[:limit],
        next_after=found[limit - 1].pk if len(found) > limit else None,
    )


def _units(course: Course, reader: Reader) -> list[dict]:
    """Each unit of the current edition, and those of earlier ones that people are on, with where they stand."""
    standings = reports.units(course.pk)
    outline = courses.outline_units(course.pk, course.source_locale, reader, extra=standings)
    nobody = reports.UnitStanding(0, 0, 0, None)
    return [{**unit, **asdict(standings.get(unit["key"], nobody))} for unit in outline]


def report_value(report: Report) -> dict:
    """The report for the API: `{course, title, funnel, units}`."""
    return {
        "course": report.course.pk,
        "title": report.course.title,
        "funnel": asdict(report.funnel),
        "units": report.units,
    }


def learner_value(enrolment: Enrolment) -> dict:
    """A learner in a report. Somebody who was erased is there by pseudonym."""
    user = enrolment.learner.user
    return {
        "id": enrolment.learner.uuid,
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
