"""Marking page by page: what waits in a course, and one attempt with its rubric. What was typed is never lost to a refusal."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.core.errors import BadInput, NotFound
from cms.rest.api import open_cursor, seal_cursor
from learning.assessment.marking import StaleMark
from learning.catalogue import running
from learning.flows import marking as flows
from learning.reading import marking as reading

from .answers import study, words
from .forms import key_in, number_in
from .running import course_context

PAGE = 50


@require_safe
@study
def report_marking(request, key, *, reader, now):
    """What waits for a person's points in a course, the oldest first."""
    quiz = key_in(request.GET.get("quiz"))
    salt = f"marking:{key}"
    found = reading.queue(
        user=request.user,
        course_key=key,
        quiz_key=quiz,
        after=open_cursor(salt, request.GET["cursor"]) if request.GET.get("cursor") else None,
        limit=PAGE,
        reader=reader,
    )
    more = f"?cursor={seal_cursor(salt, *found['next_place'])}" if found["next_place"] else None
    return render(
        request,
        "learning/report_marking.html",
        {
            "items": found["items"],
            "more": f"{more}&quiz={quiz}" if more and quiz else more,
            "quizzes": sorted({(each["title"], each["quiz"]) for each in found["items"]}, key=str),
            "quiz": quiz,
            **course_context(request.user, found["course"], "marking", reader),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@study
def report_mark(request, key, attempt, *, reader, now):
    """One attempt to mark: a form for each answer."""
    # The course first: what is said of an attempt to those who don't mark there is what is said of none.
    running.course_of(request.user, key, reader, running.MARK, running.DECIDE)
    sheet = flows.sheet(user=request.user, attempt_id=attempt)
    if sheet.attempt.enrolment.course_id != key:
        raise NotFound
    typed, refusal, status = None, None, 200
    if request.method == "POST":
        try:
            return _save(request, key, attempt, sheet, now)
        except (BadInput, StaleMark) as refused:
            typed, refusal, status = (
                request.POST,
                words(refused),
                400 if isinstance(refused, BadInput) else 409,
            )
            sheet = flows.sheet(user=request.user, attempt_id=attempt)
    value = reading.sheet_value(sheet, request.user)
    questions = [_with_form(each, typed) for each in value["questions"]]
    context = {
        "sheet": value,
        "questions": questions,
        "refusal": refusal,
        **course_context(request.user, sheet.attempt.enrolment.course, "marking", reader),
    }
    return render(request, "learning/report_mark.html", context, status=status)


def _save(request, key, attempt, sheet, now):
    question = request.POST.get("question", "")
    asked = {each["id"]: each for each in reading.sheet_value(sheet, request.user)["questions"]}
    if question not in asked:
        raise NotFound
    finish = request.POST.get("go") == "finish"
    flows.save_mark(
        user=request.user,
        attempt_id=attempt,
        question=question,
        points=_points(request.POST, asked[question]["rubric"]),
        comment=request.POST.get("comment", ""),
        notes=request.POST.get("notes", ""),
        revision=number_in(request.POST.get("revision")) or 0,
        finish=finish,
        now=now,
    )
    messages.success(request, _("The mark is given.") if finish else _("The draft is saved."))
    return HttpResponseRedirect(reverse("learning:report_mark", kwargs={"key": key, "attempt": attempt}))


def _points(data, rubric) -> dict:
    """What was typed by criterion; what was left empty isn't there, and what is no number is refused further in."""
    typed = {each["id"]: data.get(f"points.{each['id']}", "").strip() for each in rubric}
    return {criterion: number_in(text) for criterion, text in typed.items() if text}


def _with_form(question: dict, typed) -> dict:
    """A question with what its form holds: what was typed and refused, else the draft."""
    mine = question["mine"] or {"points": {}, "comment": "", "notes": ""}
    again = typed is not None and typed.get("question") == question["id"]
    return {
        **question,
        "rubric": [
            {
                **each,
                "given": typed.get(f"points.{each['id']}", "")
                if again
                else mine["points"].get(each["id"], ""),
            }
            for each in question["rubric"]
        ],
        "comment": typed.get("comment", "") if again else mine["comment"],
        "own_notes": typed.get("notes", "") if again else mine["notes"],
        "saved": question["mine"] if again else None,
    }
