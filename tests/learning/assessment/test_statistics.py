"""Numbers of questions: exact, whatever the order of people, and within their bounds."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from learning.assessment import statistics
from learning.assessment.statistics import Taken, item


def taken(*pairs):
    return [Taken(None if earned is None else Fraction(earned), Fraction(total)) for earned, total in pairs]


def test_numbers_worked_out_by_hand():
    # Eleven people: 27 per cent are 2 (2.97). The two best earn 1 and 1/2, the two lowest 0 and nothing.
    people = taken(
        (1, 1), (Fraction(1, 2), Fraction(9, 10)), *[(1, Fraction(1, 2))] * 7, (0, Fraction(1, 10)), (None, 0)
    )
    found = item(people)
    assert (found.presented, found.omitted) == (11, 1)
    assert found.difficulty_bp == 7727  # 8.5 of 11
    assert found.discrimination_bp == 7500


def test_a_border_through_equals_counts_each_of_them_in_part():
    # Eight people, groups of 2: the second place among the best is shared by three, of whom one earned the point.
    people = taken((1, 1), (1, "1/2"), (0, "1/2"), (0, "1/2"), (0, "1/4"), (0, "1/4"), (0, 0), (0, 0))
    assert statistics.discrimination(people) == Fraction(2, 3)


def test_few_people_are_told_nothing_of():
    assert item(taken(*[(1, 1)] * 4)) == statistics.Item(None, None, None, None)
    assert item(taken(*[(1, 1)] * 5)).difficulty_bp == 10_000


_share = st.fractions(0, 1, max_denominator=20)
_people = st.lists(st.builds(Taken, st.none() | _share, _share), min_size=5, max_size=40)


@given(_people, st.randoms(use_true_random=False))
def test_the_order_of_people_never_matters_and_bounds_hold(people, random):
    found = item(people)
    assert 0 <= found.difficulty_bp <= 10_000
    assert -10_000 <= found.discrimination_bp <= 10_000
    random.shuffle(people)
    assert item(people) == found


@given(st.lists(_share, min_size=5, max_size=30))
def test_a_question_that_is_the_whole_quiz_never_misleads(scores):
    assert item([Taken(each, each) for each in scores]).discrimination_bp >= 0
