"""Abbreviations that a text uses, and what they stand for. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache

from .glossary import UNSPACED

# A letter or digit, but none of a script that writes no spaces between words: 由UNOCT负责 names UNOCT.
_LETTER = rf"[^\W{UNSPACED}]"


def used(text: str, known: Iterable[tuple[str, str]]) -> list[list[str]]:
    """`[[abbreviation, meaning]]` of those that stand in the text as whole words, in alphabetical order.

    They are found as they are spelled: `CAR` is no car. Of two meanings the first one given holds.
    """
    meanings: dict[str, str] = {}
    for abbreviation, meaning in known:
        if abbreviation and meaning and abbreviation != meaning:
            meanings.setdefault(abbreviation, meaning)
    if not meanings or not text:
        return []
    pattern = _pattern(tuple(sorted(meanings, key=lambda each: (-len(each), each))))
    found = set(pattern.findall(text))
    return [[each, meanings[each]] for each in sorted(found, key=alphabetical)]


def alphabetical(abbreviation: str) -> tuple[str, str]:
    """What lists of abbreviations are sorted by."""
    return abbreviation.casefold(), abbreviation


@lru_cache(maxsize=64)
def _pattern(abbreviations: tuple[str, ...]) -> re.Pattern:
    alternatives = "|".join(map(re.escape, abbreviations))
    return re.compile(rf"(?<!{_LETTER})(?:{alternatives})(?!{_LETTER})")
