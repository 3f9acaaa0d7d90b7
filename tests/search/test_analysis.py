"""Words are found however they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import MAX_WORDS, fold, indexed, sought, words


@pytest.mark.parametrize(
    ("indexed_text", "query"),
    [
        ("Évacuation d’urgence", "evacuation URGENCE"),
        ("Straße und Øl", "strasse ol"),
        ("الأَماكِنُ الدِّينِيَّة", "الاماكن الدينيه"),
        ("مسؤولية", "مسوولية"),
        ("Ещё один йод", "еще иод"),
        ("ＦＵＬＬ　width １２", "full WIDTH 12"),
        ("保护宗教场所", "宗教"),
        ("保护宗教场所", "宗"),
        ("S/RES/2341 (2017)", "res 2341"),
        ("ﬁne ligature", "fine"),
    ],
)
def test_found(indexed_text, query):
    assert set(sought(query)) <= set(indexed(indexed_text).split())


def test_not_found_apart():
    """Two characters that stand apart are no word."""
    assert not set(sought("宗场")) <= set(indexed("保护宗教场所").split())


def test_order_and_bounds():
    assert words("One two, one!") == ["one", "two", "one"]
    assert sought("one two one") == ["one", "two"]
    assert len(sought(" ".join(str(number) for number in range(100)))) == MAX_WORDS
    assert max(len(word) for word in words("x" * 500)) == 60


@given(st.text(max_size=200))
def test_a_query_is_letters_and_digits(text):
    for word in sought(text):
        assert word
        assert all(c.isalnum() for c in word)


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing(text):
    assert words(" ".join(words(text))) is not None
    assert fold(fold(text)) == fold(fold(fold(text)))
