"""Reviews of a practice: what each asks, who may give one, and what must have been seen by a second person.

Pure rules over values; the models that keep the answers are in `models/reviews.py`, the workflow in `workflows.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    CONTENT = "content", _("Content review")
    HUMAN_RIGHTS = "human-rights", _("Human-rights review")
    SECURITY = "security", _("Security review")


class Answer(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    NOT_APPLICABLE = "n/a", _("Doesn’t apply")


@dataclass(frozen=True)
class Question:
    """One line of a checklist. `code` is what is stored with the answer: it never changes its meaning."""

    code: str
    text: str
    #: whether “doesn't apply” is an answer
    optional: bool = False


CHECKLISTS: Mapping[str, Sequence[Question]] = {
    Kind.CONTENT: (
        Question("facts", _("Every statement is supported by a source or marked as somebody’s view.")),
        Question("limits", _("It says what did not work and where it would not help.")),
        Question("plain", _("A reader from another country and profession would understand it.")),
        Question("found", _("Terms, countries and period are right, so that it is found.")),
        Question("rights", _("Pictures and quotations may be used, and are credited."), optional=True),
    ),
    Kind.HUMAN_RIGHTS: (
        Question("lawful", _("The measure has a basis in law that the text names.")),
        Question("necessary", _("It is necessary and proportionate, and the text says why.")),
        Question("equal", _("It singles nobody out for origin, religion, sex, age or disability.")),
        Question("oversight", _("Somebody independent can look at it, and those affected can complain.")),
        Question("data", _("Personal data are limited, protected and deleted in time."), optional=True),
    ),
    Kind.SECURITY: (
        Question("harmless", _("Nothing in it would help somebody to do harm.")),
        Question("label", _("The traffic-light label fits what it reveals.")),
        Question("consent", _("The source agreed to publication in this form.")),
        Question("people", _("Nobody can be identified who didn’t agree to it.")),
    ),
}


class Refusal(StrEnum):
    """Why somebody may not approve."""

    OWN_CHANGE = "own_change"
    SECOND_PERSON = "second_person"


REFUSALS = {
    Refusal.OWN_CHANGE: _("You wrote part of this: somebody else has to approve it."),
    Refusal.SECOND_PERSON: _("You gave all the reviews before this one: the last needs a second person."),
}


def refusal(*, person: int, writers: Iterable[int], approvers: Sequence[int], left: int) -> Refusal | None:
    """Why `person` may not approve the next review, or None.

    `writers` are those whose changes wait to be published, `approvers` those who gave the reviews so far, `left` is
    how many reviews are to be given, this one included. A practice needs two different reviewers, neither of whom
    wrote it.
    """
    if person in set(writers):
        return Refusal.OWN_CHANGE
    if left == 1 and approvers and set(approvers) == {person}:
        return Refusal.SECOND_PERSON
    return None


def unanswered(kind: str, answers: Mapping[str, str]) -> list[str]:
    """Codes of the questions that stand against approval: not answered, answered with no, or wrongly passed over."""
    accepted = {True: {Answer.YES, Answer.NOT_APPLICABLE}, False: {Answer.YES}}
    return [each.code for each in CHECKLISTS[kind] if answers.get(each.code) not in accepted[each.optional]]


# When, and who (a user's primary key).
Act = tuple[datetime, int]


def second_person_missing(changes: Sequence[Act], approvals: Sequence[Act]) -> bool:
    """Whether a change has been approved by nobody but its own author.

    `changes` are what people wrote since the last publication; changes by the system itself aren't among them.
    """
    return any(
        not any(moment >= written and person != author for moment, person in approvals)
        for written, author in changes
    )
