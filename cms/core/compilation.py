"""What blocks ask while a page is compiled: references resolved beforehand, counters, and where secrets go.

A block's `get_api_representation` has no argument for its surroundings, so the compilation at work is found through
`current()`. `cms.content` installs one that has loaded everything in bulk; where none is at work (a block preview in the
editor) a detached one answers from what it is given.
"""

from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar

from cms.media.api import image_value

from .glossary import Glossary

_current: ContextVar["Compilation | None"] = ContextVar("compilation", default=None)


class Compilation:
    """The surroundings of blocks being compiled into one document."""

    #: language code of the document
    locale: str = ""

    def __init__(self):
        self._counters = Counter()
        self._heading = [0, 0, 0]
        self.secrets: dict[str, dict] = {}
        self.glossary = Glossary()

    # References -----------------------------------------------------------------------------------------------

    def link(self, page_id: int) -> dict | None:
        """`{id, key, title, url, type, locale}` of a page, in the document's language where it exists, else in another.

        None where there is nothing that every reader of this document may see: the link becomes plain text.
        """
        return None

    def embed(self, page_id: int) -> dict | None:
        """The link of a page with `body`, its compiled fields: recorded as embedded. None as in `link`."""
        return None

    def origin(self, page_id: int) -> dict:
        """Of what an embedded page is a part: `{version, guide}`. `version` is the number of the one shown, `guide` is
        `{key, title, url, locale, edition}` of what stands above it, `edition` the number of the root's; None for what isn't
        released in editions."""
        return {"version": None, "guide": None}

    def image(self, image) -> dict | None:
        """`{id, alt, width, height, focal_point, renditions}` or None for a missing image."""
        return image_value(image) if image else None

    def file(self, file_id: int) -> dict | None:
        """`{id, title, url, size, sha256}` of a file that every reader of this document may have, else None."""
        return None

    def snippet(self, snippet):
        """The snippet as the document shows it: its translation into the document's language where there is one, with
        what it refers to loaded. None for none."""
        return snippet

    # Secrets --------------------------------------------------------------------------------------------------

    def secret(self, name: str, value: dict) -> None:
        """Put what only the grader may know into the private part, under a public id."""
        self.secrets[name] = value

    # Numbers --------------------------------------------------------------------------------------------------

    def count(self, what: str) -> int:
        """The next number of figures, tables, case studies or footnotes: 1, 2, …"""
        self._counters[what] += 1
        return self._counters[what]

    def heading(self, level: int) -> str:
        """The next number of a heading of level 2 to 4 within this page: `"2"`, `"2.1"`, `"2.1.3"`."""
        index = level - 2
        self._heading[index] += 1
        self._heading[index + 1 :] = [0] * (2 - index)
        return ".".join(str(max(part, 1)) for part in self._heading[: index + 1])


def current() -> Compilation:
    """The compilation at work, or a detached one."""
    return _current.get() or Compilation()


@contextmanager
def compiling(compilation: Compilation):
    """Install `compilation` for the blocks compiled inside the `with`."""
    token = _current.set(compilation)
    try:
        yield compilation
    finally:
        _current.reset(token)
