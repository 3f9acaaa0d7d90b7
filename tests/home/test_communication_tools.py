"""The press kit: by kind and language, with size and format before anything is taken, and never after its last day."""

import datetime
import re

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Collection, CollectionViewRestriction

from cms.content import api as content
from cms.content.models import ContentItem
from cms.core.errors import BadInput
from cms.media.models import File
from home.programme.models import CommunicationToolsPage, ProgrammePage
from home.programme.press_kit import Kind, expired, press_kit
from tests import world

TODAY = datetime.date(2026, 11, 28)
ADDRESS = "/en/programme/tools/"


def item(title="Item", kind="logo", language="", expires_on=None, download=True):
    return {
        "title": title,
        "kind": kind,
        "language": language,
        "expires_on": expires_on,
        "download": {"url": "/x"} if download else None,
    }


def titles(kit):
    return [(group["kind"], [each["title"] for each in group["items"]]) for group in kit["groups"]]


# The rule -------------------------------------------------------------------------------------------------------


@given(st.one_of(st.none(), st.dates()), st.dates())
def test_an_item_is_offered_through_its_last_day(last, today):
    assert expired(item(expires_on=last and last.isoformat()), today) is (last is not None and last < today)


def test_items_stand_by_kind_in_the_order_of_kinds():
    items = [item("P", "photo"), item("L", "logo"), item("F", "factsheet"), item("M", "logo")]
    kit = press_kit(items, {}, TODAY)
    assert titles(kit) == [("logo", ["L", "M"]), ("factsheet", ["F"]), ("photo", ["P"])]
    assert [(each["code"], each["count"]) for each in kit["kinds"]] == [
        ("", 4),
        ("logo", 2),
        ("factsheet", 1),
        ("photo", 1),
    ]
    assert set(Kind.values) == {"logo", "factsheet", "banner", "card", "video", "presentation", "photo"}


def test_filters_hold_together_and_lead_on():
    items = [item("A", "logo", "ar"), item("B", "logo"), item("C", "banner", "ar")]
    kit = press_kit(items, {"kind": "logo", "language": "ar"}, TODAY)
    assert titles(kit) == [("logo", ["A"])]
    assert [(each["code"], each["url"], each["chosen"]) for each in kit["languages"]] == [
        ("", "?kind=logo", False),
        ("ar", "?kind=logo&language=ar", True),
        ("none", "?kind=logo&language=none", False),
    ]
    assert titles(press_kit(items, {"language": "none"}, TODAY)) == [("logo", ["B"])]
    nothing = press_kit(items, {"kind": "video"}, TODAY)
    assert (titles(nothing), nothing["total"]) == ([], 0)
    assert ("video", 0, True) in [(each["code"], each["count"], each["chosen"]) for each in nothing["kinds"]]


@pytest.mark.parametrize("query", [{"kind": "poster"}, {"language": "xx"}, {"kind": "<script>"}])
def test_what_there_is_none_of_is_an_error(query):
    with pytest.raises(BadInput):
        press_kit([], query, TODAY)


def test_what_expired_is_counted_and_what_nobody_can_take_is_not_there():
    items = [item("Old", expires_on="2026-11-27"), item("New"), item("Hidden", download=False)]
    kit = press_kit(items, {}, TODAY)
    assert (titles(kit), kit["total"], kit["expired"]) == ([("logo", ["New"])], 1, 1)


# The page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def factsheet(db):
    return File.objects.create(
        title="Factsheet",
        file=ContentFile(b"%PDF-1.7 " + b"x" * 4000, name="factsheet.pdf"),
        collection=Collection.get_first_root_node(),
    )


@pytest.fixture
def page(site, committed, factsheet):
    with committed():
        programme = world.add(site, ProgrammePage(title="Programme", slug="programme"))
        picture = world.image(description="A door")
        picture.contextual_alt_text, picture.decorative = "An open door", False
        common = {"description": "What for.", "terms_of_use": "", "credit": "", "file": None, "image": None}
        return world.add(
            programme,
            CommunicationToolsPage(
                title="Tools",
                slug="tools",
                terms_of_use="<p>Use them as they are.</p>",
                items=[
                    (
                        "item",
                        {
                            **common,
                            "title": "On paper",
                            "kind": "factsheet",
                            "language": "fr",
                            "file": factsheet,
                        },
                    ),
                    (
                        "item",
                        {
                            **common,
                            "title": "A picture",
                            "kind": "banner",
                            "language": "",
                            "image": picture,
                            "credit": "A painter",
                            "terms_of_use": "With a link.",
                            "expires_on": datetime.date(2027, 1, 31),
                        },
                    ),
                ],
            ),
        )


