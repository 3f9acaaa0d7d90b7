"""What holders see and decide: their certificates, whether their name is shown, reminders; and what erasure takes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.core.errors import BadInput, Conflict, NotFound
from learning.progress.models import Learner

from . import rules
from .models import Certificate, CertificateHolder, ReminderChoice

MAX_NAME = 300


def own(user) -> QuerySet[Certificate]:
    """Somebody's certificates, the latest first, with all that showing them needs."""
    rows = Certificate.objects.filter(enrolment__learner__user=user)
    return rows.select_related("holder", "edition", "renews").order_by("-completed_at", "-pk")


def own_one(user, certificate_id: UUID) -> Certificate:
    """One of somebody's own. Raises NotFound for anybody else's."""
    found = own(user).filter(uuid=certificate_id).first()
    if found is None or holder_of(found) is None:
        raise NotFound
    return found


def holder_of(certificate: Certificate) -> CertificateHolder | None:
    """The side row; None after erasure."""
    try:
        return certificate.holder
    except CertificateHolder.DoesNotExist:
        return None


@transaction.atomic
def choose(
    *, user, certificate_id: UUID, name_shown: bool | None = None, name: str | None = None
) -> Certificate:
    """Let a holder decide whether the name is shown, and give it once where none was known at issue.

    Raises NotFound, BadInput `bad_name`, Conflict `name_is_fixed`.
    """
    certificate = own_one(user, certificate_id)
    rows = CertificateHolder.objects.filter(pk=certificate.pk)
    if name is not None:
        name = " ".join(name.split())
        if not name or len(name) > MAX_NAME or not name.isprintable():
            raise BadInput(_("Give a name of up to 300 characters."), code="bad_name")
        if not rows.filter(name="").update(name=name):
            raise Conflict(_("The name on a certificate is fixed when it is issued."), code="name_is_fixed")
    if name_shown is not None:
        rows.update(name_shown=name_shown)
    certificate.holder.refresh_from_db()
    return certificate


def current(user, course_key: UUID, now: datetime) -> Certificate | None:
    """The certificate of a course that somebody holds and that is valid at `now`: for prerequisites."""
    rows = own(user).filter(course=course_key, revoked_at=None)
    return next((each for each in rows if each.status(now) == rules.VALID), None)


def renewable(user, course_key: UUID, now: datetime) -> Certificate | None:
    """The latest certificate of a course that it is time to renew. The renewal is another enrolment of the same person:
    its completion issues the next certificate, which says what it renews."""
    latest = own(user).filter(course=course_key).first()
    if latest is None:
        return None
    due = rules.is_renewable(revoked_at=latest.revoked_at, expires_at=latest.expires_at, now=now)
    return latest if due else None


def wants_reminders(user) -> bool:
    return not ReminderChoice.objects.filter(learner__user=user).exists()


def choose_reminders(*, user, wanted: bool, now: datetime) -> None:
    """Let somebody who learns turn mails before an end on or off. Raises NotFound before their first enrolment."""
    learner = Learner.objects.filter(user=user).values_list("pk", flat=True).first()
    if learner is None:
        raise NotFound
    set_reminders(learner, wanted, now)


def set_reminders(learner_pk: int, wanted: bool, now: datetime) -> None:
    """Turn mails before expiry on or off for a learner. Twice is once."""
    if wanted:
        ReminderChoice.objects.filter(learner=learner_pk).delete()
    elif Learner.objects.filter(pk=learner_pk).exists():
        ReminderChoice.objects.get_or_create(learner_id=learner_pk, defaults={"since": now})


@transaction.atomic
def forget(learner: Learner) -> int:
    """Erase who a learner's certificates name; how many. The certificates stay: issued, their holder removed."""
    ReminderChoice.objects.filter(learner=learner).delete()
    return CertificateHolder.objects.filter(certificate__enrolment__learner=learner).delete()[0]
