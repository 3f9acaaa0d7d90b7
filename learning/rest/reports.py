"""For people who run courses: learners, item analysis, marking, regrading."""

from dataclasses import asdict
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response

from cms.core import languages
from cms.core.errors import BadInput
from cms.rest.api import idempotent, open_cursor, seal_cursor
from cms.rest.tables import csv_response
from learning.flows import marking as marking_flows
from learning.flows import regrade_choices, regrading
from learning.flows.waiving import waive
from learning.progress.enrolments import of_another
from learning.progress.learners import SORTS
from learning.progress.models import Enrolment
from learning.reading import items, learners
from learning.reading import marking as marking_reading

from . import paging
from . import report_shapes as shapes
from .base import LOCALE, LOCALE_PARAMETER, PAGE_PARAMETERS, OwnView
from .people import key_of
from .serializers import listing

FILTERS = [
    OpenApiParameter("state", str, enum=Enrolment.State.values),
    OpenApiParameter("progress", str, enum=list(learners.PROGRESS)),
    OpenApiParameter("seen", str, enum=["week", "month", "not_week", "not_month", "never"]),
    OpenApiParameter("language", str, enum=languages.codes()),
    OpenApiParameter("name", str, description="Part of a name or address."),
    OpenApiParameter("sort", str, enum=list(SORTS)),
]
CSV = {(200, "text/csv"): OpenApiTypes.STR}


class RunningView(OwnView):
    problem_statuses = (403,)


# Learners ---------------------------------------------------------------------------------------------------------


class LearnersView(RunningView):
    allowed_parameters = LOCALE | paging.PARAMETERS | learners.PARAMETERS

    @extend_schema(
        operation_id="course_learners",
        parameters=[LOCALE_PARAMETER, *PAGE_PARAMETERS, *FILTERS],
        responses=shapes.LEARNERS,
    )
    def get(self, request, key: UUID):
        """A course's learners by filters, in an order, for people who see its report."""
        asked = learners.asked_of(request.GET, self.now)
        salt = f"learners:{key}:{asked.sort}"
        found = learners.listed(
            user=request.user,
            course_key=key,
            asked=asked,
            reader=self.reader,
            after=open_cursor(salt, request.GET["cursor"]) if "cursor" in request.GET else None,
            limit=paging.limit_of(request.GET),
        )
        after = seal_cursor(salt, *found.next_place) if found.next_place else None
        return {
            "meta": {"total_count": found.total, "next": after},
            "items": [learners.learner_value(each) for each in found.learners],
        }


class LearnerView(RunningView):
    @extend_schema(
        operation_id="course_learner",
        parameters=[LOCALE_PARAMETER],
        responses=shapes.LearnerDetailSerializer,
    )
    def get(self, request, key: UUID, enrolment: UUID):
        """One learner of a course: units, attempts, and what people decided."""
        found = learners.detail(user=request.user, course_key=key, enrolment_id=enrolment, reader=self.reader)
        return {
            **learners.learner_value(found.enrolment),
            "units": found.units,
            "attempts": found.attempts,
            "decisions": found.decisions,
        }


class ExportView(RunningView):
    allowed_parameters = LOCALE | learners.PARAMETERS

    @extend_schema(operation_id="export_learners", parameters=[LOCALE_PARAMETER, *FILTERS], responses=CSV)
    def get(self, request, key: UUID):
        """The same list as CSV, streamed. No cell is a formula."""
        asked = learners.asked_of(request.GET, self.now)
        course, rows = learners.export_rows(
            user=request.user, course_key=key, asked=asked, reader=self.reader
        )
        return csv_response(rows, f"{course.title} {self.now:%Y-%m-%d}.csv")


