"""Following courses; requests to join one and what becomes of them."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from cms.core.errors import BadInput
from cms.rest.api import TooMany, idempotent, open_cursor, seal_cursor
from cms.rest.throttling import count
from learning.catalogue import running
from learning.flows import deciding
from learning.joining import following, invitations
from learning.progress.enrolments import of_another
from learning.progress.models import Enrolment
from learning.reading.joining import request_value

from . import joining_shapes as shapes
from . import paging
from .base import LOCALE, LOCALE_PARAMETER, PAGE_PARAMETERS, LearningView, OwnView
from .serializers import listing

MAX_TOKEN = 200


def count_attempt(request) -> None:
    """Count a try with a key or an invitation; pages and API together. Raises TooMany."""
    verdict = count("enrolment-keys", str(request.user.pk), settings.ENROLMENT_KEY_RATE)
    if verdict is not None and not verdict.allowed:
        raise TooMany(verdict.reset)


class FollowingView(OwnView):
    @extend_schema(
        operation_id="following", parameters=[LOCALE_PARAMETER], responses=shapes.FollowingSerializer
    )
    def get(self, request, key):
        """Whether the caller gets a mail when an announced course opens."""
        return following.following_value(user=request.user, course_key=key, reader=self.reader)

    @extend_schema(
        operation_id="follow_course",
        parameters=[LOCALE_PARAMETER],
        request=None,
        responses={200: shapes.FollowingSerializer, 409: OpenApiResponse(description="`not_announced`")},
    )
    def put(self, request, key):
        """Get one mail when an announced course opens. Twice is once."""
        following.follow(user=request.user, course_key=key, reader=self.reader, now=self.now)
        return {"following": True}

    @extend_schema(
        operation_id="unfollow_course", parameters=[LOCALE_PARAMETER], request=None, responses={204: None}
    )
    def delete(self, request, key):
        """Get no mail when the course opens."""
        following.unfollow(user=request.user, course_key=key)
        return Response(status=204)


class InvitationsView(LearningView):
    @extend_schema(
        operation_id="look_at_invitation",
        parameters=[LOCALE_PARAMETER],
        request=shapes.InvitationSerializer,
        responses={
            200: shapes.InvitedSerializer,
            409: OpenApiResponse(description="`invitation_not_valid`"),
        },
    )
    @idempotent
    def post(self, request):
        """What an invitation is to, signed in or not. It is accepted by enrolling in that course with it.

        Nothing is written: the secret is sent in the body because addresses are told to logs.
        """
        token = self.fields("invitation").get("invitation")
        if not isinstance(token, str) or not 0 < len(token) <= MAX_TOKEN:
            raise BadInput(code="bad_input", errors={"invitation": [_("A text of up to 200 characters.")]})
        return invitations.invited_value(invitations.valid(token, self.now), self.reader.locale)


class RequestsView(OwnView):
    allowed_parameters = LOCALE | paging.PARAMETERS
    problem_statuses = (403,)

    @extend_schema(
        operation_id="enrolment_requests",
        parameters=[LOCALE_PARAMETER, *PAGE_PARAMETERS],
        responses=listing("EnrolmentRequests", shapes.RequestSerializer),
    )
    def get(self, request, key):
        """Requests that wait for a decision, the first first, for people who decide for the learners of that course."""
        running.course_of(request.user, key, self.reader, running.DECIDE)
        salt = f"requests:{key}"
        after = open_cursor(salt, request.GET["cursor"])[0] if "cursor" in request.GET else 0
        limit = paging.limit_of(request.GET)
        rows = deciding.requests(key, after=after, limit=limit + 1)
        more = len(rows) > limit
        return {
            "meta": {
                "total_count": Enrolment.objects.filter(course=key, state=Enrolment.State.REQUESTED).count(),
                "next": seal_cursor(salt, rows[limit - 1].pk) if more else None,
            },
            "items": [request_value(each) for each in rows[:limit]],
        }


class DecisionView(OwnView):
    problem_statuses = (403,)

    @extend_schema(
        operation_id="decide_request",
        parameters=[LOCALE_PARAMETER],
        request=shapes.DecisionSerializer,
        responses={
            200: shapes.DecidedSerializer,
            409: OpenApiResponse(description="`already_decided`, `not_requested` or `course_not_open`"),
        },
        examples=shapes.DECISION_EXAMPLES,
    )
    @idempotent
    def post(self, request, enrolment):
        """Approve or refuse a request. The same decision again changes nothing."""
        data = self.fields("decision", "reason")
        reason = data.get("reason", "")
        if not isinstance(reason, str):
            raise BadInput(_("A reason is a text."), code="bad_reason")
        found = deciding.decide(
            by=request.user,
            enrolment_id=enrolment,
            decision=data.get("decision"),
            reason=reason,
            now=self.now,
        )
        return {
            "id": found.uuid,
            "course": found.course_id,
            "state": found.state,
            "edition": found.edition.number,
        }

    def check_replay(self, kept):
        of_another(self.request.user, self.kwargs["enrolment"])
