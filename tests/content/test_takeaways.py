"""Guides and chapters as files: right in six scripts, tagged, made once, never with what its readers may not see."""

import zipfile
from io import BytesIO
from xml.etree import ElementTree

import orjson
import pdfplumber
import pikepdf
import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.test import Client
from wagtail.models import PageViewRestriction

from cms.content import api, takeaways
from cms.content.models import ContentItem, Takeaway
from cms.content.renderers import epub, pdf
from cms.content.renderers.book import Book, Part, labels
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from tests import world

TITLES = {
    "ar": "العمل مع المجتمعات",
    "zh-hans": "与社区合作",
    "en": "Working with communities",
    "fr": "Travailler avec les communautés",
    "ru": "Работа с общинами",
    "es": "Trabajar con las comunidades",
}


def text(words):
    return ("text", f"<p>{words}</p>")


@pytest.fixture
def guide(site, committed):
    with committed():
        compendium = world.add(site, CompendiumPage(title="Compendium"))
        guide = world.add(compendium, GuidePage(title="Religious sites", module_number=4))
        picture = world.image(description="Doors of a building", width=700, height=500)
        picture.contextual_alt_text, picture.decorative = "", False
        world.add(
            guide,
            ChapterPage(
                title="First",
                slug="first",
                body=[
                    ("heading", {"text": "Trust", "level": "2"}),
                    text("Words of the first."),
                    ("footnote", {"text": "<p>A note to it.</p>"}),
                    ("figure", {"image": picture, "caption": "Open doors", "credit": ""}),
                ],
            ),
        )
        world.add(guide, ChapterPage(title="Second", slug="second", body=[text("Words of the second.")]))
    return guide


def item_of(page):
    return ContentItem.objects.select_related("current").get(page_id=page.pk)


def made(page):
    takeaways.make.func([item_of(page).pk])
    item = item_of(page)
    return {each["kind"]: each for each in orjson.loads(item.files)}


def words_of(content):
    with pdfplumber.open(BytesIO(content)) as document:
        return "\n".join(page.extract_text() or "" for page in document.pages)


def book(locale, blocks=None, **fields):
    part = Part("4.1", TITLES[locale], "", locale, blocks or [], "/x/")
    values = {
        "title": TITLES[locale],
        "summary": "",
        "foreword": "",
        "locale": locale,
        "number": "4",
        "site_name": "Compendium",
        "url": "https://compendium.example/",
        "base": "https://compendium.example",
        "version": 1,
        "published_on": "2026-11-27",
        "parts": [part],
        "texts": labels(),
    }
    return Book(**{**values, **fields})


# As files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", list(TITLES))
def test_the_pdf_is_tagged_titled_and_in_its_language(locale):
    content = pdf.render(book(locale, [{"type": "text", "value": f"<p>{TITLES[locale]}</p>", "id": "1"}]))
    with pikepdf.open(BytesIO(content)) as document:
        root = document.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang).startswith(locale.partition("-")[0])
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == TITLES[locale]
            assert str(metadata["pdfuaid:part"]) == "1"
        with document.open_outline() as outline:
            assert any(TITLES[locale] in each.title for each in outline.root)
    found = words_of(content)
    # Glyphs of the script are there and say what they show: nothing is a box.
    wanted = TITLES[locale]
    if locale == "ar":
        assert all(word in found or word[::-1] in found for word in wanted.split())
    else:
        assert wanted in found


def test_arabic_letters_join_and_an_address_ends_with_its_slash():
    content = pdf.render(book("ar", [{"type": "text", "value": "<p>ههه</p>", "id": "1"}]))
    with pdfplumber.open(BytesIO(content)) as document:
        letters = [each for page in document.pages for each in page.chars]
        joined = {round(each["width"], 2) for each in letters if each["text"] == "ه"}
        cover = document.pages[0].chars
    # At the beginning, in the middle and at the end of a word the letter has another form.
    assert len(joined) == 3, joined
    slashes = [each["x0"] for each in cover if each["text"] == "/"]
    dots = [each["x0"] for each in cover if each["text"] == "."]
    assert len(slashes) == 3
    assert max(slashes) > max(dots), "the last slash stands at the end of the address"


