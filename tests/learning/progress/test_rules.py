"""Completion, locking, clamping, counters: pure rules over facts, blind to the order of arrival."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.catalogue.syllabus import Needs, Syllabus, UnitRule
from learning.progress import rules
from learning.progress.rules import Facts, Score

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B, C, D = (UUID(int=number) for number in range(1, 5))


@dataclass(frozen=True)
class Happening:
    verb: str
    effective_at: datetime = T0
    seconds: int | None = None
    data: dict = field(default_factory=dict)


def lesson(key, completion="mark", required=True, checks=()):
    return UnitRule(key, "lesson", None, required, completion, tuple(checks))


def quiz(key, required=True):
    return UnitRule(key, "quiz", None, required)


def syllabus(*units, sequencing="free"):
    return Syllabus(sequencing, (), units)


def states(found):
    return [unit.state for unit in found.units.values()]


@pytest.mark.parametrize(
    ("rule", "events", "met"),
    [
        (lesson(A, "view"), [Happening("opened")], T0),
        (lesson(A, "view"), [Happening("completed")], None),
        (lesson(A), [Happening("opened")], None),
        (lesson(A), [Happening("completed", T0 + HOUR), Happening("completed")], T0),
        (lesson(A, "checks", checks=["x", "y"]), [Happening("answered", data={"question": "x"})], None),
        (
            lesson(A, "checks", checks=["x", "y"]),
            [
                Happening("answered", T0 + HOUR, data={"question": "x"}),
                Happening("answered", T0, data={"question": "y"}),
                Happening("answered", T0 + 2 * HOUR, data={"question": "x"}),
            ],
            T0 + HOUR,
        ),
        (quiz(A), [Happening("completed"), Happening("opened")], None),
        (quiz(A), [Happening("graded", data={"attempt": "a", "score_bp": 100, "passed": False})], None),
        (
            quiz(A),
            [Happening("graded", T0 + HOUR, data={"attempt": "a", "score_bp": 9000, "passed": True})],
            T0 + HOUR,
        ),
    ],
)
def test_what_completes_a_unit(rule, events, met):
    assert rules.met_at(rule, rules.fold_all(events)) == met


def test_states_of_a_quiz():
    rule = syllabus(quiz(A))
    started = Happening("attempted")
    failed = Happening("graded", data={"attempt": "a", "score_bp": 4000, "passed": False})
    passed = Happening("graded", data={"attempt": "b", "score_bp": 8000, "passed": True})

    def state(*events):
        return states(rules.progress(rule, {A: rules.fold_all(events)}, since=T0))[0]

    assert state() == "open"
    assert state(started) == "in_progress"
    assert state(started, failed) == "failed"
    assert state(started, failed, started) == "in_progress"
    assert state(started, Happening("expired")) == "failed"
    assert state(started, passed, started, failed) == "passed"


def test_what_was_done_in_a_locked_unit_counts_on_unlocking():
    ordered = syllabus(lesson(A), lesson(B), lesson(C), sequencing="ordered")
    later = {B: Facts(marked_at=T0 + HOUR)}
    found = rules.progress(ordered, later, since=T0)
    assert states(found) == ["open", "locked", "locked"]
    assert found.required_done == 0
    both = {**later, A: Facts(marked_at=T0 + 5 * HOUR)}
    found = rules.progress(ordered, both, since=T0)
    assert states(found) == ["completed", "completed", "open"]
    assert found.units[B].done_at == T0 + 5 * HOUR


def test_optional_units_lock_nothing():
    ordered = syllabus(lesson(A, required=False), lesson(B), sequencing="ordered")
    assert states(rules.progress(ordered, {}, since=T0)) == ["open", "open"]


def test_counters():
    course = syllabus(lesson(A), lesson(B), quiz(C), quiz(D, required=False))
    facts = {
        A: Facts(marked_at=T0),
        C: Facts(attempts={"c": Score(1, 0, 8001, T0)}, passed_at=T0 + HOUR, started=1, finished=1),
        D: Facts(attempts={"d": Score(1, 0, 5000, T0)}, started=1, finished=1),
    }
    found = rules.progress(course, facts, since=T0)
    assert (found.required_done, found.required_total, found.progress_bp) == (2, 3, 6666)
    assert found.score_bp == 6500
    assert found.done_at is None
    found = rules.progress(course, {**facts, B: Facts(marked_at=T0 + 2 * HOUR)}, since=T0)
    assert found.done_at == T0 + 2 * HOUR
    assert found.progress_bp == 10_000


def test_where_nothing_is_required_everything_is():
    course = syllabus(lesson(A, required=False), lesson(B, required=False))
    assert rules.progress(course, {A: Facts(marked_at=T0)}, since=T0).progress_bp == 5000


def test_an_empty_course_is_never_done():
    found = rules.progress(syllabus(), {}, since=T0)
    assert (found.progress_bp, found.done_at) == (0, None)


moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))


@given(moments, moments, moments)
def test_effective_time_is_between_enrolment_and_arrival(occurred, one, other):
    enrolled, received = min(one, other), max(one, other)
    effective = rules.effective_at(occurred, enrolled_at=enrolled, received_at=received)
    assert enrolled <= effective <= received
    if enrolled <= occurred <= received:
        assert effective == occurred


@given(st.one_of(st.none(), st.integers(-(10**12), 10**12)), st.integers(0, 10**6))
def test_seconds_are_what_is_possible(seconds, since):
    counted = rules.counted_seconds(seconds, since_enrolment=timedelta(seconds=since))
    assert (counted is None) == (seconds is None)
    assert counted is None or 0 <= counted <= min(since, rules.MAX_SECONDS)


def test_arrival_after_closing():
    closes = T0 + HOUR
    arrives = rules.arrives_in_time
    assert arrives(T0, received_at=closes + timedelta(days=29), closes_at=closes)
    assert not arrives(T0, received_at=closes + timedelta(days=30), closes_at=closes)
    assert not arrives(closes, received_at=closes, closes_at=closes)
    assert arrives(closes, received_at=closes, closes_at=None)


_questions = st.sampled_from(["x", "y"])
_times = st.integers(0, 100).map(lambda hours: T0 + hours * HOUR)
_happenings = st.one_of(
    st.builds(Happening, st.sampled_from(["opened", "completed", "progressed"]), _times, st.integers(0, 100)),
    st.builds(lambda at, q: Happening("answered", at, data={"question": q}), _times, _questions),
    st.builds(lambda at: Happening("attempted", at), _times),
    st.builds(lambda at: Happening("expired", at), _times),
    st.builds(
        lambda at, score, attempt, revision: Happening(
            "regraded" if revision else "graded",
            at,
            data={
                "attempt": attempt,
                "number": ord(attempt),
                "revision": revision,
                "score_bp": score,
                "passed": score >= 7000,
            },
        ),
        _times,
        st.integers(0, 10_000),
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 2),
    ),
)
_COURSE = (lesson(A, "view"), lesson(B, "checks", checks=["x", "y"]), quiz(C), lesson(D, required=False))


@given(
    st.lists(st.tuples(st.sampled_from([A, B, C, D]), _happenings), max_size=12),
    st.randoms(use_true_random=False),
    st.sampled_from(["free", "ordered"]),
)
def test_the_order_of_arrival_never_matters(events, random, sequencing):
    def outcome(sequence):
        facts = {}
        for key, event in sequence:
            facts[key] = rules.fold(facts.get(key, Facts()), event)
        return rules.progress(syllabus(*_COURSE, sequencing=sequencing), facts, since=T0)

    shuffled = list(events)
    random.shuffle(shuffled)
    assert outcome(shuffled) == outcome(events)


@given(st.lists(st.tuples(st.sampled_from([A, B, C, D]), _happenings), max_size=12))
def test_more_events_never_take_progress_away(events):
    facts, before = {}, 0
    for key, event in events:
        facts[key] = rules.fold(facts.get(key, Facts()), event)
        done = rules.progress(syllabus(*_COURSE), facts, since=T0).required_done
        assert done >= before
        before = done


@pytest.mark.parametrize(
    ("units", "module"),
    [
        ([], "open"),
        (["open", "open"], "open"),
        (["locked", "locked"], "locked"),
        (["completed", "passed"], "completed"),
        (["completed", "open"], "in_progress"),
        (["failed"], "in_progress"),
        (["open", "locked"], "open"),
    ],
)
def test_a_module_is_what_its_units_are(units, module):
    assert rules.module_state(units) == module


def test_states_from_records_agree_with_the_rules():
    ordered = syllabus(lesson(A), lesson(B), quiz(C), sequencing="ordered")
    facts = {A: Facts(marked_at=T0), B: Facts(opened_at=T0)}
    found = rules.progress(ordered, facts, since=T0)
    recorded = {key: unit.state for key, unit in found.units.items() if key in facts}
    assert list(rules.states(ordered, recorded).values()) == states(found)


# Scores, time, modules -------------------------------------------------------------------------------------------


def graded(attempt, score, number=1, at=T0, revision=0, passed=None):
    data = {"attempt": attempt, "number": number, "score_bp": score, "passed": score >= 7000}
    if revision:
        data["revision"] = revision
    return Happening("regraded" if revision else "graded", at, data=data)


@pytest.mark.parametrize(("scoring", "score"), [("best", 9000), ("last", 6000), ("average", 6333)])
def test_what_attempts_come_to(scoring, score):
    facts = rules.fold_all([graded("b", 9000, 2), graded("c", 6000, 3), graded("a", 4000, 1)])
    assert rules.score_bp(scoring, facts.attempts) == score
    assert rules.score_bp(scoring, {}) is None


def test_attempts_without_a_number_come_first_and_by_their_moments():
    old = [graded("z", 1000, 0, T0), graded("a", 2000, 0, T0 + HOUR)]
    assert rules.score_bp("last", rules.fold_all(old).attempts) == 2000
    facts = rules.fold_all([*old, graded("m", 3000, 3, T0 - HOUR)])
    assert rules.score_bp("last", facts.attempts) == 3000


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_the_highest_revision_holds_whenever_it_comes(order):
    events = [graded("a", 9000), graded("a", 3000, revision=1), graded("a", 5000, revision=2, at=T0 + HOUR)]
    facts = rules.fold_all(events[index] for index in order)
    assert facts.attempts["a"].score_bp == 5000
    assert (facts.finished, facts.passed_at) == (1, T0)


def test_a_regrade_passes_and_takes_no_pass_away():
    failed = graded("a", 4000)
    assert rules.fold_all([failed]).passed_at is None
    better = rules.fold_all([failed, graded("a", 8000, revision=1, at=T0 + HOUR)])
    assert better.passed_at == T0 + HOUR
    worse = rules.fold(better, graded("a", 100, revision=2, at=T0 + 2 * HOUR))
    assert (worse.passed_at, rules.score_bp("best", worse.attempts)) == (T0 + HOUR, 100)


@pytest.mark.parametrize(("scoring", "reached"), [("best", T0), ("last", T0), ("average", T0)])
def test_a_score_that_was_reached_stays_reached(scoring, reached):
    rule = UnitRule(A, "quiz", None, True, "score", scoring=scoring, minimum_bp=6000)
    facts = rules.fold_all([graded("a", 6500, 1), graded("b", 0, 2, T0 + HOUR)], rule)
    assert rules.met_at(rule, facts) == reached
    assert facts.peak_bp == 6500
    below = rules.fold_all([graded("a", 5999, 1)], rule)
    assert rules.met_at(rule, below) is None
    regraded = rules.take(rule, below, graded("a", 6000, 1, T0 + HOUR, revision=1))
    assert rules.met_at(rule, regraded) == T0 + HOUR
    again = rules.take(rule, regraded, graded("b", 10_000, 2, T0 + 2 * HOUR))
    assert rules.met_at(rule, again) == T0 + HOUR


def test_time_on_the_page():
    rule = UnitRule(A, "lesson", None, True, "time", seconds=60)
    spent = [Happening("progressed", T0 + index * HOUR, seconds=20) for index in range(4)]
    assert rules.met_at(rule, rules.fold_all(spent[:2], rule)) is None
    for order in ((0, 1, 2, 3), (3, 2, 1, 0), (2, 3, 0, 1)):
        facts = rules.fold_all([spent[index] for index in order], rule)
        assert rules.met_at(rule, facts) == T0 + 2 * HOUR
        assert facts.seconds == 80


EVERYTHING = Needs()


def course(*units, needs=EVERYTHING, sequencing="free", **by_module):
    modules = {"M": UUID(int=101), "N": UUID(int=102), "O": UUID(int=103)}
    return Syllabus(
        sequencing,
        tuple(modules.values()),
        tuple(replace(unit, module=modules[name]) for name, unit in units),
        needs,
        {modules[name]: value for name, value in by_module.items()},
    )


def done(*keys):
    return {key: Facts(marked_at=T0 + index * HOUR) for index, key in enumerate(keys)}


def test_some_of_a_module_are_enough():
    two = course(("M", lesson(A)), ("M", lesson(B)), ("M", lesson(C)), ("N", lesson(D)), M=Needs(2))
    found = rules.progress(two, done(A, C), since=T0)
    assert (found.required_done, found.required_total, found.done_at) == (2, 3, None)
    found = rules.progress(two, done(A, C, D, B), since=T0)
    assert (found.required_done, found.required_total, found.progress_bp) == (3, 3, 10_000)
    assert found.done_at == T0 + 2 * HOUR
    more_than_there_are = course(("M", lesson(A)), ("M", lesson(B)), M=Needs(9))
    assert rules.progress(more_than_there_are, done(A, B), since=T0).done_at == T0 + HOUR


def test_some_modules_are_enough():
    units = (("M", lesson(A)), ("M", lesson(B)), ("N", lesson(C)), ("O", lesson(D)))
    one = course(*units, needs=Needs(1))
    half = rules.progress(one, done(A), since=T0)
    assert (half.required_done, half.required_total, half.progress_bp, half.done_at) == (1, 2, 5000, None)
    found = rules.progress(one, done(A, D), since=T0)
    assert (found.progress_bp, found.done_at) == (10_000, T0 + HOUR)


def test_where_learners_choose_nothing_locks():
    units = (("M", lesson(A)), ("M", lesson(B)), ("N", lesson(C)))
    some = course(*units, sequencing="ordered", M=Needs(1))
    assert states(rules.progress(some, {}, since=T0)) == ["open", "open", "locked"]
    assert states(rules.progress(some, done(B), since=T0)) == ["open", "completed", "open"]
    modules = course(*units, sequencing="ordered", needs=Needs(1))
    assert states(rules.progress(modules, {}, since=T0)) == ["open", "locked", "open"]


def test_a_weighted_score():
    heavy, light = replace(quiz(A), weight=3), replace(quiz(B), weight=1)
    asked = course(("M", heavy), ("M", light), needs=Needs(minimum_bp=8000))

    def facts(one, other):
        return {
            key: rules.fold_all([graded(str(key), score, at=T0 + HOUR)], rule)
            for key, rule, score in [(A, heavy, one), (B, light, other)]
        }

    assert rules.progress(asked, facts(7500, 9499), since=T0).done_at is None
    found = rules.progress(asked, facts(7500, 9500), since=T0)
    assert (found.score_bp, found.done_at) == (8000, T0 + HOUR)
    module = course(("M", heavy), ("M", light), ("N", lesson(C)), M=Needs(minimum_bp=8000))
    assert rules.progress(module, {**facts(7500, 9499), **done(C)}, since=T0).done_at is None
    assert rules.progress(module, {**facts(7500, 9500), **done(C)}, since=T0).done_at == T0 + HOUR


def test_what_is_waived_counts_as_done_and_is_asked_for_no_score():
    asked = course(("M", quiz(A)), ("M", lesson(B)), needs=Needs(minimum_bp=8000), sequencing="ordered")
    found = rules.progress(asked, {A: Facts(waived_at=T0 + HOUR), B: Facts(marked_at=T0)}, since=T0)
    assert states(found) == ["completed", "completed"]
    assert found.done_at == T0 + HOUR


def test_what_was_done_stays_done_behind_what_is_new():
    ordered = course(("M", lesson(A)), ("M", lesson(B)), ("M", lesson(C)), sequencing="ordered")
    found = rules.progress(ordered, {B: Facts()}, since=T0 + HOUR, done={B: T0})
    assert states(found) == ["open", "completed", "locked"]
    assert found.units[B].done_at == T0
    # What happened before somebody came to the edition counts from then on.
    assert rules.progress(ordered, done(A), since=T0 + 5 * HOUR).units[A].done_at == T0 + 5 * HOUR


_NEEDS = st.builds(Needs, st.integers(0, 3), st.sampled_from([0, 5000, 9000]))
_GRADED = st.builds(
    graded,
    st.sampled_from(["a", "b", "c"]),
    st.integers(0, 10_000),
    st.integers(0, 3),
    _times,
    st.integers(0, 2),
)
_QUIZ = st.builds(
    lambda key, scoring, completion, weight: UnitRule(
        key, "quiz", None, True, completion, scoring=scoring, minimum_bp=5000, weight=weight
    ),
    st.sampled_from([C, D]),
    st.sampled_from(["best", "last", "average"]),
    st.sampled_from(["pass", "score"]),
    st.integers(0, 3),
)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from([A, B]), _happenings), st.tuples(st.sampled_from([C, D]), _GRADED)
        ),
        max_size=14,
    ),
    st.tuples(_QUIZ, _QUIZ),
    st.tuples(_NEEDS, _NEEDS, _NEEDS),
    st.sampled_from(["free", "ordered"]),
)
def test_nothing_that_is_done_is_ever_undone(events, quizzes, needs, sequencing):
    one, other = (replace(each, key=key) for each, key in zip(quizzes, (C, D), strict=True))
    rule = course(
        ("M", lesson(A)), ("M", one), ("N", lesson(B)), ("N", other),
        needs=needs[0], M=needs[1], N=needs[2], sequencing=sequencing,
    )  # fmt: skip
    facts, before, bp, modules = {}, set(), 0, set()
    for key, event in events:
        facts[key] = rules.take(rule.by_key[key], facts.get(key, Facts()), event)
        found = rules.progress(rule, facts, since=T0)
        now = {unit for unit, each in found.units.items() if each.done_at}
        completed = {module for module, part in found.parts.items() if part.done_at}
        assert before <= now
        assert modules <= completed or any(each.at_least for each in needs)
        assert bp <= found.progress_bp <= 10_000
        assert found.done_at is None or found.progress_bp == 10_000
        before, bp, modules = now, found.progress_bp, completed
        recorded = {key: found.units[key].state for key in facts}
        assert list(rules.states(rule, recorded).values()) == states(found)
        peaks = {key: own.peak_bp for key, own in facts.items() if own.peak_bp is not None}
        told = rules.parts(rule, rules.states(rule, recorded), peaks)
        assert {m for m, part in told.items() if part.done_at} == completed
