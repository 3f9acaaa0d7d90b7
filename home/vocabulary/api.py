"""The door of home.vocabulary: what codes are called, and what names mean."""

from collections.abc import Collection

from django.utils.translation import override

from cms.core import languages

from .models import InstrumentTitle, OrganisationName, Taxonomy, TermLabel
from .naming import Ambiguous, Names, Unnamed, folded
from .naming import load as load_names

#: Everything that items are found by: taxonomies, and lists whose codes come from elsewhere.
FACETS = (*Taxonomy.values, "instrument", "organisation")


def labels_of(names: Collection[str], locale: str) -> dict[str, dict[str, str]]:
    """`{name: {code: label}}` of these facets in a language, else in the nearest, in the terms' order.

    At most three statements; one where no instruments and organisations are asked for.
    """
    rank = {code: place for place, code in enumerate(languages.fallback_chain(locale))}
    found: dict[str, dict[str, tuple[int, str]]] = {name: {} for name in names}

    def take(name, code, own, label):
        place = rank.get(own, len(rank))
        known = found[name].setdefault(code, (place, label))
        if place < known[0]:
            found[name][code] = (place, label)

    taxonomies = [name for name in names if name in Taxonomy.values]
    if taxonomies:
        rows = TermLabel.objects.filter(term__taxonomy__in=taxonomies).order_by(
            "term__position", "term__code"
        )
        for row in rows.values_list("term__taxonomy", "term__code", "locale", "label"):
            take(*row)
    if "instrument" in names:
        rows = InstrumentTitle.objects.order_by("instrument__kind", "-instrument__year", "instrument__code")
        for code, own, label in rows.values_list("instrument__code", "locale", "label"):
            take("instrument", code, own, label)
    if "organisation" in names:
        rows = OrganisationName.objects.order_by("organisation__code")
        for code, own, label in rows.values_list("organisation__code", "locale", "label"):
            take("organisation", code, own, label)
    return {name: {code: label for code, (_place, label) in codes.items()} for name, codes in found.items()}


def taxonomies() -> list[dict]:
    """`[{name, labels}]`: the lists of terms and what they are called in each language."""
    found = []
    for taxonomy in Taxonomy:
        labels = {}
        for code in languages.codes():
            with override(code):
                labels[code] = str(taxonomy.label)
        found.append({"name": taxonomy.value, "labels": labels})
    return found


def terms(taxonomy: str) -> list[dict]:
    """`[{code, parent, labels: {locale: label}, alternatives: {locale: [...]}}]` in their order. One statement."""
    found: dict[str, dict] = {}
    rows = TermLabel.objects.filter(term__taxonomy=taxonomy).order_by("term__position", "term__code")
    for code, parent, locale, label, alternatives in rows.values_list(
        "term__code", "term__parent__code", "locale", "label", "alternatives"
    ):
        term = found.setdefault(code, {"code": code, "parent": parent, "labels": {}, "alternatives": {}})
        term["labels"][locale] = label
        if alternatives:
            term["alternatives"][locale] = alternatives
    return list(found.values())


__all__ = [
    "FACETS",
    "Ambiguous",
    "Names",
    "Unnamed",
    "folded",
    "labels_of",
    "load_names",
    "taxonomies",
    "terms",
]
