"""For people who run a course: its report, its learners one by one, the analysis of its quizzes."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from cms.core import languages
from cms.core.errors import BadInput, NotFound
from cms.rest.api import open_cursor, seal_cursor
from cms.rest.tables import csv_response
from learning.catalogue import running
from learning.catalogue.choices import Kind
from learning.flows.extra_time import give_extra_time
from learning.flows.waiving import waive
from learning.progress.models import Enrolment
from learning.reading import items, learners, reports

from .answers import study
from .forms import key_in, number_in
from .running import course_context

PAGE = 50


@require_safe
@study
def report(request, key, *, reader, now):
    """Funnel and units. 404 or 403 for everybody without the permission, as in the API."""
    found = reports.report(user=request.user, course_key=key, reader=reader, limit=0)
    funnel, most = found.funnel, max(found.funnel.enrolled, 1)
    steps = {
        pgettext("people", "Enrolled"): funnel.enrolled,
        pgettext("people", "Started"): funnel.started,
        pgettext("people", "Halfway"): funnel.halfway,
        pgettext("people", "Completed"): funnel.completed,
    }
    units = [
        {**unit, "share": unit["done"] * 100 // most, "stopped": unit["reached"] - unit["done"]}
        for unit in found.units
    ]
    return render(
        request,
        "learning/report.html",
        {
            "funnel": funnel,
            "steps": [
                {"label": label, "people": people, "share": people * 100 // most}
                for label, people in steps.items()
            ],
            "units": units,
            "hardest": max((unit["stopped"] for unit in units), default=0),
            "scores": _score_rows(found.spread.scores),
            "languages": found.spread.groups,
            **course_context(request.user, found.course, "report", reader),
        },
    )


def _score_rows(scores: list[int] | None) -> list[dict]:
    """`[{low, high, people, share}]` from the best score down, shares of the tallest bar in per cent."""
    tallest = max(scores or [0])
    return [
        {
            "low": tenth * 10,
            "high": min(tenth * 10 + 9, 100),
            "people": people,
            "share": people * 100 // tallest,
        }
        for tenth, people in reversed(list(enumerate(scores or [])))
    ]


# Learners ---------------------------------------------------------------------------------------------------------


@require_safe
@study
def report_learners(request, key, *, reader, now):
    """The learners that the filters ask for, page by page."""
    asked = learners.asked_of(request.GET, now)
    salt = f"learners:{key}:{asked.sort}"
    after = open_cursor(salt, request.GET["cursor"]) if request.GET.get("cursor") else None
    found = learners.listed(
        user=request.user, course_key=key, asked=asked, reader=reader, after=after, limit=PAGE
    )
    chosen = {name: request.GET[name] for name in sorted(learners.PARAMETERS) if request.GET.get(name)}
    address = request.path
    more = (
        f"{address}?{urlencode({**chosen, 'cursor': seal_cursor(salt, *found.next_place)})}"
        if found.next_place
        else None
    )
    return render(
        request,
        "learning/report_learners.html",
        {
            "learners": [learners.learner_value(each) for each in found.learners],
            "total": found.total,
            "chosen": chosen,
            "more": more,
            "first_page": address if after is None else f"{address}?{urlencode(chosen)}",
            "is_first": after is None,
            "export": f"{reverse('learning:report_export', kwargs={'key': key})}?{urlencode(chosen)}",
            "choices": _filter_choices(),
            **course_context(request.user, found.course, "learners", reader),
        },
    )


def _filter_choices() -> dict:
    seen = {
        "week": _("in the last 7 days"),
        "month": _("in the last 30 days"),
        "not_week": _("not for 7 days"),
        "not_month": _("not for 30 days"),
        "never": _("has not begun"),
    }
    progress = {
        "none": _("nothing done"),
        "some": _("less than half"),
        "half": _("half or more"),
        "all": _("everything"),
    }
    sort = {
        "enrolled": _("when they enrolled"),
        "last_seen": _("last seen first"),
        "progress": _("most progress first"),
        "score": _("best score first"),
        "name": _("name"),
    }
    return {
        "state": Enrolment.State.choices,
        "progress": list(progress.items()),
        "seen": list(seen.items()),
        "language": languages.codes(),
        "sort": list(sort.items()),
    }


@require_safe
@study
def report_export(request, key, *, reader, now):
    """The same list as CSV, streamed."""
    asked = learners.asked_of(request.GET, now)
    course, rows = learners.export_rows(user=request.user, course_key=key, asked=asked, reader=reader)
    return csv_response(rows, f"{course.title} {now:%Y-%m-%d}.csv")


@require_http_methods(["GET", "HEAD", "POST"])
@study
def report_learner(request, key, enrolment, *, reader, now):
    """One learner in full; deciding about them, for those who may."""
    if request.method == "POST":
        return _decide(request, key, enrolment, reader, now)
    found = learners.detail(user=request.user, course_key=key, enrolment_id=enrolment, reader=reader)
    return render(
        request,
        "learning/report_learner.html",
        {
            "found": found,
            "learner": learners.learner_value(found.enrolment),
            "quizzes": [each for each in found.units if each["kind"] == Kind.QUIZ],
            "open_units": [each for each in found.units if each["state"] not in ("completed", "passed")],
            "is_active": found.enrolment.state == Enrolment.State.ACTIVE,
            **course_context(request.user, found.course, "learners", reader),
        },
    )


def _decide(request, key, enrolment, reader, now):
    # Whose enrolment it is, is asked first: one of another course isn't there.
    learners.detail(user=request.user, course_key=key, enrolment_id=enrolment, reader=reader)
    reason = request.POST.get("reason", "")
    match request.POST.get("decision"):
        case "extra_time":
            give_extra_time(
                by=request.user,
                enrolment_id=enrolment,
                quiz_key=key_in(request.POST.get("quiz")),
                minutes=number_in(request.POST.get("minutes")),
                reason=reason,
                now=now,
            )
            messages.success(request, _("The extra time is given."))
        case "waive":
            unit = key_in(request.POST.get("unit"))
            if unit is None:
                raise BadInput(_("Choose a unit."), code="bad_key")
            waive(by=request.user, enrolment_id=enrolment, unit_key=unit, reason=reason, now=now)
            messages.success(request, _("The unit counts as done."))
        case _:
            raise NotFound
    return HttpResponseRedirect(request.path)


# Items ------------------------------------------------------------------------------------------------------------


@require_safe
@study
def report_items(request, key, quiz, *, reader, now):
    """Difficulty, discrimination and answers of a quiz's questions, as a table and as bars."""
    found = _analysis(request, key, quiz, reader)
    return render(
        request,
        "learning/report_items.html",
        {
            "analysis": found,
            "items": list(enumerate(found.items, 1)),
            "charted": any(each["difficulty_bp"] is not None for each in found.items),
            "may_regrade": running.may(request.user, found.course, running.DECIDE),
            **course_context(request.user, found.course, "items", reader),
        },
    )


def _analysis(request, key, quiz, reader) -> items.Analysis:
    found = items.analysis(user=request.user, quiz_key=quiz, reader=reader)
    if found.course.pk != key:
        raise NotFound
    return found


@require_safe
@study
def report_items_export(request, key, quiz, *, reader, now):
    """The same as CSV."""
    found = _analysis(request, key, quiz, reader)
    return csv_response(items.csv_rows(found), f"{found.title} {now:%Y-%m-%d}.csv")
