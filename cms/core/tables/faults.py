"""What is wrong with a file, and where."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cms.core.errors import BadInput


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: in which line (None: the whole file), in which column (empty: the whole line)."""

    line: int | None
    column: str
    message: str


class FileRefused(BadInput):
    """Raised for a file that can't be read as the table that was meant. `faults` say why, one at least."""

    code = "file_refused"
    message = _("This file can’t be read.")

    def __init__(self, *faults: Fault):
        self.faults = faults
        super().__init__(faults[0].message)


def refused(message: str, line: int | None = None, column: str = "") -> FileRefused:
    return FileRefused(Fault(line, column, message))
