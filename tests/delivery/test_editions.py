"""Editions through the API: their list, what an earlier one holds, and what `meta` says of them."""

import pytest
from django.utils import timezone
from wagtail.models import Page

from cms.content import api as content
from tests import world

from .conftest import API

META_OF_OLD = ("edition", "supersedes", "superseded_by", "html_url", "version", "files")


@pytest.fixture
def released(library, committed):
    """Edition 2: a chapter revised since, another unpublished."""
    with committed():
        content.release_edition(root_key=library["compendium"].translation_key, note="Revised.")
    with committed():
        world.publish(library["one"], title="Number one", body=[("text", "<p>Other words.</p>")])
    with committed():
        Page.objects.get(pk=library["two"].pk).unpublish()
    first = content.editions_of(library["compendium"].translation_key)[1]
    today = timezone.localdate()
    one = library["one"].translation_key
    content.note_erratum(edition=first, key=None, texts={"fr": "Partout."}, noted_on=today)
    content.note_erratum(edition=first, key=one, texts={"en": "Read 1.", "fr": "Lire 1."}, noted_on=today)
    return library


def editions(client, page, status=200):
    response = client.get(f"{API}/pages/{page.pk}/editions/")
    assert response.status_code == status
    return response.json()


def held(client, page, number, query="", status=200):
    response = client.get(f"{API}/pages/{page.pk}/?edition={number}{query}")
    assert response.status_code == status
    return response.json()


def test_the_list(client, released, django_assert_num_queries):
    compendium = released["compendium"]
    with django_assert_num_queries(12):
        found = editions(client, compendium)
    second, first = found.pop("items")
    assert found == {
        "meta": {"total_count": 2},
        "id": compendium.pk,
        "key": str(compendium.translation_key),
        "locale": "en",
    }
    assert second == {
        "number": 2,
        "released_at": second["released_at"],
        "note": "Revised.",
        "current": True,
        "supersedes": 1,
        "superseded_by": None,
        "html_url": "http://testserver/en/guides/",
        "detail_url": f"http://testserver/api/v2/pages/{compendium.pk}/",
        "errata": [],
        "changes": {
            "added": 0,
            "removed": 1,
            "moved": 0,
            "retitled": 1,
            "revised": 1,
            "html_url": "http://testserver/en/_edition/2/changes/guides/",
        },
    }
    today = timezone.localdate().isoformat()
    assert first == {
        "number": 1,
        "released_at": first["released_at"],
        "note": "",
        "current": False,
        "supersedes": None,
        "superseded_by": 2,
        "html_url": "http://testserver/en/_edition/1/guides/",
        "detail_url": f"http://testserver/api/v2/pages/{compendium.pk}/?edition=1",
        "errata": [
            {
                "key": str(released["one"].translation_key),
                "text": "Read 1.",
                "locale": "en",
                "noted_on": today,
            },
            {"key": None, "text": "Partout.", "locale": "fr", "noted_on": today},
        ],
        "changes": None,
    }
    assert second["released_at"].endswith("Z")


def test_more_editions_cost_no_more_statements(client, released, committed, django_assert_num_queries):
    with committed():
        content.release_edition(root_key=released["compendium"].translation_key, note="Third.")
    with django_assert_num_queries(12):
        found = editions(client, released["compendium"])
    assert [each["number"] for each in found["items"]] == [3, 2, 1]


def test_a_part_answers_with_its_root(client, released):
    assert editions(client, released["one"]) == editions(client, released["compendium"])


def test_what_has_none(client, released):
    for page in (released["index"], released["site"], released["practices"][0], released["two"]):
        editions(client, page, 404)
    assert client.get(f"{API}/pages/99999999999999999999/editions/").status_code == 404
    assert client.get(f"{API}/pages/{released['one'].pk}/editions/?x=1").status_code == 400


