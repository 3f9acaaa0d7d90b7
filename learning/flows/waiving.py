"""Letting somebody off a unit: it counts as done."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.core.errors import BadInput, Conflict, NotFound
from learning.progress import enrolments
from learning.progress.models import Enrolment, Event, Learner, Reason
from learning.progress.projection import Draft, append, fact_id

from .transactions import one_transaction

MAX_REASON = 2000


@one_transaction
def waive(*, by, enrolment_id: UUID, unit_key: UUID, reason: str, now: datetime) -> Enrolment:
    """Count a unit as done for one learner. Doing it twice changes nothing. The reason can be erased, the event stays.

    Raises NotFound (no such enrolment or unit in its edition), NotPermitted, BadInput `reason_missing` or `reason_too_long`,
    Conflict `not_under_way` unless the enrolment is active.
    """
    found = enrolments.of_another(by, enrolment_id)
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why."), code="reason_missing")
    if len(reason) > MAX_REASON:
        raise BadInput(_("The reason is too long."), code="reason_too_long")
    enrolment = enrolments.locked(found.pk)
    syllabus = enrolments.syllabus(enrolment)
    if unit_key not in syllabus.by_key:
        raise NotFound
    identifier = fact_id(enrolment.uuid, f"{Event.Verb.WAIVED}:{unit_key}")
    if Event.objects.filter(enrolment=enrolment, uuid=identifier).exists():
        return enrolment
    if enrolment.state != Enrolment.State.ACTIVE:
        raise Conflict(code="not_under_way")
    actor, _created = Learner.objects.get_or_create(user=by, defaults={"created_at": now})
    draft = Draft(uuid=identifier, verb=Event.Verb.WAIVED, unit=unit_key, effective_at=now, actor=actor)
    append({enrolment: (syllabus, [draft])}, now=now)
    event = Event.objects.get(enrolment=enrolment, uuid=identifier)
    Reason.objects.create(event=event, author=by, text=reason)
    return enrolment