def test_the_pdf_has_bookmarks_notes_and_pictures_with_their_texts(guide):
    content = default_storage.open(Takeaway.objects.get(pk=_row(guide, "pdf").pk).name).read()
    with pikepdf.open(BytesIO(content)) as document, document.open_outline() as outline:
        chapters = [each.title for each in outline.root]
        assert [each.split() for each in chapters] == [["4.1", "First"], ["4.2", "Second"], ["Figures"]]
        first = next(each for each in outline.root if "First" in each.title)
        assert [each.title.split() for each in first.children] == [["4.1.1", "Trust"]]
        alternatives = [
            str(element.Alt)
            for element in document.objects
            if isinstance(element, pikepdf.Dictionary)
            and element.get("/S") == "/Figure"
            and "/Alt" in element
        ]
    assert alternatives == ["Doors of a building"]
    found = words_of(content)
    assert "A note to it." in found
    assert "Figure 4.1.1" in found


def _row(page, kind):
    return takeaways.fresh(item_of(page), kind)


def test_what_looks_like_code_stays_text():
    hostile = 'A #eval("1+1") $x$ \\ *b* _i_ `r` @label <x> [link](y) //comment /*c*/ #image("/etc/passwd")'
    found = words_of(
        pdf.render(book("en", [{"type": "quote", "value": {"text": hostile, "attribution": ""}, "id": "1"}]))
    )
    assert "#eval(" in found.replace(" ", "")
    assert "passwd" in found


def test_headings_that_skip_a_level_are_set_all_the_same():
    levels = [3, 2, 4, 4, 3]
    blocks = [
        {
            "type": "heading",
            "value": {"text": f"Part {n}", "level": level, "number": "1", "anchor": f"s{n}"},
            "id": str(n),
        }
        for n, level in enumerate(levels)
    ]
    with (
        pikepdf.open(BytesIO(pdf.render(book("en", blocks)))) as document,
        document.open_outline() as outline,
    ):
        assert len(outline.root[0].children) == 2


def test_links_of_other_schemes_are_words():
    html = '<p><a href="javascript:alert(1)">one</a> <a href="/en/two/">two</a> <a href="https://x.example/">three</a></p>'
    content = pdf.render(book("en", [{"type": "text", "value": html, "id": "1"}]))
    with pikepdf.open(BytesIO(content)) as document:
        targets = {
            str(each.A.URI)
            for page in document.pages
            for each in page.get("/Annots", [])
            if "/A" in each and "/URI" in each.A
        }
    assert targets == {
        "https://compendium.example/en/two/",
        "https://x.example/",
        "https://compendium.example/",
    }


@pytest.mark.parametrize("locale", list(TITLES))
def test_the_epub_holds_together(locale):
    blocks = [
        {
            "type": "heading",
            "value": {"text": "A & B <c>", "level": 2, "number": "1", "anchor": "s1"},
            "id": "1",
        },
        {
            "type": "text",
            "value": f"<p>{TITLES[locale]} &amp; more<br>line</p><ul><li>x</li></ul>",
            "id": "2",
        },
        {"type": "footnote", "value": {"text": "<p>Noted.</p>", "number": 1}, "id": "3"},
        {
            "type": "table",
            "value": {"caption": "Who", "columns": ["a", "b"], "rows": [["1", "<2>"]], "number": 1},
            "id": "4",
        },
    ]
    content = epub.render(book(locale, blocks))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        assert names[0] == "mimetype"
        assert archive.read("mimetype") == b"application/epub+zip"
        assert archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        assert archive.testzip() is None
        for name in names:
            if name.endswith((".xhtml", ".opf", ".ncx", ".xml")):
                ElementTree.fromstring(archive.read(name))
        opf = archive.read("EPUB/content.opf").decode()
        chapter = archive.read("EPUB/chapter-1.xhtml").decode()
        listed = ElementTree.fromstring(opf)
    space = {"o": "http://www.idpf.org/2007/opf", "d": "http://purl.org/dc/elements/1.1/"}
    assert listed.get("version") == "3.0"
    assert listed.find(".//d:title", space).text == TITLES[locale]
    assert listed.find(".//d:language", space).text.lower().startswith(locale[:2])
    hrefs = {each.get("href") for each in listed.findall(".//o:manifest/o:item", space)}
    assert {f"EPUB/{href}" for href in hrefs} <= set(names)
    ids = {each.get("id") for each in listed.findall(".//o:manifest/o:item", space)}
    assert {each.get("idref") for each in listed.findall(".//o:spine/o:itemref", space)} <= ids
    if locale == "ar":
        assert listed.find(".//o:spine", space).get("page-progression-direction") == "rtl"
        assert 'dir="rtl"' in chapter
    assert 'href="#note-1"' in chapter
    assert 'id="note-1"' in chapter
    assert TITLES[locale] in chapter


