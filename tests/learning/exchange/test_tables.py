"""CSV: a round trip loses nothing of any type, cells are no formulas, and what is wrong is told with its line."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from learning.exchange import tables
from learning.exchange.faults import FileRefused
from learning.exchange.items import Place
from tests.learning.exchange.items import items

HEAD = "type,question,answers\n"


def read(text):
    return tables.read(text.encode())


def reasons(text):
    return [(each.place.line, each.reason.code) for each in read(text).left_out]


def refused(data):
    with pytest.raises(FileRefused) as caught:
        tables.read(data)
    return caught.value.code, caught.value.place.line, str(caught.value.message)


@given(items())
def test_a_round_trip_loses_nothing_of_any_type(item):
    found = read(tables.write([item]))
    assert not found.left_out and not found.silent
    assert [replace(each, place=Place()) for each in found.items] == [item]


@given(items())
def test_no_cell_is_a_formula(item):
    _head, row = csv.reader(io.StringIO(tables.write([item]).removeprefix("\ufeff")))
    assert not [cell for cell in row if cell.startswith(tuple("=+-@\t\r"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_files_as_spreadsheets_write_them(encoding, sign):
    rows = [["Type", "Question", "Answers"], ["single_choice", "Кто первый? من؟ 谁", "[x] Да\r\n[ ] لا"]]
    target = io.StringIO()
    csv.writer(target, delimiter=sign).writerows(rows)
    (item,) = tables.read(target.getvalue().encode(encoding)).items
    assert item.prompt == "Кто первый? من؟ 谁"
    assert [(each.text, int(each.share)) for each in item.options] == [("Да", 1), ("لا", 0)]


def test_columns_that_are_missing_are_silent():
    found = read(HEAD + "true_false,Trust comes first.,true\n")
    assert found.items[0].truth is True
    assert {"points", "tags", "explanation", "name", "key"} <= found.silent
    assert "prompt" not in found.silent


def test_gaps_are_written_as_people_read_them():
    cell = "#1 typed capitals weight=2\n[x] neighbours\n[50] people\n#2 chosen\n[x] before\n[ ] after"
    found = read(f'type,question,text,answers\nfill_in,Fill in.,Ask the [[1]] [[2]].,"{cell}"\n')
    first, second = found.items[0].gaps
    assert (first.case, first.points, [each.text for each in first.accepted]) == (
        True,
        2,
        ["neighbours", "people"],
    )
    assert [each.text for each in second.options] == ["before", "after"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("riddle,What?,[x] a", "no_counterpart"),
        ("single_choice,,[x] a", "no_prompt"),
        ("single_choice,What?,a", "bad_line"),
        ("single_choice,What?,[50] a", "bad_line"),
        ("single_choice,What?,[x] a | b | c", "bad_line"),
        ("short_answer,What?,[ ] a", "bad_line"),
        ("short_answer,What?,[101] a", "bad_line"),
        ("true_false,What?,perhaps", "bad_line"),
        ("numeric,What?,[x] many", "bad_number"),
        ("numeric,What?,[x] 1e999999999", "bad_number"),
        ("numeric,What?,[x] 5 | -1", "bad_number"),
        ("numeric,What?,[x] 1..5 | 2", "bad_number"),
        ("numeric,What?,[x] NaN", "bad_number"),
        ("fill_in,What?,[x] a", "bad_line"),
        ("fill_in,What?,#2 typed", "bad_line"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_its_line(row, code):
    good = "true_false,Trust comes first.,true\n"
    found = read(HEAD + good + row + "\n" + good)
    assert [(each.place.line, each.reason.code) for each in found.left_out] == [(3, code)]
    assert found.left_out[0].reason.words
    assert len(found.items) == 2


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "bad_table", 1),
        (b"type,question\n", "bad_table", 1),
        (b"type,question,answers,answers\n", "bad_table", 1),
        (b"type,question,answers,riddle\n", "bad_table", 1),
        (HEAD.encode(), "no_questions", 0),
        (HEAD.encode() + b"true_false,a,true,more\n", "bad_table", 2),
        (HEAD.encode() + b"true_false,a\0b,true\n", "bad_table", 2),
        (HEAD.encode() + b'true_false,"never closed,true\n', "bad_table", 2),
        (HEAD.encode() + b"true_false,\xff\xfe,true\n", "bad_table", 2),
        (HEAD.encode() + b"true_false," + b"a" * 20_001 + b",true\n", "bad_table", 2),
        (HEAD.encode() + b"true_false,a,true\n" * 1001, "too_many", 0),
        (b"a" * (5 * 1024 * 1024 + 1), "too_large", 0),
    ],
)
def test_files_that_are_no_table_of_questions_are_refused(data, code, line):
    found = refused(data)
    assert found[:2] == (code, line) and found[2]


def test_the_columns_of_the_documentation():
    text = (Path(__file__).parents[3] / "docs/importing-questions.md").read_text()
    table = text.split("| name | what stands in it |")[1].split("\n\n")[0]
    named = [name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split(" | ")[0])]
    assert named == [column.name for column in tables.COLUMNS]


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("single_choice", r"[x] right | feedback;[ ] wrong | feedback"),
        ("short_answer", "[x] accepted;[50] worth half"),
        ("numeric", "[x] 1.2 | 0.05;[x] 1.2 | 5%;[50] 1..1.5"),
        ("matching", "this | belongs to;that | to this;| belongs to nothing"),
        ("ordering", "first;second"),
        ("categorise", "category | item | item 2;empty"),
        ("essay", ""),
    ],
)
def test_answers_as_the_documentation_writes_them(kind, answers):
    target = io.StringIO()
    csv.writer(target).writerows([["type", "question", "answers"], [kind, "?", answers.replace(";", "\n")]])
    (item,) = read(target.getvalue()).items
    assert tables.cells_of(item)["answers"] == answers.replace(";", "\n")
