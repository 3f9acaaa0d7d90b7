"""Glossary terms in texts: the first place on a page that uses a term leads to its definition. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape

# Text between tags; what stands inside a link stays as it is.
_PIECES = re.compile(r"(<a\b.*?</a>|<[^>]*>)", re.DOTALL)
# Han, kana and hangul write no spaces between words: a term may begin anywhere.
UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True)
class Entry:
    """A term as a document shows it. `spellings` are the forms by which texts name it."""

    code: str
    term: str
    definition: str
    abbreviation: str = ""
    spellings: tuple[str, ...] = field(default=())

    @property
    def value(self) -> dict:
        """What documents hold: `{code, term, abbreviation, definition}`."""
        return {
            "code": self.code,
            "term": self.term,
            "abbreviation": self.abbreviation,
            "definition": self.definition,
        }


class Glossary:
    """The terms of one language, and which of them a document has used so far."""

    def __init__(self, entries: Iterable[Entry] = ()):
        self._by_spelling = {}
        for entry in entries:
            for spelling in entry.spellings:
                self._by_spelling.setdefault(_folded(escape(spelling, quote=False)), entry)
        self.used: dict[str, dict] = {}

    def gloss(self, html: str) -> str:
        """Display HTML in which the first use of each term leads to `#term-<code>`.

        Abbreviations in capitals are found in capitals only, so that `CAR` is no car.
        """
        if not self._by_spelling or not html:
            return html
        pattern = _pattern(tuple(sorted(self._by_spelling, key=lambda each: (-len(each), each))))
        pieces = _PIECES.split(html)
        return "".join(
            piece if index % 2 else pattern.sub(self._mark, piece) for index, piece in enumerate(pieces)
        )

    def _mark(self, match: re.Match) -> str:
        words = match.group(0)
        entry = self._by_spelling.get(_folded(words))
        if entry is None or entry.code in self.used:
            return words
        self.used[entry.code] = entry.value
        return f'<a class="term" href="#term-{entry.code}">{words}</a>'

    def take(self, values: Iterable[dict]) -> None:
        """Take over what something shown in the document has used."""
        for value in values:
            self.used.setdefault(value["code"], value)

    def values(self) -> list[dict]:
        """The terms used, by their names."""
        return sorted(self.used.values(), key=lambda value: value["term"].casefold())


def _folded(words: str) -> str:
    """Words in the case in which they are looked up: capitals stay capitals, as in `UAS`."""
    words = " ".join(words.split())
    return words if len(words) > 1 and words.isupper() else words.casefold()


@lru_cache(maxsize=64)
def _pattern(spellings: tuple[str, ...]) -> re.Pattern:
    return re.compile("|".join(_alternative(each) for each in spellings))


def _alternative(spelling: str) -> str:
    exact = spelling.isupper() and len(spelling) > 1
    words = r"\s+".join(re.escape(part) for part in spelling.split())
    if not exact:
        words = f"(?i:{words})"
    if _UNSPACED.search(spelling):
        return words
    return rf"(?<!\w){words}(?!\w)"
