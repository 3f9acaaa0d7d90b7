"""Tools, recommendations, instruments and terms by reference: changed once, right everywhere a moment later."""

import pytest
from wagtail_localize.operations import TranslationCreator

from cms.content import api as content
from cms.content.models import ContentItem
from home.guides.models import ChapterPage, CompendiumPage, GuidePage, Recommendation, Tool
from home.vocabulary.models import (
    GlossaryTerm,
    InstrumentTitle,
    LegalInstrument,
    Organisation,
    OrganisationName,
    Term,
    TermLabel,
)
from tests import world


@pytest.fixture
def tool(site):
    return Tool.objects.create(code="plan", name="A plan", text="<p>One page.</p>", locale=site.locale)


@pytest.fixture
def chapter(site, committed, tool):
    recommendation = Recommendation.objects.create(
        code="practise", text="Practise it.", rationale="It is a guess.", locale=site.locale
    )
    instrument = LegalInstrument.objects.create(code="S/RES/2341", kind="security-council", year=2017)
    InstrumentTitle.objects.create(instrument=instrument, locale="en", label="Resolution 2341")
    police = Term.objects.create(taxonomy="stakeholder", code="police")
    TermLabel.objects.create(term=police, locale="en", label="Police")
    recommendation.addressees.add(police)
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(compendium, GuidePage(title="Guide", slug="guide"))
        return world.add(
            guide,
            ChapterPage(
                title="One",
                slug="one",
                body=[
                    ("text", "<p>A drone and another drone.</p>"),
                    ("tool", tool),
                    ("recommendation", recommendation),
                    ("legal", {"instrument": instrument, "note": "It asks for it."}),
                    (
                        "stakeholders",
                        {
                            "caption": "Who does what",
                            "rows": [{"stakeholder": police, "before": "Visits", "during": "", "after": ""}],
                        },
                    ),
                ],
            ),
        )


def body_of(page):
    return content.body(ContentItem.objects.select_related("current").get(page_id=page.pk).current)


def values(page):
    return {block["type"]: block["value"] for block in body_of(page)["body"]}


def test_they_are_resolved(chapter, client):
    found = values(chapter)
    assert found["tool"] == {
        "code": "plan",
        "locale": "en",
        "kind": "checklist",
        "name": "A plan",
        "summary": "",
        "text": "<p>One page.</p>",
        "file": None,
    }
    assert found["recommendation"] == {
        "code": "practise",
        "locale": "en",
        "text": "Practise it.",
        "rationale": "It is a guess.",
        "addressees": [{"code": "police", "label": "Police"}],
        "number": 1,
    }
    assert found["legal"]["instrument"]["title"] == "Resolution 2341"
    assert found["stakeholders"]["rows"][0]["stakeholder"] == {"code": "police", "label": "Police"}
    html = client.get("/en/guides/guide/one/").content.decode()
    for words in (
        "A plan",
        "Recommendation 1",
        "Practise it.",
        "Addressed to: Police",
        "S/RES/2341",
        "Who does what",
        "Visits",
    ):
        assert words in html


def test_addressees_that_change_or_are_renamed_reach_the_chapter(chapter, translate, committed):
    """In the page's language."""
    recommendation = Recommendation.objects.get()
    neighbours = Term.objects.create(taxonomy="stakeholder", code="neighbours")
    TermLabel.objects.create(term=neighbours, locale="en", label="Neighbours")
    with committed():
        TermLabel.objects.create(term=neighbours, locale="fr", label="Voisins")
        recommendation.addressees.set([neighbours])
    assert values(chapter)["recommendation"]["addressees"] == [{"code": "neighbours", "label": "Neighbours"}]
    with committed():
        TermLabel.objects.get(term=neighbours, locale="en").delete()
        TermLabel.objects.create(term=neighbours, locale="en", label="People next door")
    assert values(chapter)["recommendation"]["addressees"][0]["label"] == "People next door"
    with committed():
        translated = translate(chapter, "fr")
    assert values(translated)["recommendation"]["addressees"] == [{"code": "neighbours", "label": "Voisins"}]
    with committed():
        recommendation.addressees.remove(neighbours)
    assert values(chapter)["recommendation"]["addressees"] == []


