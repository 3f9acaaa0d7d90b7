"""A file to begin with: every column, and one row as an example that could be imported as it is."""

import csv
import io

from cms.core.tables.spreadsheets import guarded
from home.vocabulary.api import Names

from .columns import COLUMNS, Kind

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def blank(kind: str, names: Names) -> bytes:
    """The file in a kind of `KINDS`; what it names is in this vocabulary."""
    # What only exports hold would make a reader wonder.
    shown = [column for column in COLUMNS if column.kind not in (Kind.PASSED, Kind.RESOURCE)]
    rows = [[column.name for column in shown], [_example(column, names) for column in shown]]
    return _csv(rows) if kind == "csv" else _xlsx(rows)


def _example(column, names: Names) -> str:
    if column.kind != Kind.NAMES or column.name == "region":
        return column.example
    codes = [code for name, code in names.ids if name == column.name]
    return "; ".join(codes[: 1 if column.name == "country" else 2])


def _csv(rows) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows([[guarded(text) for text in row] for row in rows])
    # The mark tells spreadsheets that it is UTF-8.
    return target.getvalue().encode("utf-8-sig")


def _xlsx(rows) -> bytes:
    import openpyxl  # takes a while, and few processes ever write a workbook

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([guarded(text) for text in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
