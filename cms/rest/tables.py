"""Tables that are handed out while they are read: CSV for spreadsheets, row by row."""

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from cms.core.tables.spreadsheets import guarded


class _Line:
    """A file that keeps nothing: what is written comes back from `write`."""

    def write(self, value: str) -> str:
        return value


def csv_lines(rows: Iterable[tuple]) -> Iterator[str]:
    """Rows as lines of CSV with a byte order mark. No cell is a formula."""
    writer = csv.writer(_Line())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow(
            [each if isinstance(each, int) and not isinstance(each, bool) else guarded(each) for each in row]
        )


def csv_response(rows: Iterable[tuple], name: str) -> StreamingHttpResponse:
    """A table to keep, kept by no cache."""
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
