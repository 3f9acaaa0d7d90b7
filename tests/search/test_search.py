"""Search: over the API and as a page; what may not be seen has no part in it."""

import pytest
from django.core.management import call_command
from django.test import Client

from cms.accounts.models import User
from cms.content.models import ContentItem
from search.models import Entry
from tests import world
from tests.delivery.conftest import built_library, library  # noqa: F401

API = "/api/v2/search/"


def found(client, query):
    response = client.get(f"{API}?{query}")
    assert response.status_code == 200, response.content
    answer = response.json()
    assert len(answer["items"]) <= answer["meta"]["total_count"]
    return [item["title"] for item in answer["items"]]


def test_words(client, library):  # noqa: F811
    assert found(client, "q=second") == ["Two"]
    assert found(client, "q=SECOND wörds") == ["Two"]
    assert sorted(found(client, "q=words")) == ["One", "Two"]
    assert found(client, "q=first second") == []
    assert found(client, "q=worship") == ["Religious sites"]


def test_a_title_counts_for_more(client, library, committed):  # noqa: F811
    with committed():
        world.publish(library["practices"][0], title="Doors", context="<p>Nothing.</p>")
        world.publish(
            library["practices"][1], title="Windows", context="<p>Some doors among other words.</p>"
        )
    assert found(client, "q=doors")[0] == "Doors"


def test_filters(client, library, translate):  # noqa: F811
    translate(library["guide"], "fr", title="Lieux de culte", summary="Pour protéger.")
    assert found(client, "q=proteger") == ["Lieux de culte"]
    assert found(client, "q=proteger&locale=en") == []
    assert found(client, "q=words&type=guides.ChapterPage&limit=1&offset=1") != []
    assert found(client, "q=words&type=guides.GuidePage") == []
    answer = client.get(f"{API}?q=words&limit=1").json()
    assert (answer["meta"]["total_count"], len(answer["items"])) == (2, 1)


def test_statements(client, library, django_assert_max_num_queries):  # noqa: F811
    with django_assert_max_num_queries(4):
        client.get(f"{API}?q=words")


def test_the_index_follows(client, library, committed):  # noqa: F811
    with committed():
        world.publish(library["one"], body=[("text", "<p>Altogether different.</p>")])
    assert found(client, "q=first") == []
    assert found(client, "q=altogether") == ["One"]
    library["one"].unpublish()
    assert found(client, "q=altogether") == []
    assert not Entry.objects.filter(item__page_id=library["one"].pk).exists()
    with committed():
        world.publish(library["one"])
    assert found(client, "q=altogether") == ["One"]


def test_restricted_at_once_with_right_totals(client, library, restrict):  # noqa: F811
    restrict(library["one"])
    answer = client.get(f"{API}?q=words").json()
    assert answer["meta"]["total_count"] == 1
    assert [item["title"] for item in answer["items"]] == ["Two"]


@pytest.mark.parametrize(
    "query",
    [
        '"',
        '"first',
        "first AND",
        "NEAR(first words)",
        "title:first",
        "*",
        "first*",
        "-first",
        "^first",
        "(",
        "'",
        "\\",
        ";--",
        "%",
        "😀",
    ],
)
def test_hostile_queries(client, library, query):  # noqa: F811
    for address in (API, "/api/v2/pages/", "/en/search/"):
        response = client.get(address, {"search" if "pages" in address else "q": query})
        assert response.status_code == 200


def test_what_is_wrong_is_named(client, db):
    for query, parameter in (
        ("", "q"),
        ("q=%20", "q"),
        ("q=x&limit=101", "limit"),
        ("q=x&locale=xx", "locale"),
        ("q=x&type=auth.User", "type"),
        ("q=x&fields=*", "fields"),
        ("q=%00", "q"),
        ("q=" + "x" * 2000, "q"),
    ):
        response = client.get(f"{API}?{query}")
        assert (response.status_code, response.json()["parameter"]) == (400, parameter), query


def test_rebuilding(client, library, restrict, capsys):  # noqa: F811
    restrict(library["two"])
    Entry.objects.all().delete()
    assert found(client, "q=words") == []
    call_command("rebuild_search")
    assert found(client, "q=words") == ["One"]
    # What members may read is in the index as well, and told to nobody else.
    assert Entry.objects.count() == ContentItem.objects.filter(status="live", listed=True).count()
    ContentItem.objects.filter(page_id=library["one"].pk).update(status="retired")
    call_command("rebuild_search")
    assert not Entry.objects.filter(item__page_id=library["one"].pk).exists()
    assert "0 written, 1 deleted" in capsys.readouterr().out


class TestPage:
    def context(self, client, query, language="en"):
        response = client.get(f"/{language}/search/?{query}")
        assert response.status_code == 200
        return response.context

    def test_context(self, client, library):  # noqa: F811
        context = self.context(client, "q=worship")
        assert (context["query"], context["total"]) == ("worship", 1)
        assert context["results"] == [
            {
                "title": "Religious sites",
                "url": "/en/guides/religious/",
                "summary": "How to protect places of worship.",
                "type_label": "guide",
                "locale": "en",
            }
        ]
        assert context["page"] == {"number": 1, "count": 1, "previous": None, "next": None}

    def test_one_language(self, client, library, translate):  # noqa: F811
        translate(library["guide"], "fr", title="Lieux de culte")
        assert [row["title"] for row in self.context(client, "q=worship", "fr")["results"]] == [
            "Lieux de culte"
        ]
        assert self.context(client, "q=worship", "ar")["total"] == 0

    def test_nothing_asked_nothing_wrong(self, client, library):  # noqa: F811
        for query in (
            "",
            "q=",
            "q=%20",
            "q=x&page=0",
            "q=x&page=-1",
            "q=x&page=99999999999",
            "q=x&page=x",
            "q=%00",
        ):
            assert self.context(client, query)["results"] == []

    def test_members_find_what_is_theirs(self, library, restrict):  # noqa: F811
        restriction = restrict(library["one"])
        member = User.objects.create_user("member@example.org")
        member.groups.set(restriction.groups.all())
        outsider = User.objects.create_user("outsider@example.org")
        for user, total in ((member, 2), (outsider, 1), (None, 1)):
            client = Client()
            if user:
                client.force_login(user)
            response = client.get("/en/search/?q=words")
            assert response.context["total"] == len(response.context["results"]) == total
            assert ("private" in response["Cache-Control"]) is bool(user)
