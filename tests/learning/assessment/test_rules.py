"""Deadlines, sequences, scores, feedback: pure rules."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.assessment import rules
from learning.assessment.grading import grade_attempt
from learning.assessment.quiz import covers
from learning.assessment.rules import GRACE, Saving

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("limit", "closes", "extra", "expected"),
    [
        (0, None, timedelta(0), None),
        (30, None, timedelta(0), T0 + 30 * MINUTE),
        (30, T0 + 10 * MINUTE, timedelta(0), T0 + 10 * MINUTE),
        (30, T0 + 50 * MINUTE, timedelta(0), T0 + 30 * MINUTE),
        (0, T0 + 50 * MINUTE, timedelta(0), T0 + 50 * MINUTE),
        (30, T0 + 10 * MINUTE, 15 * MINUTE, T0 + 25 * MINUTE),
    ],
)
def test_deadline(limit, closes, extra, expected):
    assert rules.deadline(T0, limit_minutes=limit, closes_at=closes, extra=extra) == expected


def test_grace_is_inclusive():
    assert rules.in_time(T0 + GRACE, T0)
    assert not rules.in_time(T0 + GRACE + timedelta(microseconds=1), T0)
    assert rules.in_time(T0 + timedelta(days=3650), None)


@pytest.mark.parametrize(
    ("saved", "response", "sequence", "expected"),
    [
        (None, {"a": 1}, 1, Saving.SAVE),
        ((3, {"a": 1}), {"a": 2}, 4, Saving.SAVE),
        ((3, {"a": 1}), {"a": 1}, 4, Saving.SAVE),
        ((3, {"a": 1}), {"a": 1}, 3, Saving.KEEP),
        ((3, {"a": 1}), {"a": 1}, 1, Saving.KEEP),
        ((3, {"a": 1}), {"a": 2}, 3, Saving.STALE),
        ((3, {"a": 1}), {"a": 2}, 2, Saving.STALE),
    ],
)
def test_sequences(saved, response, sequence, expected):
    assert rules.saving(saved, response, sequence) == expected


def test_attempts():
    assert rules.may_start(used=99, max_attempts=0)
    assert rules.may_start(used=1, max_attempts=2)
    assert not rules.may_start(used=2, max_attempts=2)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 100))
def test_scores_are_whole_basis_points(points, more, mark):
    score = rules.score_bp(points, points + more)
    assert isinstance(score, int)
    assert 0 <= score <= 10_000
    assert rules.has_passed(score, mark) == (score >= mark * 100)


def test_a_third_is_rounded_down():
    assert rules.score_bp(1, 3) == 3333
    assert rules.score_bp(0, 0) == 0
    assert not rules.has_passed(6999, 70)
    assert rules.has_passed(7000, 70)


@pytest.mark.parametrize(
    ("policy", "graded", "passed", "closed", "shown"),
    [
        ("at_once", False, False, False, "answered"),
        ("at_once", True, False, False, "all"),
        ("after_submission", False, True, True, "none"),
        ("after_submission", True, False, False, "all"),
        ("after_passing", True, False, True, "none"),
        ("after_passing", True, True, False, "all"),
        ("after_closing", False, True, True, "none"),
        ("after_closing", True, True, False, "none"),
        ("after_closing", True, False, True, "all"),
        ("never", True, True, True, "none"),
        ("a policy of next year", True, True, True, "none"),
    ],
)
def test_feedback(policy, graded, passed, closed, shown):
    assert rules.feedback_shown(policy, graded=graded, passed_ever=passed, closed=closed) == shown


def test_a_final_answer_stays_whatever_its_sequence():
    saved = (3, {"option": "a"})
    assert rules.saving(saved, {"option": "a"}, 9, final=True) == "keep"
    assert rules.saving(saved, {"option": "b"}, 9, final=True) == "final"
    assert rules.saving(saved, {"option": "b"}, 1, final=True) == "final"
    assert rules.saving(None, {"option": "b"}, 1, final=True) == "save"


def test_a_pause_begins_with_the_end_of_the_last_attempt():
    assert rules.next_start(None, 10) is None
    assert rules.next_start(T0, 0) is None
    assert rules.next_start(T0, 10) == T0 + timedelta(minutes=10)


def test_the_earliest_of_what_is_there():
    assert rules.earliest() is None
    assert rules.earliest(None, T0, T0 - timedelta(1)) == T0 - timedelta(1)


@given(st.sets(st.uuids().map(str)), st.integers(0, 50), st.integers(0, 2**62))
def test_a_draw_takes_what_is_asked_for_or_all_there_is(pool, count, seed):
    drawn = rules.drawn(pool, count, seed)
    assert len(drawn) == len(set(drawn)) == min(count, len(pool))
    assert pool.issuperset(drawn)
    assert drawn == rules.drawn(sorted(pool), count, seed)


@given(st.lists(st.text(min_size=1), unique=True), st.integers(0, 2**62))
def test_shuffling_keeps_all_and_is_repeatable(ids, seed):
    once = rules.shuffled(ids, seed)
    assert sorted(once) == sorted(ids)
    assert rules.shuffled(reversed(once), seed) == once


def test_shuffling_differs_by_seed():
    ids = [str(i) for i in range(8)]
    assert len({tuple(rules.shuffled(ids, seed)) for seed in range(50)}) > 40


def test_a_question_without_a_response_earns_nothing():
    keys = {"a": {"points": 3, "value": True}, "b": {"points": 1, "value": True}}
    grade = grade_attempt({"a": "true_false", "b": "true_false"}, {"a": {"value": True}}, keys, pass_mark=75)
    assert (grade.score_bp, grade.passed) == (7500, True)
    assert (grade.marks["a"].verdict, grade.marks["b"].verdict) == ("right", "wrong")


def test_a_translation_covers_only_with_every_question_and_option():
    question = {"id": "q", "type": "single_choice", "options": [{"id": "1"}, {"id": "2"}]}
    other = {"id": "r", "type": "true_false"}
    assert covers({"q": question, "r": other}, {"q": question})
    assert not covers({"r": other}, {"q": question})
    assert not covers({"q": {**question, "options": [{"id": "1"}]}}, {"q": question})
    assert not covers({"q": {**question, "type": "multiple_choice"}}, {"q": question})
