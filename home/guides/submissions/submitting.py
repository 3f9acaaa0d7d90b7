"""Practices that members send in: the states of a submission, what moves it, and what it needs to be handed in. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from home.vocabulary.models import Taxonomy


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in-review", _("In review")
    RETURNED = "returned", _("Sent back")
    DECLINED = "declined", _("Declined")
    ACCEPTED = "accepted", _("Accepted")
    PUBLISHED = "published", _("Published")


class Act(StrEnum):
    """What moves a submission. The first two are its author's, the next three the staff's, the others the review's."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    TAKE = "take"
    RETURN = "return"
    DECLINE = "decline"
    #: the review was called off, or its draft deleted: it waits to be taken again
    RELEASE = "release"
    #: approved, and to be published on a day to come
    ACCEPT = "accept"
    PUBLISH = "publish"


# From which states an act leads, and to which. An editor may go on with what was sent back and publish that.
TRANSITIONS: Mapping[Act, tuple[frozenset[State], State]] = {
    Act.SUBMIT: (frozenset({State.DRAFT, State.RETURNED}), State.SUBMITTED),
    Act.WITHDRAW: (
        frozenset({State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.ACCEPTED}),
        State.DRAFT,
    ),
    Act.TAKE: (frozenset({State.SUBMITTED}), State.IN_REVIEW),
    Act.RETURN: (frozenset({State.SUBMITTED, State.IN_REVIEW}), State.RETURNED),
    Act.DECLINE: (frozenset({State.SUBMITTED, State.IN_REVIEW}), State.DECLINED),
    Act.RELEASE: (frozenset({State.IN_REVIEW, State.ACCEPTED}), State.SUBMITTED),
    Act.ACCEPT: (frozenset({State.IN_REVIEW, State.RETURNED}), State.ACCEPTED),
    Act.PUBLISH: (frozenset({State.IN_REVIEW, State.RETURNED, State.ACCEPTED}), State.PUBLISHED),
}

#: The author may write in these.
EDITABLE = frozenset({State.DRAFT, State.RETURNED})
#: Nobody has to do anything about these any more.
CLOSED = frozenset({State.DECLINED, State.PUBLISHED})
#: With a reason for the author to read.
REASONED = frozenset({State.RETURNED, State.DECLINED})
#: The staff sees everything but what is its author's alone.
HANDED_IN = tuple(state for state in State if state is not State.DRAFT)

MOST_OPEN = 10
MOST_FILES = 5
MOST_BYTES = 10 * 1024 * 1024
MOST_COUNTRIES = 3

#: The lists whose terms an author chooses; kinds of resource and regions follow from elsewhere.
TAXONOMIES = (
    Taxonomy.TARGET,
    Taxonomy.THREAT,
    Taxonomy.PHASE,
    Taxonomy.TOPIC,
    Taxonomy.STAKEHOLDER,
    Taxonomy.COUNTRY,
)


class Attribution(models.TextChoices):
    ANONYMOUS = "anonymous", _("Nobody is named")
    CREDITED = "credited", _("Thank somebody by name")


#: How long each text may be, in characters.
LENGTHS: Mapping[str, int] = {
    "title": 200,
    "summary": 500,
    "place": 200,
    "context": 8_000,
    "description": 12_000,
    "results": 8_000,
    "lessons_learned": 8_000,
    "human_rights": 8_000,
    "gender": 8_000,
    "legal_basis": 8_000,
    "source": 500,
    "credit": 200,
}
#: Texts of one line: a break in them would be an accident.
LINES = ("title", "summary", "place", "source", "credit")

#: What has to be said before it is handed in.
MISSING: Mapping[str, str] = {
    "title": _("Give it a title."),
    "summary": _("Say in one or two sentences what it is about."),
    "place": _("Say where it was done: a place, a country or both."),
    "target": _("Choose at least one kind of place that it protects."),
    "description": _("Say what was done."),
    "results": _("Say what came of it, even if it is early to tell."),
    "human_rights": _(
        "Say how human rights were respected: necessity, proportionality, non-discrimination, and how harm was avoided."
    ),
    "source": _("Say how you know of it."),
    "credit": _("Say whom to thank, or choose that nobody is named."),
    "consent": _("It can be submitted only with your agreement."),
}

CONSENT = _(
    "I may pass this on. Nobody can be identified in it who hasn’t agreed to that, and nothing in it would help "
    "somebody to do harm. I agree that it is reviewed, edited, translated and published on this site."
)


def after(state: str, act: Act) -> State | None:
    """The state that `act` leads to from `state`, or None where it can't be done."""
    origins, target = TRANSITIONS[act]
    return target if state in origins else None


def missing(values: Mapping[str, object]) -> list[str]:
    """Names of what has still to be said, in the form's order.

    `values` holds the texts of `LENGTHS`, `attribution`, `consent`, and for each taxonomy the codes that were chosen.
    """
    found = {
        name
        for name in ("title", "summary", "description", "results", "human_rights", "source")
        if not str(values.get(name) or "").strip()
    }
    if not str(values.get("place") or "").strip() and not values.get(Taxonomy.COUNTRY):
        found.add("place")
    if not values.get(Taxonomy.TARGET):
        found.add("target")
    if values.get("attribution") == Attribution.CREDITED and not str(values.get("credit") or "").strip():
        found.add("credit")
    if not values.get("consent"):
        found.add("consent")
    return [name for name in MISSING if name in found]
