"""How alike texts are, and which of the memory's are offered."""

from hypothesis import given
from hypothesis import strategies as st

from cms.translation.memory import AT_LEAST, MOST_MATCHES, ranked
from cms.translation.terms import Term, used

DOOR = "Keep the door closed at night."


def test_the_same_is_100_and_other_tags_are_99():
    found = ranked(DOOR, [("Keep the <b>door</b> closed at night.", "mit"), (DOOR, "ohne")])
    assert [(match.percent, match.target) for match in found] == [(100, "ohne"), (99, "mit")]


def test_nearly_the_same_comes_after_and_what_is_unlike_does_not():
    found = ranked(DOOR, [("Keep the gate closed at night.", "near"), ("Something else altogether", "far")])
    assert [match.target for match in found] == ["near"]
    assert AT_LEAST <= found[0].percent < 100


def test_a_translation_is_offered_once_and_three_at_most():
    units = [(f"{DOOR}{'!' * n}", f"t{n % 5}") for n in range(30)]
    found = ranked(DOOR, units)
    assert len(found) == MOST_MATCHES == len({match.target for match in found})
    assert found[0].percent == 100


@given(st.text(max_size=40), st.lists(st.tuples(st.text(max_size=40), st.text(max_size=5)), max_size=8))
def test_percents_are_within_bounds_and_in_order(text, units):
    percents = [match.percent for match in ranked(text, units)]
    assert percents == sorted(percents, reverse=True)
    assert all(AT_LEAST <= percent <= 100 for percent in percents)


def test_terms_are_found_as_whole_words():
    venue = Term("venue", ("venues", "venue"), "lieu")
    uas = Term("UAS", ("UAS",), "drone")
    assert used([venue, uas], ["<b>Venues</b> of all kinds", "a uascar"]) == [venue]
    assert used([venue], ["avenue"]) == []
