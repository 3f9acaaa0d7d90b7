"""The first sheet of an xlsx file as lines of text. Pure.

An xlsx file is an archive of XML: small when it comes, of any size and shape when it is opened. So all of it is looked
through first, in pieces, without keeping any; only parts that are plain XML of a bearable size are handed to the library that
understands them, in a new archive.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from xml.parsers import expat

from django.utils.translation import gettext as _

from cms.core.tables.faults import FileRefused, refused

MAGIC = b"PK\x03\x04"
MOST_BYTES = 50 * 1024 * 1024
MOST_PARTS = 500
# Two thousand rows of forty cells take a quarter of it; each costs memory, however short it is.
MOST_ELEMENTS = 500_000
MOST_DEPTH = 60
# The library fills a line up to its last cell. Some programs leave empty ones behind the table, up to this one.
LAST_COLUMN = 1_024
# Lines up to the sheet's end, as the format counts them, and how many of them may be there without holding anything.
LAST_LINE = 1_048_576
MOST_BLANK = 5_000
PIECE = 64 * 1024
MACROS = ("vbaproject.bin", "vbadata.xml")


class _Unbearable(Exception):
    """A part that is more than anybody's table."""


class _Far(Exception):
    """A part with a cell behind the last column that is looked at."""


class _Declares(Exception):
    """A part that declares a document type, which the format has no use for and attackers have."""


def lines(data: bytes, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    """`(number of the line, cells)` of each line of the first sheet. Raises FileRefused, with line and column."""
    archive = _plain(data, most_columns)
    import openpyxl  # takes a while, and few processes ever read a workbook

    try:
        book = openpyxl.load_workbook(archive, read_only=True, keep_links=False)
        sheet = next(iter(book.worksheets), None)
        if sheet is None:
            raise refused(_("There is no sheet in this file."))
        # What a sheet says of its own size need not be true.
        sheet.reset_dimensions()
        rows = sheet.iter_rows()
    except FileRefused:
        raise
    except Exception:
        # The library raises whatever its parts do.
        raise _unreadable() from None
    yield from _lines(rows, most_columns)


def _lines(rows, most_columns):
    line = blank = 0
    while True:
        try:
            row = next(rows, None)
        except Exception:
            raise _unreadable(line + 1) from None
        if row is None:
            return
        line += 1
        cells = [_text(cell, line) for cell in row]
        if any(cells[most_columns:]):
            raise refused(_("The file has more than %(most)s columns.") % {"most": most_columns}, line)
        # A line that isn't there at all has no cells; the sheet goes on behind it.
        blank += bool(cells) and not any(cells)
        if line > LAST_LINE or blank > MOST_BLANK:
            raise refused(_("The sheet goes on and on. Delete the empty lines below the table."), line)
        if any(cells):
            yield line, cells[:most_columns]


def _text(cell, line: int) -> str:
    """A cell's value as it is written in CSV. Raises FileRefused for a formula and for an error."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise refused(_("The cell holds a formula. Put its value there."), line, cell.column_letter)
    if cell.data_type == "e":
        raise refused(_("The cell holds an error."), line, cell.column_letter)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else str(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _unreadable(line: int | None = None) -> FileRefused:
    return refused(_("The file is damaged, or isn’t an xlsx file. Open it and save it anew."), line)


def _plain(data: bytes, most_columns: int) -> io.BytesIO:
    """An archive of the parts that are plain XML. Raises FileRefused for a file that no spreadsheet makes."""
    target = io.BytesIO()
    left, elements = MOST_BYTES, _Counter(MOST_ELEMENTS)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as kept:
            parts = source.infolist()
            names = {part.filename for part in parts}
            # What the directory says is looked at first, and is not believed: reading counts again.
            if len(parts) > MOST_PARTS or len(names) < len(parts):
                raise _Unbearable
            if sum(part.file_size for part in parts) > MOST_BYTES:
                raise _Unbearable
            if any(name.lower().rsplit("/", 1)[-1] in MACROS for name in names):
                raise refused(_("The file holds macros. Save it as an xlsx file without macros."))
            for part in parts:
                if part.flag_bits & 1:
                    raise refused(_("The file has a password. Save it without one."))
                if part.is_dir():
                    continue
                content, size = _read(source, part, left, elements)
                left -= size
                if content is not None:
                    kept.writestr(part.filename, content)
    except _Unbearable:
        raise refused(_("The file holds far more than a table of practices, once it is opened.")) from None
    except _Far:
        raise refused(_("The file has more than %(most)s columns.") % {"most": most_columns}) from None
    except _Declares:
        raise refused(_("The file declares a document type, which no spreadsheet does.")) from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        OverflowError,
        LookupError,
    ):
        raise _unreadable() from None
    target.seek(0)
    return target


class _Counter:
    def __init__(self, most: int):
        self.left = most


def _read(source, part, left: int, elements: _Counter) -> tuple[bytes | None, int]:
    """A part's bytes, None unless they are plain XML, and how many there are. Raises _Unbearable and _Declares."""
    scanner, size, pieces = _scanner(elements), 0, []
    with source.open(part) as stream:
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > left:
                raise _Unbearable
            if pieces is not None:
                pieces.append(piece)
                if not _parses(scanner, piece):
                    pieces = None
    if pieces is None or not _parses(scanner, b"", last=True):
        return None, size
    return b"".join(pieces), size


def _parses(scanner, piece: bytes, *, last: bool = False) -> bool:
    try:
        scanner.Parse(piece, last)
    except expat.ExpatError:
        return False
    return True


def _scanner(elements: _Counter):
    """A parser that keeps nothing: it stops at a document type, at too many elements and at too deep ones."""
    scanner = expat.ParserCreate()
    depth = column = 0

    def declares(*_declared):
        raise _Declares

    def opened(name, attributes):
        nonlocal depth, column
        depth += 1
        elements.left -= 1 + len(attributes) // 8
        if elements.left < 0 or depth > MOST_DEPTH:
            raise _Unbearable
        local = name.rpartition(":")[2]
        if local == "row":
            column = 0
        elif local == "c":
            column = _column(attributes.get("r", "")) or column + 1
            if column > LAST_COLUMN:
                raise _Far

    def closed(_name):
        nonlocal depth
        depth -= 1

    scanner.StartDoctypeDeclHandler = declares
    scanner.StartElementHandler = opened
    scanner.EndElementHandler = closed
    return scanner


def _column(place: str) -> int:
    """The number of a cell's column, 28 of `AB12`; 0 for a cell that doesn't say where it is."""
    number = 0
    for letter in place[:4]:
        if not "A" <= letter.upper() <= "Z":
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number
