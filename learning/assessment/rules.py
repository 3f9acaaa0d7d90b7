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

    AT_ONCE = "at_once"  # with each answer, which is final then: trying out would tell what is right
    AFTER_SUBMISSION = "after_submission"
    AFTER_PASSING = "after_passing"
    AFTER_CLOSING = "after_closing"
    NEVER = "never"


class Saving(StrEnum):
    """What becomes of an answer that arrives."""

    SAVE = "save"
    KEEP = "keep"  # it is saved already
    STALE = "stale"  # a later one is saved
    FINAL = "final"  # what is right was told with the saved one


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


def next_start(last_end: datetime | None, wait_minutes: int) -> datetime | None:
    """From when the next attempt may start, the last one having ended at `last_end`. None: at once."""
    return last_end + timedelta(minutes=wait_minutes) if last_end is not None and wait_minutes else None


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of the moments that are there."""
    return min((moment for moment in moments if moment is not None), default=None)


def extended(deadline_at: datetime | None, extra: timedelta) -> datetime | None:
    """A deadline after a person was given extra time; no deadline stays none."""
    return deadline_at + extra if deadline_at is not None else None


def saving(saved: tuple[int, dict] | None, response: dict, sequence: int, *, final: bool = False) -> Saving:
    """What becomes of `response` with the client's `sequence`, given the saved (sequence, response).

    `final`: what is right is told with each answer, so that a saved one can't be changed.
    """
    if saved is not None and response == saved[1] and (final or sequence <= saved[0]):
        return Saving.KEEP
    if saved is not None and final:
        return Saving.FINAL
    return Saving.SAVE if saved is None or sequence > saved[0] else Saving.STALE


def score_bp(points: int, of_points: int) -> int:
    """Points as basis points of what could be earned, rounded down; 0 where nothing could be."""
    return points * FULL_BP // of_points if of_points else 0


def has_passed(score: int, pass_mark: int) -> bool:
    """Whether a score in basis points reaches a pass mark in percent."""
    return score >= pass_mark * (FULL_BP // 100)


class Shown(StrEnum):
    """Of which questions of an attempt right answers and explanations may leave the server."""

    NONE = "none"
    ANSWERED = "answered"
    ALL = "all"


def feedback_shown(policy: str, *, graded: bool, passed_ever: bool, closed: bool) -> Shown:
    """What may be shown of an attempt that is `graded`, or still under way or waiting for a person.

    `passed_ever`: whether the learner has passed this quiz, in this or another attempt. `closed`: whether nobody can hand in
    this quiz any more.
    """
    if not graded:
        return Shown.ANSWERED if policy == Policy.AT_ONCE else Shown.NONE
    allowed = (
        policy in (Policy.AT_ONCE, Policy.AFTER_SUBMISSION)
        or (policy == Policy.AFTER_PASSING and passed_ever)
        or (policy == Policy.AFTER_CLOSING and closed)
    )
    return Shown.ALL if allowed else Shown.NONE


def drawn(pool: Iterable[str], count: int, seed: int) -> list[str]:
    """`count` of the pool's keys, or all where it has fewer, chosen by the seed."""
    return shuffled(pool, seed)[:count]


def shuffled(ids: Iterable[str], seed: int) -> list[str]:
    """The ids in an order that the seed decides, the same on every machine and in every version of Python."""
    return sorted(ids, key=lambda each: hashlib.sha256(f"{seed}:{each}".encode()).digest())
