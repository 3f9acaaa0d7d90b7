"""Lessons and the front of a quiz."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from learning.assessment import registry
from learning.assessment.quiz import by_id, questions_in
from learning.assessment.registry import BadResponse
from learning.catalogue.choices import Completion, Kind
from learning.flows import attempts as attempt_flows
from learning.flows.checks import answer_check
from learning.flows.recording import record_events
from learning.reading import courses, units
from learning.reading.attempts import minutes_allowed, question_count, summary, when_to_start

from . import notebook, outline
from .answers import reader_of, study


@require_safe
def unit(request, key):
    """A lesson or a quiz's front. A sample lesson is for everybody; everything else for people who are enrolled."""
    if not request.user.is_authenticated:
        sample = _sample(request, key)
        if sample is not None:
            return sample
    return _unit(request, key=key)


def _sample(request, key):
    try:
        reading = units.unit_reading(user=None, key=key, reader=reader_of(request), now=timezone.now())
    except units.NotEnrolled:
        return None
    except units.NotFound:
        raise Http404 from None
    return render(request, "learning/lesson.html", _lesson_context(reading, None))


@study
def _unit(request, key, *, reader, now):
    reading = units.unit_reading(user=request.user, key=key, reader=reader, now=now)
    if reading.enrolment is None:
        return _lesson(request, reading, None)
    _note_visit(request, reading, reader, now)
    found = courses.outline(user=request.user, course_key=reading.enrolment.course_id, reader=reader, now=now)
    if reading.kind == Kind.QUIZ:
        return _quiz(request, reading, found, reader, now)
    return _lesson(request, reading, found)


def _lesson(request, reading, found):
    """A lesson as somebody who is signed in reads it, with what they keep in it."""
    context = {**_lesson_context(reading, found), **notebook.of_lesson(request.user, reading)}
    return render(request, "learning/lesson.html", context)


def _note_visit(request, reading, reader, now):
    """Where somebody is, kept for resuming: once a unit in a row. Browsers that fetch ahead have read nothing."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if ahead or request.method != "GET":
        return
    here = reading.document.item.key
    if reading.enrolment.last_unit_id == here and reading.state != "open":
        return
    _record(request, reading, "opened", uuid4(), reader, now)


def _record(request, reading, verb, event_id, reader, now):
    (taken,) = record_events(
        user=request.user,
        events=[
            {
                "id": str(event_id),
                "course": str(reading.enrolment.course_id),
                "unit": str(reading.document.item.key),
                "verb": verb,
                "language": reader.locale,
            }
        ],
        reader=reader,
        now=now,
    )
    return taken


def _lesson_context(reading, found) -> dict:
    document = reading.document
    modules = outline.of_learner(found, here=document.item.key) if found else []
    flat = [unit for module in modules for unit in module["units"]]
    index = next((number for number, unit in enumerate(flat) if unit["here"]), None)
    state = next((unit["state"] for unit in flat if unit["here"]), reading.state)
    return {
        "unit": document,
        "document": document.body,
        "text_language": document.locale,
        "interface_locale": document.reader_locale,
        "number_prefix": "",
        "key": document.item.key,
        "course": found,
        "percent": found["enrolment"]["progress_bp"] // 100 if found else 0,
        "modules": modules,
        "state": state,
        "done": state in ("completed", "passed"),
        "rule": reading.rule,
        "can_mark": bool(reading.rule) and reading.rule.completion == Completion.MARK,
        "checks": units.check_values(reading),
        "has_checks": bool(questions_in(document.body)),
        "has_scenario": any(block["type"] == "scenario" for block in document.body.get("body", [])),
        "can_answer": reading.enrolment is not None,
        "event_id": uuid4(),
        "previous": flat[index - 1] if index else None,
        "next": flat[index + 1] if index is not None and index + 1 < len(flat) else None,
    }


def _quiz(request, reading, found, reader, now):
    body = reading.document.source_body
    _enrolment, rows = attempt_flows.attempts_at(
        user=request.user, quiz_key=reading.document.item.key, reader=reader, now=now
    )
    done = [summary(row) for row in rows if row.state != "open"]
    context = _lesson_context(reading, found)
    return render(
        request,
        "learning/quiz.html",
        {
            **context,
            "rules": body,
            "time_limit": minutes_allowed(body, reading.enrolment, reading.document.item.key),
            "question_count": question_count(body),
            "attempts": done,
            "open_attempt": next((row for row in rows if row.state == "open"), None),
            "left": max(0, body["max_attempts"] - len(rows)) if body["max_attempts"] else None,
            **when_to_start(body, rows, now),
            "best_bp": max((each["score_bp"] or 0 for each in done), default=None),
        },
    )


@require_POST
@study
def done(request, key, *, reader, now):
    """Mark a lesson as done and go on to the next."""
    reading = units.unit_reading(user=request.user, key=key, reader=reader, now=now)
    if reading.enrolment is None:
        raise units.NotEnrolled
    taken = _record(request, reading, "completed", _event_id(request), reader, now)
    if taken.code == "course_closed":
        messages.warning(request, _("The course is closed: this could not be counted."))
    found = courses.outline(user=request.user, course_key=reading.enrolment.course_id, reader=reader, now=now)
    if found["enrolment"]["state"] == "completed" and reading.enrolment.state != "completed":
        messages.success(request, _("You have completed the course. Well done."))
        return HttpResponseRedirect(reverse("learning:my_learning"))
    context = _lesson_context(reading, found)
    following = context["next"]
    target = following["url"] if following and following["url"] else ""
    return HttpResponseRedirect(target or reverse("learning:unit", kwargs={"key": key}))


@require_POST
@study
def check(request, key, question, *, reader, now):
    """Answer a knowledge check; the lesson then shows what was right, where it stands."""
    reading = units.unit_reading(user=request.user, key=key, reader=reader, now=now)
    if reading.enrolment is None:
        raise units.NotEnrolled
    back = reverse("learning:unit", kwargs={"key": key}) + f"#check-{question}"
    asked = by_id(questions_in(reading.document.body)).get(question)
    if asked is None:
        raise units.NotFound
    response = registry.get(asked["type"]).parse_form(request.POST, f"q-{question}")
    if response is None:
        messages.info(request, _("Choose an answer first."))
        return HttpResponseRedirect(back)
    try:
        answer_check(
            user=request.user,
            course_key=reading.enrolment.course_id,
            unit_key=key,
            question=question,
            response=response,
            reader=reader,
            now=now,
            event_id=_event_id(request),
        )
    except BadResponse as refusal:
        messages.warning(request, str(refusal.message))
    return HttpResponseRedirect(back)


def _event_id(request) -> UUID:
    """The id that the form carries, so that sending it twice is once."""
    try:
        return UUID(request.POST.get("event", ""))
    except ValueError:
        return uuid4()
