"""What names mean: rows of the vocabulary by codes, labels, other names and ISO codes."""

import pytest

from home.vocabulary.api import Ambiguous, Unnamed, load_names
from home.vocabulary.countries import load_countries
from home.vocabulary.models import InstrumentTitle, LegalInstrument, Organisation, Term, TermLabel


@pytest.fixture
def names(db):
    load_countries()
    for code, other in (("uas", "drones"), ("swarm", "drones")):
        term = Term.objects.create(taxonomy="threat", code=code)
        TermLabel.objects.create(term=term, locale="en", label=code.upper(), alternatives=[other])
    Term.objects.create(taxonomy="threat", code="unlabelled")
    instrument = LegalInstrument.objects.create(code="S/RES/2341")
    InstrumentTitle.objects.create(instrument=instrument, locale="en", label="Critical infrastructure")
    Organisation.objects.create(code="unoct", abbreviation="UNOCT")
    return load_names()


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("country", "tg", "tg"),
        ("country", "TGO", "tg"),
        ("country", "TOGO", "tg"),
        ("country", "多哥", "tg"),
        ("country", "cote d'ivoire", None),
        ("country", "CÔTE  D'IVOIRE", "ci"),
        ("threat", "uas", "uas"),
        ("threat", "unlabelled", "unlabelled"),
        ("instrument", "critical infrastructure", "S/RES/2341"),
        ("organisation", "UNOCT", "unoct"),
        ("phase", "uas", None),
        ("nonsense", "uas", None),
    ],
)
def test_names(names, name, text, code):
    if code is None:
        with pytest.raises(Unnamed):
            names.find(name, text)
    else:
        assert names.find(name, text) == code


def test_a_name_of_two(names):
    with pytest.raises(Ambiguous) as caught:
        names.find("threat", "Drones")
    assert caught.value.codes == ["swarm", "uas"]
    assert names.nearest("threat", "drnoes") == "drones"
    assert names.nearest("threat", "x" * 1000) is None


def test_what_lies_above(names):
    assert names.above("country", "tg") == {("region", "202"), ("region", "002")}
    assert names.label("country", "tg", "fr") == "Togo"


def test_three_statements(names, django_assert_num_queries):
    with django_assert_num_queries(3):
        load_names()
