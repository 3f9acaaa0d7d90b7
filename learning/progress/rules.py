"""From facts to progress: clamping, completion, locking, counters. Pure, whole numbers, and blind to the order of arrival.

Facts of a unit are folded from its events by least moment, highest revision and sums: the same events give the same facts in
whatever order they come. What is done stays done: in an edition because facts only ever grow, from edition to edition
because whoever moves takes along what was done (`progress` takes it as `done`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from learning.catalogue.choices import Completion, Kind, QuizCompletion, Scoring
from learning.catalogue.syllabus import Part, Syllabus, UnitRule

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
class Score:
    """What an attempt came to. `revision` 0 is its first grade, a regrade has a higher one; `at` is when this score was given:
    what a regrade completes is dated by it.

    `number` is 0 where the ledger doesn't tell it: those come before all that have one, by their moments.
    """

    number: int
    revision: int
    score_bp: int
    at: datetime


@dataclass(frozen=True)
class Facts:
    """What happened in one unit.

    `spent` are seconds by hour, `{hour: (first moment, seconds)}`; `attempts` scores by the attempt's id. `peak_bp` is the
    highest score that the learner ever had by the quiz's rule, `reached_at` when that first was what completes the quiz: a
    later attempt or regrade takes neither away.
    """

    opened_at: datetime | None = None
    marked_at: datetime | None = None
    answered: Mapping[str, datetime] = field(default_factory=dict)
    seconds: int = 0
    spent: Mapping[str, tuple[datetime, int]] = field(default_factory=dict)
    started: int = 0
    finished: int = 0
    attempts: Mapping[str, Score] = field(default_factory=dict)
    passed_at: datetime | None = None
    waived_at: datetime | None = None
    peak_bp: int | None = None
    reached_at: datetime | None = None


NOTHING = Facts()


@dataclass(frozen=True)
class UnitProgress:
    """What follows for one unit: a `UnitRecord.State` and when it was done."""

    state: str
    done_at: datetime | None


@dataclass(frozen=True)
class PartProgress:
    """What follows for a module: `done` of `needed` units, whether its score is reached, and when it was completed."""

    module: UUID | None
    done: int
    needed: int
    scored: bool
    done_at: datetime | None


@dataclass(frozen=True)
class Progress:
    """What follows for a whole enrolment. `parts` by module."""

    units: dict[UUID, UnitProgress]
    parts: dict[UUID | None, PartProgress]
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


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other


def fold(facts: Facts, event: Happening) -> Facts:
    """The facts of a unit after one more event in it. The order of events doesn't matter; each must come once."""
    at = event.effective_at
    if event.seconds:
        facts = replace(facts, seconds=facts.seconds + event.seconds, spent=_spent(facts.spent, event))
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
            return _graded(replace(facts, finished=facts.finished + 1), event)
        case "regraded":
            return _graded(facts, event)
        case "waived":
            return replace(facts, waived_at=_earlier(facts.waived_at, at))
        case "credited":
            return _credited(facts, event)
    return facts


def _spent(spent, event) -> dict[str, tuple[datetime, int]]:
    at = event.effective_at.astimezone(UTC)
    hour = f"{at:%Y-%m-%dT%H}"
    first, seconds = spent.get(hour, (at, 0))
    return {**spent, hour: (min(first, at), seconds + event.seconds)}


def _graded(facts: Facts, event: Happening) -> Facts:
    data, at = event.data, event.effective_at
    score = Score(data.get("number", 0), data.get("revision", 0), data["score_bp"], at)
    known = facts.attempts.get(data["attempt"])
    if known is not None:
        later = max(known, score, key=lambda each: (each.revision, each.score_bp, -each.at.timestamp()))
        score = replace(later, number=max(known.number, score.number))
    return replace(
        facts,
        attempts={**facts.attempts, data["attempt"]: score},
        passed_at=_earlier(facts.passed_at, at) if data["passed"] else facts.passed_at,
    )


