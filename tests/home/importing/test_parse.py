"""Bytes become rows or a refusal that says where: CSV in all its kinds, xlsx, and what only looks like either."""

import csv
import io
import re
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings as django_settings
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.core.tables.spreadsheets import guarded, unguarded
from home.guides.importing import columns, parse, workbook
from home.guides.importing.api import KINDS, FileRefused, blank
from home.vocabulary.api import Names
from tests.home.importing import books


def rows(data: bytes, name="practices.csv"):
    return [(row.line, row.cells) for row in parse.parse(data, name)]


def fault(data: bytes, name="practices.csv"):
    with pytest.raises(FileRefused) as caught:
        parse.parse(data, name)
    found = caught.value.faults[0]
    return found.line, found.column, found.message


# CSV ---------------------------------------------------------------------------------------------------------------

TEXT = 'title;place\nEins;"a; ""b"""\n\nZwei;Zürich\n'
READ = [(2, {"title": "Eins", "place": 'a; "b"'}), (4, {"title": "Zwei", "place": "Zürich"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding):
    assert rows(TEXT.encode(encoding)) == READ
    assert rows(b"\xfe\xff" + TEXT.encode("utf-16-be")) == READ


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_ends_of_lines(sign, end):
    text = end.join([sign.join(["title", "place", "summary"]), sign.join(["T", '"a, b; c"', '"x\ty"'])])
    assert rows(text.encode()) == [(2, {"title": "T", "place": "a, b; c", "summary": "x\ty"})]


def test_a_line_is_where_a_record_begins():
    data = b'title,context\n"One","a\nb\nc"\nTwo,d\n'
    assert [line for line, _cells in rows(data)] == [2, 5]
    assert rows(data)[0][1]["context"] == "a\nb\nc"


def test_short_lines_have_all_columns_and_empty_ones_are_none():
    assert rows(b"title,place,,\nOne\n,,,\n , \nTwo,X,,\n") == [
        (2, {"title": "One", "place": ""}),
        (5, {"title": "Two", "place": "X"}),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", (None, "", "The file is empty.")),
        (b"\n\n", (None, "", "The file is empty.")),
        (
            b"title\nZ\xfcrich\n",
            (2, "", "The text isn’t in UTF-8. Save the file as “CSV UTF-8”, or as xlsx."),
        ),
        (
            b"\xff\xfet\x00i\x00\n",
            (1, "", "The text isn’t in UTF-8. Save the file as “CSV UTF-8”, or as xlsx."),
        ),
        (b"title,titel\nA,B\n", (1, "titel", "There is no such column. Do you mean “title”?")),
        (b"title,qqqqq\nA,B\n", (1, "qqqqq", "There is no such column.")),
        (b"title,place,Title\nA,B,C\n", (1, "Title", "This column is there twice.")),
        (b"title,place,Place\nA,B,C\n", (1, "Place", "This column is there twice.")),
        (b"title,\nA,B\n", (2, "2", "There is something in a column without a heading.")),
        (b"title\nA,B\n", (2, "2", "There is something in a column without a heading.")),
        (
            b"title\nA\nB\0C\n",
            (3, "Title", "There is a NUL character, which no text has. Save the file as UTF-8."),
        ),
        (
            "title\nA\n".encode("utf-16-le"),
            (1, "title", "There is a NUL character, which no text has. Save the file as UTF-8."),
        ),
        (
            b'title\nA\n"B" C\n',
            (
                3,
                "",
                "A quotation mark stands inside a cell, or is never closed. Inside a cell it is doubled.",
            ),
        ),
        (
            b'title,place\nA,B\n"C,D\nE,F\n',
            (
                3,
                "",
                "A quotation mark stands inside a cell, or is never closed. Inside a cell it is doubled.",
            ),
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(data, expected):
    assert fault(data) == expected


def test_limits(monkeypatch):
    monkeypatch.setattr(parse, "MOST_ROWS", 3)
    monkeypatch.setattr(parse, "MOST_BYTES", 200)
    monkeypatch.setattr(parse, "MOST_COLUMNS", 2)
    monkeypatch.setattr(parse, "MOST_CHARACTERS", 10)
    assert len(rows(b"title\na\nb\nc\n")) == 3
    assert fault(b"title\na\nb\nc\nd\n")[::2] == (5, "The file has more than 3 rows.")
    assert fault(b"x" * 201)[2] == "The file is larger than 0 MB."
    assert fault(b"title,place,summary\n")[2] == "The file has more than 2 columns."
    assert rows(b"title\n0123456789\n")
    assert fault(b"title,place\nx,0123456789a\n") == (2, "Place", "The cell has more than 10 characters.")
    monkeypatch.undo()
    headings = [str(number) for number in range(41)]
    assert fault(books.book(headings))[2] == "The file has more than 40 columns."


def test_a_field_beyond_every_limit(monkeypatch):
    assert fault(b"title\n" + b"x" * 200_000)[::2] == (
        2,
        "A cell has more characters than any may have, or a quotation mark is never closed.",
    )


# Headings ----------------------------------------------------------------------------------------------------------


def test_headings_are_names_or_labels_in_any_language():
    assert [
        columns.named(text) for text in ("period_from", "From", "PLACE", " human  rights ", "Человек")
    ] == [
        "period_from",
        "period_from",
        "place",
        "human_rights",
        None,
    ]
    for code in ("ar", "zh-hans", "en", "fr", "ru", "es"):
        with override(code):
            assert columns.named(columns.title("summary")) == "summary"
            assert "target" in columns.meant(columns.title("target"))


def test_no_two_columns_have_the_same_label_in_english():
    assert [columns.named(columns.title(name)) for name in columns.BY_NAME] == list(columns.BY_NAME)


def test_a_word_for_two_columns_is_none(monkeypatch):
    several = columns._headings() | {"место": frozenset({"place", "target"})}
    monkeypatch.setattr(columns, "_headings", lambda: several)
    assert fault("Место\nx\n".encode()) == (1, "Место", "This may be any of place, target: use the name.")


def test_messages_are_in_the_reader_s_language():
    with override("fr"):
        line, column, _message = fault(b"summary\nA\nB\0C\n")
    assert (line, column) == (3, "Résumé")


# Formulas ----------------------------------------------------------------------------------------------------------


@given(st.text(alphabet=st.sampled_from("'=+-@\t\rab ")) | st.text())
def test_what_is_guarded_comes_back(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_formulas_are_text_in_csv():
    assert rows(b"title,place,summary\n=1+1,'=1+1,''-x\n") == [
        (2, {"title": "=1+1", "place": "=1+1", "summary": "'-x"})
    ]


# xlsx --------------------------------------------------------------------------------------------------------------


def test_values_of_a_workbook():
    data = books.book(
        ["title", "period_from", "review_due_on", "consent", "place", "period_to", "summary"],
        ["One", 2019, date(2027, 1, 31), True, "'=x", 2021.0, 1.5],
        [],
        ["Two", None, datetime(2027, 1, 31, 12), False],
    )
    assert rows(data, "a.xlsx") == [
        (
            2,
            {
                "title": "One",
                "period_from": "2019",
                "review_due_on": "2027-01-31",
                "consent": "yes",
                "place": "=x",
                "period_to": "2021",
                "summary": "1.5",
            },
        ),
        (
            4,
            {
                "title": "Two",
                "period_from": "",
                "review_due_on": "2027-01-31T12:00:00",
                "consent": "no",
                "place": "",
                "period_to": "",
                "summary": "",
            },
        ),
    ]


def test_only_the_first_sheet_is_read():
    made = openpyxl.Workbook()
    made.active.append(["title"])
    made.active.append(["One"])
    made.create_sheet("More").append(["nonsense"])
    assert rows(books.saved(made)) == [(2, {"title": "One"})]


def test_formulas_of_a_workbook_are_refused():
    assert fault(books.book(["title"], ["=1+1"])) == (
        2,
        "A",
        "The cell holds a formula. Put its value there.",
    )
    assert fault(books.book(["title", "place"], ["x", "#REF!"]))[:2] == (2, "B")


def test_a_formula_with_a_value_is_refused_too():
    data = books.sheet(
        f'<row r="1">{books.cell("title")}</row><row r="2"><c r="A2" t="str"><f>HYPERLINK("http://x")</f><v>Nice</v></c></row>'
    )
    assert fault(data)[:2] == (2, "A")


def test_a_sheet_s_own_idea_of_its_size_is_not_believed():
    content = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="A1:A1"/><sheetData><row r="1">{books.cell("title")}{books.cell("place", "B1")}</row>'
        f'<row r="3">{books.cell("One", "A3")}{books.cell("X", "B3")}</row></sheetData></worksheet>'
    )
    data = books.changed(books.book(["title"]), xl__worksheets__sheet1_dot_xml=content)
    assert rows(data) == [(3, {"title": "One", "place": "X"})]


# Hostile workbooks -------------------------------------------------------------------------------------------------

HUGE = "The file holds far more than a table of practices, once it is opened."
DAMAGED = "The file is damaged, or isn’t an xlsx file. Open it and save it anew."


def test_a_bomb_is_refused_without_being_opened():
    data = books.changed(books.book(["title"]), xl__media__bomb_dot_bin=b"\0" * (60 * 1024 * 1024))
    assert len(data) < 100_000
    begun = time.process_time()
    assert fault(data)[2] == HUGE
    assert time.process_time() - begun < 0.5


def lying(data: bytes, name: str, size: int) -> bytes:
    """The archive with another size for a part, in the directory and before the part itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        true = archive.getinfo(name)
    old, new = true.file_size.to_bytes(4, "little"), size.to_bytes(4, "little")
    compressed = true.compress_size.to_bytes(4, "little")
    assert data.count(compressed + old) == 2
    return data.replace(compressed + old, compressed + new)


def test_sizes_that_lie_help_nobody():
    name = "xl/worksheets/sheet1.xml"
    big = books.changed(
        books.book(["title"]), **{name.replace("/", "__").replace(".", "_dot_"): b" " * (60 * 1024 * 1024)}
    )
    assert fault(lying(big, name, 100))[2] == DAMAGED
    assert fault(lying(books.book(["title"], ["x"]), name, 60 * 1024 * 1024))[2] == HUGE


def test_reading_counts_again(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_BYTES", 100)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.xml", b"<a>" + b"x" * 100 + b"</a>")
    # Even if the directory's sizes were passed over.
    with zipfile.ZipFile(archive) as made, pytest.raises(workbook._Unbearable):
        workbook._read(made, made.infolist()[0], 50, workbook._Counter(10))


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">',
    ],
)
def test_document_types_are_refused(declared):
    data = books.sheet(f'<row r="1">{books.cell("title")}</row>', declared)
    assert fault(data)[2] == "The file declares a document type, which no spreadsheet does."
    utf16 = books.SHEET.format(declared=declared, rows="").replace('"1.0"', '"1.0" encoding="utf-16"')
    data = books.changed(books.book(["title"]), xl__sharedStrings_dot_xml=utf16.encode("utf-16"))
    assert fault(data)[2] == "The file declares a document type, which no spreadsheet does."


def test_links_to_elsewhere_are_not_followed():
    link = (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<externalBook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/>'
        "</externalLink>"
    )
    data = books.changed(books.book(["title"], ["One"]), xl__externalLinks__externalLink1_dot_xml=link)
    assert rows(data) == [(2, {"title": "One"})]


def test_macros_and_passwords_are_refused():
    data = books.changed(books.book(["title"]), xl__vbaProject_dot_bin=b"\0")
    assert "macros" in fault(data)[2]
    assert "password" in fault(b"\xd0\xcf\x11\xe0" + b"\0" * 100, "a.xlsx")[2]


@pytest.mark.parametrize(
    "inner", ["<c><v/></c>" * 1_000 + "<x/>" * 500_000, "<row/>" * 600_000, "<a>" * 100 + "</a>" * 100]
)
def test_too_many_or_too_deep_elements_are_refused(inner):
    assert fault(books.sheet(f'<row r="1">{inner}</row>'))[2] == HUGE


def test_one_long_text_in_many_cells_is_refused():
    made = openpyxl.Workbook()
    made.active.append(["title", "place"])
    for _ in range(300):
        made.active.append(["x" * 20_000] * 2)
    data = books.saved(made)
    assert len(data) < 40_000
    assert fault(data)[::2] == (252, "The file holds more than 10000000 characters.")


def test_lines_without_end_are_refused():
    first = f'<row r="1">{books.cell("title")}</row>'
    message = "The sheet goes on and on. Delete the empty lines below the table."
    assert fault(books.sheet(f'{first}<row r="999999999999">{books.cell("x", "A9")}</row>'))[2] == message
    begun = time.process_time()
    assert fault(books.sheet(first + '<row><c r="AMJ1"/></row>' * 5_100))[2] == message
    assert time.process_time() - begun < 4
    # A format on the last line of all, which some programs leave behind, is no line.
    assert rows(
        books.sheet(f'{first}<row r="2">{books.cell("One", "A2")}</row><row r="1048576" ht="12"/>')
    ) == [(2, {"title": "One"})]


def test_far_away_columns_are_seen():
    data = books.sheet(
        f'<row r="1">{books.cell("title")}</row><row r="2">{books.cell("x", "A2")}{books.cell("y", "XFD2")}</row>'
    )
    assert fault(data)[2] == "The file has more than 40 columns."
    data = books.sheet(
        f'<row r="1">{books.cell("title")}</row><row r="2">{books.cell("x", "A2")}{books.cell("y", "ZZ2")}</row>'
    )
    assert fault(data)[::2] == (2, "The file has more than 40 columns.")
    data = books.sheet(
        f'<row r="1">{books.cell("title")}</row><row r="2">{"<c/>" * 1024}<c><v>1</v></c></row>'
    )
    assert fault(data)[2] == "The file has more than 40 columns."


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 100, books.book(["title"])[:-30]])
def test_what_is_no_workbook_is_refused(data):
    assert fault(data)[2] == DAMAGED


def test_an_archive_of_something_else():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", "application/epub+zip")
    assert fault(target.getvalue())[2] == DAMAGED
    assert fault(b"title\nx\n", "a.xlsx")[2] == "This file isn’t what its name says: it is no xlsx file."


# Whatever the bytes ------------------------------------------------------------------------------------------------

HEADINGS = st.sampled_from([*columns.BY_NAME, "Titel", "", "\0"])
TABLES = st.lists(st.lists(HEADINGS | st.text(max_size=20), max_size=5), max_size=5)


def parsed_or_refused(data, name=""):
    try:
        found = parse.parse(data, name)
    except FileRefused as error:
        assert error.faults and all(fault.message for fault in error.faults)
        return
    assert all(set(row.cells) <= set(columns.BY_NAME) for row in found)


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", ""]))
def test_any_bytes(data, name):
    parsed_or_refused(data, name)


@given(TABLES, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-32"]))
def test_any_table(table, sign, encoding):
    target = io.StringIO()
    csv.writer(target, delimiter=sign, escapechar="\\").writerows(table)
    parsed_or_refused(target.getvalue().encode(encoding, errors="replace"))


GOOD = books.book(["title", "place"], ["One", "X"])


@given(st.data())
@settings(deadline=None)
def test_any_damage_to_a_workbook(data):
    good = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 5))):
        good[data.draw(st.integers(4, len(good) - 1))] = data.draw(st.integers(0, 255))
    parsed_or_refused(bytes(good))


@given(st.text(alphabet=st.sampled_from('<>/ "=rctsvfiAB12inlineStr'), max_size=60))
@settings(deadline=None, max_examples=40)
def test_any_sheet(inner):
    parsed_or_refused(books.sheet(f'<row r="1">{books.cell("title")}</row>{inner}'))


@pytest.mark.parametrize("kind", KINDS)
def test_the_blank_file_has_every_column_and_is_read(kind):
    ((line, cells),) = rows(blank(kind, Names()), f"a.{kind}")
    assert line == 2
    assert list(cells) == [name for name in columns.BY_NAME if name not in ("url", "kind")]


def test_the_documentation_has_every_column():
    text = (Path(django_settings.BASE_DIR) / "docs" / "importing-practices.md").read_text()
    table = text[text.index("## Columns") : text.index("## Text")]
    told = [
        name
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    ]
    assert sorted(told) == sorted(columns.BY_NAME)
