"""Inviting people to a course, by those who decide for its learners."""

from datetime import datetime
from uuid import UUID

from cms.core.errors import NotPermitted
from learning.catalogue import running
from learning.catalogue.rows import Course
from learning.joining import invitations
from learning.joining.models import Invitation

from .transactions import one_transaction


@one_transaction
def invite(*, by, course_key: UUID, text: str, language: str, now: datetime) -> list[Invitation]:
    """Invite all addresses in a text; the invitations that are on their way. Raises NotPermitted and as `invitations.invite`.

    Two who invite the same address at once meet the constraint: the second finds it invited.
    """
    course = Course.objects.filter(pk=course_key).first()
    if course is None or not running.may(by, course, running.DECIDE):
        raise NotPermitted
    return invitations.invite(course=course, by=by, text=text, language=language, now=now)
