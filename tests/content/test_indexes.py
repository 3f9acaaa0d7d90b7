"""Indexes: found when chapters are compiled, gathered for guides, numbered by where a chapter stands, filtered by reader."""

import zipfile
from io import BytesIO

import pdfplumber
import pytest
from django.test import Client
from wagtail.models import PageViewRestriction
from wagtail_localize.operations import TranslationCreator

from cms.content import api, contents, takeaways
from cms.content.indexes import NONE, gathered
from cms.content.models import ContentItem, ContentVersion, ItemIndex
from cms.core.audiences import REGISTERED
from cms.core.invariants import violations
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from home.vocabulary.models import GlossaryTerm, Organisation, OrganisationName
from tests import world

TABLE = {
    "type": "table",
    "columns": [{"type": "text", "heading": "Who"}, {"type": "text", "heading": "Before"}],
    "rows": [{"values": ["Steward", "Knows the doors"]}],
}


@pytest.fixture
def office(db):
    office = Organisation.objects.create(code="office", abbreviation="OCT")
    for locale, name in {"en": "The Office", "fr": "Le Bureau"}.items():
        OrganisationName.objects.create(organisation=office, locale=locale, label=name)
    return office


@pytest.fixture
def guide(site, committed, office):
    """A guide of two chapters, the second with one of each."""
    GlossaryTerm.objects.create(
        code="uas", term="unmanned aircraft", abbreviation="UAS", definition="No pilot.", locale=site.locale
    )
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(compendium, GuidePage(title="Guide", slug="guide", module_number=4))
        picture = world.image()
        picture.contextual_alt_text, picture.decorative = "A door", False
        world.add(guide, ChapterPage(title="First", slug="first", body=[("text", "<p>About the OCT.</p>")]))
        world.add(
            guide,
            ChapterPage(
                title="Second",
                slug="second",
                body=[
                    ("figure", {"image": picture, "caption": "", "credit": ""}),
                    ("figure", {"image": picture, "caption": "Open doors", "credit": ""}),
                    ("table", {**TABLE, "caption": "Roles"}),
                    ("case_study", {"title": "Three mornings", "place": "A port", "text": "<p>The UAS.</p>"}),
                    ("box", {"title": "", "text": "<p>OCT, and no CAR.</p>"}),
                ],
            ),
        )
    return guide


def item_of(page):
    return ContentItem.objects.select_related("current").get(page_id=page.pk)


def chapter(slug):
    return ChapterPage.objects.get(slug=slug, locale__language_code="en")


def shown(path="/en/guides/guide/", principals=frozenset()):
    return api.reading(path=path, principals=principals).indexes


def in_short(indexes):
    return {kind: [(each["number"], each["title"]) for each in indexes[kind]] for kind in list(NONE)[:3]} | {
        "abbreviations": [(each["abbreviation"], each["meaning"]) for each in indexes["abbreviations"]]
    }


EVERYTHING = {
    "case_studies": [("4.2.1", "Three mornings")],
    "tables": [("4.2.1", "Roles")],
    # A figure without a caption is counted and not listed.
    "figures": [("4.2.2", "Open doors")],
    "abbreviations": [("OCT", "The Office"), ("UAS", "unmanned aircraft")],
}


def test_what_chapters_hold_is_listed_with_where_it_is(guide):
    assert in_short(shown()) == EVERYTHING
    assert in_short(shown("/en/guides/")) == EVERYTHING
    [table] = shown()["tables"]
    block = api.body(item_of(chapter("second")).current)["body"][2]
    assert table["url"] == f"/en/guides/guide/second/#table-{block['id']}"
    # A chapter's page shows none.
    assert shown("/en/guides/guide/second/") == NONE


def test_a_chapter_put_before_moves_the_numbers_and_compiles_no_sibling(guide, committed):
    versions = ContentVersion.objects.count()
    with committed():
        world.add(guide, ChapterPage(title="Zero", slug="zero"))
    with committed():
        ChapterPage.objects.get(slug="zero").move(chapter("first"), "left")
    assert in_short(shown())["tables"] == [("4.3.1", "Roles")]
    assert ContentVersion.objects.count() == versions + 1


def test_what_is_restricted_or_withdrawn_is_in_no_index(guide, committed):
    with committed():
        PageViewRestriction.objects.create(page=chapter("second"), restriction_type=PageViewRestriction.LOGIN)
    assert in_short(shown()) == {
        "case_studies": [],
        "tables": [],
        "figures": [],
        "abbreviations": [("OCT", "The Office")],
    }
    assert in_short(shown(principals=frozenset({REGISTERED}))) == EVERYTHING
    with committed():
        chapter("first").unpublish()
    assert shown() == NONE


def test_an_organisations_name_and_abbreviation_are_followed(guide, office, committed):
    name = OrganisationName.objects.get(locale="en")
    with committed():
        name.label = "The Bureau"
        name.save()
    assert in_short(shown())["abbreviations"][0] == ("OCT", "The Bureau")
    with committed():
        office.abbreviation = "XYZ"
        office.save()
    assert in_short(shown())["abbreviations"] == [("UAS", "unmanned aircraft")]
    with committed():
        car = Organisation.objects.create(code="car", abbreviation="CAR")
        OrganisationName.objects.create(organisation=car, locale="en", label="Cars")
    assert in_short(shown())["abbreviations"][0] == ("CAR", "Cars")
    with committed():
        car.delete()
    assert in_short(shown())["abbreviations"] == [("UAS", "unmanned aircraft")]


