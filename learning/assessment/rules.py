"""What holds for attempts: deadlines, sequences, scores, feedback, order. Pure: moments and answers are arguments."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

# Answers on their way when the time runs out: a slow line isn't the learner's fault.
GRACE = timedelta(seconds=30)
FULL_BP = 10_000  # basis points: 100 %


class Policy(StrEnum):
    """When the right answers, explanations and remarks are shown."""

    AFTER_SUBMISSION = "after_submission"
    AFTER_PASSING = "after_passing"
    NEVER = "never"


class Saving(StrEnum):
    """What becomes of an answer that arrives."""

    SAVE = "save"
    KEEP = "keep"  # it is saved already
    STALE = "stale"  # a later one is saved


def deadline(
    started_at: datetime, *, limit_minutes: int, closes_at: datetime | None, extra: timedelta = timedelta(0)
) -> datetime | None:
    """When an attempt ends: its limit or the course's closing, whichever is first, plus extra time. None for never.

    `limit_minutes` 0 is no limit.
    """
    ends = [started_at + timedelta(minutes=limit_minutes)] if limit_minutes else []
    if closes_at is not None:
        ends.append(closes_at)
    return min(ends) + extra if ends else None


def in_time(moment: datetime, deadline_at: datetime | None) -> bool:
    """Whether an answer that arrives at `moment` counts: until the deadline and the grace after it."""
    return deadline_at is None or moment <= deadline_at + GRACE


def may_start(*, used: int, max_attempts: int) -> bool:
    """Whether another attempt is allowed after `used` ones, expired ones included. `max_attempts` 0 is any number."""
    return max_attempts == 0 or used < max_attempts


def saving(saved: tuple[int, dict] | None, response: dict, sequence: int) -> Saving:
    """What becomes of `response` with the client's `sequence`, given the saved (sequence, response)."""
    if saved is None or sequence > saved[0]:
        return Saving.SAVE
    return Saving.KEEP if response == saved[1] else Saving.STALE


def score_bp(points: int, of_points: int) -> int:
    """Points as basis points of what could be earned, rounded down; 0 where nothing could be."""
    return points * FULL_BP // of_points if of_points else 0


def has_passed(score: int, pass_mark: int) -> bool:
    """Whether a score in basis points reaches a pass mark in percent."""
    return score >= pass_mark * (FULL_BP // 100)


def shows_feedback(policy: str, *, graded: bool, passed_ever: bool) -> bool:
    """Whether right answers and explanations may leave the server for an attempt that is `graded`.

    `passed_ever`: whether the learner has passed this quiz, in this or another attempt.
    """
    if not graded:
        return False
    return policy == Policy.AFTER_SUBMISSION or (policy == Policy.AFTER_PASSING and passed_ever)


def shuffled(ids: Iterable[str], seed: int) -> list[str]:
    """The ids in an order that the seed decides, the same on every machine and in every version of Python."""
    return sorted(ids, key=lambda each: hashlib.sha256(f"{seed}:{each}".encode()).digest())
