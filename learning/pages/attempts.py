"""Taking a quiz page by page: one question at a time, saved with every step, and looked over before handing in."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.core.errors import BadInput, Conflict
from learning.assessment import registry, rules
from learning.assessment.attempts import MAX_SEQUENCE
from learning.flows import attempts as flows
from learning.reading import courses
from learning.reading.attempts import attempt_value

from . import outline
from .answers import study, words

CLOCK = timedelta(days=1)  # an end further away is a day that the course tells, and no clock
ROUNDING = timedelta(seconds=5)  # clocks of pages count whole seconds, and pages take a while to arrive


@require_POST
@study
def start(request, key, *, reader, now):
    """Begin an attempt, or go on with the open one."""
    try:
        sitting = flows.start_attempt(user=request.user, quiz_key=key, reader=reader, now=now)
    except Conflict as refusal:
        messages.warning(request, words(refusal))
        return HttpResponseRedirect(reverse("learning:unit", kwargs={"key": key}))
    return HttpResponseRedirect(_address(sitting.attempt.uuid))


@require_http_methods(["GET", "HEAD", "POST"])
@study
def attempt(request, attempt, *, reader, now):
    """An open attempt: a question, or the look over all of them. A finished one: its result."""
    sitting = flows.sitting(user=request.user, attempt_id=attempt, reader=reader, now=now)
    value = attempt_value(sitting, reader, now)
    if request.method == "POST":
        return _save(request, attempt, value, reader, now)
    if value["state"] != "open":
        return _result(request, value, reader, now)
    place = _place(request.GET.get("question"), len(value["questions"]))
    context = _context(value, now)
    if place is None:
        return render(request, "learning/attempt_overview.html", context)
    question = value["questions"][place - 1]
    saved = value["answers"].get(question["id"])
    context |= {
        "place": place,
        "question": question,
        "response": saved["response"] if saved else None,
        "sequence": saved["sequence"] if saved else 0,
        "feedback": (value["feedback"] or {}).get(question["id"]),
        "answer_url": reverse("learning-api:answer", kwargs={"attempt": attempt, "question": question["id"]}),
    }
    return render(request, "learning/attempt.html", context)


def _context(value, now) -> dict:
    total = len(value["questions"])
    answered = len(value["answers"])
    left = value["deadline_at"] and value["deadline_at"] - now
    return {
        "attempt": value,
        "total": total,
        "answered": answered,
        "unanswered": total - answered,
        "questions": [
            {"number": number, "answered": each["id"] in value["answers"], **each}
            for number, each in enumerate(value["questions"], 1)
        ],
        "seconds_left": max(0, int(left.total_seconds())) if left is not None and left <= CLOCK else None,
        "grace": int(rules.GRACE.total_seconds()),
    }


def _save(request, attempt, value, reader, now):
    """Save what the form holds, then go where its button says: on, back, over all, or hand in."""
    asked = {each["id"]: each for each in value["questions"]}
    given = {}
    answering = request.POST.get("go") == "answer"
    for question_id, question in asked.items():
        question_type = registry.get(question["type"])
        response = question_type.parse_form(request.POST, f"q-{question_id}")
        if response is None and question_id in value["answers"] and request.POST.get("shown") == question_id:
            response = question_type.nothing()
        if value["final_answers"] and (not answering or question_id in value["answers"]):
            continue  # looking further is no answer, and an answer stays
        if response is not None:
            given[question_id] = (response, _sequence(request, question_id))
    here = _place(request.POST.get("question"), len(asked))
    go = _intention(request.POST.get("go", "next"), value["deadline_at"], now)
    try:
        if go == "submit":
            flows.submit_attempt(user=request.user, attempt_id=attempt, given=given, reader=reader, now=now)
            return HttpResponseRedirect(_address(attempt))
        if given:
            flows.save_answers(user=request.user, attempt_id=attempt, given=given, reader=reader, now=now)
    except (Conflict, BadInput) as refusal:
        messages.warning(request, words(refusal))
        return HttpResponseRedirect(_address(attempt, here))
    return HttpResponseRedirect(_address(attempt, _next_place(go, here, len(asked))))


def _sequence(request, question_id: str) -> int | None:
    """What follows the sequence that the page last used for its question, so that an older answer still on its way can't
    replace this one, nor this one a later answer of another tab. None for a page that doesn't say."""
    last = request.POST.get("sequence", "")
    if request.POST.get("shown") != question_id or not (last.isascii() and last.isdigit()):
        return None
    return min(int(last[:9]) + 1, MAX_SEQUENCE)


def _intention(go: str, deadline, now) -> str:
    """What a button means now. When a page's clock has run out the attempt is handed in, but where somebody was given more
    time since the page was shown, it goes on."""
    if go != "over":
        return go
    return "submit" if deadline is None or deadline - now < ROUNDING else "answer"


def _next_place(go: str, here: int | None, total: int) -> int | None:
    """The number of the question to show, None for the look over all."""
    if go == "answer":
        return here
    if go == "overview" or here is None:
        return None
    step = here - 1 if go == "back" else here + 1
    return max(1, step) if step <= total else None


def _place(value: str | None, total: int) -> int | None:
    """The number of a question in an address; 1 where none is given, None for the overview or nonsense."""
    if value is None:
        return 1
    return (
        int(value)
        if len(value) < 7 and value.isascii() and value.isdigit() and 1 <= int(value) <= total
        else None
    )


def _address(attempt, place: int | None = 1) -> str:
    path = reverse("learning:attempt", kwargs={"attempt": attempt})
    return f"{path}?question={place or 'all'}"


def _result(request, value, reader, now):
    feedback = value["feedback"]
    questions = [
        {
            "number": number,
            **question,
            "response": (value["answers"].get(question["id"]) or {}).get("response"),
            "feedback": feedback[question["id"]] if feedback else None,
        }
        for number, question in enumerate(value["questions"], 1)
    ]
    course = courses.outline(user=request.user, course_key=value["course"], reader=reader, now=now)
    following = _following(course, value["quiz"])
    context = {
        "attempt": value,
        "questions": questions,
        "course": course,
        "next": following,
        "percent": (value["score_bp"] or 0) // 100,
        "heading": _heading(value),
    }
    return render(request, "learning/result.html", context)


def _heading(value) -> str:
    if value["state"] == "expired":
        return _("Time ran out")
    if value["state"] == "submitted":
        return _("Handed in")
    return _("Passed") if value["passed"] else _("Not passed yet")


def _following(course, quiz_key):
    """The next unit after a quiz that is open."""
    units = [unit for module in outline.of_learner(course) for unit in module["units"]]
    keys = [unit["key"] for unit in units]
    if quiz_key not in keys:
        return None
    rest = [unit for unit in units[keys.index(quiz_key) + 1 :] if unit["url"]]
    return rest[0] if rest else None