def test_another_name_is_no_new_version_and_a_new_file(guide, committed):
    before = item_of(chapter("second")).current_id
    takeaways.make.func([item_of(guide).pk])
    digest = takeaways.source_digest(takeaways.members(item_of(guide)))
    assert item_of(guide).files != "[]"
    with committed():
        OrganisationName.objects.filter(locale="en").get().delete()
    assert item_of(chapter("second")).current_id == before
    assert item_of(guide).files == "[]"
    assert takeaways.source_digest(takeaways.members(item_of(guide))) != digest


def test_a_translation_says_it_in_its_language_where_it_can(guide, committed):
    with committed():
        TranslationCreator(user=None, target_locales=[world.locale("fr")]).create_translations(
            chapter("first")
        )
    with committed():
        translated = chapter("first").get_translation(world.locale("fr")).specific
        translated.alias_of = None
        world.publish(translated, title="Premier")
    found = shown("/fr/guides/guide/")
    # The second chapter stands there in English; what both use is said in French.
    assert [(each["abbreviation"], each["meaning"], each["locale"]) for each in found["abbreviations"]] == [
        ("OCT", "Le Bureau", "fr"),
        ("UAS", "unmanned aircraft", "en"),
    ]
    assert [(each["url"].partition("#")[0], each["locale"]) for each in found["tables"]] == [
        ("/fr/guides/guide/second/", "en")
    ]


def test_the_page_and_the_api_show_them(guide, client, django_assert_num_queries):
    with django_assert_num_queries(3):
        html = client.get("/en/guides/guide/").content.decode()
    for words in ("Case studies", "Three mornings", "Open doors", "unmanned aircraft", "4.2.2"):
        assert words in html
    chapters = client.get("/en/guides/guide/second/").content.decode()
    answer = client.get(f"/api/v2/pages/{guide.pk}/contents/").json()["indexes"]
    assert [each["number"] for each in answer["figures"]] == ["4.2.2"]
    for kind in ("case_studies", "tables", "figures"):
        for each in answer[kind]:
            assert f'id="{each["anchor"]}"' in chapters
            assert each["html_url"] == f"http://testserver/en/guides/guide/second/#{each['anchor']}"
            assert each["html_url"].removeprefix("http://testserver") in html
            assert set(each) == {"number", "title", "locale", "key", "anchor", "html_url"}
    assert answer["abbreviations"][0] == {"abbreviation": "OCT", "meaning": "The Office", "locale": "en"}
    assert "Figure 4.2.2" in chapters
    assert "Table 4.2.1" in chapters
    assert "Case study 4.2.1" in chapters


def test_the_api_lists_nothing_of_what_the_caller_may_not_see(guide, client, committed):
    with committed():
        PageViewRestriction.objects.create(page=chapter("second"), restriction_type=PageViewRestriction.LOGIN)
    answer = client.get(f"/api/v2/pages/{guide.pk}/contents/")
    assert "Open doors" not in answer.content.decode()
    assert [each["abbreviation"] for each in answer.json()["indexes"]["abbreviations"]] == ["OCT"]


def test_files_of_a_guide_end_in_indexes(guide):
    takeaways.make.func([item_of(guide).pk])
    content = b"".join(Client().get(takeaways.address(item_of(guide), "pdf")).streaming_content)
    with pdfplumber.open(BytesIO(content)) as document:
        words = "\n".join(page.extract_text() or "" for page in document.pages)
    for expected in ("Table 4.2.1", "4.2.1 Three mornings", "4.2.2 Open doors", "OCT The Office"):
        assert expected in words
    content = b"".join(Client().get(takeaways.address(item_of(guide), "epub")).streaming_content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        figures = archive.read("EPUB/figures.xhtml").decode()
        chapters = archive.read("EPUB/chapter-2.xhtml").decode()
        assert "unmanned aircraft" in archive.read("EPUB/abbreviations.xhtml").decode()
    anchor = shown()["figures"][0]["anchor"]
    assert f'href="chapter-2.xhtml#{anchor}"' in figures
    assert f'id="{anchor}"' in chapters
    # A chapter by itself has none.
    content = b"".join(Client().get(takeaways.address(item_of(chapter("second")), "epub")).streaming_content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert "EPUB/figures.xhtml" not in archive.namelist()


def test_a_figure_whose_picture_is_gone_leads_nowhere(guide, monkeypatch):
    monkeypatch.setattr("cms.content.renderers.book.jpeg_name", lambda image: None)
    for kind in ("pdf", "epub"):
        assert takeaways.RENDERERS[kind](takeaways.gather(item_of(guide), takeaways.members(item_of(guide))))


def test_what_lies_there_is_what_items_say(guide):
    assert ItemIndex.objects.count() == 2
    assert contents.rebuild_all() == 0
    assert [sentence for name, sentence in violations() if name.startswith("content")] == []


def test_gathering_is_pure_and_leaves_out_what_it_does_not_know():
    nodes = [{"key": "a", "number": "", "url": "/en/a/", "locale": "en"}]
    found = gathered(nodes, {"a": {"tables": [["table-1", 3, "T"]]}, "b": {"tables": [["x", 1, "X"]]}}, "en")
    assert [(each["number"], each["title"]) for each in found["tables"]] == [("3", "T")]
    assert gathered([], {}, "en") == NONE
