"""Countries and regions come from packages, once, with names in six languages."""

import pytest

from home.vocabulary.countries import load_countries, places
from home.vocabulary.models import Taxonomy, Term, TermLabel


def test_each_country_lies_in_a_subregion_and_a_region():
    found = places()
    assert found["tg"] == ("202", "002")
    assert found["tj"] == ("143", "142")
    assert found["es"] == ("039", "150")
    assert len(found) > 240


@pytest.mark.django_db
def test_loading_again_adds_nothing_and_keeps_what_was_renamed():
    added = load_countries()
    assert added == Term.objects.filter(taxonomy__in=["country", "region"]).count()
    assert Term.objects.filter(taxonomy="region").count() == 22
    togo = Term.objects.get(taxonomy=Taxonomy.COUNTRY, code="tg")
    assert [each.code for each in togo.chain] == ["tg", "202", "002"]
    assert [togo.label(code) for code in ("ar", "zh-hans", "en", "fr", "ru", "es")] == [
        "توغو",
        "多哥",
        "Togo",
        "Togo",
        "Того",
        "Togo",
    ]
    TermLabel.objects.filter(term=togo, locale="en").update(label="Togolese Republic")
    assert load_countries() == 0
    assert togo.labels.get(locale="en").label == "Togolese Republic"
