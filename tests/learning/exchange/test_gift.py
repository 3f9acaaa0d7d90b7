"""GIFT as its documentation has it and as people write it: what is read, what is lost, what is written, what is refused."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.exchange import gift, values
from learning.exchange.faults import FileRefused
from learning.exchange.items import RIGHT, Place
from learning.exchange.words import plain
from tests.learning.exchange.items import items


def read(text):
    return gift.read(text.encode() if isinstance(text, str) else text)


def one(text):
    found = read(text)
    assert not found.left_out, found.left_out
    (item,) = found.items
    return item


def lost(text):
    return [loss.code for loss in one(text).losses]


def shares(item):
    return {each.text: each.share for each in item.options}


def test_a_whole_file():
    found = read("""\
// Written by hand [id:not-this-one]

$CATEGORY: $course$/top/Doors/Front

// [id:q-1] [tag:doors] [tag:first steps]
::Who opens::[html]<p>Who <b>opens</b> in the morning?</p>{
    =The steward #Yes, <i>always</i>.
    ~Nobody#Then nobody comes in.
    ~Everybody
####Somebody has a key.}

::Trust::Trust comes first.{T}

$CATEGORY: top

When was it?{#1822:5}
""")
    first, second, third = found.items
    assert (first.name, first.key, first.tags) == ("Who opens", "q-1", ("doors", "first steps"))
    assert (first.category, second.category, third.category) == ("Doors/Front", "Doors/Front", "")
    assert (first.kind, first.prompt) == ("single_choice", "Who opens in the morning?")
    assert [(each.text, each.share, each.feedback) for each in first.options] == [
        ("The steward", 1, "Yes, always."),
        ("Nobody", 0, "Then nobody comes in."),
        ("Everybody", 0, ""),
    ]
    assert first.explanation == "Somebody has a key."
    assert [item.place.line for item in found.items] == [6, 12, 16]
    assert (second.key, second.tags, second.truth) == ("", (), True)
    assert not [loss for item in found.items for loss in item.losses]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ("=right ~wrong ~also wrong", "single_choice"),
        ("~%100%right ~wrong", "multiple_choice"),
        ("~%50%one ~%50%two ~%-100%none", "multiple_choice"),
        ("T", "true_false"),
        ("FALSE", "true_false"),
        ("=grant =the tomb =nobody", "short_answer"),
        ("#3", "numeric"),
        ("#1..5", "numeric"),
        ("=a -> b =c -> d", "matching"),
        ("", "essay"),
        ("  \n ", "essay"),
    ],
)
def test_each_kind(answers, kind):
    assert one(f"What?{{{answers}}}").kind == kind


@pytest.mark.parametrize(
    ("written", "truth"), [("T", True), ("TRUE", True), ("true", True), ("F", False), (" False ", False)]
)
def test_true_and_false(written, truth):
    assert one(f"It is so.{{{written}}}").truth is truth


def test_what_is_said_after_a_statement():
    item = one("It is so.{T#You are wrong.#You are right.}")
    assert item.explanation == "You are right."
    assert [loss.code for loss in item.losses] == ["two_feedbacks"]
    assert one("It is so.{F####Because.}").explanation == "Because."


def test_a_missing_word():
    item = one("Doors are {=opened ~closed} in the morning.")
    assert item.prompt == "Doors are _____ in the morning."
    assert item.kind == "single_choice"


def test_shares_of_several_right_options():
    item = one("Which?{~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}")
    assert (item.kind, item.losses) == ("multiple_choice", ())
    assert shares(item) == {"a": 1, "b": 1, "c": 1, "d": 0}


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ("=all ~%50%half ~none", ["partial_credit"]),
        ("=all ~%-50%none", ["penalties"]),
        ("=this =that ~none", ["any_of_several"]),
        ("~%80%much ~%20%little ~%-100%none", ["uneven_shares"]),
        ("~%50%a ~%50%b ~c", ["penalties"]),
        ("=a#yes =%50%b", ["feedback_on_texts"]),
        ("#=1:0#yes ~#no", ["feedback_on_numbers"]),
    ],
)
def test_what_is_lost_is_told(answers, codes):
    assert lost(f"Which?{{{answers}}}") == codes


def test_numbers():
    item = one("How many?{#=%100%5:0.5 =%50%4..7#near ~#far}")
    whole, part = item.numbers
    assert (whole.share, whole.value, whole.tolerance) == (RIGHT, Decimal(5), Decimal("0.5"))
    assert (part.share, part.lowest, part.highest) == (Fraction(1, 2), 4, 7)
    assert one("How many?{#-2.5}").numbers[0].value == Decimal("-2.5")
    assert (one("?{#3..1}").numbers[0].lowest, one("?{#-3..-1}").numbers[0].highest) == (1, -1)


def test_pairs_with_texts_that_match_nothing():
    item = one("What belongs?{\n=a -> 1\n=b -> 2\n= -> 3\n}")
    assert (item.pairs, item.extras) == ((("a", "1"), ("b", "2")), ("3",))


def test_escapes():
    item = one(r"::A \: B::What is \{x\}\: 1 \= 1 \~ 2 \# 3?{=\=1\n2 ~a\\b}")
    assert item.name == "A : B"
    assert item.prompt == "What is {x}: 1 = 1 ~ 2 # 3?"
    assert [each.text for each in item.options] == ["=1\n2", "a\\b"]


def test_addresses_with_escaped_colons_and_formats_of_parts():
    item = one(r"[markdown]See *https\://example.org*{=[html]<b>yes</b>#[plain]<ok> ~[plain]<no>}")
    assert item.prompt == "See *https://example.org*"
    assert [(each.text, each.feedback) for each in item.options] == [("yes", "<ok>"), ("<no>", "")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines(encoding, end):
    text = "::Имя::Кто откроет?{\n=Сторож\n~Никто\n}\n\n::اسم::من يفتح؟{=الحارس ~لا أحد}\n\n谁开门？{=门卫 ~没有人}\n"
    found = read(text.replace("\n", end).encode(encoding))
    assert [item.prompt for item in found.items] == ["Кто откроет?", "من يفتح؟", "谁开门？"]
    assert [item.place.line for item in found.items] == [1, 6, 8]


def test_pictures_are_told():
    assert lost('[html]What is <img src="@@PLUGINFILE@@/a.png" alt="this">?{T}') == ["media"]
    assert one('[html]What is <img src="a.png" alt="this">?{T}').prompt == "What is this ?"
    big = "x" * 100_000
    assert one(f'[html]Look\\: <img src="data\\:image/png;base64,{big}">{{T}}').prompt == "Look:"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("::Read this::Only a text.", "description"),
        ("What?{=a ~b", "open_brace"),
        ("What }is{ it?", "open_brace"),
        ("What {=a ~b} and {=c ~d}?", "several_answers"),
        ("What?{a b}", "no_answers"),
        ("What?{~a ~b}", "nothing_right"),
        ("What?{=a ~}", "empty_answer"),
        ("What?{=a -> }", "empty_answer"),
        ("What?{=a -> b}", "too_few_pairs"),
        ("What?{=%101%a}", "bad_share"),
        ("What?{#}", "nothing_right"),
        ("What?{#many}", "bad_number"),
        ("What?{#5:-1}", "bad_number"),
        ("What?{#1e400000000}", "bad_number"),
        ("What?{#NaN}", "bad_number"),
        ("What?{#" + "1" * 5000 + "}", "bad_number"),
        ("{=a ~b}", "no_prompt"),
        ("[html]" + "<p>a</p>" * 5000 + "{T}", "too_long"),
    ],
)
def test_a_question_that_cannot_be_taken_over_leaves_the_others(text, code):
    found = read(f"First.{{T}}\n\n{text}\n\nLast.{{F}}")
    (left,) = found.left_out
    assert (left.place.line, left.reason.code) == (3, code)
    assert left.reason.words
    assert [item.prompt for item in found.items] == ["First.", "Last."]


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "no_questions", 0),
        (b"\n\n// nothing\n", "no_questions", 0),
        (b"One.{T}\n\nTwo \xff.{T}", "encoding", 3),
        (b"One.\0{T}", "binary", 0),
        (b"a" * (5 * 1024 * 1024 + 1), "too_large", 0),
        (b"a{T}\n\n" * 1001, "too_many", 0),
    ],
)
def test_files_that_are_refused(data, code, line):
    with pytest.raises(FileRefused) as caught:
        read(data)
    assert (caught.value.code, caught.value.place.line) == (code, line)
    assert str(caught.value.message)


@pytest.mark.parametrize(
    "data",
    [
        b"{" * 500_000,
        b"}" * 500_000,
        b"{\nab\n" * 100_000,
        b"// " + b"[id:" * 200_000,
        b"::" * 300_000,
        b"\\" * 500_000,
        b"a{=" + b"~b" * 200_000,
        b"a{" + b"~%1%b" * 100_000 + b"}",
        b"[html]" + b"<!" * 9_000 + b"{T}",
    ],
)
def test_hostile_files_end_soon(data):
    try:
        read(data)
    except FileRefused as error:
        assert error.code in ("no_questions", "too_many")


@given(st.text(st.sampled_from(list("ab{}=~#%:\\n->/$[] \n.15TF")), max_size=80))
def test_whatever_a_file_says_is_read_or_refused(text):
    try:
        found = read(text)
    except FileRefused as error:
        assert error.code in ("no_questions", "too_many")
    else:
        assert found.items or found.left_out


HELD = ("single_choice", "multiple_choice", "true_false", "short_answer", "numeric", "matching", "essay")


def held(item):
    """The item without what GIFT has no place for."""
    numbers = tuple(
        replace(each, in_percent=False, tolerance=abs(each.value) * each.tolerance / 100)
        if each.in_percent
        else each
        for each in item.numbers
    )
    silent = {name: item.__dataclass_fields__[name].default for name in gift.SILENT}
    tags = tuple(tag for tag in item.tags if "]" not in tag)
    return replace(item, place=Place(), numbers=numbers, tags=tags, **silent)


@given(items(HELD))
def test_a_round_trip_loses_nothing_that_the_format_can_hold(item):
    text, left_out = gift.write([item])
    if "arrow" in {each.reason.code for each in left_out}:
        assert not text.strip()
        return
    (found,) = read(text).items
    assert values.fitted(held(found), "en") == values.fitted(held(item), "en")


@given(items(HELD))
def test_what_the_format_has_no_place_for_is_told(item):
    _text, left_out = gift.write([item])
    codes = {each.reason.code for each in left_out}
    if "arrow" not in codes:
        assert ("points" in codes) is (item.points != 1)
        assert ("units" in codes) is bool(item.units)
        assert ("case" in codes) is (item.case and item.kind == "short_answer")


@given(items(("categorise",)))
def test_categories_come_back_as_categories(item):
    text, left_out = gift.write([replace(item, points=1)])
    codes = {each.reason.code for each in left_out}
    if "arrow" in codes:
        return
    assert "categories" in codes
    found = values.fitted(read(text).items[0], "en")
    if found.kind == "categorise":
        assert {name: set(members) for name, members in found.groups} == {
            name: set(members) for name, members in item.groups
        }


@given(items(("ordering", "fill_in")))
def test_types_that_the_format_does_not_have_are_told(item):
    text, left_out = gift.write([item])
    assert not text.strip()
    assert [each.reason.code for each in left_out] == ["no_counterpart"]


def test_plain_text_stays_as_it_is():
    assert plain("a < b & c <d>", "plain") == ("a < b & c <d>", ())


def test_as_moodle_exports_it():
    found = read("""\
// question: 0  name: Switch category to $course$/top/Default for X
$CATEGORY: $course$/top/Default for X


// question: 12  name: Way out [id:way]
::Way out::[html]<p>How wide is the <em>way out</em>\\: one number?<br></p>{#
\t=%100%1.2:0.05#<p>Yes</p>
\t=%50%1:0
}


// question: 13  name: Pairs
::Pairs::[html]<p>Who does what?</p>{
\t=<p dir\\="ltr">The steward</p> -> opens the doors
\t=<p>The neighbour</p> -> sees who comes
\t= -> counts the money
\t####<p>Nobody counts.</p>
}
""")
    first, second = found.items
    assert (first.kind, first.key, first.prompt) == ("numeric", "way", "How wide is the way out: one number?")
    assert [loss.code for loss in first.losses] == ["feedback_on_numbers"]
    assert second.pairs == (("The steward", "opens the doors"), ("The neighbour", "sees who comes"))
    assert (second.extras, second.explanation) == (("counts the money",), "Nobody counts.")


def test_the_example_of_the_documentation():
    text = (Path(__file__).parents[3] / "docs/importing-questions.md").read_text()
    found = read(re.search("```gift\n(.*?)```", text, re.DOTALL)[1])
    assert [item.kind for item in found.items] == ["single_choice", "numeric", "matching"]
    assert not found.left_out and not [loss for item in found.items for loss in item.losses]
