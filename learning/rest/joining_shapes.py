"""The shapes of joining a course, for the description of the API."""

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers as s

from learning.flows.deciding import DECISIONS
from learning.flows.waiving import MAX_REASON
from learning.progress.models import Enrolment

from .serializers import PrerequisiteSerializer


class AdmissionSerializer(s.Serializer):
    key = s.CharField(required=False, max_length=200, help_text="Where the course is entered with one.")
    invitation = s.CharField(
        required=False, max_length=200, help_text="The last part of the link in the mail; works once."
    )
    renew = s.BooleanField(
        required=False, help_text="Begin anew to renew a certificate; what hasn’t changed is credited."
    )


ADMISSIONS = [
    OpenApiExample("An open course, or a request", value={}, request_only=True),
    OpenApiExample("With a key", value={"key": "7QK2-M4TX-9BDE"}, request_only=True),
    OpenApiExample("With an invitation", value={"invitation": "zN1xT0m8b2…"}, request_only=True),
    OpenApiExample("To renew a certificate", value={"renew": True}, request_only=True),
]


class PrerequisitesMissingSerializer(s.Serializer):
    status = s.IntegerField()
    code = s.CharField()
    detail = s.CharField()
    courses = PrerequisiteSerializer(
        many=True, required=False, help_text="With `prerequisites_missing`: those that the caller may see."
    )


class InvitationSerializer(s.Serializer):
    invitation = s.CharField(max_length=200, help_text="The last part of the link in the mail.")


class InvitedSerializer(s.Serializer):
    course = s.UUIDField()
    title = s.CharField(help_text="In the course's source language.")
    locale = s.CharField(help_text="The language of the title.")


class FollowingSerializer(s.Serializer):
    following = s.BooleanField()


class RequestSerializer(s.Serializer):
    id = s.UUIDField(help_text="Of the enrolment.")
    learner = s.UUIDField(help_text="The pseudonym.")
    name = s.CharField()
    requested_at = s.DateTimeField()
    language = s.CharField()


class DecisionSerializer(s.Serializer):
    decision = s.ChoiceField(DECISIONS)
    reason = s.CharField(
        required=False, max_length=MAX_REASON, help_text="Goes into the mail to the person; can be erased."
    )


class DecidedSerializer(s.Serializer):
    id = s.UUIDField()
    course = s.UUIDField()
    state = s.ChoiceField(Enrolment.State.choices)
    edition = s.IntegerField()


DECISION_EXAMPLES = [
    OpenApiExample("Approve", value={"decision": "approve"}, request_only=True),
    OpenApiExample(
        "Refuse", value={"decision": "refuse", "reason": "The next course begins in May."}, request_only=True
    ),
]
