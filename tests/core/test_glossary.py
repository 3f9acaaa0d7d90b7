"""The first use of a term on a page leads to its definition: where, and where not."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cms.core.glossary import Entry, Glossary

UAS = Entry(
    "uas",
    "unmanned aircraft system",
    "An aircraft without a pilot.",
    "UAS",
    ("unmanned aircraft systems", "unmanned aircraft system", "UAS"),
)
RISK = Entry("risk", "risk", "What may happen.", "", ("risk",))
ASSESSMENT = Entry("risk-assessment", "risk assessment", "Looking at it.", "", ("risk assessment",))
CAR = Entry("car", "republic", "A State.", "CAR", ("CAR",))
CHINESE = Entry("target", "脆弱目标", "易受攻击的地方。", "", ("脆弱目标",))


def link(code, words):
    return f'<a class="term" href="#term-{code}">{words}</a>'


def test_the_first_use_leads_to_the_definition_and_the_next_does_not():
    glossary = Glossary([UAS])
    assert glossary.gloss("<p>A UAS. Another UAS.</p>") == f"<p>A {link('uas', 'UAS')}. Another UAS.</p>"
    assert glossary.gloss("<p>Unmanned aircraft systems</p>") == "<p>Unmanned aircraft systems</p>"
    assert glossary.values() == [UAS.value]


def test_the_longest_term_wins():
    glossary = Glossary([RISK, ASSESSMENT])
    assert glossary.gloss("A risk assessment names a risk.") == (
        f"A {link('risk-assessment', 'risk assessment')} names a {link('risk', 'risk')}."
    )


def test_case_and_words():
    assert Glossary([RISK]).gloss("<p>Risk</p>") == f"<p>{link('risk', 'Risk')}</p>"
    assert Glossary([RISK]).gloss("asterisk risky") == "asterisk risky"
    assert Glossary([CAR]).gloss("a car in the CAR") == f"a car in the {link('car', 'CAR')}"
    assert Glossary([CHINESE]).gloss("保护脆弱目标的工作") == f"保护{link('target', '脆弱目标')}的工作"


def test_links_and_attributes_stay_as_they_are():
    html = '<a href="/en/risk/">the risk</a> <b class="risk">x</b>'
    assert Glossary([RISK]).gloss(html) == html


def test_what_is_shown_inside_brings_its_terms():
    glossary = Glossary([])
    glossary.take([RISK.value, RISK.value])
    assert glossary.values() == [RISK.value]


@given(st.text(alphabet="risk uasUAS<>/ap&;\n脆弱目标", max_size=80))
def test_nothing_but_links_is_added(text):
    glossed = Glossary([UAS, RISK, CHINESE]).gloss(text)
    assert (
        re.sub(r'<a class="term" href="#term-[a-z-]+">(.*?)</a>', r"\1", glossed, flags=re.DOTALL) == text
        or "<a" in text
    )
