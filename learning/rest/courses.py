"""Courses, enrolment and progress."""

from django.conf import settings
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from cms.rest.api import idempotent
from learning.flows.enrolment import enrol, withdraw
from learning.reading import courses

from . import paging
from . import serializers as shapes
from .addresses import absolute_document
from .base import LOCALE, LOCALE_PARAMETER, PAGE_PARAMETERS, LearningView, OwnView, with_address


class CoursesView(LearningView):
    allowed_parameters = LOCALE | paging.PARAMETERS

    @extend_schema(
        operation_id="courses",
        parameters=[LOCALE_PARAMETER, *PAGE_PARAMETERS],
        responses=shapes.listing("Courses", shapes.CourseSerializer),
    )
    def get(self, request):
        """The courses that the caller may see, by title."""
        found = courses.course_list(reader=self.reader, now=self.now)
        page = paging.page(
            found,
            query=request.GET,
            salt="courses",
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
        request=None,
        responses={200: shapes.EnrolmentSerializer, 409: OpenApiResponse(description="`course_not_open`")},
    )
    @idempotent
    def post(self, request, key):
        """Enrol in an open course; again for a course that the caller is in, it changes nothing."""
        self.fields()
        found = enrol(user=request.user, course_key=key, reader=self.reader, now=self.now)
        return courses.enrolment_value(found)

    @extend_schema(
        operation_id="withdraw",
        parameters=[LOCALE_PARAMETER],
        request=None,
        responses={204: None, 409: OpenApiResponse(description="`already_completed`")},
    )
    def delete(self, request, key):
        """Leave a course. What was done is kept for a return."""
        withdraw(user=request.user, course_key=key, reader=self.reader, now=self.now)
        return Response(status=204)


class ProgressView(OwnView):
    @extend_schema(
        operation_id="progress", parameters=[LOCALE_PARAMETER], responses=shapes.ProgressSerializer
    )
    def get(self, request, key):
        """The caller's progress in a course with the state of each unit."""
        return courses.progress_value(user=request.user, course_key=key, reader=self.reader)


def _course(value: dict) -> dict:
    return absolute_document(with_address(value), settings.BASE_URL)
