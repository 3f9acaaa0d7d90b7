"""The states of a submission, exhaustively, and what it needs to be handed in. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.guides.submissions import submitting
from home.guides.submissions.plain import rich_text
from home.guides.submissions.submitting import Act, State, after, missing

D, S, I, R, N, A, P = State  # noqa: E741 draft, submitted, in review, returned, declined, accepted, published

# Every state and every act: what isn't named here isn't possible.
ALLOWED = {
    (D, Act.SUBMIT): S,
    (R, Act.SUBMIT): S,
    (S, Act.WITHDRAW): D,
    (I, Act.WITHDRAW): D,
    (R, Act.WITHDRAW): D,
    (A, Act.WITHDRAW): D,
    (S, Act.TAKE): I,
    (S, Act.RETURN): R,
    (I, Act.RETURN): R,
    (S, Act.DECLINE): N,
    (I, Act.DECLINE): N,
    (I, Act.RELEASE): S,
    (A, Act.RELEASE): S,
    (I, Act.ACCEPT): A,
    (R, Act.ACCEPT): A,
    (I, Act.PUBLISH): P,
    (R, Act.PUBLISH): P,
    (A, Act.PUBLISH): P,
}

WHOLE = {
    "title": "A title",
    "summary": "S",
    "place": "A city",
    "description": "D",
    "results": "R",
    "human_rights": "H",
    "source": "Own work",
    "attribution": "anonymous",
    "credit": "",
    "target": ["church"],
    "country": [],
    "consent": "I agree.",
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", Act)
def test_what_leads_where(state, act):
    assert after(state, act) == ALLOWED.get((state, act))


def test_decided_is_decided():
    assert {state for state in State if not any(after(state, act) for act in Act)} == submitting.CLOSED


def test_a_whole_one_misses_nothing():
    assert missing(WHOLE) == []


@pytest.mark.parametrize(
    ("changed", "gaps"),
    [
        ({"title": " "}, ["title"]),
        ({"summary": ""}, ["summary"]),
        ({"human_rights": " \n "}, ["human_rights"]),
        ({"target": []}, ["target"]),
        ({"place": "", "country": ["tg"]}, []),
        ({"place": ""}, ["place"]),
        ({"attribution": "credited"}, ["credit"]),
        ({"attribution": "credited", "credit": "A network"}, []),
        ({"consent": ""}, ["consent"]),
        ({"source": "", "results": "", "description": ""}, ["description", "results", "source"]),
    ],
)
def test_what_is_missing(changed, gaps):
    assert missing({**WHOLE, **changed}) == gaps


def test_nothing_said_misses_everything_but_a_name():
    assert missing({}) == [name for name in submitting.MISSING if name != "credit"]


# Plain words as rich text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        (" \n\n", ""),
        ("One.\nStill one.\n\nTwo.", "<p>One.<br/>Still one.</p><p>Two.</p>"),
        ("Before:\n- a\n- b\nAfter.", "<p>Before:</p><ul><li>a</li><li>b</li></ul><p>After.</p>"),
        ("- a\n\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("-5 degrees", "<p>-5 degrees</p>"),
        ("<script>x</script> & co", "<p>&lt;script&gt;x&lt;/script&gt; &amp; co</p>"),
    ],
)
def test_paragraphs_and_lists(text, html):
    assert rich_text(text) == html


@given(st.text())
def test_no_text_makes_markup_of_its_own(text):
    rest = rich_text(text)
    for tag in ("<p>", "</p>", "<ul>", "</ul>", "<li>", "</li>", "<br/>"):
        rest = rest.replace(tag, "")
    assert "<" not in rest and ">" not in rest
