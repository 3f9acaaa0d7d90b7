"""Why a file isn't taken, or a question of it."""

from django.utils.translation import gettext_lazy as _

from cms.core.errors import BadInput

from .items import Place

MAX_BYTES = 5 * 1024 * 1024
MAX_QUESTIONS = 1000
MAX_ANSWERS = 100
# Of a formatted text, before its markup is taken away.
MAX_TEXT = 20_000


class FileRefused(BadInput):
    """Nothing of the file can be read: 400; `place` says where it went wrong, if that is known."""

    code = "file_refused"
    message = _("This file could not be read.")

    def __init__(self, message=None, *, code=None, place: Place | None = None):
        super().__init__(message, code=code)
        self.place = place or Place()


class Unreadable(Exception):
    """A question that isn't written as its format wants it: `args` are a code, a sentence, and a line if known."""

    @property
    def code(self) -> str:
        return self.args[0]

    @property
    def words(self) -> str:
        return self.args[1]


def decoded(data: bytes) -> str:
    """A file's text: UTF-8, or UTF-16 with a byte-order mark. Raises FileRefused `encoding`, `too_large`, `binary`."""
    if len(data) > MAX_BYTES:
        raise FileRefused(_("The file is larger than 5 MB."), code="too_large")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise FileRefused(
            _("The file is not UTF-8. Save it as UTF-8 and try again."),
            code="encoding",
            place=Place(line=line),
        ) from None
    if "\0" in text:
        raise FileRefused(_("The file is not a text file."), code="binary")
    return text.replace("\r\n", "\n").replace("\r", "\n")