class WaiversView(RunningView):
    @extend_schema(
        operation_id="waive_unit",
        parameters=[LOCALE_PARAMETER],
        request=shapes.WaiverSerializer,
        responses={200: shapes.WaivedSerializer, 409: OpenApiResponse(description="`not_under_way`")},
    )
    @idempotent
    def post(self, request, enrolment: UUID):
        """Count a unit as done for one learner. Doing it twice changes nothing."""
        data = self.fields("unit", "reason")
        unit = key_of(data.get("unit"))
        if unit is None:
            raise BadInput(_("A key is a UUID."), code="bad_key")
        found = waive(
            by=request.user,
            enrolment_id=enrolment,
            unit_key=unit,
            reason=_words(data, "reason"),
            now=self.now,
        )
        return {"enrolment": found.uuid, "state": found.state, "progress_bp": found.progress_bp}

    def check_replay(self, kept):
        of_another(self.request.user, self.kwargs["enrolment"])


def _words(data, name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or "\0" in value:
        raise BadInput(_("This is to be a text."), code="bad_value", errors={name: ["—"]})
    return value


def _number(data, name: str) -> int:
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise BadInput(_("This is to be a whole number."), code="bad_value", errors={name: ["—"]})
    return value


# Items ------------------------------------------------------------------------------------------------------------


class ItemsView(RunningView):
    @extend_schema(
        operation_id="item_analysis", parameters=[LOCALE_PARAMETER], responses=shapes.AnalysisSerializer
    )
    def get(self, request, key: UUID):
        """Difficulty, discrimination and answers of a quiz's questions; each person's first graded attempt counts."""
        found = items.analysis(user=request.user, quiz_key=key, reader=self.reader)
        return {
            "quiz": found.quiz,
            "course": found.course.pk,
            "title": found.title,
            "people": found.people,
            "mean_score_bp": found.mean_score_bp,
            "items": found.items,
        }


class ItemsExportView(RunningView):
    @extend_schema(operation_id="export_items", parameters=[LOCALE_PARAMETER], responses=CSV)
    def get(self, request, key: UUID):
        """The same as CSV, a row a question."""
        found = items.analysis(user=request.user, quiz_key=key, reader=self.reader)
        return csv_response(items.csv_rows(found), f"{found.title} {self.now:%Y-%m-%d}.csv")


# Marking ----------------------------------------------------------------------------------------------------------


class MarkingView(RunningView):
    allowed_parameters = LOCALE | paging.PARAMETERS | {"quiz"}

    @extend_schema(
        operation_id="marking_queue",
        parameters=[
            LOCALE_PARAMETER,
            *PAGE_PARAMETERS,
            OpenApiParameter("quiz", OpenApiTypes.UUID, description="Of this quiz alone."),
        ],
        responses=listing("MarkingQueue", shapes.WaitingSerializer),
    )
    def get(self, request, key: UUID):
        """What waits in a course for a person's points, handed in first comes first; not the caller's own."""
        quiz = key_of(request.GET["quiz"]) if "quiz" in request.GET else None
        salt = f"marking:{key}"
        found = marking_reading.queue(
            user=request.user,
            course_key=key,
            quiz_key=quiz,
            after=open_cursor(salt, request.GET["cursor"]) if "cursor" in request.GET else None,
            limit=paging.limit_of(request.GET),
            reader=self.reader,
        )
        after = seal_cursor(salt, *found["next_place"]) if found["next_place"] else None
        return {"meta": {"total_count": found["total"], "next": after}, "items": found["items"]}


class MarkingSheetView(RunningView):
    @extend_schema(
        operation_id="marking_sheet", parameters=[LOCALE_PARAMETER], responses=shapes.MarkingSheetSerializer
    )
    def get(self, request, attempt: UUID):
        """An attempt for whoever marks it: answers, rubrics, drafts."""
        sheet = marking_flows.sheet(user=request.user, attempt_id=attempt)
        return marking_reading.sheet_value(sheet, request.user)


class MarkView(RunningView):
    @extend_schema(
        operation_id="mark_answer",
        parameters=[LOCALE_PARAMETER],
        request=shapes.GivenMarkSerializer,
        responses={
            200: shapes.MarkSerializer,
            409: OpenApiResponse(description="`stale_mark` with the saved mark in `saved`, `mark_finished`"),
        },
    )
    def put(self, request, attempt: UUID, question: str):
        """Save a mark as a draft, or finish it. Marking the last answer grades the attempt."""
        data = self.fields("points", "comment", "notes", "revision", "finish")
        finish = data.get("finish", False)
        if not isinstance(finish, bool):
            raise BadInput(_("This is to be true or false."), code="bad_value", errors={"finish": ["—"]})
        mark = marking_flows.save_mark(
            user=request.user,
            attempt_id=attempt,
            question=question,
            points=data.get("points"),
            comment=data.get("comment", ""),
            notes=data.get("notes", ""),
            revision=_number(data, "revision"),
            finish=finish,
            now=self.now,
        )
        return marking_flows.mark_value(mark)


# Regrading --------------------------------------------------------------------------------------------------------

REFUSED = OpenApiResponse(description="`stale_plan`, `not_a_correction`, `regrade_under_way`")


class RegradesView(RunningView):
    @extend_schema(
        operation_id="regrades", parameters=[LOCALE_PARAMETER], responses=shapes.RegradesSerializer
    )
    def get(self, request, key: UUID):
        """Which keys of a quiz can be corrected by what is published, and what was regraded before."""
        _course, choices = regrade_choices.choices(user=request.user, quiz_key=key, reader=self.reader)
        rows = regrading.history(user=request.user, quiz_key=key, reader=self.reader)
        return {
            "choices": [
                {
                    "question": each.question,
                    "title": each.title,
                    "source": each.number,
                    "target": each.target_number,
                    "attempts": each.attempts,
                }
                for each in choices
            ],
            "regrades": [_regrade_value(each) for each in rows],
        }

    @extend_schema(
        operation_id="regrade",
        parameters=[LOCALE_PARAMETER],
        request=shapes.RegradeOrderSerializer,
        responses={202: shapes.RegradeSerializer, 409: REFUSED},
    )
    @idempotent
    def post(self, request, key: UUID):
        """Put corrected keys into force as a plan showed it; scores follow in the background."""
        data = self.fields("question", "source", "target", "token", "reason")
        regrade = regrading.execute(
            **_asked(request.user, key, data, self.reader),
            token=_words(data, "token"),
            reason=_words(data, "reason"),
            now=self.now,
        )
        return Response(_regrade_value(regrade), status=202)

    def check_replay(self, kept):
        regrade_choices.course_of_quiz(self.request.user, self.kwargs["key"], self.reader)


class RegradePlanView(RunningView):
    @extend_schema(
        operation_id="plan_regrade",
        parameters=[LOCALE_PARAMETER],
        request=shapes.RegradeAskedSerializer,
        responses={200: shapes.RegradePlanSerializer, 409: REFUSED},
    )
    @idempotent
    def post(self, request, key: UUID):
        """What a regrade would change. Changes nothing."""
        data = self.fields("question", "source", "target")
        plan = regrading.plan(**_asked(request.user, key, data, self.reader))
        return {
            "token": plan.token,
            "counts": asdict(plan.counts),
            "items": [
                {
                    "attempt": each["attempt"],
                    "name": each["name"],
                    "number": each["number"],
                    "old_score_bp": each["outcome"].old_score_bp,
                    "new_score_bp": each["outcome"].new_score_bp,
                    "old_passed": each["outcome"].old_passed,
                    "new_passed": each["outcome"].new_passed,
                }
                for each in regrading.people(plan)
            ],
        }

    def check_replay(self, kept):
        regrade_choices.course_of_quiz(self.request.user, self.kwargs["key"], self.reader)


def _asked(user, key, data, reader) -> dict:
    return {
        "user": user,
        "quiz_key": key,
        "question": key_of(data.get("question")),
        "source_number": _number(data, "source"),
        "target_number": _number(data, "target"),
        "reader": reader,
    }


def _regrade_value(regrade) -> dict:
    return {
        "id": regrade.uuid,
        "question": regrade.question,
        "source": regrade.source_number,
        "target": regrade.target_number,
        "reason": regrade.reason,
        "decided_at": regrade.decided_at,
        "finished_at": regrade.finished_at,
    }
