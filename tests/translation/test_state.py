"""The state of a translation, from stored facts."""

from datetime import date

import pytest

from cms.translation.models import Work
from cms.translation.state import State, is_overdue, is_sent_back, percentage, state_of

OPEN, IN_REVIEW, APPROVED = Work.Stage.OPEN, Work.Stage.IN_REVIEW, Work.Stage.APPROVED


@pytest.mark.parametrize(
    ("stage", "words_done", "live", "outdated", "state"),
    [
        (OPEN, 0, False, False, State.NOT_STARTED),
        (OPEN, 1, False, False, State.IN_PROGRESS),
        (APPROVED, 0, False, False, State.IN_PROGRESS),
        (OPEN, 0, False, True, State.NOT_STARTED),
        (IN_REVIEW, 5, False, False, State.IN_REVIEW),
        (IN_REVIEW, 5, True, True, State.IN_REVIEW),
        (APPROVED, 5, True, False, State.PUBLISHED),
        (OPEN, 0, True, False, State.PUBLISHED),
        (OPEN, 3, True, True, State.OUTDATED),
    ],
)
def test_state(stage, words_done, live, outdated, state):
    assert state_of(stage=stage, words_done=words_done, live=live, outdated=outdated) == state


@pytest.mark.parametrize(
    ("done", "total", "percent"), [(0, 3, 0), (1, 3, 33), (999, 1000, 99), (3, 3, 100), (0, 0, 100)]
)
def test_a_hundred_percent_means_that_nothing_is_missing(done, total, percent):
    assert percentage(done, total) == percent


def test_overdue_is_what_a_translator_still_has():
    day, next_day = date(2026, 3, 1), date(2026, 3, 2)
    assert is_overdue(day, State.IN_PROGRESS, next_day)
    assert is_overdue(day, State.OUTDATED, next_day)
    assert not is_overdue(day, State.IN_PROGRESS, day)
    assert not is_overdue(day, State.IN_REVIEW, next_day)
    assert not is_overdue(day, State.PUBLISHED, next_day)
    assert not is_overdue(None, State.IN_PROGRESS, next_day)


def test_what_was_handed_in_again_or_approved_isnt_sent_back_any_more():
    assert is_sent_back(OPEN, "Too literal.")
    assert not is_sent_back(OPEN, "")
    assert not is_sent_back(IN_REVIEW, "Too literal.")
    assert not is_sent_back(APPROVED, "Too literal.")
