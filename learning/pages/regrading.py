"""Regrading page by page: which keys can be corrected, what that would change, doing it, and what was done before."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.core.errors import BadInput, Conflict, NotFound
from learning.flows import regrade_choices
from learning.flows import regrading as flows

from .answers import study, words
from .forms import key_in, number_in
from .running import course_context

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@study
def report_regrade(request, key, quiz, *, reader, now):
    """Choices; a plan where one was chosen; a POST executes the plan that was shown."""
    course, choices = regrade_choices.choices(user=request.user, quiz_key=quiz, reader=reader)
    if course.pk != key:
        raise NotFound
    data = request.POST if request.method == "POST" else request.GET
    plan = refusal = None
    status = 200
    if data.get("source"):
        asked = {
            "user": request.user,
            "quiz_key": quiz,
            "question": key_in(data.get("question")),
            "source_number": number_in(data.get("source")) or 0,
            "target_number": number_in(data.get("target")) or 0,
            "reader": reader,
        }
        try:
            if request.method == "POST":
                flows.execute(**asked, token=data.get("token", ""), reason=data.get("reason", ""), now=now)
                messages.success(
                    request, _("The corrected keys count from now on; scores follow in a moment.")
                )
                return HttpResponseRedirect(request.path)
            plan = flows.plan(**asked)
        except (BadInput, Conflict) as refused:
            refusal, status = words(refused), 400 if isinstance(refused, BadInput) else 409
            plan = _again(asked) if request.method == "POST" else None
    return render(
        request,
        "learning/report_regrade.html",
        {
            "choices": choices,
            "plan": plan,
            "rows": flows.people(plan)[:SHOWN] if plan else [],
            "shown": SHOWN,
            "refusal": refusal,
            "reason": data.get("reason", ""),
            "history": flows.history(user=request.user, quiz_key=quiz, reader=reader),
            "quiz": quiz,
            **course_context(request.user, course, "items", reader),
        },
        status=status,
    )


def _again(asked):
    """The plan as it is now, after one was refused."""
    try:
        return flows.plan(**asked)
    except (BadInput, Conflict, NotFound):
        return None
