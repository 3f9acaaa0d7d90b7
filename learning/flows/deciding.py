"""Deciding about requests: by people who decide for the learners of that course, once, with a mail to who asked."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cms.core import mailing
from cms.core.errors import BadInput, Conflict, NotFound
from cms.core.tasks import job
from learning.catalogue import documents, naming
from learning.catalogue.choices import Status
from learning.joining.models import DecisionMail
from learning.progress import enrolments
from learning.progress.models import Enrolment, Event, Learner, Reason

from . import admission
from .transactions import one_transaction
from .waiving import MAX_REASON

APPROVE, REFUSE = "approve", "refuse"
DECISIONS = (APPROVE, REFUSE)
_VERBS = {APPROVE: Event.Verb.APPROVED, REFUSE: Event.Verb.REFUSED}


def requests(course_key: UUID, *, after: int = 0, limit: int = 50) -> list[Enrolment]:
    """Requests that wait for a decision, the first first, after a primary key. One statement."""
    rows = Enrolment.objects.filter(course=course_key, state=Enrolment.State.REQUESTED, pk__gt=after)
    return list(rows.select_related("learner__user", "edition").order_by("pk")[:limit])


def waiting(course_keys: Collection[UUID]) -> dict[UUID, int]:
    """How many requests wait in each of these courses; one statement, none for no course."""
    if not course_keys:
        return {}
    rows = Enrolment.objects.filter(course__in=course_keys, state=Enrolment.State.REQUESTED)
    return dict(rows.order_by().values_list("course").annotate(Count("pk")))


@one_transaction
def decide(*, by, enrolment_id: UUID, decision: str, reason: str = "", now: datetime) -> Enrolment:
    """Approve or refuse a request. The same decision again changes nothing; whoever is approved is on today's edition.

    `reason` may go with either; it can be erased, the event stays. Raises NotFound, NotPermitted, BadInput
    `unknown_decision` or `reason_too_long`, Conflict `already_decided`, `not_requested` (it was taken back) or
    `course_not_open` (approving where the course has closed).
    """
    found = enrolments.of_another(by, enrolment_id)
    if decision not in DECISIONS:
        raise BadInput(_("A decision is “approve” or “refuse”."), code="unknown_decision")
    reason = reason.strip()
    if len(reason) > MAX_REASON:
        raise BadInput(_("The reason is too long."), code="reason_too_long")
    enrolment = enrolments.locked(found.pk)
    if enrolment.state != Enrolment.State.REQUESTED:
        return _decided(enrolment, decision)
    actor, _created = Learner.objects.get_or_create(user=by, defaults={"created_at": now})
    if decision == APPROVE:
        identifier = _approve(enrolment, actor, now)
    else:
        identifier = enrolments.refuse(enrolment, actor=actor, now=now)
    event = Event.objects.get(enrolment=enrolment, uuid=identifier)
    if reason:
        Reason.objects.create(event=event, author=by, text=reason)
    DecisionMail.objects.create(event=event)
    tell.enqueue(event.pk)
    return enrolment


def _decided(enrolment: Enrolment, decision: str) -> Enrolment:
    """What a decision comes to that comes too late."""
    rows = Event.objects.filter(enrolment=enrolment, verb__in=list(_VERBS.values()))
    verb = rows.values_list("verb", flat=True).first()
    if verb is None:
        raise Conflict(_("This request isn’t there any more."), code="not_requested")
    if verb != _VERBS[decision]:
        raise Conflict(_("This request is decided already."), code="already_decided")
    return enrolment


def _approve(enrolment: Enrolment, actor: Learner, now: datetime) -> UUID:
    course = enrolment.course
    course_rules = documents.rules_of([course.key]).get(course.key)
    if course_rules is None or course_rules.status_at(now) not in (Status.OPEN, Status.ANNOUNCED):
        raise Conflict(_("This course takes nobody at the moment."), code="course_not_open")
    renewed = (
        enrolments.with_rules().filter(uuid=enrolment.renews_id).first() if enrolment.renews_id else None
    )
    edition = admission.current_edition(course.key)
    terms = admission.terms(course_rules, edition, course.source_locale, renews=renewed, now=now)
    return enrolments.approve(enrolment, edition=edition, terms=terms, actor=actor, now=now)


@one_transaction
def decide_all(
    *, by, course_key: UUID, enrolment_ids: list[UUID], decision: str, reason: str = "", now: datetime
) -> int:
    """Decide several requests of one course alike, all or none; how many were decided.

    Those that were decided or taken back meanwhile are left as they are. Raises as `decide`, NotFound for another course's.
    """
    rows = dict(Enrolment.objects.filter(uuid__in=enrolment_ids).values_list("uuid", "course"))
    if any(rows.get(each) != course_key for each in enrolment_ids):
        raise NotFound
    waiting = set(
        Enrolment.objects.filter(uuid__in=enrolment_ids, state=Enrolment.State.REQUESTED).values_list(
            "uuid", flat=True
        )
    )
    for each in enrolment_ids:
        if each in waiting:
            decide(by=by, enrolment_id=each, decision=decision, reason=reason, now=now)
    return len(waiting)


@job(attempts=8, queue="mail")
def tell(event_pk: int) -> bool:
    """Mail somebody how their request was decided; whether a mail went out. Running it twice sends nothing twice."""
    rows = DecisionMail.objects.filter(pk=event_pk, sent_at=None)
    mail = rows.select_related("event__enrolment__learner__user", "event__enrolment__course").first()
    person = mail.event.enrolment.learner.user if mail else None
    if person is None or not person.is_active:
        return False
    return mailing.send_once(
        lambda: rows.update(sent_at=timezone.now()),
        lambda: DecisionMail.objects.filter(pk=event_pk).update(sent_at=None),
        lambda: compose(mail.event, person),
    )


def compose(event: Event, person):
    """The mail. It names nobody who decided."""
    enrolment = event.enrolment
    approved = event.verb == Event.Verb.APPROVED
    reason = Reason.objects.filter(event=event).values_list("text", flat=True).first() or ""
    language = mailing.language_of(person, enrolment.language)
    with override(language):
        title, _locale = naming.title_in(enrolment.course, language)
        subject = (
            translate("You are enrolled: %(title)s") if approved else translate("Your request: %(title)s")
        )
        return mailing.message(
            subject=subject % {"title": title},
            template="request_decided",
            context={
                "title": title,
                "approved": approved,
                "reason": reason,
                "expires_at": enrolment.expires_at,
                "url": settings.BASE_URL + reverse("learning:my_learning"),
            },
            to=person.email,
        )
