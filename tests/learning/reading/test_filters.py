"""The catalogue's filters: what fits, and that each number is what its step leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.reading import filters
from learning.reading.filters import LENGTHS, LEVELS, STATUSES, Filters

LANGUAGES = ("ar", "en", "fr")
COURSES = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.integers(0, 5),
            "title": st.sampled_from(["Où sommes-nous", "Roles", "ＷＩＤＥ words", ""]),
            "summary": st.sampled_from(["", "About roles", "دور العبادة"]),
            "code": st.sampled_from(["", "VT-1"]),
            "locales": st.lists(st.sampled_from(LANGUAGES), unique=True),
            "level": st.sampled_from(LEVELS),
            "status": st.sampled_from(STATUSES),
            "minutes": st.sampled_from([0, 60, 61, 240, 241, 10_000]),
        }
    ),
    max_size=8,
)
CHOICES = st.builds(
    Filters,
    language=st.sampled_from(["", *LANGUAGES]),
    level=st.sampled_from(["", *LEVELS]),
    status=st.sampled_from(["", *STATUSES]),
    length=st.sampled_from(["", *LENGTHS]),
    q=st.sampled_from(["", "roles", "ou", "wide WORDS", "vt-1", "العبادة", "nothing"]),
    mine=st.booleans(),
)


@given(COURSES, CHOICES)
def test_each_number_is_what_its_step_leaves(courses, chosen):
    options = {"language": LANGUAGES, "level": LEVELS, "status": STATUSES, "length": LENGTHS, "mine": (True,)}
    own = {1, 2}
    counts = filters.counts(courses, chosen, own, options)
    for name, values in options.items():
        for value in values:
            step = Filters(**{**vars(chosen), name: value})
            assert counts[name][value] == len([c for c in courses if filters.fits(c, step, own)])


@given(COURSES)
def test_nothing_asked_is_everything(courses):
    assert all(filters.fits(course, Filters()) for course in courses)


@pytest.mark.parametrize(
    ("minutes", "length"),
    [(0, "short"), (60, "short"), (61, "medium"), (240, "medium"), (241, "long")],
)
def test_lengths(minutes, length):
    assert filters.length_of(minutes) == length


@pytest.mark.parametrize(
    ("words", "text"),
    [("ou", "Où"), ("WIDE", "ｗｉｄｅ"), ("strasse", "Straße"), ("", "anything"), ("b a", "a b")],
)
def test_words_are_found_without_case_accents_and_width(words, text):
    course = {"title": text, "summary": "", "code": ""}
    assert filters.fits(course, Filters(q=words))


def test_one_text_for_one_choice():
    assert Filters().query == ""
    assert Filters(mine=True, level="advanced", q="a b").query == "level=advanced&q=a+b&mine=1"
