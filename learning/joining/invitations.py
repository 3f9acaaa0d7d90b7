"""Invitations: written, sent, accepted once, revoked."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cms.core import mailing
from cms.core.errors import BadInput, Conflict, NotFound
from cms.core.language_models import met, offered
from cms.core.tasks import job
from learning.catalogue import naming
from learning.catalogue.rows import Course
from learning.progress.models import Learner

from . import tickets
from .addresses import Parsed, parse
from .models import Invitation

VALID_FOR = timedelta(days=30)


class InvitationNotValid(Conflict):
    """One answer for a link that is wrong, was used, has expired or was revoked: 409 `invitation_not_valid`."""

    code = "invitation_not_valid"
    message = gettext_lazy(
        "This invitation isn’t valid any more. Ask those who run the course for a new one."
    )


def of_course(course: Course) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(course=course).select_related("accepted_by__user")
    return rows.order_by("-pk")


def waiting(course: Course, now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(course=course, accepted_at=None, revoked_at=None, expires_at__gt=now)


def plan(course: Course, text: str, now: datetime) -> Parsed:
    """What inviting these would do; nothing is written. Says nothing of who has an account."""
    return parse(text, frozenset(waiting(course, now).values_list("email", flat=True)))


def invite(*, course: Course, by, text: str, language: str, now: datetime) -> list[Invitation]:
    """Invite all addresses in a text that aren't invited yet; each gets a mail of its own. In the caller's transaction.

    Raises BadInput `bad_address` (nobody is invited where one of them isn't an address), `no_address`, `too_many_addresses`,
    `unknown_language`.
    """
    if language not in dict(offered()):
        raise BadInput(code="unknown_language")
    planned = plan(course, text, now)
    if planned.refused:
        raise BadInput(gettext_lazy("Some lines are no addresses; nobody was invited."), code="bad_address")
    if planned.too_many:
        raise BadInput(gettext_lazy("Invite at most 200 people at once."), code="too_many_addresses")
    if not planned.addresses:
        if planned.known:
            return []
        raise BadInput(gettext_lazy("Give at least one address."), code="no_address")
    # Those that ran out give way: an address has one invitation that can be accepted.
    forget_expired(now, course=course)
    rows = [
        Invitation.objects.create(
            course=course,
            email=address,
            language=language,
            invited_by=by,
            created_at=now,
            expires_at=now + VALID_FOR,
        )
        for address in planned.addresses
    ]
    for row in rows:
        send.enqueue(row.pk)
    return rows


def revoke(*, course: Course, invitation_id: UUID, now: datetime) -> None:
    """Take an invitation back and forget its address; one that was accepted stays. Raises NotFound for another course's."""
    rows = Invitation.objects.filter(course=course, uuid=invitation_id)
    if not rows.exists():
        raise NotFound
    rows.filter(accepted_at=None, revoked_at=None).update(revoked_at=now, email="")


def forget_expired(now: datetime, course: Course | None = None) -> int:
    """End invitations whose time is over and forget their addresses; how many."""
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__lte=now)
    rows = rows if course is None else rows.filter(course=course)
    return rows.update(revoked_at=now, email="")


def find(token: str) -> Invitation | None:
    """The invitation that a link names, whatever its state."""
    rows = Invitation.objects.select_related("course", "accepted_by", "invited_by")
    return rows.filter(digest=tickets.digest(token)).first()


def valid(token: str, now: datetime) -> Invitation:
    """The invitation that a link names, as long as it lets somebody in. Raises InvitationNotValid."""
    found = find(token) if token else None
    if found is None or found.status(now) != "open":
        raise InvitationNotValid
    return found


def invited_value(invitation: Invitation, locale: str) -> dict:
    """What whoever holds an invitation is invited to, as it is called in a language: `{course, title, locale}`."""
    title, own = naming.title_in(invitation.course, locale)
    return {"course": invitation.course.pk, "title": title, "locale": own}


def accept(invitation: Invitation, learner: Learner, now: datetime) -> None:
    """Use an invitation, in the caller's transaction; the address is forgotten. Raises InvitationNotValid."""
    usable = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    if not usable.update(accepted_at=now, accepted_by=learner, email=""):
        raise InvitationNotValid


@job(attempts=8, queue="mail")
def send(invitation_pk: int) -> bool:
    """Mail one invitation; whether a mail went out. The token is made here, so that nothing but the mail ever holds it."""
    now = timezone.now()
    rows = Invitation.objects.filter(pk=invitation_pk, sent_at=None, accepted_at=None, revoked_at=None)
    invitation = rows.select_related("course").first()
    if invitation is None:
        return False
    token = tickets.new_token()
    return mailing.send_once(
        lambda: rows.update(sent_at=now, digest=tickets.digest(token)),
        lambda: Invitation.objects.filter(pk=invitation_pk).update(sent_at=None, digest=None),
        lambda: compose(invitation, token),
    )


def compose(invitation: Invitation, token: str):
    """The mail. It names the course and nobody."""
    language = met(invitation.language)
    with override(language):
        title, _locale = naming.title_in(invitation.course, language)
        return mailing.message(
            subject=_("You are invited to a course: %(title)s") % {"title": title},
            template="course_invitation",
            context={
                "title": title,
                "url": settings.BASE_URL + reverse("learning:invitation", kwargs={"token": token}),
                "until": invitation.expires_at,
            },
            to=invitation.email,
        )
