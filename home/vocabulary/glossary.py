"""The glossary and the abbreviations of a language as the compiler asks for them."""

from cms.core import languages
from cms.core.glossary import Entry

from .models import GlossaryTerm, OrganisationName


def entries(locale: str) -> list[Entry]:
    """The terms of one language. One statement. Never another language's: texts use their own words."""
    terms = GlossaryTerm.objects.filter(locale__language_code=locale).order_by("code")
    return [
        Entry(each.code, each.term, each.definition, each.abbreviation, tuple(each.spellings))
        for each in terms
    ]


def abbreviations(locale: str) -> list[tuple[str, str]]:
    """`(abbreviation, name)` of the organisations that have one, by their codes. One statement.

    Names are in this language, else in the nearest.
    """
    rank = {code: place for place, code in enumerate(languages.fallback_chain(locale))}
    rows = OrganisationName.objects.exclude(organisation__abbreviation="").order_by("organisation__code")
    found: dict[str, tuple[int, tuple[str, str]]] = {}
    for code, short, own, name in rows.values_list(
        "organisation__code", "organisation__abbreviation", "locale", "label"
    ):
        place = rank.get(own, len(rank))
        if code not in found or place < found[code][0]:
            found[code] = (place, (short, name))
    return [pair for _place, pair in found.values()]
