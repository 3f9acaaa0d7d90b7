"""Tags and filters of the pages on which members send in practices."""

from django import template

from ..submissions import submitting
from ..submissions.submitting import State

register = template.Library()

_TONES = {
    State.SUBMITTED: "accent",
    State.IN_REVIEW: "accent",
    State.RETURNED: "warn",
    State.DECLINED: "bad",
    State.ACCEPTED: "good",
    State.PUBLISHED: "good",
}


@register.filter
def state_tone(state):
    """The colour of a state's badge: a class of `site.css`."""
    return _TONES.get(state, "")


@register.filter
def has_reason(submission):
    """Whether its author has a reason to read."""
    return submission.state in submitting.REASONED and bool(submission.reason)


@register.filter
def at(mapping, key):
    return mapping.get(key)


@register.simple_tag
def group_id(field):
    """The id of what several inputs stand in; a list of errors leads there."""
    return f"{field.auto_id}_group"