def test_a_change_reaches_the_chapter(chapter, tool, committed):
    with committed():
        tool.name = "A better plan"
        tool.save()
    assert values(chapter)["tool"]["name"] == "A better plan"
    with committed():
        label = TermLabel.objects.get(term__code="police")
        label.label = "The police"
        label.save()
    assert values(chapter)["stakeholders"]["rows"][0]["stakeholder"]["label"] == "The police"
    with committed():
        title = InstrumentTitle.objects.get()
        title.label = "Resolution 2341 (2017)"
        title.save()
    assert values(chapter)["legal"]["instrument"]["title"] == "Resolution 2341 (2017)"


def test_a_translation_shows_the_tools_translation(chapter, tool, committed):
    with committed():
        TranslationCreator(user=None, target_locales=[world.locale("fr")]).create_translations(chapter)
        translated = chapter.get_translation(world.locale("fr"))
    with committed():
        world.publish(translated.specific)
    # wagtail-localize makes the tool's translation with the page's, with the source's words until they are translated.
    french = tool.get_translation(world.locale("fr"))
    french.name, french.text = "Un plan", "<p>Une page.</p>"
    with committed():
        french.save()
    assert (values(translated)["tool"]["name"], values(translated)["tool"]["locale"]) == ("Un plan", "fr")
    with committed():
        french.name = "Un meilleur plan"
        french.save()
    assert values(translated)["tool"]["name"] == "Un meilleur plan"
    assert values(chapter)["tool"]["name"] == "A plan"


def test_texts_lead_to_the_glossary_once_and_follow_it(chapter, site, committed, client):
    assert body_of(chapter)["glossary"] == []
    with committed():
        entry = GlossaryTerm.objects.create(
            code="uas",
            term="unmanned aircraft system",
            forms="drone",
            definition="No pilot.",
            locale=site.locale,
        )
    found = body_of(chapter)
    assert (
        found["body"][0]["value"] == '<p>A <a class="term" href="#term-uas">drone</a> and another drone.</p>'
    )
    assert [each["code"] for each in found["glossary"]] == ["uas"]
    assert 'id="term-uas"' in client.get("/en/guides/guide/one/").content.decode()
    with committed():
        entry.delete()
    assert body_of(chapter)["glossary"] == []


def test_an_organisations_name_is_right_in_a_practice(site, committed):
    from home.guides.models import GoodPracticePage, PracticeIndexPage, PracticeOrganisation

    office = Organisation.objects.create(code="office", abbreviation="OFF")
    OrganisationName.objects.create(organisation=office, locale="en", label="The Office")
    with committed():
        index = world.add(site, PracticeIndexPage(title="Practices", slug="practices"))
        page = GoodPracticePage(title="P", slug="p", human_rights="<p>R.</p>", consent=True)
        page = world.add(index, page, live=False)
        page.practice_organisations.set([PracticeOrganisation(organisation=office)])
        page = world.publish(page)
    assert [each["name"] for each in body_of(page)["organisations"]] == ["The Office"]
    with committed():
        name = OrganisationName.objects.get()
        name.label = "The Bureau"
        name.save()
    assert [each["name"] for each in body_of(page)["organisations"]] == ["The Bureau"]


def test_a_film_needs_captions_and_a_stakeholder_is_one(site):
    from cms.core.blocks import MediaBlock
    from cms.media.models import File
    from home.vocabulary.blocks import StakeholderBlock

    film = File(title="Film", file="documents/film.mp4")
    block = MediaBlock()
    value = block.to_python({"title": "A film", "language": "en", "transcript": "<p>x</p>"})
    value["file"] = film
    assert len(block.problems(value)) == 1
    value["captions"] = File(title="Captions", file="documents/film.vtt")
    assert block.problems(value) == []
    value["file"] = File(title="Text", file="documents/film.txt")
    assert len(block.problems(value)) == 1
    place = Term(taxonomy="target", code="church")
    assert len(StakeholderBlock().problems(place)) == 1
