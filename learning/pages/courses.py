"""My learning; joining and leaving."""

from collections import defaultdict

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.core import languages
from learning.catalogue import documents, running
from learning.flows import deciding
from learning.flows.editions import move_to_current
from learning.flows.enrolment import enrol as enrol_flow
from learning.flows.enrolment import withdraw as withdraw_flow
from learning.joining import following
from learning.reading import courses, editions, notebook

from . import joining
from .answers import home, study
from .certificates import own_certificates
from .running import tabs_for

LATEST = 5  # bookmarks that are shown before one asks for all


@require_safe
@study
def my_learning(request, *, reader, now):
    """What is under way, done, kept and left; for people who run courses their reports."""
    certificates = own_certificates(request.user, reader, now)
    # The latest comes first in the list, and is the one that is shown beside its course.
    held = {each["course"]: each for each in reversed(certificates)}
    found = [
        {**_with_address(each, reader.locale), "certificate": held.get(each["course"]["key"])}
        for each in courses.own_courses(user=request.user, reader=reader, now=now)
    ]
    context = {
        "active": [each for each in found if each["enrolment"]["state"] in ("active", "requested")],
        "completed": [each for each in found if each["enrolment"]["state"] == "completed"],
        "left": [each for each in found if each["enrolment"]["state"] in ("withdrawn", "expired", "refused")],
        "run": _run(request.user, reader),
        "certificates": certificates,
        "bookmarks": notebook.own_bookmarks(user=request.user, reader=reader, limit=LATEST),
        "catalogue_url": documents.catalogue_path(reader),
    }
    return render(request, "learning/my_learning.html", context)


def _run(user, reader) -> list[dict]:
    """The courses that somebody runs, with what they may do there and how many requests wait for them."""
    permissions = defaultdict(set)
    for permission, keys in running.run_by(user, *running.ALL).items():
        for key in keys:
            permissions[key].add(permission)
    theirs = {key: names for key, names in permissions.items() if tabs_for(key, names)}
    waiting = deciding.waiting([key for key, names in theirs.items() if running.DECIDE in names])
    return [
        {
            "title": each.item.title,
            "locale": each.item.locale,
            "tabs": tabs_for(each.key, theirs[each.key]),
            "requests": waiting.get(each.key, 0),
        }
        for each in documents.courses(reader, theirs)
    ]


def _with_address(own: dict, locale: str) -> dict:
    path = own["course"]["path"]
    return {
        **own,
        "url": languages.swap_prefix(path, locale) if path else "",
        "percent": own["enrolment"]["progress_bp"] // 100,
        "due_on": joining.due_on(own["enrolment"]),
    }


@require_POST
@study
def enrol(request, key, *, reader, now):
    """Enrol, and begin with the first lesson; or ask to be let in."""
    secret = request.POST.get("key", "")
    if secret:
        joining.count_attempt(request)
    enrolment = enrol_flow(
        user=request.user,
        course_key=key,
        reader=reader,
        now=now,
        key=secret,
        renew=request.POST.get("renew") == "yes",
    )
    return joining.arrived(request, enrolment, reader, now)


@require_http_methods(["GET", "HEAD", "POST"])
@study
def withdraw(request, key, *, reader, now):
    """Ask once more, then leave; or take a request back."""
    if request.method == "POST":
        left = withdraw_flow(user=request.user, course_key=key, reader=reader, now=now)
        if left.admitted:
            messages.success(request, _("You have left the course. What you did is kept for your return."))
        else:
            messages.success(request, _("Your request is taken back."))
        return HttpResponseRedirect(home())
    found = courses.outline(user=request.user, course_key=key, reader=reader, now=now)
    return render(request, "learning/withdraw.html", {"course": found})


@require_http_methods(["GET", "HEAD", "POST"])
@study
def edition(request, key, *, reader, now):
    """What the current edition changes for a learner who is on an earlier one, and moving to it."""
    if request.method == "POST":
        moved = move_to_current(user=request.user, course_key=key, reader=reader, now=now)
        messages.success(
            request,
            _("You are on edition %(number)s now. What you have done stays done.")
            % {"number": moved.edition.number},
        )
        return HttpResponseRedirect(documents.course_path(key, reader) or home())
    found = editions.newer_edition(user=request.user, course_key=key, reader=reader)
    course = courses.outline(user=request.user, course_key=key, reader=reader, now=now)
    return render(request, "learning/edition.html", {**found, "course": course})


@require_POST
@study
def follow(request, key, *, reader, now):
    """Be told when a course opens, or not any more."""
    if request.POST.get("following") == "yes":
        following.follow(user=request.user, course_key=key, reader=reader, now=now)
        messages.success(request, _("You get one mail when the course opens."))
    else:
        following.unfollow(user=request.user, course_key=key)
        messages.success(request, _("You get no mail when the course opens."))
    return HttpResponseRedirect(documents.course_path(key, reader) or home())
