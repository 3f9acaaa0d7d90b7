"""Lessons and quizzes, knowledge checks, events."""

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema

from cms.core.errors import BadInput, NotFound
from cms.rest.api import idempotent
from learning.flows.checks import answer_check
from learning.flows.recording import Taken, record_events
from learning.progress.enrolments import NotEnrolled, holding
from learning.progress.intake import MAX_BATCH
from learning.reading import units

from . import serializers as shapes
from .addresses import absolute_document
from .base import LOCALE_PARAMETER, LearningView, OwnView


class UnitView(LearningView):
    problem_statuses = (403,)

    @extend_schema(operation_id="unit", parameters=[LOCALE_PARAMETER], responses=shapes.UnitSerializer)
    def get(self, request, key):
        """The document of a lesson or quiz, as the caller's edition and language have it. Samples are for everybody."""
        reading = units.unit_reading(user=request.user, key=key, reader=self.reader, now=self.now)
        return absolute_document(units.unit_value(reading), settings.BASE_URL)


class CheckView(OwnView):
    problem_statuses = (403,)

    @extend_schema(
        operation_id="answer_check",
        parameters=[LOCALE_PARAMETER],
        request=shapes.CheckAnswerSerializer,
        responses=shapes.CheckSerializer,
    )
    @idempotent
    def post(self, request, key, question):
        """Answer a knowledge check of a lesson; what is right is told at once."""
        data = self.fields("response", "id")
        if "response" not in data:
            raise BadInput(code="bad_response")
        reading = units.unit_reading(user=request.user, key=key, reader=self.reader, now=self.now)
        if reading.enrolment is None:
            raise NotEnrolled
        answer_check(
            user=request.user,
            course_key=reading.enrolment.course_id,
            unit_key=key,
            question=question,
            response=data["response"],
            reader=self.reader,
            now=self.now,
            event_id=_event_id(data.get("id")),
        )
        found = units.check_values(reading).get(question)
        if found is None:
            raise NotFound
        return found

    def check_replay(self, kept):
        holding(self.request.user, self.kwargs["key"])
        units.unit_reading(user=self.request.user, key=self.kwargs["key"], reader=self.reader, now=self.now)


def _event_id(value) -> UUID | None:
    if value is None:
        return None
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise BadInput(_("An id is a UUID."), code="bad_id") from None


class EventsView(OwnView):
    @extend_schema(
        operation_id="record_events",
        parameters=[LOCALE_PARAMETER],
        request=shapes.EventsSerializer,
        responses=shapes.TakenListSerializer,
    )
    @idempotent
    def post(self, request):
        """Up to 500 events: each is accepted, a duplicate, or rejected with a code."""
        events = self.fields("events").get("events")
        if not isinstance(events, list):
            raise BadInput(_("Send a list of events."), code="bad_events")
        if len(events) > MAX_BATCH:
            raise BadInput(_("Send at most 500 events at once."), code="too_many_events")
        taken = record_events(user=request.user, events=events, reader=self.reader, now=self.now)
        return {"items": [_taken(each) for each in taken]}


def _taken(taken: Taken) -> dict:
    value = {"id": taken.id, "status": taken.status, "counted": taken.counted}
    return {**value, "code": taken.code} if taken.code else value
