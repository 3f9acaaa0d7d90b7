"""The report of a course, for people with the permission on it."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from learning.reading import reports

from .answers import study

PAGE = 50


@require_safe
@study
def report(request, key, *, reader, now):
    """Funnel, units and learners. 404 or 403 for everybody else, as in the API."""
    after = request.GET.get("after", "")
    found = reports.report(
        user=request.user,
        course_key=key,
        reader=reader,
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
        limit=PAGE,
    )
    most = max(found.funnel.enrolled, 1)
    steps = [found.funnel.enrolled, found.funnel.started, found.funnel.halfway, found.funnel.completed]
    return render(
        request,
        "learning/report.html",
        {
            "report": found,
            "funnel": found.funnel,
            "shares": [step * 100 // most for step in steps],
            "units": [{**unit, "share": unit["done"] * 100 // most} for unit in found.units],
            "learners": [reports.learner_value(each) for each in found.learners],
            "key": key,
        },
    )
