import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from wagtail_localize.strings import StringValue

from cms.translation.files import inline
from cms.translation.files.inline import Broken, Kind, Tag

from .samples import HTML, LINKED, LINKED_FR


def test_codes_name_tags_by_their_place_and_links_by_their_id():
    assert inline.from_html('See <a id="a2">the <b>x</b></a>, <b>y</b><br>') == (
        "See ",
        Tag(Kind.OPEN, "a2"),
        "the ",
        Tag(Kind.OPEN, "b_1"),
        "x",
        Tag(Kind.CLOSE, "b_1"),
        Tag(Kind.CLOSE, "a2"),
        ", ",
        Tag(Kind.OPEN, "b_2"),
        "y",
        Tag(Kind.CLOSE, "b_2"),
        Tag(Kind.ALONE, "br_1"),
    )

    assert [
        each.code for each in inline.from_html('<a id="a1">x</a> <a id="a1">y</a>') if isinstance(each, Tag)
    ] == [
        *("a1", "a1", "a1:2", "a1:2"),
    ]


@given(HTML)
def test_what_is_read_is_written_as_it_was(html):
    assert inline.to_html(inline.from_html(html)) == html
    assert inline.canonical(inline.from_html(html)) == inline.to_html(inline.tidied(inline.from_html(html)))


@given(HTML)
def test_it_is_written_as_wagtail_localize_writes_it(html):
    written = inline.to_html(inline.from_html(html))
    assert StringValue.from_translated_html(written).data == str(BeautifulSoup(html, "html.parser"))


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<b>x", "The tag <b> is never closed."),
        ("x</b>", "The tag </b> closes nothing, or tags cross."),
        ("<b><i>x</b></i>", "The tag </b> closes nothing, or tags cross."),
        ("<img/>", "The tag <img> can’t stand in a text."),
        ("<script>x</script>", "The tag <script> can’t stand in a text."),
        ('<b class="x">x</b>', "The tag <b> has an attribute that it can’t have."),
        ('<a href="https://example.org">x</a>', "The tag <a> has an attribute that it can’t have."),
        ('<a id="a_1">x</a>', "The tag <a> has an attribute that it can’t have."),
    ],
)
def test_what_no_text_can_have_is_told(html, reason):
    with pytest.raises(Broken) as caught:
        inline.from_html(html)
    assert str(caught.value) == reason


def test_a_text_has_the_tags_of_its_source_each_as_often():
    inline.check(LINKED_FR, LINKED)
    inline.check('<br/><b>x</b><a id="a1">y</a>', LINKED)
    for target, reason in [
        (LINKED_FR.replace("<br/>", ""), "The tag <br/> of the source is missing."),
        (LINKED_FR.replace("<b>", "").replace("</b>", ""), "The tag <b> of the source is missing."),
        (LINKED_FR.replace("a1", "a2"), 'The tag <a id="a1"> of the source is missing.'),
        (f"{LINKED_FR}<i>!</i>", "The source has no tag <i>, or has it less often."),
        (f"{LINKED_FR}<b>!</b>", "The source has no tag <b>, or has it less often."),
    ]:
        with pytest.raises(Broken) as caught:
            inline.check(target, LINKED)
        assert str(caught.value) == reason


def test_codes_of_a_file_are_known_by_its_source():
    theirs = ("See ", Tag(Kind.OPEN, "1"), "it", Tag(Kind.CLOSE, "1"), Tag(Kind.ALONE, "2"))
    ours = inline.from_html('See  <a id="a1">it</a><br/>')
    codes = inline.names(theirs, ours)
    assert codes == {"1": "a1", "2": "br_1"}
    target = (Tag(Kind.ALONE, "2"), Tag(Kind.OPEN, "1"), "lui", Tag(Kind.CLOSE, "1"))
    assert inline.to_html(inline.renamed(target, codes)) == '<br/><a id="a1">lui</a>'
    assert inline.names(("See it",), ours) is None
    assert inline.names(("See ", *theirs[1:3]), ours) is None
    assert inline.names(inline.from_html('See <a id="a1">that</a><br/>'), ours) is None


def test_how_a_file_is_laid_out_says_nothing():
    assert inline.canonical(("\n  One\n  two", Tag(Kind.ALONE, "br_1"), " three \n")) == "One two<br/> three"
    assert inline.canonical(("a\u00a0b  c",)) == "a\u00a0b  c"


def test_words_alone():
    assert inline.plain(inline.from_html(LINKED)) == "See the guide & more\nhere"


@given(st.text(st.sampled_from(" \t\r\n\u00a0a<"), max_size=40))
def test_lines_are_folded_wherever_they_break(text):
    """As a pattern says it that looks for the break within the blanks, which takes its square of them."""
    wanted = re.sub(r"[ \t\r\n]*[\t\r\n][ \t\r\n]*", " ", text).strip(" \t\r\n")
    assert inline.tidied((text,)) == ((wanted,) if wanted else ())


def test_no_pattern_looks_for_a_break_from_each_of_many_blanks(monkeypatch):
    text = "a" + " " * 5_000 + "b"
    asked = []

    class Counting:
        def search(self, run):
            asked.append(len(run))

    monkeypatch.setattr(inline, "_BREAKS", Counting())
    assert inline.tidied((text,)) == (text,)
    assert asked == [5_000]


class Piece(str):
    """A text that says when another is added to it, as copying it would be."""

    def __add__(self, other):
        raise AssertionError("copied")


def test_thousands_of_pieces_are_joined_at_once():
    tag = Tag(Kind.ALONE, "br_1")
    pieces = [Piece("ab")] * 5_000
    assert inline.tidied((*pieces, tag, "", tag, *pieces, "")) == ("ab" * 5_000, tag, tag, "ab" * 5_000)
    assert inline.from_html("a<br>" * 5_000)[:2] == ("a", tag)