def _credited(facts: Facts, event: Happening) -> Facts:
    """A score that was reached before counts as the first of the attempts: a minimum score is asked of it as of any."""
    data, at = event.data, event.effective_at
    facts = replace(facts, waived_at=_earlier(facts.waived_at, at))
    if "score_bp" not in data:
        return facts
    return replace(facts, attempts={**facts.attempts, data["from"]: Score(0, 0, data["score_bp"], at)})


def fold_all(events: Iterable[Happening], rule: UnitRule | None = None) -> Facts:
    facts = NOTHING
    for event in events:
        facts = take(rule, facts, event)
    return facts


def score_bp(scoring: str, attempts: Mapping[str, Score]) -> int | None:
    """The score that attempts come to by a `Scoring`, in basis points; None without any."""
    if not attempts:
        return None
    match scoring:
        case Scoring.LAST:
            _, last = max(
                attempts.items(), key=lambda each: (each[1].number, each[1].at.timestamp(), each[0])
            )
            return last.score_bp
        case Scoring.AVERAGE:
            return sum(score.score_bp for score in attempts.values()) // len(attempts)
    return max(score.score_bp for score in attempts.values())


def take(rule: UnitRule | None, facts: Facts, event: Happening) -> Facts:
    """`fold`, and what the unit's score reaches by it. `rule` is None for a unit that the edition doesn't have."""
    return reach(rule, fold(facts, event), event.effective_at)


def reach(rule: UnitRule | None, facts: Facts, at: datetime) -> Facts:
    """Note what a quiz's score comes to at a moment, if it is more than it ever was."""
    if rule is None or rule.kind != Kind.QUIZ or not facts.attempts:
        return facts
    score = score_bp(rule.scoring, facts.attempts)
    if facts.peak_bp is None or score > facts.peak_bp:
        facts = replace(facts, peak_bp=score)
    if rule.completion == QuizCompletion.SCORE and score >= rule.minimum_bp:
        if rule.scoring == Scoring.BEST:
            enough = [each.at for each in facts.attempts.values() if each.score_bp >= rule.minimum_bp]
            at = min(enough)
        facts = replace(facts, reached_at=_earlier(facts.reached_at, at))
    return facts


def carry(rule: UnitRule | None, facts: Facts, at: datetime) -> Facts:
    """The facts of a unit for an edition with this rule, to which somebody comes at a moment: scores are looked at anew."""
    if facts.attempts:
        return reach(rule, replace(facts, peak_bp=None, reached_at=None), at)
    return facts


def met_at(rule: UnitRule, facts: Facts) -> datetime | None:
    """When what completes the unit had happened, locks aside."""
    if rule.kind == Kind.QUIZ:
        return facts.reached_at if rule.completion == QuizCompletion.SCORE else facts.passed_at
    match rule.completion:
        case Completion.VIEW:
            return facts.opened_at
        case Completion.TIME:
            return _stayed_at(rule.seconds, facts)
        case Completion.CHECKS if rule.checks:
            moments = [facts.answered.get(check) for check in rule.checks]
            return None if None in moments else max(moments)
    return facts.marked_at


def _stayed_at(seconds: int, facts: Facts) -> datetime | None:
    """The first moment with time on the page in the hour in which that came to so many seconds."""
    total = 0
    for hour in sorted(facts.spent):
        first, spent = facts.spent[hour]
        total += spent
        if total >= seconds:
            return first
    return None


def progress(
    syllabus: Syllabus,
    facts: Mapping[UUID, Facts],
    *,
    since: datetime,
    done: Mapping[UUID, datetime] | None = None,
) -> Progress:
    """Where somebody stands who has been on an edition since a moment, from the facts by unit.

    In an ordered course a unit opens when what counts before it is done. What happened in it before counts from that
    moment, and what happened before they were on the edition from `since`. `done` are units that are done, whatever the
    rules of this edition say of them: they stay so.
    """
    kept = dict(done or {})
    for key, own in facts.items():
        if own.waived_at is not None:
            kept[key] = _earlier(kept.get(key), own.waived_at)
    walked = _walk(
        syllabus, since, kept, lambda rule: met_at(rule, facts[rule.key]) if rule.key in facts else None
    )
    units = {
        rule.key: UnitProgress(
            _state(rule, facts.get(rule.key, NOTHING), done_at, locked=opens_at is None), done_at
        )
        for rule, opens_at, done_at in walked
    }
    return _totals(syllabus, facts, units, since)


