"""The caller, and reports for people who run courses."""

from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema

from cms.rest.api import open_cursor, seal_cursor
from learning.progress.models import Learner
from learning.reading import courses, reports
from learning.reading.learners import learner_value

from . import paging
from . import serializers as shapes
from .addresses import absolute_document
from .base import LOCALE, LOCALE_PARAMETER, PAGE_PARAMETERS, OwnView, with_address


class MeView(OwnView):
    @extend_schema(operation_id="me", parameters=[LOCALE_PARAMETER], responses=shapes.MeSerializer)
    def get(self, request):
        """Who the caller is."""
        user = request.user
        learner = Learner.objects.filter(user=user).values_list("uuid", flat=True).first()
        return {
            "id": user.uuid,
            "learner": learner,
            "name": user.get_full_name(),
            "email": user.email,
            "language": user.language,
            "reports": reports.reportable(user),
        }


class OwnCoursesView(OwnView):
    allowed_parameters = LOCALE | paging.PARAMETERS

    @extend_schema(
        operation_id="own_enrolments",
        parameters=[LOCALE_PARAMETER, *PAGE_PARAMETERS],
        responses=shapes.listing("OwnEnrolments", shapes.OwnCourseSerializer),
    )
    def get(self, request):
        """The caller's enrolments with their courses."""
        found = courses.own_courses(user=request.user, reader=self.reader, now=self.now)
        found.sort(key=lambda each: str(each["enrolment"]["id"]))
        page = paging.page(
            found, query=request.GET, salt="enrolments", place=lambda each: [str(each["enrolment"]["id"])]
        )
        items = [{**each, "course": with_address(each["course"])} for each in page["items"]]
        return {**page, "items": absolute_document(items, settings.BASE_URL)}


class ReportView(OwnView):
    allowed_parameters = LOCALE | paging.PARAMETERS
    problem_statuses = (403,)

    @extend_schema(
        operation_id="course_report",
        parameters=[LOCALE_PARAMETER, *PAGE_PARAMETERS],
        responses=shapes.ReportSerializer,
    )
    def get(self, request, key: UUID):
        """A course's numbers and a page of its learners, for people with the permission on that course."""
        salt = f"report:{key}"
        after = open_cursor(salt, request.GET["cursor"]) if "cursor" in request.GET else None
        found = reports.report(
            user=request.user,
            course_key=key,
            reader=self.reader,
            after=after,
            limit=paging.limit_of(request.GET),
        )
        return {
            **reports.report_value(found),
            "learners": {
                "meta": {
                    "total_count": found.funnel.enrolled,
                    "next": seal_cursor(salt, *found.next_place) if found.next_place else None,
                },
                "items": [learner_value(each) for each in found.learners],
            },
        }
