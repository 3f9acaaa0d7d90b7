"""Terms with agreed translations, found in an original: the glossary's of both languages, brought together by their codes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wagtail_localize.models import Translation

from cms.core import ports

from .markup import plain


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
    """Those of the terms that one of the texts names, as whole words in any case. Pure."""
    everything = "\n".join(plain(text) for text in texts)
    found = []
    for term in known:
        forms = "|".join(re.escape(form) for form in term.spellings if form)
        if forms and re.search(rf"(?<!\w)(?:{forms})(?!\w)", everything, re.IGNORECASE):
            found.append(term)
    return sorted(found, key=lambda term: term.term.casefold())
