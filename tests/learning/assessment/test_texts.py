"""When two spellings are the same, and what a typed number says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.assessment import decimals, texts
from learning.assessment.registry import BadResponse
from learning.assessment.texts import Pattern, folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ｔｒｕｓｔ", "trust"),
        ("  the   Neighbours ", "the neighbours"),
        ("Café", "CAFE"),
        ("Straße", "STRASSE"),
        ("Ångström", "angstrom"),
        ("l’église", "l'eglise"),
        ("ёлка", "елка"),
        ("за́мок", "замок"),
        ("الحَارِسُ", "الحارس"),
        ("الحـــارس", "الحارس"),
        ("１２", "12"),
        ("ﾄｳｷｮｳ", "トウキョウ"),
        ("long\u2013term", "long-term"),
    ],
)
def test_the_same(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("门", "門"),
        ("未", "末"),
        ("土", "士"),
        ("мой", "мои"),
        ("أن", "ان"),
        ("が", "か"),
        ("کتاب", "كتاب"),
        ("कि", "क"),
        ("trust", "rust"),
    ],
)
def test_not_the_same(one, other):
    assert folded(one) != folded(other)


def test_capitals_count_where_they_are_told_to():
    assert folded("CO", case=True) != folded("Co", case=True)
    assert folded("ＣＯ", case=True) == folded("CO", case=True)


@given(st.text(max_size=40))
def test_folding_again_changes_nothing(text):
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("neighbour*", "Neighbours", True),
        ("neighbour*", "neighbour", True),
        ("*neighbour*", "all the neighbours of it", True),
        ("the * doors", "the front doors", True),
        ("the * doors", "thedoors", False),
        ("a*b*c", "abc", True),
        ("a*b*c", "acb", False),
        ("ab*ba", "aba", False),
        ("\\*", "*", True),
        ("\\*", "x", False),
        ("4\\*4", "4*4", True),
        ("4\\*4", "4x4", False),
        ("(a+)+$", "aaaaaaaa", False),
        ("(a+)+$", "(A+)+$", True),
    ],
)
def test_stars(pattern, text, matches):
    assert Pattern.of(pattern).matches(folded(text)) is matches


@given(st.text(alphabet="ab*\\ é", max_size=12))
def test_the_sample_of_a_pattern_fits_it(pattern):
    sample = texts.sample(pattern)
    if folded(sample):
        assert Pattern.of(pattern).matches(folded(sample))


def test_many_stars_are_no_trap():
    assert not Pattern.of("a*" * 100 + "b").matches("a" * 500)


def test_the_best_of_what_is_accepted():
    accepted = [{"text": "the *", "percent": 30}, {"text": "the neighbours", "percent": 100}]
    assert texts.percent("The neighbours", accepted) == 100
    assert texts.percent("the others", accepted) == 30
    assert texts.percent("", [{"text": "*", "percent": 50}]) == 0


def test_the_source_says_what_a_translated_text_is_worth():
    source = [{"id": "a", "text": "bread", "percent": 50}]
    other = [{"id": "a", "text": "pain", "percent": 100}, {"id": "b", "text": "baguette", "percent": 80}]
    assert [(each["text"], each["percent"]) for each in texts.merged(source, [other])] == [
        ("bread", 50),
        ("pain", 50),
        ("baguette", 80),
    ]


@pytest.mark.parametrize("text", [None, 1, [], "x" * 501, "a\u0000b", "a\ud800b", "a\x1bb"])
def test_texts_that_are_refused(text):
    with pytest.raises(BadResponse):
        texts.taken(text, 500)


def test_long_texts_keep_their_lines():
    assert texts.taken("one\r\ntwo  three\n", 50, lines=True) == "one\ntwo  three"
    assert texts.taken(" one\ttwo ", 50) == "one two"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12.5", "12.5"), ("12,5", "12.5"), ("٣٫١٤", "3.14"), ("١٢٬٣٤٥٫٥", "12345.5"), ("۱۲", "12"), ("１２．５", "12.5"),
        ("-3", "-3"), ("−3", "-3"), ("+3", "3"), ("1 234 567", "1234567"), ("1\u202f234,5", "1234.5"),
        ("1,234.5", "1234.5"), ("1.234,5", "1234.5"), ("1,234,567", "1234567"), ("1.234.567", "1234567"),
        ("1.234", "1.234"), ("0,125", "0.125"), ("1234,567", "1234.567"), (".5", "0.5"), ("5.", "5"), ("007", "7"),
        ("1.500", "1.5"), ("-0", "0"), ("0.0", "0"), ("\u200f٥\u200f", "5"), (" 1 ", "1"), ("1'000", "1000"),
        ("123456789012345678901234", "123456789012345678901234"),
    ],
)  # fmt: skip
def test_numbers(typed, number):
    assert decimals.parsed(typed) == number


@pytest.mark.parametrize(
    "typed",
    ["", "x", "NaN", "nan", "inf", "-Infinity", "1e999", "1e5", "1,234", "12,345", "1.2.3", "1,2,3", "1 2", "12 34 567", "--1",
     "1-", "½", "0x10", "1_000", "5%", "1" * 25, "0." + "1" * 13, "9" * 41, None, 1, 1.5, True, [], "٣٫١٫٤", "1..2", ".", "-"],
)  # fmt: skip
def test_what_is_no_number(typed):
    with pytest.raises(BadResponse):
        decimals.parsed(typed)


@given(st.text(alphabet="0123456789.,-+ ٫٬٠١٢'\u202f eNa\u200f", max_size=14))
def test_whatever_is_typed_is_a_plain_number_or_refused(typed):
    try:
        number = decimals.parsed(typed)
    except BadResponse:
        return
    assert decimals.parsed(number) == number
    assert Decimal(number).is_finite()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_every_decimal_comes_back(number):
    assert Decimal(decimals.parsed(decimals.spelled(number))) == number