def test_the_same_book_gives_the_same_bytes():
    assert pdf.render(book("fr")) == pdf.render(book("fr"))


# In the pipeline -----------------------------------------------------------------------------------------------


def test_files_are_in_the_envelope_when_they_are_made_and_leave_it_when_something_changes(guide, committed):
    assert item_of(guide).files == "[]"
    found = made(guide)
    assert set(found) == {"pdf", "epub"}
    answer = Client().get(f"/api/v2/pages/{guide.pk}/").json()["meta"]
    assert [each["kind"] for each in answer["files"]] == ["pdf", "epub"]
    assert answer["version"] == 1
    response = Client().get(found["pdf"]["url"])
    content = b"".join(response.streaming_content)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert len(content) == found["pdf"]["size"]
    assert "Words of the second." in words_of(content)
    etag = response["ETag"]
    assert Client().get(found["pdf"]["url"], headers={"If-None-Match": etag}).status_code == 304

    chapter = ChapterPage.objects.get(slug="second")
    with committed():
        world.publish(chapter, body=[text("Other words.")])
    assert item_of(guide).files == "[]"
    # Nobody gets the old one, made or not.
    content = b"".join(Client().get(found["pdf"]["url"]).streaming_content)
    assert "Other words." in words_of(content)
    assert made(guide)["pdf"]["sha256"] != found["pdf"]["sha256"]


def test_made_once(guide, monkeypatch):
    made(guide)
    monkeypatch.setitem(takeaways.RENDERERS, "pdf", lambda book: pytest.fail("made again"))
    made(guide)


def test_what_is_restricted_is_in_no_file_of_others(guide, committed):
    url = made(guide)["pdf"]["url"]
    chapter = ChapterPage.objects.get(slug="second")
    members = Group.objects.create(name="Members")
    with committed():
        restriction = PageViewRestriction.objects.create(page=chapter, restriction_type="groups")
        restriction.groups.add(members)
    content = b"".join(Client().get(url).streaming_content)
    assert "Words of the first." in words_of(content)
    assert "second" not in words_of(content).lower()
    own = takeaways.address(item_of(chapter), "pdf")
    assert Client().get(own).status_code == 404
    with committed():
        restriction = PageViewRestriction.objects.create(page=guide, restriction_type="groups")
        restriction.groups.add(members)
    assert Client().get(url).status_code == 404


def test_an_unpublished_guide_has_no_file(guide, committed):
    url = made(guide)["pdf"]["url"]
    with committed():
        guide.unpublish()
    assert Client().get(url).status_code == 404


def test_unknown_kinds_and_pages_that_come_as_no_file(guide, site):
    item = item_of(guide)
    assert Client().get(takeaways.address(item, "exe")).status_code == 404
    assert Client().get(takeaways.address(item_of(site), "pdf")).status_code == 404
    assert not Takeaway.objects.exists()


def test_a_recall_destroys_what_may_hold_it(guide, committed, django_capture_on_commit_callbacks):
    made(guide)
    names = list(Takeaway.objects.values_list("name", flat=True))
    chapter = ChapterPage.objects.get(slug="second")
    with django_capture_on_commit_callbacks(execute=True):
        chapter.unpublish()
        api.recall(chapter.pk)
    assert not Takeaway.objects.filter(name__in=names).exists()
    assert not any(default_storage.exists(name) for name in names)
