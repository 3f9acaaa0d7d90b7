"""Joining a course, leaving it, coming back, beginning anew."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.core.errors import Conflict, NotFound
from learning.catalogue import documents
from learning.catalogue.choices import EnrolmentMode
from learning.catalogue.documents import CourseDocument, Reader
from learning.catalogue.rows import Course
from learning.credentials import holding
from learning.joining import invitations, keys
from learning.progress import enrolments
from learning.progress.models import Enrolment, Learner

from . import admission
from .transactions import one_transaction

State = Enrolment.State


@one_transaction
def enrol(
    *,
    user,
    course_key: UUID,
    reader: Reader,
    now: datetime,
    key: str = "",
    invitation: str = "",
    renew: bool = False,
) -> Enrolment:
    """Come to a course as it lets people in, or return the enrolment that they have.

    Whoever left comes back to the same enrolment. Whoever's time ran out gets a new one that is linked to the old, as does
    who asks with `renew` when it is time to renew their certificate: units that haven't changed since are credited. A
    request that was refused or taken back can be made again. An invitation lets in whatever the course's mode is; it and a
    key are used only where they let somebody in.

    Raises NotFound where they see no such course; Conflict `course_not_open`, `key_needed`, `invitation_needed`,
    `not_renewable`; KeyNotValid, InvitationNotValid, PrerequisitesMissing.
    """
    document = documents.course(reader, course_key)
    learner, _created = Learner.objects.get_or_create(user=user, defaults={"created_at": now})
    # People have few enrolments and click twice: the learner's row is where those requests meet.
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    existing = enrolments.find(user, course_key)
    state = existing.state if existing is not None else None
    over = existing is not None and enrolments.is_over(existing, now)
    asks = (
        state == State.REQUESTED and document.rules.enrolment_mode == EnrolmentMode.REQUEST and not invitation
    )
    if asks or (state == State.ACTIVE and not over) or (state == State.COMPLETED and not renew):
        return existing
    if not document.rules.is_open(now):
        raise Conflict(code="course_not_open")
    renewed = None
    if state == State.ACTIVE or state == State.EXPIRED:
        renewed = _lapsed(existing, now)
    elif state == State.COMPLETED:
        if holding.renewable(user, course_key, now) is None:
            raise Conflict(_("It isn’t time to renew this yet."), code="not_renewable")
        renewed = existing
        existing = _left(learner, course_key, renewed, now)
    elif state == State.WITHDRAWN and existing.admitted and over:
        renewed, existing = existing, None
    if existing is not None and existing.state == State.WITHDRAWN and existing.admitted:
        return _return(existing, reader, now)
    admission.require_prerequisites(user, document, now)
    if renewed is not None:
        renewed = enrolments.with_rules().get(pk=renewed.pk)
    return _come(document, learner, reader, now, key, invitation, existing, renewed)


def _come(document: CourseDocument, learner, reader, now, key, invitation, existing, renewed) -> Enrolment:
    """Let somebody in by what they bring, or take their request."""
    actor = learner
    waits = False
    mode = document.rules.enrolment_mode
    if invitation:
        actor = _accept(invitation, document.key, learner, now)
    elif mode == EnrolmentMode.REQUEST:
        waits = True
    elif mode == EnrolmentMode.KEY:
        if not key:
            raise Conflict(_("This course is entered with a key."), code="key_needed")
        keys.use(course_key=document.key, secret=key, now=now)
    elif mode == EnrolmentMode.INVITATION:
        raise Conflict(_("This course is by invitation."), code="invitation_needed")
    edition = admission.current_edition(document.key)
    source_locale = document.item.source_locale
    if existing is not None and existing.state == State.REQUESTED:
        renewed = enrolments.with_rules().filter(uuid=existing.renews_id).first()
        terms = admission.terms(document.rules, edition, source_locale, renews=renewed, now=now)
        enrolment = enrolments.locked(existing.pk)
        enrolments.approve(
            enrolment, edition=edition, terms=terms, actor=actor, language=reader.locale, now=now
        )
        return enrolments.with_rules().get(pk=enrolment.pk)
    course, _created = Course.objects.get_or_create(
        key=document.key,
        defaults={"source_locale": source_locale, "title": document.item.title, "created_at": now},
    )
    common = {"learner": learner, "course": course, "edition": edition, "language": reader.locale, "now": now}
    if waits:
        enrolment = enrolments.request(rules=documents.seal(edition, source_locale), renews=renewed, **common)
    else:
        terms = admission.terms(document.rules, edition, source_locale, renews=renewed, now=now)
        enrolment = enrolments.create(terms=terms, renews=renewed, **common)
    return enrolments.with_rules().get(pk=enrolment.pk)


def _accept(token: str, course_key: UUID, learner: Learner, now: datetime) -> Learner | None:
    """Use an invitation to a course; who invited, as a learner by pseudonym."""
    found = invitations.find(token)
    if found is None or found.course_id != course_key:
        raise invitations.InvitationNotValid
    invitations.accept(found, learner, now)
    if found.invited_by is None:
        return None
    inviter, _created = Learner.objects.get_or_create(user=found.invited_by, defaults={"created_at": now})
    return inviter


def _lapsed(enrolment: Enrolment, now: datetime) -> Enrolment:
    """The enrolment whose time is over; the ledger is told where the scheduler hasn't noticed yet."""
    enrolment = enrolments.locked(enrolment.pk)
    if enrolment.state == State.ACTIVE:
        enrolments.lapse([enrolment], now=now)
    return enrolment


def _left(learner: Learner, course_key: UUID, renewed: Enrolment, now: datetime) -> Enrolment | None:
    """The renewal of an enrolment that somebody began and left."""
    rows = enrolments.with_rules().filter(learner=learner, course=course_key, renews=renewed.uuid)
    left = rows.filter(state=State.WITHDRAWN, admitted=True).exclude(expires_at__lte=now)
    return left.order_by("-pk").first()


def _return(existing: Enrolment, reader: Reader, now: datetime) -> Enrolment:
    enrolment = enrolments.locked(existing.pk)
    if enrolment.state == State.WITHDRAWN:
        enrolments.reactivate(enrolment, language=reader.locale, now=now)
    return enrolment


@one_transaction
def withdraw(*, user, course_key: UUID, reader: Reader, now: datetime) -> Enrolment:
    """Leave a course, or take a request back; what was done is kept for a return. Leaving twice changes nothing.

    Raises NotFound without an enrolment, Conflict `already_completed` for a completed one.
    """
    found = enrolments.find(user, course_key)
    if found is None:
        raise NotFound
    enrolment = enrolments.locked(found.pk)
    if enrolment.state == State.COMPLETED:
        raise Conflict(code="already_completed")
    if enrolment.state in Enrolment.LIVE:
        enrolments.withdraw(enrolment, language=reader.locale, now=now)
    return enrolment
