"""Who may approve what: the rules, at their edges."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.guides.reviews import reviewing
from home.guides.reviews.reviewing import Answer, Kind, Refusal

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
acts = st.lists(
    st.tuples(st.integers(0, 5).map(lambda hours: NOON + timedelta(hours=hours)), st.integers(1, 4)),
    max_size=6,
)


@pytest.mark.parametrize(
    ("writers", "approvers", "left", "expected"),
    [
        ([], [], 3, None),
        ([2], [], 3, None),
        ([1], [], 3, Refusal.OWN_CHANGE),
        ([1, 2], [3], 2, Refusal.OWN_CHANGE),
        ([2], [1], 2, None),
        ([2], [1, 1], 1, Refusal.SECOND_PERSON),
        ([2], [1, 3], 1, None),
        ([2], [3, 3], 1, None),
        ([2], [], 1, None),  # a workflow of one review
    ],
)
def test_who_may_approve(writers, approvers, left, expected):
    assert reviewing.refusal(person=1, writers=writers, approvers=approvers, left=left) == expected


@pytest.mark.parametrize("kind", list(Kind))
def test_approval_needs_every_answer(kind):
    codes = [question.code for question in reviewing.CHECKLISTS[kind]]
    assert len(codes) == len(set(codes)) >= 4
    assert reviewing.unanswered(kind, {}) == codes
    assert reviewing.unanswered(kind, dict.fromkeys(codes, Answer.YES)) == []
    assert reviewing.unanswered(kind, dict.fromkeys(codes, Answer.NO)) == codes
    passed_over = reviewing.unanswered(kind, dict.fromkeys(codes, Answer.NOT_APPLICABLE))
    assert passed_over == [question.code for question in reviewing.CHECKLISTS[kind] if not question.optional]


@given(changes=acts, approvals=acts)
def test_a_change_needs_a_later_approval_by_another(changes, approvals):
    missing = reviewing.second_person_missing(changes, approvals)
    for written, author in changes:
        if not [1 for moment, person in approvals if moment >= written and person != author]:
            assert missing
            return
    assert not missing


@given(moments=st.lists(st.integers(0, 9), min_size=1), approvals=st.lists(st.integers(0, 9)))
def test_one_person_alone_is_never_enough(moments, approvals):
    changes = [(NOON + timedelta(hours=hours), 1) for hours in moments]
    assert reviewing.second_person_missing(
        changes, [(NOON + timedelta(hours=hours), 1) for hours in approvals]
    )


@given(changes=acts)
def test_nothing_changed_needs_nobody_and_the_last_word_counts_for_all(changes):
    assert not reviewing.second_person_missing([], [])
    assert not reviewing.second_person_missing(changes, [(NOON + timedelta(days=1), 9)])
