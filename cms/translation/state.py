"""What a translation is, from stored facts. Pure."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from .models import Work

# A translator is reminded when so much time is left, at the latest.
REMIND_BEFORE = timedelta(days=3)


class State(models.TextChoices):
    NOT_STARTED = "not_started", _("not started")
    IN_PROGRESS = "in_progress", _("in progress")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    OUTDATED = "outdated", _("outdated")


def state_of(*, stage: str, words_done: int, live: bool, outdated: bool) -> State:
    """What is shown of a translation. `live`: readers meet it; `outdated`: its source means something else by now.

    What waits for a reviewer says so, whatever readers meet meanwhile.
    """
    if stage == Work.Stage.IN_REVIEW:
        return State.IN_REVIEW
    if live:
        return State.OUTDATED if outdated else State.PUBLISHED
    if words_done or stage == Work.Stage.APPROVED:
        return State.IN_PROGRESS
    return State.NOT_STARTED


def is_sent_back(stage: str, reason: str) -> bool:
    """Whether a reviewer gave it back and nobody has handed it in since: a mark beside the state."""
    return stage == Work.Stage.OPEN and bool(reason)


def percentage(done: int, total: int) -> int:
    """Whole percent, rounded down: a hundred means that nothing is missing, which is so where there is nothing to do."""
    return done * 100 // total if total else 100


def is_overdue(due_on: date | None, state: State, today: date) -> bool:
    """Whether a translator's day has passed. What is in review or published isn't waited for."""
    return (
        due_on is not None
        and due_on < today
        and state in (State.NOT_STARTED, State.IN_PROGRESS, State.OUTDATED)
    )
