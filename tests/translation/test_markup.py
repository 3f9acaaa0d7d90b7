"""What a translation may be made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.core.errors import BadInput
from cms.translation.markup import (
    LONGEST_TEXT,
    cleaned_text,
    plain,
    problem_of,
    runs,
    tags_of,
    typed,
)
from cms.translation.templatetags.desk import MOST_IN_TABLES, beginning, tagged

LINKED = 'Read <a id="a1">the guide</a> <b>first</b>.'


def test_a_plain_original_is_translated_in_plain_words():
    assert cleaned_text("Fish & chips < 3 €\nTwo", "Plain") == "Fish &amp; chips &lt; 3 €<br/>Two"
    assert cleaned_text("<b>x</b>", "Plain") == "&lt;b&gt;x&lt;/b&gt;"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_what_is_typed_in_plain_words_comes_back_as_it_was(text):
    text = text.strip()
    assert typed(cleaned_text(text, "Plain"), "Plain") == text


def test_an_original_with_tags_keeps_its_own():
    text = 'Lisez <b>d’abord</b> <a id="a1">le guide</a>.'
    assert cleaned_text(text, LINKED) == text
    assert typed(text, LINKED) == text
    assert problem_of(LINKED, text) == ""


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("<b>A</b> &amp; B", "<b>A</b> & B"),
        ("<b>A</b>&amp;", "<b>A</b>&"),
        ("<b>R&amp;D</b>", "<b>R&amp;D</b>"),
        ("<b>A</b> &amp;lt; &amp;#60; &lt;", "<b>A</b> &amp;lt; &amp;#60; &lt;"),
    ],
)
def test_an_ampersand_between_tags_is_typed_as_one_unless_it_began_an_entity(stored, shown):
    assert typed(stored, LINKED) == shown
    assert cleaned_text(shown, LINKED) == stored


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://example.org">x</a>',
        "<script>x</script>",
        '<b onclick="x">y</b>',
        "<p>x</p>",
        "a\0b",
        "x" * (LONGEST_TEXT + 1),
    ],
)
def test_what_can_not_be_in_it_is_refused(text):
    with pytest.raises(BadInput):
        cleaned_text(text, LINKED)


def test_a_missing_link_and_one_too_many_are_told():
    assert "a1" in problem_of(LINKED, "Lisez le guide.")
    assert "a2" in problem_of(LINKED, '<a id="a1">x</a> <a id="a2">y</a>')
    assert problem_of(LINKED, "") == ""


def test_the_words_of_a_text():
    assert plain('A<br/>b &amp; <b>c</b>  <a id="a1">d</a>') == "A b & c d"


def test_a_text_falls_into_words_and_tags():
    assert [(run.text, run.is_tag) for run in runs('A &amp; <b>c</b><br/>d<a id="a1">')] == [
        ("A & ", False),
        ("<b>", True),
        ("c", False),
        ("</b>", True),
        ("<br/>", True),
        ("d", False),
        ('<a id="a1">', True),
    ]
    assert [run.ends_line for run in runs("<br/><b>")] == [True, False]
    assert runs("") == []


@pytest.mark.parametrize(
    "html, tags",
    [
        ("plain", []),
        (LINKED, [('<a id="a1">', "</a>"), ("<b>", "</b>")]),
        ("<b><i>x</i></b>", [("<b>", "</b>"), ("<i>", "</i>")]),
        ("one<br/>two", [("<br/>", "")]),
        ("</b>x<i>", [("<i>", "")]),
    ],
)
def test_tags_are_offered_in_pairs(html, tags):
    assert tags_of(html) == tags


@given(st.text(max_size=40))
def test_what_is_shown_is_escaped(text):
    assert "<script" not in tagged(f"<script>{text}").lower()


def test_in_a_table_a_translation_stands_as_it_is_typed():
    assert beginning("Fish &amp; chips<br/>&lt;b&gt;", "Plain") == "Fish &amp; chips<br>&lt;b&gt;"
    assert beginning("", "Plain") == beginning("", LINKED) == ""
    assert beginning("A <b>b</b> &amp; c", LINKED) == tagged("A <b>b</b> &amp; c")


@pytest.mark.parametrize(("source", "before"), [("Plain", ""), (LINKED, "<b></b>")])
def test_in_a_table_a_long_translation_is_cut_by_its_words(source, before):
    whole, longer = "x" * MOST_IN_TABLES, "x" * (MOST_IN_TABLES + 1)
    assert beginning(before + whole, source) == tagged(before) + whole
    assert beginning(before + longer, source) == f"{tagged(before)}{whole}…"
