"""CSV as spreadsheets and people write it: UTF-8 or UTF-16, commas, semicolons or tabs. Pure."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from .faults import refused

DELIMITERS = (",", ";", "\t")
#: whether a cell is the heading of a column
Heading = Callable[[str], bool]


def lines(data: bytes, is_heading: Heading) -> Iterator[tuple[int, list[str]]]:
    """`(number of the line in which it begins, cells)` of each record. Raises FileRefused, with the line."""
    text = decoded(data)
    yield from _records(text, delimiter(text, is_heading))


def decoded(data: bytes, told: str = "") -> str:
    """The text of a file in UTF-8, or in UTF-16 with a byte-order mark. Raises FileRefused, with the line and `told`."""
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, errors="ignore")
        told = told or _("The text isn’t in UTF-8. Save the file as “CSV UTF-8”, or as xlsx.")
        raise refused(told, before.count("\n") + 1) from None


def delimiter(text: str, is_heading: Heading) -> str:
    """What separates the cells: that by which the first line holds most of our headings, then most headings at all."""

    def worth(sign: str) -> tuple[int, int]:
        first = next((cells for cells in _loosely(text, sign) if any(map(str.strip, cells))), [])
        return sum(is_heading(cell.strip()) for cell in first[:200]), len(first)

    return max(DELIMITERS, key=worth)


def _loosely(text: str, sign: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    except csv.Error:
        return


def _records(text: str, sign: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "field limit" in str(error):
                message = _(
                    "A cell has more characters than any may have, or a quotation mark is never closed."
                )
            else:
                message = _(
                    "A quotation mark stands inside a cell, or is never closed. Inside a cell it is doubled."
                )
            raise refused(message, line) from None
        if cells is None:
            return
        yield line, cells
