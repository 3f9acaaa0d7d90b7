"""From facts to progress: clamping, completion, locking, counters. Pure, whole numbers, and blind to the order of arrival.

Facts of a unit are folded from its events by least moment, greatest score and sums: the same events give the same facts in
whatever order they come.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from learning.catalogue.choices import Completion, Kind
from learning.catalogue.syllabus import Syllabus, UnitRule

FULL_BP = 10_000
# What happened before a course closed counts if it arrives within these days after it.
ARRIVAL_AFTER_CLOSING = timedelta(days=30)
# More in one event is a clock left running, not learning.
MAX_SECONDS = 4 * 60 * 60


class Happening(Protocol):
    """What the rules need of an event."""

    verb: str
    effective_at: datetime
    seconds: int | None
    data: Mapping


@dataclass(frozen=True)
class Facts:
    """What happened in one unit."""

    opened_at: datetime | None = None
    marked_at: datetime | None = None
    answered: Mapping[str, datetime] = field(default_factory=dict)
    seconds: int = 0
    started: int = 0
    finished: int = 0
    best_bp: int | None = None
    passed_at: datetime | None = None


@dataclass(frozen=True)
class UnitProgress:
    """What follows for one unit: a `UnitRecord.State` and when it was done."""

    state: str
    done_at: datetime | None


@dataclass(frozen=True)
class Progress:
    """What follows for a whole enrolment."""

    units: dict[UUID, UnitProgress]
    required_done: int
    required_total: int
    progress_bp: int
    score_bp: int | None
    done_at: datetime | None


def effective_at(occurred_at: datetime, *, enrolled_at: datetime, received_at: datetime) -> datetime:
    """The moment that counts: what the client says, within what is possible."""
    return min(max(occurred_at, enrolled_at), received_at)


def counted_seconds(seconds: int | None, *, since_enrolment: timedelta) -> int | None:
    """Time on a unit as it counts: at most four hours an event, never more than has passed since enrolment."""
    if seconds is None:
        return None
    return max(0, min(seconds, MAX_SECONDS, int(since_enrolment.total_seconds())))


def arrives_in_time(effective: datetime, *, received_at: datetime, closes_at: datetime | None) -> bool:
    """Whether an event of a course that closes counts: it happened before and arrives soon enough after."""
    return closes_at is None or (effective < closes_at and received_at < closes_at + ARRIVAL_AFTER_CLOSING)


def _earlier(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def fold(facts: Facts, event: Happening) -> Facts:
    """The facts of a unit after one more event in it. The order of events doesn't matter; each must come once."""
    at = event.effective_at
    facts = replace(facts, seconds=facts.seconds + (event.seconds or 0))
    match event.verb:
        case "opened":
            return replace(facts, opened_at=_earlier(facts.opened_at, at))
        case "completed":
            return replace(facts, marked_at=_earlier(facts.marked_at, at))
        case "answered":
            question = event.data["question"]
            return replace(
                facts, answered={**facts.answered, question: _earlier(facts.answered.get(question), at)}
            )
        case "attempted":
            return replace(facts, started=facts.started + 1)
        case "expired":
            return replace(facts, finished=facts.finished + 1)
        case "graded":
            score = event.data["score_bp"]
            return replace(
                facts,
                finished=facts.finished + 1,
                best_bp=max(score, -1 if facts.best_bp is None else facts.best_bp),
                passed_at=_earlier(facts.passed_at, at) if event.data["passed"] else facts.passed_at,
            )
    return facts


def fold_all(events: Iterable[Happening]) -> Facts:
    facts = Facts()
    for event in events:
        facts = fold(facts, event)
    return facts


def met_at(rule: UnitRule, facts: Facts) -> datetime | None:
    """When what completes the unit had happened, locks aside."""
    if rule.kind == Kind.QUIZ:
        return facts.passed_at
    if rule.completion == Completion.VIEW:
        return facts.opened_at
    if rule.completion == Completion.CHECKS and rule.checks:
        moments = [facts.answered.get(check) for check in rule.checks]
        return None if None in moments else max(moments)
    return facts.marked_at


def progress(syllabus: Syllabus, facts: Mapping[UUID, Facts], *, enrolled_at: datetime) -> Progress:
    """Where somebody stands who was enrolled at `enrolled_at`, from the facts by unit.

    In an ordered course a unit opens when everything required before it is done. What happened in it before counts from
    that moment.
    """
    units: dict[UUID, UnitProgress] = {}
    unlocked_at: datetime | None = enrolled_at
    for rule in syllabus.units:
        own = facts.get(rule.key, Facts())
        met = met_at(rule, own)
        if syllabus.ordered:
            done_at = max(met, unlocked_at) if met and unlocked_at else None
        else:
            done_at = met
        units[rule.key] = UnitProgress(_state(rule, own, done_at, locked=unlocked_at is None), done_at)
        if syllabus.ordered and rule.key in syllabus.required_keys and unlocked_at is not None:
            unlocked_at = max(unlocked_at, done_at) if done_at else None
    return _totals(syllabus, facts, units)


def _state(rule: UnitRule, facts: Facts, done_at: datetime | None, *, locked: bool) -> str:
    if locked:
        return "locked"
    if done_at is not None:
        return "passed" if rule.kind == Kind.QUIZ else "completed"
    if rule.kind == Kind.QUIZ:
        if facts.started > facts.finished:
            return "in_progress"
        return "failed" if facts.finished else "open"
    touched = facts.opened_at or facts.marked_at or facts.answered or facts.seconds
    return "in_progress" if touched else "open"


def _totals(syllabus, facts, units) -> Progress:
    done = [units[rule.key].done_at for rule in syllabus.required]
    required_done = sum(moment is not None for moment in done)
    required_total = len(done)
    scores = [
        facts[rule.key].best_bp
        for rule in syllabus.units
        if rule.kind == Kind.QUIZ and rule.key in facts and facts[rule.key].best_bp is not None
    ]
    return Progress(
        units=units,
        required_done=required_done,
        required_total=required_total,
        progress_bp=required_done * FULL_BP // required_total if required_total else 0,
        # The mean of the best scores of the quizzes that were taken.
        score_bp=sum(scores) // len(scores) if scores else None,
        done_at=max(done) if required_total and required_done == required_total else None,
    )


def states(syllabus: Syllabus, recorded: Mapping[UUID, str]) -> dict[UUID, str]:
    """The state of every unit from those that have a record: the others are open, or locked behind the first required
    unit that isn't done."""
    found, locked = {}, False
    for rule in syllabus.units:
        state = "locked" if locked else str(recorded.get(rule.key, "open"))
        found[rule.key] = state
        if syllabus.ordered and rule.key in syllabus.required_keys and state not in ("completed", "passed"):
            locked = True
    return found


def module_state(states: Iterable[str]) -> str:
    """The state of a module from those of its units."""
    states = list(states)
    if states and all(state in ("completed", "passed") for state in states):
        return "completed"
    if states and all(state == "locked" for state in states):
        return "locked"
    return "open" if all(state in ("open", "locked") for state in states) else "in_progress"