def values(page):
    version = ContentItem.objects.select_related("current").get(page_id=page.pk).current
    return [each["value"] for each in content.body(version)["items"]]


def test_the_document_says_what_is_taken_and_until_when(page, factsheet):
    paper, picture = values(page)
    assert paper["download"] == {
        "url": factsheet.url,
        "format": "pdf",
        "size": 4009,
        "width": None,
        "height": None,
    }
    assert (paper["file"]["sha256"], paper["expires_on"]) == (factsheet.sha256, None)
    taken = picture["download"]
    assert (taken["format"], taken["width"], taken["height"]) == ("jpeg", 1280, 800)
    assert taken["size"] > 1000
    assert picture["image"]["alt"] == "An open door"
    assert (picture["expires_on"], picture["credit"], picture["file"]) == ("2027-01-31", "A painter", None)


def test_the_page_shows_size_and_format_before_the_download(page, client, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: TODAY)
    with CaptureQueriesContext(connection) as captured:
        html = client.get(ADDRESS).content.decode()
    assert len(captured) == 3
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    for expected in (
        "Factsheets On paper What for.",
        "Français · PDF · 3.9",
        "Banners A picture",
        "With a link.",
        "Credit: A painter",
        "JPEG",
        "1280 × 800",
        "until 31 January 2027",
        "Use them as they are.",
        "2 items",
        "Download On paper",
    ):
        assert expected in words, expected
    assert "not offered any more" not in words
    link = re.search(r'<a class="btn quiet" href="([^"]+)" download>', html).group(1)
    assert client.get(link).status_code == 200
    # The programme's page leads there.
    assert f'href="{ADDRESS}"' in client.get("/en/programme/").content.decode()


def test_filters_are_links(page, client):
    html = client.get(ADDRESS, {"kind": "banner"}).content.decode()
    assert "A picture" in html and "On paper" not in html
    assert '<a class="chip on" href="?kind=banner" rel="nofollow" aria-current="true">' in html
    assert 'href="?kind=banner&amp;language=none"' in html
    assert client.get(ADDRESS, {"kind": "nonsense"}).status_code == 400


def test_after_its_last_day_an_item_is_left_out_and_the_page_says_so(page, client, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: datetime.date(2027, 1, 31))
    before = client.get(ADDRESS)
    assert "A picture" in before.content.decode()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: datetime.date(2027, 2, 1))
    after = client.get(ADDRESS, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    html = after.content.decode()
    assert "A picture" not in html
    assert "1 item has expired and is not offered any more." in html
    # The document holds the date alone: nothing was compiled.
    assert values(page)[1]["expires_on"] == "2027-01-31"


def test_a_file_that_is_not_for_everybody_is_not_offered(page, factsheet, client, committed):
    with committed():
        closed = Collection.get_first_root_node().add_child(name="Closed")
        CollectionViewRestriction.objects.create(
            collection=closed, restriction_type=CollectionViewRestriction.LOGIN
        )
        factsheet.collection = closed
        factsheet.save()
    assert values(page)[0]["download"] is None
    assert "On paper" not in client.get(ADDRESS).content.decode()


def test_an_item_without_anything_to_take_is_not_published(page):
    page.items = [("item", {"title": "Empty", "kind": "logo", "file": None, "image": None})]
    [problem] = content.publication_problems(page)
    assert "neither a file nor a picture" in str(problem.message)


def test_a_translation_keeps_items_and_has_its_own_words(page, client, translate):
    translated = translate(page, "ar", title="أدوات")
    assert [each["kind"] for each in values(translated)] == ["factsheet", "banner"]
    html = client.get("/ar/programme/tools/").content.decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert "١٢٨٠ × ٨٠٠" in html


def test_the_api_and_the_sitemap_hold_it(page, client):
    found = client.get(f"/api/v2/pages/{page.pk}/").json()
    assert found["meta"]["type"] == "programme.CommunicationToolsPage"
    assert found["items"][0]["value"]["download"]["url"].startswith("http://testserver/")
    assert ADDRESS in "".join(
        client.get(path.removeprefix("http://testserver")).content.decode()
        for path in re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
        if "sitemap" in path
    )
