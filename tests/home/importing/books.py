"""xlsx files for tests: honest ones, and ones that no spreadsheet makes."""

import io
import zipfile

import openpyxl


def book(*rows) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def changed(data: bytes, **parts) -> bytes:
    """The same archive with parts replaced or added, by their names with `__` for a slash and `_dot_` for a dot."""
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in source.infolist():
            if part.filename not in named:
                made.writestr(part.filename, source.read(part))
        for name, content in named.items():
            made.writestr(name, content)
    return target.getvalue()


SHEET = (
    '<?xml version="1.0"?>{declared}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


def sheet(rows: str, declared: str = "") -> bytes:
    """A workbook whose only sheet has these rows, as XML."""
    content = SHEET.format(declared=declared, rows=rows)
    return changed(book(["title"]), xl__worksheets__sheet1_dot_xml=content)


def cell(text: str, place: str = "A1") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
