"""The site's name, languages, menus; addresses that have moved."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log

from tests import world

API = "/api/v2"


def statements(client, path):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{API}{path}").status_code == 200
    return len(captured)


# The site ----------------------------------------------------------------------------------------------------------


def test_the_site(client, library, translate, committed):
    with committed():
        translate(library["site"], "fr")
    site = client.get(f"{API}/site/").json()
    assert [each["locale"] for each in site["languages"]] == ["ar", "zh-hans", "en", "fr", "ru", "es"]
    assert site["languages"][0]["direction"] == "rtl"
    assert site["default_locale"] == "en" and site["url"] == "http://testserver/"
    english = site["locales"]["en"]
    assert english["home"]["html_url"] == "http://testserver/en/"
    assert [entry["title"] for entry in english["menu"]] == ["Guides"]
    assert english["menu"][0]["key"] == str(library["compendium"].translation_key)


def test_a_restricted_page_is_in_no_menu_from_the_next_request(client, library, restrict, committed):
    with committed():
        restriction = restrict(library["compendium"])
    site = client.get(f"{API}/site/")
    assert "Guides" not in site.content.decode()
    with committed():
        restriction.delete()
    assert "Guides" in client.get(f"{API}/site/").content.decode()


def test_the_site_takes_one_statement_and_answers_304(client, library):
    assert statements(client, "/site/") == 1
    tag = client.get(f"{API}/site/")["ETag"]
    assert client.get(f"{API}/site/", headers={"if-none-match": tag}).status_code == 304
    assert client.get(f"{API}/site/?locale=en").status_code == 400


# Redirects ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def moved(library):
    return Redirect.objects.create(old_path="/en/old", redirect_page=library["one"].page_ptr)


def test_redirects(client, library, moved):
    Redirect.objects.create(
        old_path="/en/elsewhere", redirect_link="https://example.org/", is_permanent=False
    )
    Redirect.objects.create(old_path="/en/within", redirect_link="/en/guides/")
    answer = client.get(f"{API}/redirects/").json()
    assert answer["meta"]["total_count"] == 3
    first, second, third = answer["items"]
    assert {name: first[name] for name in ("id", "old_path", "location", "page_id", "is_permanent")} == {
        "id": moved.pk,
        "old_path": "/en/old/",
        "location": "http://testserver/en/guides/religious/one/",
        "page_id": library["one"].pk,
        "is_permanent": True,
    }
    assert (second["location"], second["is_permanent"]) == ("https://example.org/", False)
    assert third["location"] == "http://testserver/en/guides/"


def test_a_redirect_to_what_is_restricted_or_gone_is_not_there(client, library, moved, restrict, committed):
    with committed():
        restriction = restrict(library["guide"])
    assert client.get(f"{API}/redirects/").json()["items"] == []
    with committed():
        restriction.delete()
        world.as_stored(library["one"]).unpublish()
    assert client.get(f"{API}/redirects/").json()["meta"]["total_count"] == 0


@pytest.mark.parametrize("old", ["/en/old/", "/en/old/?x=1"])
def test_a_page_that_is_restricted_isnt_led_to(client, library, moved, restrict, committed, old):
    assert client.get(old)["Location"] == "/en/guides/religious/one/"
    with committed():
        restrict(library["guide"])
    assert client.get(old).status_code == 404


@pytest.mark.parametrize(
    "link",
    [
        "/en/guides/religious/one/",
        "/en/guides/religious/one",
        "/en/guides/religious/one/?x=1#y",
        "http://testserver/en/guides/religious/one/",
        "https://TESTSERVER/en/guides/religious/one/",
        "//testserver/en/guides/religious/one/",
        "/en/guides/../guides//religious/%6Fne/",
        "../religious/one/",
        "/en/_edition/1/guides/religious/one/",
    ],
)
def test_a_typed_address_of_what_is_restricted_leads_nowhere(client, library, restrict, committed, link):
    Redirect.objects.create(old_path="/en/guides/old", redirect_link=link)
    old = "/en/guides/old/"
    assert client.get(f"{API}/redirects/").json()["meta"]["total_count"] == 1
    assert client.get(old).status_code == 301
    with committed():
        restriction = restrict(library["guide"])
    assert client.get(f"{API}/redirects/").json() == {"meta": {"total_count": 0}, "items": []}
    assert client.get(old).status_code == 404
    with committed():
        restriction.delete()
        world.as_stored(library["one"]).unpublish()
    assert client.get(f"{API}/redirects/").json()["meta"]["total_count"] == 0
    assert client.get(old).status_code == 404


def test_typed_addresses_of_other_sites_and_views_are_there(client, library, restrict, committed):
    with committed():
        restrict(library["guide"])
    links = ["https://example.org/en/guides/religious/one/", "/en/search/", "/en/nothing/", "https://[", "/"]
    for number, link in enumerate(links):
        Redirect.objects.create(old_path=f"/en/old-{number}", redirect_link=link)
    listed = client.get(f"{API}/redirects/").json()
    assert listed["meta"]["total_count"] == len(listed["items"]) == len(links)
    assert client.get("/en/old-1/")["Location"] == "/en/search/"


def test_redirects_since(client, library, moved):
    now = timezone.now()
    Redirect.objects.filter(pk=moved.pk).update(created_at=now - timedelta(days=9))
    other = Redirect.objects.create(old_path="/en/other", redirect_page=library["two"].page_ptr)
    since = (now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    listed = client.get(f"{API}/redirects/", {"updated_since": since}).json()["items"]
    assert [each["id"] for each in listed] == [other.pk]
    log(instance=moved, action="wagtail.edit")
    listed = client.get(f"{API}/redirects/", {"updated_since": since}).json()["items"]
    assert {each["id"] for each in listed} == {other.pk, moved.pk}


@pytest.mark.parametrize("query", ["updated_since=yesterday", "limit=1000", "offset=-1", "order=old_path"])
def test_a_wrong_parameter_is_refused(client, library, query):
    assert client.get(f"{API}/redirects/?{query}").status_code == 400


def test_redirects_take_as_many_statements_for_one_as_for_ten(client, library, moved):
    statements(client, "/redirects/")
    before = statements(client, "/redirects/")
    for number in range(9):
        Redirect.objects.create(old_path=f"/en/old-{number}", redirect_page=library["two"].page_ptr)
    assert statements(client, "/redirects/") == before <= 5
    Redirect.objects.create(old_path="/en/typed", redirect_link="/en/guides/")
    before = statements(client, "/redirects/")
    for number in range(9):
        Redirect.objects.create(old_path=f"/en/typed-{number}", redirect_link="/en/guides/religious/one/")
    assert statements(client, "/redirects/") == before <= 7
