"""Abbreviations in a text: as they are spelled, as whole words, each once."""

from hypothesis import given
from hypothesis import strategies as st

from cms.core.abbreviations import used

KNOWN = [("UNOCT", "Office of Counter-Terrorism"), ("CAR", "a republic"), ("UN", "United Nations")]


def test_whole_words_as_they_are_spelled():
    assert used("A car of UNOCT.", KNOWN) == [["UNOCT", "Office of Counter-Terrorism"]]
    assert used("UNOCTs and un and CARS", KNOWN) == []
    assert used("(CAR), UN/UNOCT", KNOWN) == [
        ["CAR", "a republic"],
        ["UN", "United Nations"],
        ["UNOCT", "Office of Counter-Terrorism"],
    ]


def test_scripts_without_spaces_and_others():
    assert used("由UNOCT负责", KNOWN) == [["UNOCT", "Office of Counter-Terrorism"]]
    assert used("роль UNOCT.", KNOWN) == [["UNOCT", "Office of Counter-Terrorism"]]
    assert used("خطة UNOCT", KNOWN) == [["UNOCT", "Office of Counter-Terrorism"]]


def test_the_longest_one_is_meant_and_the_first_meaning_holds():
    known = [("UN", "United Nations"), ("UN-Habitat", "Settlements"), ("UN", "another")]
    assert used("UN-Habitat", known) == [["UN-Habitat", "Settlements"]]
    assert used("the UN", known) == [["UN", "United Nations"]]


def test_what_says_nothing_is_not_listed():
    assert used("UAS ERW", [("UAS", "UAS"), ("ERW", ""), ("", "nothing")]) == []


@given(st.text(alphabet="UNOCTAR .-()负责\n", max_size=60))
def test_whatever_the_text(text):
    found = used(text, KNOWN)
    assert found == sorted(found, key=lambda each: (each[0].casefold(), each[0]))
    assert all(short in text for short, _meaning in found)
