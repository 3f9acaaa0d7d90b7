"""What machines read without the API: sitemap, robots.txt, Atom, schema.org. Only what anybody may read."""

import re
from xml.etree import ElementTree

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from home import feeds
from tests import world

from .conftest import ADDRESSES

XML = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "html": "http://www.w3.org/1999/xhtml",
    "atom": "http://www.w3.org/2005/Atom",
}


def tree(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return ElementTree.fromstring(response.content)


def addresses(client):
    return [each.text for each in tree(client, "/sitemap-documents.xml").iterfind("map:url/map:loc", XML)]


def entries(client, path="/en/feed.xml"):
    found = tree(client, path).iterfind("atom:entry", XML)
    return {each.find("atom:title", XML).text: each for each in found}


def restrict(page, committed):
    with committed():
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def test_the_sitemap_holds_every_public_page_and_its_languages(client, pages):
    (section,) = tree(client, "/sitemap.xml").iterfind("map:sitemap/map:loc", XML)
    assert section.text == "http://testserver/sitemap-documents.xml"
    found = addresses(client)
    assert len(found) == len(set(found))
    assert {f"http://testserver{path}" for path in ADDRESSES.values()} <= set(found)
    for url in tree(client, "/sitemap-documents.xml").iterfind("map:url", XML):
        others = {link.get("hreflang"): link.get("href") for link in url.iterfind("html:link", XML)}
        assert others["en"] == url.find("map:loc", XML).text


def test_the_sitemap_takes_as_many_statements_for_ten_pages_as_for_twenty(client, pages, practice):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            addresses(client)
        return len(captured)

    before = statements()
    for number in range(3):
        practice(pages["index"], f"More {number}")
    # The count, the pages, their other languages.
    assert (before, statements()) == (3, 3)


def test_what_is_restricted_is_in_no_sitemap_and_no_feed_from_the_next_request(client, pages, committed):
    path = f"http://testserver{ADDRESSES['practice']}"
    assert path in addresses(client) and "Stewards" in entries(client)
    restrict(pages["practice"], committed)
    assert path not in addresses(client)
    assert "Stewards" not in entries(client)


@pytest.mark.parametrize("path", ["/sitemap-other.xml", "/sitemap-documents.xml?p=99", "/xx/feed.xml"])
def test_there_is_nothing_else(client, pages, path):
    assert client.get(path, follow=True).status_code == 404


def test_robots_find_the_sitemap_and_not_the_admin(client, db):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/\n" in text
    assert "Sitemap: http://testserver/sitemap.xml\n" in text


def test_the_feed_is_new_things_first_in_one_language(client, pages, practice):
    practice(pages["index"], "A <b>newer</b> one", slug="newer")
    with CaptureQueriesContext(connection) as captured:
        found = entries(client)
    assert len(captured) == 2
    assert list(found) == ["A <b>newer</b> one", "Religious sites", "Stewards"]
    entry = found["Stewards"]
    assert entry.find("atom:link", XML).get("href") == f"http://testserver{ADDRESSES['practice']}"
    assert entry.find("atom:id", XML).text == f"urn:uuid:{pages['practice'].translation_key}"
    assert entry.find("atom:summary", XML).text == "About Stewards."
    assert entries(client, "/fr/feed.xml") == {}


def test_a_feed_that_has_not_changed_is_not_sent_again(client, pages, committed):
    first = client.get("/en/feed.xml")
    again = client.get("/en/feed.xml", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with committed():
        world.publish(pages["practice"], title="Stewards and guests")
    assert client.get("/en/feed.xml", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_type_is_in_the_feed_once():
    with pytest.raises(ValueError, match="already"):
        feeds.register("guides.GuidePage")


def data(client, path):
    html = client.get(path).content.decode()
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return orjson.loads(found)["@graph"]


def test_pages_say_what_they_are(client, pages):
    work, trail = data(client, ADDRESSES["one"])
    assert work["@type"] == "Chapter"
    assert (work["name"], work["description"], work["inLanguage"]) == ("Communities", "Lede.", "en")
    assert work["url"] == f"http://testserver{ADDRESSES['one']}"
    assert work["isPartOf"] == {"@id": f"http://testserver{ADDRESSES['guide']}"}
    assert [each["name"] for each in trail["itemListElement"]][-2:] == ["Religious sites", "Communities"]
    assert data(client, ADDRESSES["home"])[0]["@type"] == "WebSite"


def test_no_title_ends_the_data(client, pages, committed):
    with committed():
        world.publish(pages["about"], title="</script><script>alert(1)</script>")
    assert data(client, ADDRESSES["about"])[0]["name"] == "</script><script>alert(1)</script>"
    assert "<script>alert" not in client.get(ADDRESSES["about"]).content.decode()