def _walk(syllabus: Syllabus, start: datetime, done, met) -> list[tuple]:
    """`(rule, when it opens, when it was done)` of each unit, in reading order. Where learners choose, nothing locks."""
    found, opens = [], start
    for part in syllabus.parts:
        inner, moments = opens, []
        for rule in part.units:
            happened = met(rule)
            moment = max(happened, inner) if happened and inner else None
            moment = _earlier(moment, done.get(rule.key))
            found.append((rule, inner, moment))
            if syllabus.ordered and rule.key in syllabus.required_keys:
                moments.append(moment)
                if not part.needs.at_least:
                    inner = _later(inner, moment)
        if moments and not syllabus.needs.at_least:
            opens = _later(opens, _enough(moments, part.needs.at_least))
    return found


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else None


def _enough(moments: list[datetime | None], at_least: int) -> datetime | None:
    """When so many of these had happened; 0 is all of them, and more than there are is all as well."""
    needed = min(at_least, len(moments)) or len(moments)
    happened = sorted(moment for moment in moments if moment is not None)
    return happened[needed - 1] if happened and len(happened) >= needed else None


def _state(rule: UnitRule, facts: Facts, done_at: datetime | None, *, locked: bool) -> str:
    if done_at is not None:
        return done_state(facts)
    if locked:
        return "locked"
    if rule.kind == Kind.QUIZ:
        if facts.started > facts.finished:
            return "in_progress"
        return "failed" if facts.finished else "open"
    touched = facts.opened_at or facts.marked_at or facts.answered or facts.seconds
    return "in_progress" if touched else "open"


def done_state(facts: Facts) -> str:
    """How a unit that is done is called: a quiz that was waived is completed and not passed."""
    return "passed" if facts.passed_at or facts.reached_at else "completed"


