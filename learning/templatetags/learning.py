"""Tags of learners' pages: questions of every type, states and codes in words."""

from uuid import uuid4

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cms.core import numerals
from learning.assessment import registry
from learning.catalogue.choices import Level, Status
from learning.progress.models import Enrolment

register = template.Library()


@register.simple_tag
def question_controls(question, response=None, feedback=None, disabled=False):
    """The controls of a question through its type's template; with `feedback` it shows what was right."""
    found = registry.get(question["type"])
    return mark_safe(
        render_to_string(
            found.template,
            {
                "question": question,
                "response": response or {},
                "feedback": feedback,
                "disabled": disabled or feedback is not None,
                "name": f"q-{question['id']}",
            },
        )
    )


@register.inclusion_tag("learning/parts/option.html", takes_context=True)
def option(context, kind, value, text, chosen=None, right=None):
    """One option of a question: `kind` radio or checkbox; `chosen` and `right` the value or values that are."""
    feedback = context["feedback"]
    return {
        "kind": kind,
        "name": context["name"],
        "value": value,
        "text": text,
        "chosen": _is_among(value, chosen),
        "is_right": feedback is not None and _is_among(value, right),
        "feedback": feedback,
        "remark": feedback["remarks"].get(value, "") if feedback else "",
        "disabled": context["disabled"],
    }


def _is_among(value, given) -> bool:
    if isinstance(given, bool):
        given = "true" if given else "false"
    return value in given if isinstance(given, list) else value == given


@register.filter
def under_key(mapping, key):
    """`mapping[key]`, or nothing."""
    return (mapping or {}).get(key, "")


@register.simple_tag
def new_id():
    """An id for what a form will send, so that sending it twice is once."""
    return str(uuid4())


@register.filter
def remarks_of(check):
    """The remarks on what was chosen in an answered check."""
    chosen = check["response"].get("options") or [check["response"].get("option")]
    return [check["remarks"][each] for each in chosen if each in check["remarks"]]


@register.filter
def minutes_left(seconds):
    """Time left as whole minutes, at least one: `125` is 3 minutes."""
    number = max(1, -(-int(seconds) // 60))
    return numerals.localised(
        ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}, get_language() or ""
    )


@register.filter
def percent(basis_points):
    """Basis points as whole per cent, rounded down."""
    return "" if basis_points is None else int(basis_points) // 100


@register.filter
def level_name(code):
    return dict(Level.choices).get(code, code)


@register.filter
def status_name(code):
    return dict(Status.choices).get(code, code)


@register.filter
def enrolment_state(code):
    return dict(Enrolment.State.choices).get(code, code)


@register.filter
def unit_state(code):
    """The state of a unit in a word, for those who don't see its sign."""
    return {
        "locked": _("locked"),
        "open": _("not begun"),
        "in_progress": _("begun"),
        "completed": _("done"),
        "passed": _("passed"),
        "failed": _("not passed yet"),
    }.get(code, "")


@register.filter
def verdict_name(code):
    return {
        "right": _("Right"),
        "partly": _("Partly right"),
        "wrong": _("Not right"),
        "unanswered": _("Not answered"),
    }.get(code, "")


@register.filter
def verdict_class(code):
    return {"right": "good", "partly": "warn", "wrong": "bad", "unanswered": "warn"}.get(code, "")
