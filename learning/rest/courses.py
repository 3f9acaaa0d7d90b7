"""Courses, enrolment and progress."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response

from cms.core import languages
from cms.core.errors import BadInput
from cms.rest import parameters
from cms.rest.api import NotSignedIn, idempotent
from learning.flows.editions import move_to_current
from learning.flows.enrolment import enrol, withdraw
from learning.reading import courses, editions, filters

from . import joining_shapes, paging
from . import serializers as shapes
from .addresses import absolute_document
from .base import LOCALE, LOCALE_PARAMETER, PAGE_PARAMETERS, LearningView, OwnView, with_address
from .joining import count_attempt

FILTERS = frozenset({"language", "level", "status", "length", "q", "mine"})
FILTER_PARAMETERS = [
    OpenApiParameter("language", enum=languages.codes(), description="Courses that are there in it."),
    OpenApiParameter("level", enum=filters.LEVELS),
    OpenApiParameter("status", enum=filters.STATUSES),
    OpenApiParameter(
        "length",
        enum=filters.LENGTHS,
        description=f"Up to {filters.SHORT_UNTIL} minutes, up to {filters.MEDIUM_UNTIL}, or more.",
    ),
    OpenApiParameter(
        "q",
        description=f"Words that title, summary or code have all of; up to {filters.LONGEST_WORDS} characters.",
    ),
    OpenApiParameter(
        "mine", bool, description="`true`: courses that the caller is on or has completed. For people."
    ),
]


class CoursesView(LearningView):
    allowed_parameters = LOCALE | paging.PARAMETERS | FILTERS

    @extend_schema(
        operation_id="courses",
        parameters=[LOCALE_PARAMETER, *FILTER_PARAMETERS, *PAGE_PARAMETERS],
        responses=shapes.listing("Courses", shapes.CourseSerializer),
    )
    def get(self, request):
        """The courses that the caller may see, by title; those that fit all filters that are given."""
        asked = _filters(request)
        own = courses.own_keys(request.user) if asked.mine else ()
        found = [
            each
            for each in courses.course_list(reader=self.reader, now=self.now)
            if filters.fits(each, asked, own)
        ]
        page = paging.page(
            found,
            query=request.GET,
            salt=f"courses:{asked.query}",
            place=lambda each: [each["title"].casefold(), str(each["key"])],
        )
        return {**page, "items": [_course(each) for each in page["items"]]}


class CourseView(LearningView):
    @extend_schema(
        operation_id="course_outline", parameters=[LOCALE_PARAMETER], responses=shapes.OutlineSerializer
    )
    def get(self, request, key):
        """A course's outline with the caller's own state in it."""
        return _course(courses.outline(user=request.user, course_key=key, reader=self.reader, now=self.now))


class EnrolmentView(OwnView):
    @extend_schema(
        operation_id="enrolment", parameters=[LOCALE_PARAMETER], responses=shapes.EnrolmentSerializer
    )
    def get(self, request, key):
        """The caller's enrolment in a course. 404 without one."""
        return courses.own_enrolment_value(user=request.user, course_key=key, reader=self.reader)

    @extend_schema(
        operation_id="enrol",
        parameters=[LOCALE_PARAMETER],
        request=joining_shapes.AdmissionSerializer,
        responses={
            200: shapes.EnrolmentSerializer,
            409: OpenApiResponse(
                joining_shapes.PrerequisitesMissingSerializer,
                description="`course_not_open`, `key_needed`, `key_not_valid` (wrong, expired, used up or revoked alike), "
                "`invitation_needed`, `invitation_not_valid`, `not_renewable`, or `prerequisites_missing` with `courses`",
            ),
        },
        examples=joining_shapes.ADMISSIONS,
    )
    @idempotent
    def post(self, request, key):
        """Enrol as the course's `enrolment_mode` has it; again for a course that the caller is in, it changes nothing.

        By request the answer's state is `requested` until somebody decides. Whose time ran out gets a new enrolment.
        """
        data = self.fields("key", "invitation", "renew")
        secrets = {name: _text(data, name) for name in ("key", "invitation")}
        renew = data.get("renew", False)
        if not isinstance(renew, bool):
            raise BadInput(code="bad_input", errors={"renew": [_("True or false.")]})
        if any(secrets.values()):
            count_attempt(request)
        found = enrol(
            user=request.user, course_key=key, reader=self.reader, now=self.now, renew=renew, **secrets
        )
        return courses.enrolment_value(found)

    @extend_schema(
        operation_id="withdraw",
        parameters=[LOCALE_PARAMETER],
        request=None,
        responses={204: None, 409: OpenApiResponse(description="`already_completed`")},
    )
    def delete(self, request, key):
        """Leave a course, or take a request back. What was done is kept for a return."""
        withdraw(user=request.user, course_key=key, reader=self.reader, now=self.now)
        return Response(status=204)


class EditionView(OwnView):
    problem_statuses = (403,)

    @extend_schema(
        operation_id="newer_edition", parameters=[LOCALE_PARAMETER], responses=shapes.NewerSerializer
    )
    def get(self, request, key):
        """What the current edition of a course changes for the caller, who may be on an earlier one."""
        found = editions.newer_edition(user=request.user, course_key=key, reader=self.reader)
        return editions.newer_value(found)

    @extend_schema(
        operation_id="move_to_current_edition",
        parameters=[LOCALE_PARAMETER],
        request=None,
        responses=shapes.EnrolmentSerializer,
    )
    @idempotent
    def post(self, request, key):
        """Move to the current edition. What is done stays done; again it changes nothing."""
        self.fields()
        found = move_to_current(user=request.user, course_key=key, reader=self.reader, now=self.now)
        return courses.enrolment_value(found)


class ProgressView(OwnView):
    @extend_schema(
        operation_id="progress", parameters=[LOCALE_PARAMETER], responses=shapes.ProgressSerializer
    )
    def get(self, request, key):
        """The caller's progress in a course with the state of each unit."""
        return courses.progress_value(user=request.user, course_key=key, reader=self.reader)


def _filters(request) -> filters.Filters:
    query = request.GET
    words = query.get("q", "").strip()
    if len(words) > filters.LONGEST_WORDS:
        raise parameters.refuse("q", _("That is too long."))
    mine = parameters.boolean(query, "mine") or False
    if mine and not request.user.is_authenticated:
        raise NotSignedIn
    return filters.Filters(
        language=parameters.locale(query, "language") or "",
        level=parameters.choice(query, "level", filters.LEVELS, ""),
        status=parameters.choice(query, "status", filters.STATUSES, ""),
        length=parameters.choice(query, "length", filters.LENGTHS, ""),
        q=words,
        mine=mine,
    )


def _text(data: dict, name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > 200:
        raise BadInput(code="bad_input", errors={name: [_("A text of up to 200 characters.")]})
    return value


def _course(value: dict) -> dict:
    return absolute_document(with_address(value), settings.BASE_URL)
