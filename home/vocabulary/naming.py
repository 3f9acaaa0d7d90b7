"""Which row a text names: by its code, by a label in any language, by another name, a country by either ISO code too."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from cms.core import languages

from .countries import alpha3
from .models import LegalInstrument, Organisation, Taxonomy, Term

# Nobody's slip of the pen is longer, and comparing takes the square of it.
MOST_COMPARED = 80
# How good a name is: what is found earlier hides what is found later.
LABEL, OTHER, CODE = range(3)


class Unnamed(LookupError):
    """Nothing is called so."""


class Ambiguous(LookupError):
    """Several rows are called so. `codes` are theirs."""

    def __init__(self, codes):
        self.codes = sorted(codes)
        super().__init__(", ".join(self.codes))


def folded(text: str) -> str:
    """A text without what people write differently: capitals, widths, blanks, shapes of apostrophes and dashes."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[\u2018\u2019\u02bc`´]", "'", re.sub(r"[\u2010-\u2015\u2212]", "-", text))
    return " ".join(text.split())


@dataclass
class Names:
    """The names of a vocabulary. Lists are those of `FACETS`: taxonomies, `instrument`, `organisation`. Pure."""

    ids: dict[tuple[str, str], int] = field(default_factory=dict)
    parents: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    labels: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    #: list → folded name → rank → {(code, language)}
    named: dict[str, dict[str, dict[int, set[tuple[str, str]]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    )

    def add(self, name: str, code: str, pk: int, labels: Mapping[str, str], others=()) -> None:
        """A row: its list, its code, its labels by language, `(language, other name)`."""
        self.ids[name, code] = pk
        self.labels[name, code] = dict(labels)
        self.named[name][folded(code)][CODE].add((code, ""))
        for language, label in labels.items():
            self.named[name][folded(label)][LABEL].add((code, language))
        for language, other in others:
            self.named[name][folded(str(other))][OTHER].add((code, language))

    def find(self, name: str, text: str, locale: str = "") -> str:
        """The code of what is called so. Raises Unnamed or Ambiguous. A label in `locale` comes before another's."""
        if (name, text) in self.ids:
            return text
        ranks = self.named[name].get(folded(text)) if name in self.named else None
        for rank in (LABEL, OTHER, CODE):
            found = ranks.get(rank, ()) if ranks else ()
            codes = {code for code, own in found if own == locale} or {code for code, _own in found}
            if len(codes) > 1:
                raise Ambiguous(codes)
            if codes:
                return codes.pop()
        raise Unnamed(text)

    def nearest(self, name: str, text: str) -> str | None:
        """A name that differs little from this text, as it is written, or None."""
        if len(text) > MOST_COMPARED or name not in self.named:
            return None
        close = get_close_matches(folded(text), self.named[name], n=1, cutoff=0.7)
        if not close:
            return None
        ranks = self.named[name][close[0]]
        rank = min(ranks)
        code, language = min(ranks[rank])
        return self.labels[name, code][language] if rank == LABEL else close[0] if rank == OTHER else code

    def label(self, name: str, code: str, locale: str | None) -> str:
        """What a code is called in a language, else in the nearest that has a label, else the code."""
        found = self.labels.get((name, code), {})
        return next((found[own] for own in languages.fallback_chain(locale or "") if own in found), code)

    def above(self, name: str, code: str) -> set[tuple[str, str]]:
        """What a term lies under: a country's sub-region and region."""
        found, at = set(), self.parents.get((name, code))
        while at is not None and at not in found:
            found.add(at)
            at = self.parents.get(at)
        return found


def load() -> Names:
    """The names of the whole vocabulary. Three statements."""
    names = Names()
    three = {two: code for code, two in alpha3().items()}
    rows = Term.objects.order_by("taxonomy", "position", "code").values_list(
        "taxonomy",
        "code",
        "pk",
        "parent__taxonomy",
        "parent__code",
        "labels__locale",
        "labels__label",
        "labels__alternatives",
    )
    for (name, code, pk, *parent), labels, others in _gathered(rows, 5):
        if parent[1] is not None:
            names.parents[name, code] = tuple(parent)
        if name == Taxonomy.COUNTRY and code in three:
            others = [*others, ("", three[code])]
        names.add(name, code, pk, labels, others)
    rows = LegalInstrument.objects.order_by("code").values_list(
        "code", "pk", "labels__locale", "labels__label"
    )
    for (code, pk), labels, _others in _gathered(rows, 2):
        names.add("instrument", code, pk, labels)
    rows = Organisation.objects.order_by("code").values_list(
        "code", "pk", "abbreviation", "labels__locale", "labels__label"
    )
    for (code, pk, abbreviation), labels, _others in _gathered(rows, 3):
        names.add("organisation", code, pk, labels, [("", abbreviation)] if abbreviation else [])
    return names


def _gathered(rows, width: int):
    """`(row, {language: label}, [(language, other name)])` of rows that come once a label."""
    found: dict[tuple, tuple[dict, list]] = {}
    for row in rows:
        labels, others = found.setdefault(row[:width], ({}, []))
        language, label, *alternatives = row[width:]
        if language is not None:
            labels[language] = label
        for each in alternatives[0] or () if alternatives else ():
            others.append((language, each))
    return [(row, labels, others) for row, (labels, others) in found.items()]
