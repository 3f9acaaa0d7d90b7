"""Who runs a course: permissions on that very course, given to people and groups by administrators, each change logged."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermission, UserObjectPermission
from wagtail.log_actions import log

from cms.core.errors import BadInput, NotFound, NotPermitted
from learning.catalogue.rows import Course
from learning.catalogue.running import DECIDE, MARK, REPORT, REVOKE

LOGGED_AS = "learning.course.grant"
GRANTED = {
    REPORT: _("sees the report and the learners"),
    MARK: _("marks answers"),
    DECIDE: _("decides for learners: extra time, waivers, agreed marks, regrades"),
    REVOKE: _("revokes certificates"),
}


@dataclass(frozen=True)
class Holder:
    """A person or group with permissions on a course. `kind` is `user` or `group`."""

    kind: str
    pk: int
    name: str
    permissions: frozenset[str]


def may_grant(user) -> bool:
    """Whether somebody says who runs courses: by the permission to change courses, or as a superuser."""
    return user.is_active and user.has_perm("learning.change_course")


def holders(course: Course) -> list[Holder]:
    """Everybody with a permission on the course, groups first, by name. Two statements."""
    found: dict[tuple, set[str]] = {}
    for kind, rows in (("group", GroupObjectPermission), ("user", UserObjectPermission)):
        wanted = rows.objects.filter(
            object_pk=str(course.pk),
            content_type__app_label="learning",
            content_type__model="course",
            permission__codename__in=GRANTED,
        )
        for row in wanted.select_related("permission", kind):
            holder = getattr(row, kind)
            found.setdefault((kind, holder.pk, str(holder)), set()).add(row.permission.codename)
    ordered = sorted(found.items(), key=lambda each: (each[0][0], each[0][2].casefold()))
    return [Holder(*key, frozenset(permissions)) for key, permissions in ordered]


@transaction.atomic
def set_permissions(*, by, course_key: UUID, kind: str, pk: int | None, email: str = "", permissions) -> None:
    """Let a person (by primary key or address) or group have exactly these permissions on a course; none takes all away.

    Raises NotPermitted, NotFound (course), BadInput `unknown_permission`, `unknown_holder`.
    """
    if not may_grant(by):
        raise NotPermitted
    course = Course.objects.filter(pk=course_key).first()
    if course is None:
        raise NotFound
    wanted = set(permissions)
    if not wanted <= GRANTED.keys():
        raise BadInput(code="unknown_permission")
    holder = _holder(kind, pk, email)
    rows = (GroupObjectPermission if kind == "group" else UserObjectPermission).objects
    known = {
        each.codename: each
        for each in Permission.objects.filter(
            content_type__app_label="learning", content_type__model="course", codename__in=GRANTED
        )
    }
    own = rows.filter(
        **{kind: holder}, object_pk=str(course.pk), permission__in=[each.pk for each in known.values()]
    )
    had = set(own.values_list("permission__codename", flat=True))
    own.exclude(permission__codename__in=wanted).delete()
    for codename in sorted(wanted - had):
        rows.assign_perm(codename, holder, course)
    if wanted != had:
        log(
            instance=course,
            action=LOGGED_AS,
            user=by,
            data={"kind": kind, "id": holder.pk, "before": sorted(had), "after": sorted(wanted)},
        )


def _holder(kind, pk, email):
    model = {"user": get_user_model(), "group": Group}.get(kind)
    if model is None:
        raise BadInput(code="unknown_holder")
    found = model.objects.filter(pk=pk).first() if pk is not None else None
    if found is None and kind == "user" and email:
        found = model.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if found is None:
        raise BadInput(_("There is nobody with this address."), code="unknown_holder")
    return found
