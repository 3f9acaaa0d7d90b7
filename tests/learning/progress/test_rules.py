"""Completion, locking, clamping, counters: pure rules over facts, blind to the order of arrival."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.catalogue.syllabus import Syllabus, UnitRule
from learning.progress import rules
from learning.progress.rules import Facts

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
        (quiz(A), [Happening("graded", data={"score_bp": 100, "passed": False})], None),
        (quiz(A), [Happening("graded", T0 + HOUR, data={"score_bp": 9000, "passed": True})], T0 + HOUR),
    ],
)
def test_what_completes_a_unit(rule, events, met):
    assert rules.met_at(rule, rules.fold_all(events)) == met


def test_states_of_a_quiz():
    rule = syllabus(quiz(A))
    started = Happening("attempted")
    failed = Happening("graded", data={"score_bp": 4000, "passed": False})
    passed = Happening("graded", data={"score_bp": 8000, "passed": True})

    def state(*events):
        return states(rules.progress(rule, {A: rules.fold_all(events)}, enrolled_at=T0))[0]

    assert state() == "open"
    assert state(started) == "in_progress"
    assert state(started, failed) == "failed"
    assert state(started, failed, started) == "in_progress"
    assert state(started, Happening("expired")) == "failed"
    assert state(started, passed, started, failed) == "passed"


def test_what_was_done_in_a_locked_unit_counts_on_unlocking():
    ordered = syllabus(lesson(A), lesson(B), lesson(C), sequencing="ordered")
    later = {B: Facts(marked_at=T0 + HOUR)}
    found = rules.progress(ordered, later, enrolled_at=T0)
    assert states(found) == ["open", "locked", "locked"]
    assert found.required_done == 0
    both = {**later, A: Facts(marked_at=T0 + 5 * HOUR)}
    found = rules.progress(ordered, both, enrolled_at=T0)
    assert states(found) == ["completed", "completed", "open"]
    assert found.units[B].done_at == T0 + 5 * HOUR


def test_optional_units_lock_nothing():
    ordered = syllabus(lesson(A, required=False), lesson(B), sequencing="ordered")
    assert states(rules.progress(ordered, {}, enrolled_at=T0)) == ["open", "open"]


def test_counters():
    course = syllabus(lesson(A), lesson(B), quiz(C), quiz(D, required=False))
    facts = {
        A: Facts(marked_at=T0),
        C: Facts(best_bp=8001, passed_at=T0 + HOUR, started=1, finished=1),
        D: Facts(best_bp=5000, started=1, finished=1),
    }
    found = rules.progress(course, facts, enrolled_at=T0)
    assert (found.required_done, found.required_total, found.progress_bp) == (2, 3, 6666)
    assert found.score_bp == 6500
    assert found.done_at is None
    found = rules.progress(course, {**facts, B: Facts(marked_at=T0 + 2 * HOUR)}, enrolled_at=T0)
    assert found.done_at == T0 + 2 * HOUR
    assert found.progress_bp == 10_000


def test_where_nothing_is_required_everything_is():
    course = syllabus(lesson(A, required=False), lesson(B, required=False))
    assert rules.progress(course, {A: Facts(marked_at=T0)}, enrolled_at=T0).progress_bp == 5000


def test_an_empty_course_is_never_done():
    found = rules.progress(syllabus(), {}, enrolled_at=T0)
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
        lambda at, score: Happening("graded", at, data={"score_bp": score, "passed": score >= 7000}),
        _times,
        st.integers(0, 10_000),
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
        return rules.progress(syllabus(*_COURSE, sequencing=sequencing), facts, enrolled_at=T0)

    shuffled = list(events)
    random.shuffle(shuffled)
    assert outcome(shuffled) == outcome(events)


@given(st.lists(st.tuples(st.sampled_from([A, B, C, D]), _happenings), max_size=12))
def test_more_events_never_take_progress_away(events):
    facts, before = {}, 0
    for key, event in events:
        facts[key] = rules.fold(facts.get(key, Facts()), event)
        done = rules.progress(syllabus(*_COURSE), facts, enrolled_at=T0).required_done
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
    found = rules.progress(ordered, facts, enrolled_at=T0)
    recorded = {key: unit.state for key, unit in found.units.items() if key in facts}
    assert list(rules.states(ordered, recorded).values()) == states(found)
