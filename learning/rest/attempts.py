"""Attempts at quizzes: start, read, answer, hand in."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from cms.core.errors import BadInput
from cms.rest.api import idempotent
from learning.assessment import rules
from learning.assessment.attempts import answer_value
from learning.flows import attempts as flows
from learning.reading.attempts import attempt_value, summary

from . import paging
from . import serializers as shapes
from .base import LOCALE, LOCALE_PARAMETER, PAGE_PARAMETERS, OwnView

STALE = OpenApiResponse(
    description="`stale_answer` or `answer_final` with the saved answer in `saved`, `attempt_closed`"
)


class AttemptsView(OwnView):
    allowed_parameters = {"GET": LOCALE | paging.PARAMETERS, "POST": LOCALE}
    problem_statuses = (403,)

    @extend_schema(
        operation_id="attempts",
        parameters=[LOCALE_PARAMETER, *PAGE_PARAMETERS],
        responses=shapes.listing("Attempts", shapes.AttemptSummarySerializer),
    )
    def get(self, request, key):
        """The caller's attempts at a quiz, the first first."""
        _enrolment, rows = flows.attempts_at(
            user=request.user, quiz_key=key, reader=self.reader, now=self.now
        )
        found = [summary(row) for row in rows]
        return paging.page(
            found, query=request.GET, salt=f"attempts:{key}", place=lambda each: [each["number"]]
        )

    @extend_schema(
        operation_id="start_attempt",
        parameters=[LOCALE_PARAMETER],
        request=None,
        responses={
            201: shapes.AttemptSerializer,
            409: OpenApiResponse(
                description="`no_attempts_left`, `wait_before_next` with `until`, `quiz_not_open`, `course_closed`"
            ),
        },
    )
    @idempotent
    def post(self, request, key):
        """Begin an attempt, or get the open one."""
        self.fields()
        sitting = flows.start_attempt(user=request.user, quiz_key=key, reader=self.reader, now=self.now)
        return Response(attempt_value(sitting, self.reader, self.now), status=201)

    def check_replay(self, kept):
        flows.own_attempt(self.request.user, UUID(kept["id"]), self.reader)


class AttemptView(OwnView):
    @extend_schema(operation_id="attempt", parameters=[LOCALE_PARAMETER], responses=shapes.AttemptSerializer)
    def get(self, request, attempt):
        """An attempt with its questions and saved answers, and feedback as soon as the quiz's policy allows."""
        sitting = flows.sitting(user=request.user, attempt_id=attempt, reader=self.reader, now=self.now)
        return attempt_value(sitting, self.reader, self.now)


class AnswerView(OwnView):
    @extend_schema(
        operation_id="save_answer",
        parameters=[LOCALE_PARAMETER],
        request=shapes.AnswerSerializer,
        responses={200: shapes.SavedAnswerSerializer, 409: STALE},
    )
    def put(self, request, attempt, question):
        """Save the answer to one question. A sequence not above the saved one with another response is refused."""
        response, sequence = _answer(self.fields("response", "sequence"))
        saved = flows.save_answer(
            user=request.user,
            attempt_id=attempt,
            question=question,
            response=response,
            sequence=sequence,
            reader=self.reader,
            now=self.now,
        )
        sitting = flows.sitting(user=request.user, attempt_id=attempt, reader=self.reader, now=self.now)
        if sitting.quiz.feedback != rules.Policy.AT_ONCE:
            return answer_value(saved)
        value = attempt_value(sitting, self.reader, self.now)
        told = value["feedback"].get(question)  # of what people mark nothing is told yet
        return {**answer_value(saved), **({"feedback": told} if told else {})}


class SubmissionView(OwnView):
    @extend_schema(
        operation_id="submit_attempt",
        parameters=[LOCALE_PARAMETER],
        request=shapes.SubmissionSerializer,
        responses={200: shapes.AttemptSerializer, 409: STALE},
    )
    @idempotent
    def post(self, request, attempt):
        """Hand in an attempt, with answers that are applied first. Handing in twice gives the same result."""
        given = self.fields("answers").get("answers", {})
        if not isinstance(given, dict):
            raise BadInput(_("Answers are an object by question."), code="bad_answers")
        sitting = flows.submit_attempt(
            user=request.user,
            attempt_id=attempt,
            given={question: _answer(answer) for question, answer in given.items()},
            reader=self.reader,
            now=self.now,
        )
        return attempt_value(sitting, self.reader, self.now)

    def check_replay(self, kept):
        flows.own_attempt(self.request.user, self.kwargs["attempt"], self.reader)


def _answer(value) -> tuple:
    """(response, sequence) of a posted answer, both required. Raises BadInput."""
    if not isinstance(value, dict) or set(value) - {"response", "sequence"}:
        raise BadInput(code="unknown_field" if isinstance(value, dict) else "bad_answers")
    if value.get("sequence") is None:
        raise BadInput(_("A sequence is a whole number from 1."), code="bad_sequence")
    return value.get("response"), value["sequence"]
