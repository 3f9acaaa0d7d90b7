"""From a file's bytes to rows of named cells. Pure; reads CSV and xlsx, and believes nothing that a file says of itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cms.core.tables import delimited
from cms.core.tables.faults import Fault, FileRefused, refused
from cms.core.tables.spreadsheets import unguarded

from . import workbook
from .columns import meant, named, nearest, title

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 2_000
MOST_COLUMNS = 40
MOST_CHARACTERS = 20_000
# In a workbook many cells may share one long text.
MOST_TEXT = 10_000_000

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
# How many wrong headings are told at once.
MOST_FAULTS = 20


@dataclass(frozen=True)
class Row:
    """What stands in a line: `{column's name: text}`, of the columns that the file has, without blanks around."""

    line: int
    cells: dict[str, str]


def parse(data: bytes, name: str = "") -> list[Row]:
    """The rows of a file, blank lines left out. Raises FileRefused, and nothing else whatever the bytes."""
    if len(data) > MOST_BYTES:
        raise refused(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2})
    if data.startswith(OLD_EXCEL):
        raise refused(
            _(
                "This is an old Excel file, or one with a password. Save it as an xlsx file without a password."
            )
        )
    if data.startswith(workbook.MAGIC):
        lines = workbook.lines(data, MOST_COLUMNS)
    elif name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods")):
        raise refused(_("This file isn’t what its name says: it is no xlsx file."))
    else:
        lines = delimited.lines(data, lambda cell: named(cell) is not None)
    return _rows(lines)


def _rows(lines: Iterator[tuple[int, list[str]]]) -> list[Row]:
    filled = ((line, cells) for line, cells in lines if any(cell.strip() for cell in cells))
    first = next(filled, None)
    if first is None:
        raise refused(_("The file is empty."))
    names = _columns(*first)
    rows, length = [], 0
    for line, cells in filled:
        if len(rows) == MOST_ROWS:
            raise refused(_("The file has more than %(most)s rows.") % {"most": MOST_ROWS}, line)
        rows.append(Row(line, dict(_cells(line, names, cells))))
        length += sum(map(len, cells))
        if length > MOST_TEXT:
            raise refused(_("The file holds more than %(most)s characters.") % {"most": MOST_TEXT}, line)
    return rows


def _columns(line: int, headings: list[str]) -> list[str]:
    """The columns' names in their order, empty where there is none. Raises FileRefused for all that are wrong."""
    while headings and not headings[-1].strip():
        headings = headings[:-1]
    if len(headings) > MOST_COLUMNS:
        raise refused(_("The file has more than %(most)s columns.") % {"most": MOST_COLUMNS}, line)
    names, faults = [], []
    for number, heading in enumerate(headings, 1):
        heading = heading.strip()
        column = _shown(heading, number)
        if "\0" in heading:
            faults.append(_nul(line, column))
            continue
        name = named(heading) if heading else ""
        if name is None:
            faults.append(Fault(line, column, _unknown(heading)))
        elif name and name in names:
            faults.append(Fault(line, column, _("This column is there twice.")))
        names.append(name or "")
    if faults:
        raise FileRefused(*faults[:MOST_FAULTS])
    return names


def _unknown(heading: str) -> str:
    if several := meant(heading):
        return _("This may be any of %(names)s: use the name.") % {"names": ", ".join(sorted(several))}
    message, close = _("There is no such column."), nearest(heading)
    if close:
        message += " " + _("Do you mean “%(name)s”?") % {"name": close}
    return message


def _cells(line: int, names: list[str], cells: Iterable[str]) -> Iterator[tuple[str, str]]:
    """`(column's name, text)` of one line: of every column, the last ones of a short line too."""
    texts = list(cells)
    for number, text in enumerate(texts, 1):
        name = names[number - 1] if number <= len(names) else ""
        if not text.strip():
            continue
        if not name:
            raise refused(_("There is something in a column without a heading."), line, _shown("", number))
        if len(text) > MOST_CHARACTERS:
            raise refused(
                _("The cell has more than %(most)s characters.") % {"most": MOST_CHARACTERS},
                line,
                title(name),
            )
        if "\0" in text:
            raise FileRefused(_nul(line, title(name)))
    for number, name in enumerate(names):
        if name:
            yield name, unguarded(texts[number]).strip() if number < len(texts) else ""


def _shown(heading: str, number: int) -> str:
    """A column as a person finds it: by its heading, else by its number."""
    return heading.replace("\0", "")[:60] or str(number)


def _nul(line: int, column: str) -> Fault:
    return Fault(line, column, _("There is a NUL character, which no text has. Save the file as UTF-8."))
