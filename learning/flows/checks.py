"""Answering a knowledge check in a lesson: recorded as an event, with feedback at once."""

from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from cms.core.errors import BadInput, Conflict, DomainError, NotFound
from learning.assessment.registry import BadResponse
from learning.catalogue.documents import Reader
from learning.progress import enrolments
from learning.progress.enrolments import NotEnrolled
from learning.progress.models import Event

from .recording import REJECTED, Taken, record_events


def answer_check(
    *,
    user,
    course_key: UUID,
    unit_key: UUID,
    question: str,
    response,
    reader: Reader,
    now: datetime,
    event_id: UUID | None = None,
) -> Taken:
    """Record an answer. With an `event_id` sending it twice changes nothing.

    Raises NotFound, BadResponse, NotEnrolled, Conflict.
    """
    (taken,) = record_events(
        user=user,
        events=[
            {
                "id": str(event_id or uuid4()),
                "course": str(course_key),
                "unit": str(unit_key),
                "verb": Event.Verb.ANSWERED.value,
                "language": reader.locale,
                "data": {"question": question, "response": response},
            }
        ],
        reader=reader,
        now=now,
    )
    if taken.status == REJECTED:
        raise refusal(taken.code)
    return taken


def refusal(code: str) -> DomainError:
    """The error for a rejected event's code, where one event is all that was sent."""
    match code:
        case "bad_response":
            return BadResponse()
        case "not_enrolled":
            return NotEnrolled()
        case "unknown_unit" | "unknown_question":
            return NotFound()
        case "course_closed":
            return Conflict(_("The course is closed."), code=code)
        case "time_over":
            return enrolments.TimeOver()
        case "id_reused":
            return Conflict(_("This id was used for something else."), code=code)
    return BadInput(code=code)
