"""What is around a document: where it is used, and practices that are near it."""

import pytest
from django.test import Client

from home.guides.models import PracticeTerm
from tests import world

from .conftest import API


def used_in(client, page, query=""):
    return client.get(f"{API}/pages/{page.pk}/used-in/{query}")


def related(client, page):
    return client.get(f"{API}/pages/{page.pk}/related/")


def titles(response):
    assert response.status_code == 200
    return [item["title"] for item in response.json()["items"]]


@pytest.fixture
def used(library, committed):
    """The first practice, shown in the first chapter and linked to from the second practice."""
    practice = library["practices"][0]
    with committed():
        world.publish(library["one"], body=[("practice", practice.page_ptr)])
        world.publish(
            library["practices"][1], context=f'<p><a linktype="page" id="{practice.pk}">That</a></p>'
        )
    return practice


@pytest.fixture
def near(library, committed, term):
    """The first three practices share terms; the fourth has none."""
    church, prevent = term("target", "church"), term("phase", "prevent")
    for practice, shared in zip(library["practices"], ([church, prevent], [prevent], [church]), strict=False):
        with committed():
            practice.practice_terms.set([PracticeTerm(term=each) for each in shared])
            world.publish(practice)
    return library["practices"]


# Used in ----------------------------------------------------------------------------------------------------------


def test_shape_and_statements(client, library, used, django_assert_num_queries):
    with django_assert_num_queries(2):
        response = used_in(client, used)
    found = response.json()
    assert {name: found[name] for name in ("id", "key", "locale", "meta")} == {
        "id": used.pk,
        "key": str(used.translation_key),
        "locale": "en",
        "meta": {"total_count": 2},
    }
    assert found["items"][0] == {
        "id": library["one"].pk,
        "key": str(library["one"].translation_key),
        "title": "One",
        "type": "guides.ChapterPage",
        "locale": "en",
        "detail_url": f"http://testserver{API}/pages/{library['one'].pk}/",
        "html_url": "http://testserver/en/guides/religious/one/",
    }
    assert found["items"][1]["title"] == "Practice 2"
    assert f"key-{library['one'].translation_key}" in response["Surrogate-Key"]
    assert used_in(client, library["practices"][3]).json()["items"] == []


def test_only_current_versions_count(client, library, used, committed):
    with committed():
        world.publish(library["one"], body=[("text", "<p>Nothing.</p>")])
    assert titles(used_in(client, used)) == ["Practice 2"]
    library["practices"][1].unpublish()
    assert titles(used_in(client, used)) == []


def test_once_for_all_languages_in_the_documents_own(client, library, used, translate):
    french = translate(library["one"], "fr", title="Un")
    assert titles(used_in(client, used)) == ["One", "Practice 2"]
    own = translate(used, "fr", title="Pratique")
    found = used_in(client, own).json()
    assert [(item["id"], item["locale"]) for item in found["items"]] == [
        (library["practices"][1].pk, "en"),
        (french.pk, "fr"),
    ]


def test_in_parts(client, used, library):
    assert titles(used_in(client, used, "?limit=1")) == ["One"]
    assert titles(used_in(client, used, "?limit=1&offset=1")) == ["Practice 2"]
    assert used_in(client, used, "?limit=1").json()["meta"]["total_count"] == 2
    assert used_in(client, used, "?limit=101").status_code == 400
    assert used_in(client, used, "?locale=fr").json()["parameter"] == "locale"


def test_as_many_statements_for_twenty_as_for_two(
    client, library, used, committed, django_assert_num_queries
):
    with committed():
        for number in range(18):
            chapter = type(library["one"])(
                title=f"More {number}", slug=f"more-{number}", body=[("practice", used.page_ptr)]
            )
            world.add(library["guide"], chapter)
    with django_assert_num_queries(2):
        assert used_in(client, used).json()["meta"]["total_count"] == 20


# Related ----------------------------------------------------------------------------------------------------------


def test_the_nearest_first(client, library, near, django_assert_num_queries):
    with django_assert_num_queries(3):
        response = related(client, near[0])
    assert titles(response) == ["Practice 3", "Practice 2"]
    assert response.json()["items"][0]["html_url"] == "http://testserver/en/practices/practice-3/"
    assert titles(related(client, near[3])) == titles(related(client, library["guide"])) == []
    assert related(client, near[0]).json()["meta"]["total_count"] == 2
    assert client.get(f"{API}/pages/{near[0].pk}/related/?limit=1").json()["parameter"] == "limit"


def test_in_the_documents_language_else_in_another(client, near, translate):
    french = translate(near[2], "fr", title="Pratique trois")
    own = translate(near[0], "fr", title="Pratique une")
    found = related(client, own).json()["items"]
    assert [(item["id"], item["locale"]) for item in found] == [(french.pk, "fr"), (near[1].pk, "en")]


# Both -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [used_in, related])
def test_what_is_not_to_be_seen_is_not_there(client, library, ask, restrict):
    nothing = client.get(f"{API}/pages/99999999/").json()
    restrict(library["practices"][0])
    for response in (
        ask(client, library["practices"][0]),
        client.get(f"{API}/pages/9223372036854775808/{ask.__name__.replace('_', '-')}/"),
    ):
        assert response.status_code == 404
        assert {**response.json(), "request_id": ""} == {**nothing, "request_id": ""}


def test_restricted_ones_are_absent_whoever_asks(client, library, used, near, restrict, django_user_model):
    restriction = restrict(library["one"])
    restrict(near[2])
    group = restriction.groups.get()
    people = [
        None,
        django_user_model.objects.create_user("registered@example.org"),
        django_user_model.objects.create_user("member@example.org"),
        django_user_model.objects.create_superuser("admin@example.org", "secret"),
    ]
    people[2].groups.add(group)
    for person in people:
        # The API reads as nobody in particular: a session makes no difference.
        asking = Client()
        if person:
            asking.force_login(person)
        for response, left in (
            (used_in(asking, used), "Practice 2"),
            (related(asking, near[0]), "Practice 2"),
        ):
            assert titles(response) == [left]
            assert response.json()["meta"]["total_count"] == 1
            for hidden in (library["one"], near[2]):
                assert str(hidden.translation_key) not in response.content.decode()
                assert str(hidden.translation_key) not in response["Surrogate-Key"]


def test_conditional(client, library, used, near, committed):
    for ask in (used_in, related):
        first = ask(client, near[0])
        address = first.wsgi_request.path
        assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    with committed():
        world.publish(near[1], title="Renamed")
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
