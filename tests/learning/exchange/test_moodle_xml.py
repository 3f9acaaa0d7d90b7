"""Moodle XML of every type, with what real exports hold beside the questions; and files that nobody should read."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.exchange import moodle_xml
from learning.exchange.faults import FileRefused


def read(*questions, head='<?xml version="1.0" encoding="UTF-8"?>\n'):
    return moodle_xml.read(f"{head}<quiz>{''.join(questions)}</quiz>".encode())


def question(kind, inner="", text="<p>What is it?</p>", name="A name", grade="1.0000000"):
    return f"""
    <question type="{kind}">
      <name><text>{name}</text></name>
      <questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>
      <generalfeedback format="html"><text><![CDATA[<p>Because.</p>]]></text></generalfeedback>
      <defaultgrade>{grade}</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden><idnumber>q-7</idnumber>
      {inner}
      <tags><tag><text>Doors</text></tag><tag><text>first steps</text></tag></tags>
    </question>"""


def answer(text, fraction="0", feedback="", more=""):
    return f"""<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>
        <feedback format="html"><text><![CDATA[{feedback}]]></text></feedback>{more}</answer>"""


def one(*args, **kwargs):
    found = read(question(*args, **kwargs))
    assert not found.left_out, found.left_out
    return found.items[0]


def codes(item):
    return [loss.code for loss in item.losses]


def left(*args, **kwargs):
    (each,) = read(question(*args, **kwargs)).left_out
    assert each.reason.words and each.place.question == 1
    return each.reason.code


OPTIONS = answer("<p>Right</p>", "100", "<p>Yes</p>") + answer("Wrong") + answer("None")
COMBINED = "".join(
    f'<{name} format="html"><text>Your answer is {word}.</text></{name}>'
    for name, word in (
        ("correctfeedback", "correct"),
        ("partiallycorrectfeedback", "partially correct"),
        ("incorrectfeedback", "incorrect"),
    )
)


def test_what_every_question_has():
    category = "<question type='category'><category><text>$course$/top/Default for X/Doors</text></category></question>"
    (item,) = read(category, question("multichoice", f"<single>true</single>{COMBINED}{OPTIONS}")).items
    assert (item.kind, item.prompt, item.name, item.key) == (
        "single_choice",
        "What is it?",
        "A name",
        "q-7",
    )
    assert (item.explanation, item.points, item.tags) == ("Because.", 1, ("Doors", "first steps"))
    assert (item.category, item.place.question) == ("Default for X/Doors", 2)
    assert [(each.text, each.share, each.feedback) for each in item.options] == [
        ("Right", 1, "Yes"),
        ("Wrong", 0, ""),
        ("None", 0, ""),
    ]
    assert item.losses == ()


def test_several_right_options():
    options = answer("a", "50") + answer("b", "50.00000") + answer("c", "-100")
    item = one("multichoice", f"<single>false</single>{options}")
    assert item.kind == "multiple_choice" and codes(item) == []
    thirds = "".join(answer(text, "33.33333") for text in "abc") + answer("d", "-100")
    assert codes(one("multichoice", f"<single>false</single>{thirds}")) == []
    assert codes(one("multichoice", f"<single>false</single>{answer('a', '100')}{answer('b')}")) == [
        "penalties"
    ]


def test_true_and_false():
    item = one("truefalse", answer("true", "0", "No.") + answer("false", "100", "Well."))
    assert (item.kind, item.truth, item.explanation) == ("true_false", False, "Because.")
    assert codes(item) == ["two_feedbacks"]


def test_short_answers():
    item = one(
        "shortanswer",
        "<usecase>1</usecase>" + answer("CO", "100") + answer("C*", "50") + answer("*", "0", "No"),
    )
    assert (item.kind, item.case) == ("short_answer", True)
    assert {each.text: each.share for each in item.options} == {"CO": 1, "C*": Fraction(1, 2)}
    assert codes(item) == ["wrong_texts"]


def test_numbers_with_units():
    units = (
        "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>"
        "<unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>"
    )
    item = one(
        "numerical", answer("1.2", "100", more="<tolerance>0.05</tolerance>") + answer("*", "0") + units
    )
    (number,) = item.numbers
    assert (number.value, number.tolerance) == (Decimal("1.2"), Decimal("0.05"))
    assert [(unit.symbol, unit.factor) for unit in item.units] == [("m", 1), ("cm", Decimal("0.01"))]


@pytest.mark.parametrize("kind", ["matching", "match"])
def test_pairs(kind):
    def sub(text, right):
        return f'<subquestion format="html"><text>{text}</text><answer><text>{right}</text></answer></subquestion>'

    item = one(kind, sub("a", "1") + sub("b", "2") + sub("", "3"))
    assert (item.kind, item.pairs, item.extras) == ("matching", (("a", "1"), ("b", "2")), ("3",))


def test_an_order_goes_by_its_numbers():
    item = one("ordering", answer("third", "3.0") + answer("first", "1.0") + answer("second", "2.0"))
    assert item.sequence == ("first", "second", "third")


def test_an_essay():
    notes = '<graderinfo format="html"><text>&lt;p&gt;Look for names.&lt;/p&gt;</text></graderinfo>'
    item = one(
        "essay", f"<responseformat>editor</responseformat><attachments>2</attachments>{notes}", grade="5"
    )
    assert (item.kind, item.notes, item.points, codes(item)) == (
        "essay",
        "Look for names.",
        5,
        ["attachments"],
    )


def test_words_to_drag_and_to_select():
    boxes = "".join(
        f"<dragbox><text>{word}</text><group>1</group></dragbox>" for word in ("before", "after", "ask")
    )
    item = one("ddwtos", boxes, text="Trust comes [[1]] tools. [[3]] first.")
    assert item.text == "Trust comes [[1]] tools. [[2]] first."
    assert [[each.text for each in gap.options if each.share] for gap in item.gaps] == [["before"], ["ask"]]
    options = "".join(
        f"<selectoption><text>{word}</text><group>{group}</group></selectoption>"
        for word, group in (("before", 1), ("doors", 2), ("after", 1))
    )
    item = one("gapselect", options, text="[[1]] the [[2]]")
    assert [[each.text for each in gap.options] for gap in item.gaps] == [["before", "after"], ["doors"]]


def test_embedded_answers():
    item = one(
        "cloze",
        text="<p>Ask the {2:SHORTANSWER:=neighbours~%50%people#nearly} {1:MULTICHOICE:=before~after#no}"
        " {1:SAC:=CO} \\{so\\}</p>",
    )
    typed, chosen, exact = item.gaps
    assert item.text == "Ask the [[1]] [[2]] [[3]] {so}"
    assert [(each.text, each.share) for each in typed.accepted] == [
        ("neighbours", 1),
        ("people", Fraction(1, 2)),
    ]
    assert (typed.points, typed.case, exact.case) == (2, False, True)
    assert [(each.text, each.share) for each in chosen.options] == [("before", 1), ("after", 0)]
    assert codes(item) == ["feedback_on_gaps"]


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ('<hint format="html"><text>Think.</text></hint>', "hints"),
        ('<hint format="html"><text></text></hint>', None),
        ('<correctfeedback format="html"><text>Splendid!</text></correctfeedback>', "combined_feedback"),
        ("<correctfeedback><text>&lt;p&gt;Your answer is correct.&lt;/p&gt;</text></correctfeedback>", None),
    ],
)
def test_what_is_said_beside_is_told_where_somebody_wrote_it(inner, code):
    found = codes(one("multichoice", f"<single>true</single>{inner}{OPTIONS}"))
    assert found == ([code] if code else [])


@pytest.mark.parametrize(
    ("grade", "points", "lost"), [("2.5", 2, True), ("0", 1, True), ("500", 100, True), ("3", 3, False)]
)
def test_points(grade, points, lost):
    item = one("truefalse", answer("true", "100"), grade=grade)
    assert (item.points, codes(item) == ["points"]) == (points, lost)


def test_pictures_of_the_text_are_told():
    text = '<p>Look: <img src="@@PLUGINFILE@@/a.png" alt="a door"></p>'
    item = one("truefalse", answer("true", "100"), text=text)
    assert item.prompt == "Look: a door" and codes(item) == ["media"]
    inner = '<file name="a.png" path="/" encoding="base64">iVBORw0KGgo=</file>'
    found = moodle_xml.read(
        f"""<quiz><question type="truefalse"><name><text>x</text></name>
        <questiontext format="html"><text>Look.</text>{inner}</questiontext>{answer("true", "100")}</question></quiz>""".encode()
    )
    assert codes(found.items[0]) == ["media"]


@pytest.mark.parametrize(
    ("style", "text", "prompt"),
    [
        ("html", "a &lt;b&gt;&amp;amp; c&lt;/b&gt;", "a & c"),
        ("plain_text", "a &lt;b&gt; c", "a <b> c"),
        ("moodle_auto_format", "a &lt; b", "a < b"),
        ("moodle_auto_format", "a &lt;b&gt;c&lt;/b&gt;", "a c"),
        ("markdown", "a *b*", "a *b*"),
    ],
)
def test_formats_of_texts(style, text, prompt):
    found = moodle_xml.read(
        f"""<quiz><question type="truefalse"><questiontext format="{style}"><text>{text}</text></questiontext>
        {answer("true", "100")}</question></quiz>""".encode()
    )
    assert found.items[0].prompt == prompt


def test_exports_of_other_tools_leave_things_out():
    """No idnumber, tags, grades or feedback; texts straight inside of an element; comments; white space around."""
    found = moodle_xml.read(
        b"""\xef\xbb\xbf<?xml version="1.0"?>
        <!-- exported --><quiz>
        <question type="multichoice"><name><text> Q1 </text></name>
        <questiontext format="html"><text>Who?</text></questiontext>
        <answer fraction="100"><text>A</text></answer><answer fraction="0"><text>B</text></answer>
        <shuffleanswers>1</shuffleanswers><answernumbering>abc</answernumbering></question>
        <question type="essay"><questiontext>Why?</questiontext></question>
        </quiz>"""
    )
    assert [(item.kind, item.prompt, item.name, item.points) for item in found.items] == [
        ("single_choice", "Who?", "Q1", 1),
        ("essay", "Why?", "", 1),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-5"])
def test_encodings(encoding):
    text = f"""<?xml version="1.0" encoding="{encoding}"?><quiz><question type="truefalse">
        <questiontext format="html"><text>Кто откроет?</text></questiontext>{answer("true", "100")}</question></quiz>"""
    assert moodle_xml.read(text.encode(encoding)).items[0].prompt == "Кто откроет?"


@pytest.mark.parametrize("text", ["من يفتح؟", "谁开门？", "¿Quién?"])
def test_scripts(text):
    assert one("truefalse", answer("true", "100"), text=text).prompt == text


@pytest.mark.parametrize(
    ("kind", "inner", "more", "code"),
    [
        ("calculated", "", {}, "no_counterpart"),
        ("ddmarker", "", {}, "no_counterpart"),
        ("some_plugin", "", {}, "no_counterpart"),
        ("", "", {}, "no_counterpart"),
        ("description", "", {}, "description"),
        ("multichoice", OPTIONS, {"text": ""}, "no_prompt"),
        ("multichoice", answer("a") + answer("b"), {}, "nothing_right"),
        ("multichoice", answer("", "100") + answer("b"), {}, "empty_answer"),
        ("multichoice", answer("a", "1e9999999999") + answer("b"), {}, "bad_share"),
        ("multichoice", answer("a", "1/3") + answer("b"), {}, "bad_share"),
        ("multichoice", answer("a", "101") + answer("b"), {}, "bad_share"),
        ("truefalse", answer("true"), {}, "nothing_right"),
        ("truefalse", answer("true", "100"), {"grade": "1e9999999999"}, "bad_points"),
        ("truefalse", answer("true", "100"), {"grade": "many"}, "bad_points"),
        ("shortanswer", answer("a", "50"), {}, "nothing_right"),
        ("numerical", answer("1e999999999", "100"), {}, "bad_number"),
        ("numerical", answer("1", "100", more="<tolerance>-1</tolerance>"), {}, "bad_number"),
        ("numerical", answer("1", "100") + "<units><unit><multiplier>0</multiplier><unit_name>m</unit_name></unit></units>", {}, "bad_unit"),
        ("matching", "", {}, "too_few_pairs"),
        ("ordering", answer("a", "1"), {}, "too_few_steps"),
        ("ddwtos", "", {"text": "[[1]]"}, "no_choice"),
        ("gapselect", "", {}, "no_gaps"),
        ("cloze", "", {}, "no_gaps"),
        ("cloze", "", {"text": "{1:NUMERICAL:=5:1}"}, "no_counterpart"),
        ("cloze", "", {"text": "{1:SHORTANSWER:=a"}, "bad_gap"),
        ("cloze", "", {"text": "{999:SHORTANSWER:=a}"}, "bad_points"),
        ("cloze", "", {"text": "{1:SHORTANSWER:~a}"}, "nothing_right"),
        ("cloze", "", {"text": "{1:SA:" * 10_000}, "too_long"),
        ("truefalse", answer("true", "100"), {"text": "<p>a</p>" * 10_000}, "too_long"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_taken_over(kind, inner, more, code):
    assert left(kind, inner, **more) == code


LAUGHS = (
    '<!DOCTYPE quiz [<!ENTITY a "ha">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><quiz>&i;</quiz>"
)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (LAUGHS, "forbidden_xml"),
        ('<!DOCTYPE quiz SYSTEM "http://127.0.0.1/x.dtd"><quiz/>', "forbidden_xml"),
        ('<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>', "forbidden_xml"),
        ("<!DOCTYPE quiz><quiz/>", "forbidden_xml"),
        ("<quiz>&nbsp;</quiz>", "bad_xml"),
        ("<quiz>\n<question>", "bad_xml"),
        ("<quiz>\0</quiz>", "bad_xml"),
        ("", "bad_xml"),
        ("not xml", "bad_xml"),
        ('<?xml version="1.0" encoding="riddle"?><quiz/>', "bad_xml"),
        ("<html><body/></html>", "not_a_quiz"),
        ("<quiz/>", "no_questions"),
        ("<quiz>" + "<a>" * 200_000, "too_deep"),
        ("<quiz>" + "<question/>" * 1001 + "</quiz>", "too_many"),
        ("<quiz>" + " " * (5 * 1024 * 1024), "too_large"),
    ],
)
def test_files_that_are_refused(data, code):
    with pytest.raises(FileRefused) as caught:
        moodle_xml.read(data.encode())
    assert caught.value.code == code and str(caught.value.message)


def test_where_a_file_breaks_is_told():
    with pytest.raises(FileRefused) as caught:
        moodle_xml.read(b"<quiz>\n<question>\n</quiz>")
    assert caught.value.place.line == 3


@given(st.binary(max_size=60))
def test_whatever_bytes_come_are_read_or_refused(data):
    with pytest.raises(FileRefused):
        moodle_xml.read(data)
