"""Two people and one paragraph."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.translation.merging import MOST_TOKENS, merged


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "both"),
    [
        ("one two three four", "ONE two three four", "one two three FOUR", "ONE two three FOUR"),
        ("one two three", "one two three", "one 2 three", "one 2 three"),
        ("one two three", "one 2 three", "one 2 three", "one 2 three"),
        ("one two three", "one 2 three", "one zwei three", None),
        ("one two", "one two three", "one two drei", None),
        ("عند الباب تقف", "عند النافذة تقف", "عند الباب تجلس", "عند النافذة تجلس"),
        ("在门口等人", "在窗口等人", "在门口等你", "在窗口等你"),
        (
            "see <b>this</b> page",
            "look at <b>this</b> page",
            "see <b>this</b> place",
            "look at <b>this</b> place",
        ),
        ("", "a", "b", None),
    ],
)
def test_both_where_they_did_not_touch(base, mine, theirs, both):
    assert merged(base, mine, theirs) == both
    assert merged(base, theirs, mine) == both


texts = st.lists(st.sampled_from(["one", "two", " ", "<b>", "</b>", "门", "ب", "."]), max_size=12).map(
    "".join
)


@given(texts, texts)
def test_what_one_alone_changed_is_theirs(base, theirs):
    assert merged(base, base, theirs) == theirs
    assert merged(base, theirs, base) == theirs
    assert merged(base, theirs, theirs) == theirs


def test_long_texts_are_put_together_where_the_changes_are_near_each_other():
    long = "word " * 4_000
    both = merged(f"{long}one two three{long}", f"{long}ONE two three{long}", f"{long}one two THREE{long}")
    assert both == f"{long}ONE two THREE{long}"


def test_changes_that_are_far_apart_arent_compared():
    far = " ".join(["word"] * MOST_TOKENS)
    assert merged(f"one {far} two", f"ONE {far} TWO", f"one {far} two") is None
    assert merged(f"one {far} two", f"one {far} two", f"ONE {far} TWO") is None
    near = " ".join(["word"] * (MOST_TOKENS // 2 - 2))
    assert merged(f"one {near} two", f"ONE {near} TWO", f"one {near} two") == f"ONE {near} TWO"


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("a b " * 30_000, "b a " * 30_000, "c a " * 30_000),
        ("<" * 120_000, "x", "y"),
        ("b" + " a" * (MOST_TOKENS // 2 - 1), "a " * (MOST_TOKENS // 2), " a" * (MOST_TOKENS // 2)),
    ],
)
def test_nothing_takes_long(base, mine, theirs):
    before = process_time()
    merged(base, mine, theirs)
    assert process_time() - before < 2
