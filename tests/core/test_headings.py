"""The rule about headings that skip a level."""

from hypothesis import given
from hypothesis import strategies as st

from cms.core.headings import skipped

LEVELS = st.lists(st.integers(min_value=2, max_value=6))


def test_each_step_down_is_one_level():
    assert skipped([]) == []
    assert skipped([2, 3, 4, 2, 2, 3]) == []
    assert skipped([2, 4]) == [1]
    assert skipped([3]) == [0]
    assert skipped([4, 4]) == [0]
    assert skipped([2, 3, 2, 4, 3, 2, 4]) == [3, 6]


@given(LEVELS)
def test_going_up_or_staying_is_never_a_skip(levels):
    for position in skipped(levels):
        before = levels[position - 1] if position else 1
        assert levels[position] - before > 1


@given(LEVELS)
def test_what_has_no_skip_reaches_each_level_by_the_one_above(levels):
    if not skipped(levels):
        for position, level in enumerate(levels):
            assert level == 2 or level - 1 in levels[:position]