def test_nothing_is_said_of_what_may_not_be_seen(client, released, restrict):
    restrict(released["one"])
    second, first = editions(client, released["compendium"])["items"]
    assert (second["changes"]["retitled"], second["changes"]["revised"]) == (0, 0)
    assert [each["text"] for each in first["errata"]] == ["Partout."]
    restrict(released["compendium"])
    editions(client, released["compendium"], 404)


def test_what_an_edition_holds(client, released, django_assert_num_queries):
    with django_assert_num_queries(7):
        found = held(client, released["one"], 1)
    assert (found["title"], found["body"][0]["value"]) == ("One", "<p>First words.</p>")
    edition = found["meta"]["edition"]
    assert {name: found["meta"][name] for name in META_OF_OLD} == {
        "edition": {"number": 1, "released_at": edition["released_at"]},
        "supersedes": None,
        "superseded_by": {"kind": "edition", "number": 2},
        "html_url": "http://testserver/en/_edition/1/guides/religious/one/",
        "version": 1,
        "files": [],
    }
    assert held(client, released["one"], 1, "&fields=_,title,superseded_by") == {
        "meta": {"superseded_by": {"kind": "edition", "number": 2}},
        "title": "One",
    }


def test_what_was_retired_since_is_in_its_edition(client, released):
    assert client.get(f"{API}/pages/{released['two'].pk}/").status_code == 404
    assert held(client, released["two"], 1)["title"] == "Two"
    held(client, released["two"], 2, status=404)


def test_the_current_edition_is_the_current_document(client, released):
    current = client.get(f"{API}/pages/{released['one'].pk}/").json()
    assert held(client, released["one"], 2) == current
    assert "edition" not in current["meta"] and "superseded_by" not in current["meta"]


def test_what_is_not_there(client, released):
    for number in (3, 99_999):
        held(client, released["one"], number, status=404)
    held(client, released["practices"][0], 1, status=404)
    for query in ("?edition=0", "?edition=x", "?edition=1&version=1", "?edition=1&edition=1"):
        assert client.get(f"{API}/pages/{released['one'].pk}/{query}").status_code == 400


def test_access_is_decided_today(client, released, restrict):
    restrict(released["one"])
    held(client, released["one"], 1, status=404)
    assert held(client, released["guide"], 1)["title"] == "Religious sites"


def test_roots_say_their_edition_everywhere(client, released, committed):
    compendium = released["compendium"]
    said = client.get(f"{API}/pages/{compendium.pk}/").json()["meta"]["edition"]
    assert said["number"] == 2 and said["released_at"].endswith("Z")
    listed = client.get(f"{API}/pages/?type=guides.CompendiumPage").json()["items"]
    assert [item["meta"]["edition"] for item in listed] == [said]
    assert held(client, compendium, 1)["meta"]["edition"]["number"] == 1


def test_a_release_reaches_whoever_follows(client, library, committed):
    cursor = None
    for _page in range(20):
        answer = client.get(f"{API}/changes/" + (f"?cursor={cursor}" if cursor else "")).json()
        cursor = answer["next_cursor"]
        if not answer["has_more"]:
            break
    with committed():
        content.release_edition(root_key=library["compendium"].translation_key, note="New")
    [item] = client.get(f"{API}/changes/?include=document&cursor={cursor}").json()["items"]
    assert item["document"]["meta"]["edition"]["number"] == 2


def test_an_older_version_says_what_replaced_it(client, released):
    old = client.get(f"{API}/pages/{released['one'].pk}/?version=1").json()["meta"]
    assert (old["supersedes"], old["superseded_by"]) == (None, {"kind": "version", "number": 2})
    current = client.get(f"{API}/pages/{released['one'].pk}/?version=2").json()["meta"]
    assert "supersedes" not in current and "superseded_by" not in current


def test_find_keeps_the_edition(client, released):
    response = client.get(f"{API}/pages/find/?html_path=/en/guides/religious/one/&edition=1")
    assert response["Location"] == f"http://testserver{API}/pages/{released['one'].pk}/?edition=1"
