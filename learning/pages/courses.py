"""My learning; joining and leaving."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.core import languages
from learning.catalogue import documents
from learning.flows.enrolment import enrol as enrol_flow
from learning.flows.enrolment import withdraw as withdraw_flow
from learning.reading import courses, reports

from . import outline
from .answers import home, study


@require_safe
@study
def my_learning(request, *, reader, now):
    """What is under way, done, and left; for people who run courses their reports."""
    found = [
        _with_address(each, reader.locale)
        for each in courses.own_courses(user=request.user, reader=reader, now=now)
    ]
    reportable = {each.key: each for each in documents.courses(reader, reports.reportable(request.user))}
    context = {
        "active": [each for each in found if each["enrolment"]["state"] in ("active", "requested")],
        "completed": [each for each in found if each["enrolment"]["state"] == "completed"],
        "left": [each for each in found if each["enrolment"]["state"] in ("withdrawn", "expired", "refused")],
        "reportable": [
            {"key": key, "title": each.item.title, "locale": each.item.locale}
            for key, each in reportable.items()
        ],
        "catalogue_url": documents.catalogue_path(reader),
    }
    return render(request, "learning/my_learning.html", context)


def _with_address(own: dict, locale: str) -> dict:
    path = own["course"]["path"]
    return {
        **own,
        "url": languages.swap_prefix(path, locale) if path else "",
        "percent": own["enrolment"]["progress_bp"] // 100,
    }


@require_POST
@study
def enrol(request, key, *, reader, now):
    """Enrol, and begin with the first lesson."""
    enrolment = enrol_flow(user=request.user, course_key=key, reader=reader, now=now)
    found = courses.outline(user=request.user, course_key=key, reader=reader, now=now)
    unit = outline.resume(outline.of_learner(found), enrolment.last_unit_id)
    messages.success(request, _("You are enrolled. Your progress is kept, in every language."))
    return HttpResponseRedirect(unit["url"] if unit else home())


@study
def withdraw(request, key, *, reader, now):
    """Ask once more, then leave."""
    if request.method == "POST":
        withdraw_flow(user=request.user, course_key=key, reader=reader, now=now)
        messages.success(request, _("You have left the course. What you did is kept for your return."))
        return HttpResponseRedirect(home())
    found = courses.outline(user=request.user, course_key=key, reader=reader, now=now)
    return render(request, "learning/withdraw.html", {"course": found})
