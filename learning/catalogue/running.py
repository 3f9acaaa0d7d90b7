"""Who runs which course: permissions on that very course, a person's own or their groups', or a superuser. Written once, here."""

from uuid import UUID

from django.utils.translation import gettext_lazy
from guardian.models import GroupObjectPermission, UserObjectPermission

from cms.core.errors import NotFound, NotPermitted

from . import documents
from .documents import Reader
from .rows import Course

REPORT, DECIDE, MARK = "view_report", "decide_for_learners", "mark_answers"
REVOKE = "revoke_certificate"
ALL = (REPORT, DECIDE, MARK, REVOKE)


def may(user, course: Course, *permissions: str) -> bool:
    """Whether somebody has one of these permissions on the course."""
    return (user is not None and user.is_active) and (
        user.is_superuser or any(user.has_perm(f"learning.{each}", course) for each in permissions)
    )


def held(user, course: Course) -> frozenset[str]:
    """What somebody may do on the course, of `ALL`; two statements."""
    if not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset(ALL)
    return frozenset(name for name, keys in run_by(user, *ALL).items() if course.pk in keys)


def course_of(user, course_key: UUID, reader: Reader, *permissions: str) -> Course:
    """The course, for somebody with one of these permissions on it.

    Raises NotFound, and NotPermitted where the person sees the course but may not do this.
    """
    course = Course.objects.filter(pk=course_key).first()
    if course is None:
        raise NotFound
    if not may(user, course, *permissions):
        if documents.courses(reader, [course_key]):
            raise NotPermitted
        raise NotFound
    return course


def require_for_learner(user, course: Course, *permissions: str) -> None:
    """That somebody has one of these permissions on the course of a learner whom they name by an id.

    Raises NotPermitted for whoever runs the course in another way and so may know its learners. For anybody else nobody is
    there, as with an id that was never given: NotFound.
    """
    if user is None or not may(user, course, REPORT, DECIDE, MARK):
        raise NotFound
    if not may(user, course, *permissions):
        raise NotPermitted


class OwnLearning(NotPermitted):
    """403 `own_learning`."""

    code = "own_learning"
    message = gettext_lazy("Nobody decides about their own learning.")


def require_for_another(user, course: Course, learner, *permissions: str) -> None:
    """The same for what nobody does for themselves, whatever they may. Raises also OwnLearning."""
    require_for_learner(user, course, *permissions)
    if learner.user_id == user.pk:
        raise OwnLearning


def courses_of(user, permission: str) -> list[UUID]:
    """The courses on which somebody has a permission, their own or their groups'; two statements."""
    return run_by(user, permission)[permission]


def run_by(user, *permissions: str) -> dict[str, list[UUID]]:
    """The same for several permissions, by permission; two statements."""
    own = UserObjectPermission.objects.filter(user=user)
    groups = GroupObjectPermission.objects.filter(group__in=user.groups.all())
    wanted = {
        "permission__codename__in": permissions,
        "permission__content_type__app_label": "learning",
        "permission__content_type__model": "course",
    }
    found: dict[str, set[UUID]] = {permission: set() for permission in permissions}
    for rows in (own, groups):
        for codename, key in rows.filter(**wanted).values_list("permission__codename", "object_pk"):
            found[codename].add(UUID(key))
    return {permission: sorted(keys) for permission, keys in found.items()}
