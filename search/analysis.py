"""Words as they are indexed and looked for: the same analysis on both sides, whatever the database. Pure.

Case, width and accents are folded (in Arabic the vowel signs and the carriers of hamza, in Russian ё and й), so that they
are found however they were typed. Chinese has no blanks between words: it is indexed by pairs of neighbours.
"""

import re
import unicodedata

# Letters and digits of any script. No underscore, no punctuation: nothing that a query language could mean something by.
_WORD = re.compile(r"[^\W_]+")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
# Letters that don't come apart into a letter and a mark.
_PLAIN = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ى": "ي", "ة": "ه", "ـ": ""}
)

# More words than anybody means; each costs the database a lookup.
MAX_WORDS = 16
MAX_WORD = 60


def fold(text: str) -> str:
    """The text without case, width and accents."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_PLAIN)


def words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    found = []
    for word in _WORD.findall(fold(text)):
        position = 0
        for run in _CHINESE.finditer(word):
            if run.start() > position:
                found.append(word[position : run.start()])
            found.extend(_pairs(run.group()))
            position = run.end()
        if position < len(word):
            found.append(word[position:])
    return [word[:MAX_WORD] for word in found]


def _pairs(run: str) -> list[str]:
    return [run[index : index + 2] for index in range(len(run) - 1)] if len(run) > 1 else [run]


def indexed(text: str) -> str:
    """What goes into the index: words apart by blanks. Chinese characters are there singly as well."""
    found = words(text)
    singles = dict.fromkeys(c for run in _CHINESE.findall(fold(text)) for c in run)
    return " ".join([*found, *singles])


def sought(query: str) -> list[str]:
    """The words that a query asks for, each once, at most 16. Empty where it holds none."""
    return list(dict.fromkeys(words(query[:500])))[:MAX_WORDS]
