"""What people who run a course decide about one of its learners."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema

from cms.core.errors import BadInput
from cms.rest.api import idempotent
from learning.flows.extra_time import give_extra_time
from learning.progress.enrolments import of_another

from . import serializers as shapes
from .base import LOCALE_PARAMETER, OwnView


class ExtraTimeView(OwnView):
    problem_statuses = (403,)

    @extend_schema(
        operation_id="give_extra_time",
        parameters=[LOCALE_PARAMETER],
        request=shapes.ExtraTimeSerializer,
        responses=shapes.ExtraTimeSerializer,
    )
    @idempotent
    def post(self, request, enrolment):
        """Set what a learner has beyond every limit, at one quiz or at all; an open attempt gets it at once."""
        data = self.fields("quiz", "minutes", "reason")
        reason = data.get("reason", "")
        if not isinstance(reason, str):
            raise BadInput(_("A reason is a text."), code="bad_reason")
        given = give_extra_time(
            by=request.user,
            enrolment_id=enrolment,
            quiz_key=key_of(data.get("quiz")),
            minutes=data.get("minutes"),
            reason=reason,
            now=self.now,
        )
        return {"quiz": given.quiz_id, "minutes": given.minutes, "reason": given.reason}

    def check_replay(self, kept):
        of_another(self.request.user, self.kwargs["enrolment"])


def key_of(value) -> UUID | None:
    if value is None:
        return None
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise BadInput(_("A key is a UUID."), code="bad_key") from None
