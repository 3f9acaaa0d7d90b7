"""Enrolment keys: made, used and revoked."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cms.core.errors import BadInput, Conflict, NotFound
from learning.catalogue import rules
from learning.catalogue.rows import Course

from . import tickets
from .models import EnrolmentKey

MAX_USES = 100_000


class KeyNotValid(Conflict):
    """One answer for a key that is wrong, expired, used up or revoked: 409 `key_not_valid`."""

    code = "key_not_valid"
    message = _("This key doesn’t let you in. Check it, or ask those who gave it to you.")


def of_course(course: Course) -> QuerySet[EnrolmentKey]:
    return EnrolmentKey.objects.filter(course=course).order_by("-created_at", "-pk")


def create(
    *, course: Course, by, label: str, last_day: date | None, max_uses: int | None, now: datetime
) -> tuple[EnrolmentKey, str]:
    """A new key and its secret, which is told here and never again.

    Raises BadInput `bad_label`, `bad_max_uses`, `bad_day` (for a day that is over).
    """
    label = " ".join(label.split())
    if not label or len(label) > 120 or not label.isprintable():
        raise BadInput(_("Give the key a label of up to 120 characters."), code="bad_label")
    if max_uses is not None and not 1 <= max_uses <= MAX_USES:
        raise BadInput(_("A key can be used 1 to 100,000 times."), code="bad_max_uses")
    expires_at = rules.closing_moment(last_day, settings.TIME_ZONE)
    if expires_at is not None and expires_at <= now:
        raise BadInput(_("The last day is over."), code="bad_day")
    secret = tickets.new_key()
    key = EnrolmentKey.objects.create(
        course=course,
        label=label,
        digest=tickets.digest(tickets.read_key(secret)),
        created_by=by,
        created_at=now,
        expires_at=expires_at,
        max_uses=max_uses,
    )
    return key, secret


def use(*, course_key: UUID, secret: str, now: datetime) -> None:
    """Use a key once, in the caller's transaction: if that fails, it wasn't used. Raises KeyNotValid.

    One conditional statement: of any number of people who come at once, no more get in than it has uses left.
    """
    spelled = tickets.read_key(secret)
    usable = EnrolmentKey.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        Q(max_uses__isnull=True) | Q(uses__lt=F("max_uses")),
        course=course_key,
        digest=tickets.digest(spelled or ""),
        revoked_at=None,
    )
    if not usable.update(uses=F("uses") + 1):
        raise KeyNotValid


def revoke(*, course: Course, key_id: UUID, now: datetime) -> None:
    """End a key of a course. Twice is once. Raises NotFound for any other course's."""
    rows = EnrolmentKey.objects.filter(course=course, uuid=key_id)
    if not rows.exists():
        raise NotFound
    rows.filter(revoked_at=None).update(revoked_at=now)
