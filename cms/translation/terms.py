"""Terms with agreed translations, found in an original: the glossary's of both languages, brought together by their codes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import category

from wagtail_localize.models import Translation

from cms.core import ports
from cms.core.glossary import UNSPACED

from .markup import plain

# Letters of scripts beside which a word may end or begin anywhere: those of the glossary that readers meet; what is written in
# Chinese and Japanese beside them; Thai and Lao, Burmese, Khmer.
_UNSPACED = (
    UNSPACED + r"\u3005-\u3007\u3031-\u3035\u303b\u31f0-\u31ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
    r"\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f\u1780-\u17ff"
)
# Vowels and tones of theirs that are written on the letter before: they belong to it.
_MARKS = "".join(
    chr(code)
    for first, last in ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3099, 0x309A))
    for code in range(first, last + 1)
    if category(chr(code)).startswith("M")
)
_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
# What mustn't stand beside a word: a letter of a script with spaces. And what mustn't stand behind any.
_WORD, _MARK = rf"[^\W{_UNSPACED}]", f"[{_MARKS}]"


@dataclass(frozen=True)
class Term:
    """A term in the original's language, the forms by which texts name it, and what it is called in the other language.

    `translation` is empty where nothing is agreed yet.
    """

    term: str
    spellings: tuple[str, ...]
    translation: str


def agreed(translation: Translation, texts: Sequence[str]) -> list[Term]:
    """The terms that these texts use, by name. Two statements."""
    glossary = ports.port("glossary")
    names = {each.code: each.term for each in glossary(translation.target_locale.language_code)}
    known = glossary(translation.source.locale.language_code)
    return used((Term(each.term, each.spellings, names.get(each.code, "")) for each in known), texts)


def used(known: Iterable[Term], texts: Iterable[str]) -> list[Term]:
    """Those of the terms that one of the texts names, as whole words in any case; anywhere in a text of a script that writes no
    spaces between words. Pure."""
    everything = "\n".join(plain(text) for text in texts)
    found = []
    for term in known:
        forms = "|".join(_pattern(form) for form in term.spellings if form)
        if forms and re.search(forms, everything, re.IGNORECASE):
            found.append(term)
    return sorted(found, key=lambda term: term.term.casefold())


def _pattern(form: str) -> str:
    """A form where it doesn't begin or end within a word. Each edge is by its own letter: “PDF文件” begins like a word in Latin
    and may go on in Chinese."""
    before = "" if _UNSPACED_LETTER.match(form[0]) else f"(?<!{_WORD})"
    after = "" if _UNSPACED_LETTER.match(form[-1]) else f"(?!{_WORD})"
    return f"{before}{re.escape(form)}{after}(?!{_MARK})"
