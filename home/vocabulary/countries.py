"""Countries and regions: ISO 3166-1 codes in UN M49 regions (countryinfo), their names in six languages (CLDR, by Babel).

Names are rows that administrators may change; loading never overwrites one.
"""

from functools import cache

from babel import Locale
from countryinfo import all_countries
from django.conf import settings
from django.db import transaction

from .models import Taxonomy, Term, TermLabel

# M49 regions and sub-regions: https://unstats.un.org/unsd/methodology/m49/
REGIONS = {"Africa": "002", "Americas": "019", "Asia": "142", "Europe": "150", "Oceania": "009"}
SUBREGIONS = {
    "Northern Africa": "015",
    "Sub-Saharan Africa": "202",
    "Latin America and the Caribbean": "419",
    "Northern America": "021",
    "Central Asia": "143",
    "Eastern Asia": "030",
    "South-eastern Asia": "035",
    "Southern Asia": "034",
    "Western Asia": "145",
    "Eastern Europe": "151",
    "Northern Europe": "154",
    "Southern Europe": "039",
    "Western Europe": "155",
    "Australia and New Zealand": "053",
    "Melanesia": "054",
    "Micronesia": "057",
    "Polynesia": "061",
}


def places() -> dict[str, tuple[str, str]]:
    """`{"tg": ("202", "002")}`: each country's sub-region and region."""
    found = {}
    for country in all_countries():
        code = country.iso(2).lower()
        region, subregion = REGIONS.get(country.region()), SUBREGIONS.get(country.subregion())
        if region and subregion and _name("en", code.upper()):
            found[code] = (subregion, region)
    return dict(sorted(found.items()))


@cache
def alpha3() -> dict[str, str]:
    """`{"tgo": "tg"}`: the three-letter codes of ISO 3166-1."""
    return {
        country.iso(3).lower(): country.iso(2).lower()
        for country in all_countries()
        if country.iso(2) and country.iso(3)
    }


def _name(language: str, territory: str) -> str:
    return Locale.parse(language.replace("zh-hans", "zh_Hans")).territories.get(territory, "")


@transaction.atomic
def load_countries() -> int:
    """Add the regions and countries that are missing, with their names. Returns how many were added. Repeatable."""
    wanted = places()
    have = {
        (term.taxonomy, term.code): term
        for term in Term.objects.filter(taxonomy__in=[Taxonomy.REGION, Taxonomy.COUNTRY])
    }
    before = len(have)

    def add(taxonomy, parents):
        missing = [
            Term(taxonomy=taxonomy, code=code, parent=have.get((Taxonomy.REGION, parent)), position=position)
            for position, (code, parent) in enumerate(parents.items())
            if (taxonomy, code) not in have
        ]
        for term in Term.objects.bulk_create(missing):
            have[term.taxonomy, term.code] = term
        TermLabel.objects.bulk_create(
            TermLabel(term=term, locale=language, label=_name(language, term.code.upper()))
            for term in missing
            for language, _ in settings.LANGUAGES
            if _name(language, term.code.upper())
        )

    regions = {region: "" for _, region in sorted(wanted.values())}
    add(Taxonomy.REGION, regions)
    add(Taxonomy.REGION, dict(sorted(wanted.values(), key=lambda pair: pair[::-1])))
    add(Taxonomy.COUNTRY, {code: sub for code, (sub, _region) in wanted.items()})
    return len(have) - before
