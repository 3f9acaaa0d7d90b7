"""Words that learners type: what is taken, and when two spellings are the same. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .registry import BadResponse

MAX_SHORT = 500
MAX_LONG = 20_000
FULL = 100  # per cent

# What keyboards and phones put in place of one another.
_SAME = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032`\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        "\u0640": None,  # tatweel stretches a word
    }
)
# Vowel and reading signs of Arabic; the hamza and the madda make other letters and stay.
_HARAKAT = frozenset(map(chr, [*range(0x064B, 0x0653), 0x0670]))
_ACUTE, _GRAVE, _DIAERESIS = "\u0301", "\u0300", "\u0308"
_CYRILLIC_VOWELS = frozenset("аеиоуыэюя")


def taken(value, limit: int, *, lines: bool = False) -> str:
    """Typed words in their normal form, at most `limit` characters. Empty is allowed. Raises BadResponse."""
    if not isinstance(value, str):
        raise BadResponse()
    if len(value) > limit:
        raise BadResponse(_("This answer is too long: at most %(limit)s characters.") % {"limit": limit})
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    allowed = "\n\t" if lines else "\t"
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in allowed for c in text):
        raise BadResponse()
    text = unicodedata.normalize("NFC", text).strip()
    # One character may become two.
    return (text if lines else " ".join(text.split()))[:limit]


def folded(text: str, *, case: bool = False) -> str:
    """A spelling under which the same words are equal: width, accents, vowel signs, quotation marks, spaces and, unless
    `case`, capitals don't count.

    Accents fall away where they only mark a letter: over Latin and Greek letters, over Cyrillic vowels that bear a stress,
    and ё is е. Where a mark makes another letter (й, Arabic hamza, Japanese and Indic signs) it stays. No Chinese character
    becomes another: simplified and traditional are two answers.
    """
    text = unicodedata.normalize("NFKC", text)
    if not case:
        text = unicodedata.normalize("NFKC", text.casefold())
    text = text.translate(_SAME)
    kept, base = [], ""
    for char in unicodedata.normalize("NFD", text):
        category = unicodedata.category(char)
        if category == "Mn":
            if _falls_away(char, base):
                continue
        elif category == "Cf":
            continue
        else:
            base = char
        kept.append(char)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _falls_away(mark: str, base: str) -> bool:
    if mark in _HARAKAT:
        return True
    script = unicodedata.name(base, "").partition(" ")[0] if base else ""
    if script in ("LATIN", "GREEK"):
        return True
    if script == "CYRILLIC":
        lower = base.lower()
        return (mark in (_ACUTE, _GRAVE) and lower in _CYRILLIC_VOWELS) or (
            mark == _DIAERESIS and lower == "е"
        )
    return False


@dataclass(frozen=True)
class Pattern:
    """An accepted text as an editor writes it: `*` stands for any words or none, `\\*` for a star."""

    pieces: tuple[str, ...]

    @classmethod
    def of(cls, text: str, *, case: bool = False) -> "Pattern":
        spelling = folded(_starred(text), case=case)
        return cls(tuple(piece.replace(_STAR, "*") for piece in spelling.split(_ANY)))

    @property
    def is_anything(self) -> bool:
        """Whether there is nothing in it but stars."""
        return len(self.pieces) > 1 and not any(piece.strip() for piece in self.pieces)

    def matches(self, spelling: str) -> bool:
        """Whether a folded spelling is this text. In one pass: no pattern makes it slow."""
        if len(self.pieces) == 1:
            return spelling == self.pieces[0]
        first, *middle, last = self.pieces
        if not spelling.startswith(first):
            return False
        place = len(first)
        for piece in middle:
            found = spelling.find(piece, place)
            if found < 0:
                return False
            place = found + len(piece)
        return len(spelling) - place >= len(last) and spelling.endswith(last)


# Private-use characters, which no folding touches.
_ANY, _STAR = "\ue000", "\ue001"


def _starred(text: str) -> str:
    plain = text.replace(_ANY, "").replace(_STAR, "")
    return plain.replace("\\*", _STAR).replace("*", _ANY)


def sample(text: str) -> str:
    """A text that a pattern accepts: what is shown as the answer, with … for what may be anything."""
    return _starred(text).replace(_ANY, "…").replace(_STAR, "*").strip()


def percent(text: str, accepted: Iterable[Mapping], *, case: bool = False) -> int:
    """The best of what accepted texts (`{text, percent}`) give for typed words; 0 where none is like them."""
    spelling = folded(text, case=case)
    if not spelling:
        return 0
    return max(
        (each["percent"] for each in accepted if Pattern.of(each["text"], case=case).matches(spelling)),
        default=0,
    )


def merged(accepted: Iterable[Mapping], others: Iterable[Iterable[Mapping]]) -> list[Mapping]:
    """Accepted texts with those of other languages; what an answer is worth says the source where it has it."""
    own = list(accepted)
    worth = {each["id"]: each["percent"] for each in own}
    for other in others:
        own += [{**each, "percent": worth.get(each["id"], each["percent"])} for each in other]
    return own


def best(accepted: Iterable[Mapping]) -> str:
    """What the first accepted text with all points says; empty where there is none."""
    return next((sample(each["text"]) for each in accepted if each["percent"] == FULL), "")
