"""Tags of learners' pages: questions of every type, states and codes in words."""

from uuid import uuid4

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from cms.core import numerals
from learning.assessment import registry
from learning.assessment.models import Attempt
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


@register.inclusion_tag("learning/parts/choose.html", takes_context=True)
def choose(context, name, part, options, chosen, right=None, label=""):
    """A choice for one part of a question, or with feedback what was chosen and what is right."""
    texts = {each["id"]: each["text"] for each in options}
    return {
        **_part(context, part, chosen),
        "control": f"{name}.{part}",
        "part": part,
        "options": options,
        "chosen": chosen,
        "chosen_text": texts.get(chosen, ""),
        "right_text": texts.get(right, ""),
        "label": label,
    }


@register.inclusion_tag("learning/parts/typed.html", takes_context=True)
def typed(context, name, part="", typed="", limit=500, right=None, label="", mode="", verdict=""):
    """A field for words or a number, or with feedback what was typed and what is right."""
    found = _part(context, part, typed)
    return {
        **found,
        "verdict": verdict or found["verdict"],
        "control": f"{name}.{part}" if part else name,
        "part": part,
        "typed": typed,
        "limit": limit,
        "right_text": right,
        "label": label,
        "mode": mode,
    }


def _part(context, part, given) -> dict:
    feedback = context["feedback"]
    verdict = feedback["parts"].get(part, "wrong" if given else "unanswered") if feedback else ""
    return {"feedback": feedback, "verdict": verdict, "disabled": context["disabled"]}


@register.simple_tag
def places(items, given=None, right=None):
    """Items of an ordering with their `place` in an answer and their `right` one; answered ones in the answer's order."""
    given, right = list(given or []), list(right or [])
    rows = [
        {
            **item,
            "place": given.index(item["id"]) + 1 if item["id"] in given else None,
            "right": right.index(item["id"]) + 1 if item["id"] in right else None,
        }
        for item in items
    ]
    return sorted(rows, key=lambda row: row["place"] or 0) if given else rows


@register.simple_tag
def blank_number(question, blank):
    """The number of a blank in its text, from 1."""
    return [part["id"] for part in question["parts"] if "id" in part].index(blank) + 1


@register.filter
def bp_percent(basis_points):
    """Basis points as an SVG length: `2550` is `25.50%`. Of nothing: 0."""
    number = basis_points or 0
    return f"{number // 100}.{number % 100:02}%"


@register.filter
def bp_number(basis_points):
    """Basis points as the value of a number field: `2550` is `25.5`. Of nothing: empty."""
    if not isinstance(basis_points, int):
        return ""
    return f"{basis_points // 100}.{basis_points % 100:02}".rstrip("0").rstrip(".")


@register.filter
def is_marked_apart(question):
    """Whether feedback on its parts is shown beside the form of a knowledge check, not in it."""
    return not registry.get(question["type"]).marks_controls


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
def ticket_state(code):
    """The state of a key or an invitation in words."""
    return {
        "usable": pgettext("key or invitation", "usable"),
        "used_up": pgettext("key or invitation", "used up"),
        "open": pgettext("key or invitation", "open"),
        "accepted": pgettext("key or invitation", "accepted"),
        "expired": pgettext("key or invitation", "expired"),
        "revoked": pgettext("key or invitation", "revoked"),
    }.get(code, "")


@register.filter
def certificate_state(code):
    return {
        "valid": pgettext("certificate", "Valid"),
        "expired": pgettext("certificate", "Expired"),
        "revoked": pgettext("certificate", "Revoked"),
    }.get(code, "")


@register.filter
def certificate_class(code):
    return {"valid": "good", "expired": "warn", "revoked": "bad"}.get(code, "")


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


@register.filter
def attempt_state(code):
    return dict(Attempt.State.choices).get(code, code)


@register.filter
def marking_step(code):
    """Whose turn it is, or was, to mark an answer."""
    return {
        "first": _("First marker"),
        "second": _("Second marker"),
        "agreed": _("Agreed"),
    }.get(code, "")


@register.filter
def decision_name(verb):
    """What a person decided about a learner."""
    return {
        "waived": _("Waived"),
        "extra_time": _("Extra time"),
        "regraded": _("Regraded"),
        "moved": _("Moved to another edition"),
        "graded": _("Marked"),
    }.get(verb, verb)