def _totals(syllabus: Syllabus, facts, units, since) -> Progress:
    parts = [_part(syllabus, part, facts, units) for part in syllabus.parts]
    counting = [part for part in parts if part.needed]
    chosen = _chosen(counting, syllabus.needs.at_least)
    required_done, required_total = sum(part.done for part in chosen), sum(part.needed for part in chosen)
    if syllabus.needs.at_least and chosen:
        # Modules weigh the same where learners choose among them, so that choosing another takes nothing away.
        progress_bp = sum(part.done * FULL_BP // part.needed for part in chosen) // len(chosen)
    else:
        progress_bp = required_done * FULL_BP // required_total if required_total else 0
    taken = [rule for rule in syllabus.units if rule.key in facts and facts[rule.key].attempts]
    return Progress(
        units=units,
        parts={part.module: part for part in parts},
        required_done=required_done,
        required_total=required_total,
        progress_bp=progress_bp,
        score_bp=_weighted(taken, lambda rule: score_bp(rule.scoring, facts[rule.key].attempts)),
        done_at=_done_at(syllabus, counting, facts, since),
    )


def _done_at(syllabus: Syllabus, counting: list[PartProgress], facts, since) -> datetime | None:
    enough = _enough([part.done_at for part in counting], syllabus.needs.at_least) if counting else None
    scored = _scored(
        syllabus.required, syllabus.needs.minimum_bp, facts, choice=bool(syllabus.needs.at_least)
    )
    if enough is None or not scored:
        return None
    scores = _last_score(syllabus.required, facts) if syllabus.needs.minimum_bp else []
    return max([enough, since, *scores])


def _part(syllabus: Syllabus, part: Part, facts, units) -> PartProgress:
    rules = [rule for rule in part.units if rule.key in syllabus.required_keys]
    moments = [units[rule.key].done_at for rule in rules]
    needed = min(part.needs.at_least, len(rules)) or len(rules)
    done = min(sum(moment is not None for moment in moments), needed)
    scored = _scored(rules, part.needs.minimum_bp, facts, choice=bool(part.needs.at_least))
    done_at = _enough(moments, part.needs.at_least) if scored and rules else None
    if done_at and part.needs.minimum_bp:
        done_at = max([done_at, *_last_score(rules, facts)])
    return PartProgress(part.module, done, needed, scored, done_at)


def _chosen(counting: list[PartProgress], at_least: int) -> list[PartProgress]:
    """The modules that somebody is measured by: all, or those that they have come furthest in."""
    if not at_least:
        return counting
    ranked = sorted(counting, key=lambda part: -(part.done * FULL_BP // part.needed))
    return ranked[:at_least]


def _scored(rules: Iterable[UnitRule], minimum_bp: int, facts, *, choice: bool) -> bool:
    """Whether quizzes together reach a score. One that wasn't taken earns nothing; it isn't asked where learners choose,
    nor where it was waived."""
    asked = [rule for rule in rules if rule.kind == Kind.QUIZ and rule.weight and not _waived(rule, facts)]
    if not minimum_bp or not asked:
        return True
    peaks = {rule.key: facts[rule.key].peak_bp for rule in asked if rule.key in facts}
    if choice:
        asked = [rule for rule in asked if peaks.get(rule.key) is not None]
    reached = _weighted(asked, lambda rule: peaks.get(rule.key) or 0)
    return reached is not None and reached >= minimum_bp


def _waived(rule: UnitRule, facts) -> bool:
    own = facts.get(rule.key, NOTHING)
    return own.waived_at is not None and own.peak_bp is None


def _weighted(rules: Iterable[UnitRule], score) -> int | None:
    """The mean of scores by the weights of their quizzes; None where none weighs anything."""
    weights = sum(rule.weight for rule in rules)
    return sum(rule.weight * score(rule) for rule in rules) // weights if weights else None


def _last_score(rules: Iterable[UnitRule], facts) -> list[datetime]:
    return [each.at for rule in rules if rule.key in facts for each in facts[rule.key].attempts.values()]


DONE = frozenset({"completed", "passed"})
_START = datetime(1, 1, 1, tzinfo=UTC)


def locked_keys(syllabus: Syllabus, done: Iterable[UUID]) -> frozenset[UUID]:
    """The units that an ordered course keeps closed to somebody who has done these. One that is done stays open."""
    if not syllabus.ordered:
        return frozenset()
    walked = _walk(syllabus, _START, dict.fromkeys(done, _START), lambda rule: None)
    return frozenset(rule.key for rule, opens_at, done_at in walked if opens_at is None and done_at is None)


def states(syllabus: Syllabus, recorded: Mapping[UUID, str]) -> dict[UUID, str]:
    """The state of every unit from those that have a record: the others are open, or locked behind what counts before."""
    locked = locked_keys(syllabus, [key for key, state in recorded.items() if state in DONE])
    return {
        rule.key: "locked" if rule.key in locked else str(recorded.get(rule.key, "open"))
        for rule in syllabus.units
    }


def parts(
    syllabus: Syllabus, states: Mapping[UUID, str], peaks: Mapping[UUID, int]
) -> dict[UUID | None, PartProgress]:
    """What follows for modules from what records say: states, and the highest scores of quizzes. Moments are left open."""
    units = {key: UnitProgress(state, _START if state in DONE else None) for key, state in states.items()}
    facts = {
        key: Facts(peak_bp=peaks.get(key), waived_at=None if key in peaks else unit.done_at)
        for key, unit in units.items()
    }
    return {part.module: _part(syllabus, part, facts, units) for part in syllabus.parts}


def module_state(states: Iterable[str], part: PartProgress | None = None) -> str:
    """The state of a module from those of its units, and from how far it is completed if anything in it counts."""
    states = list(states)
    counts = part is not None and part.needed > 0
    if part.done_at if counts else states and all(state in DONE for state in states):
        return "completed"
    if states and all(state == "locked" for state in states):
        return "locked"
    return "open" if all(state in ("open", "locked") for state in states) else "in_progress"
