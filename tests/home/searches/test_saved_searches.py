"""Saved searches through their pages: kept, listed, changed, deleted, and nobody else's."""

import re
import uuid

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.guides.models import KnownEntry, SavedSearch
from home.guides.searches import saved as searches
from home.guides.searches.alert_mail import searches_of_token, stop_token

LIST = "/en/saved-searches/"


@pytest.fixture
def repository(pages, practice, term):
    practice(pages["index"], "Walks", [term("phase", "prevent"), term("target", "square")])
    return pages["index"]


@pytest.fixture
def person(client, member):
    """Somebody who is signed in."""
    user = member()
    client.force_login(user)
    return user


def save(client, index, **fields):
    values = {
        "repository": str(index.translation_key),
        "query": "phase=prevent",
        "name": "Preventing",
        "alert": "daily",
    }
    return client.post(LIST, values | fields, follow=True)


def text(response):
    return response.content.decode()


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text(response)))


# Saving -----------------------------------------------------------------------------------------------------------


def test_a_form_stands_on_the_list_for_people_who_are_signed_in(client, repository, member):
    assert "Save this search" not in text(client.get("/en/practices/"))
    client.force_login(member())
    html = text(client.get("/en/practices/?phase=prevent&target=church&order=year&page=1"))
    assert "Save this search" in html
    assert 'name="query" value="target=church&amp;phase=prevent"' in html
    assert f'name="repository" value="{repository.translation_key}"' in html


def test_saving_leads_back_with_a_sentence(client, repository, person, pages):
    response = save(
        client, repository, query="x=1&phase=prevent&phase=prevent&order=year", name="  My \n search "
    )
    assert response.redirect_chain[0][0].startswith("/en/practices/?")
    assert "phase=prevent" in response.redirect_chain[0][0]
    assert "“My search” is among your saved searches." in text(response)
    search = SavedSearch.objects.get()
    assert (search.owner, search.name, search.query, search.locale, search.alert) == (
        person,
        "My search",
        "phase=prevent",
        "en",
        "daily",
    )
    assert search.repository == repository.translation_key
    # What is there now is known.
    keys = set(search.known.filter(seen=True, announced=True).values_list("key", flat=True))
    assert len(keys) == search.known.count() == 2
    assert pages["practice"].translation_key in keys


def test_a_form_without_its_token_is_refused(repository, member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member())
    assert save(client, repository).status_code == 403
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"name": "   "}, 200, "Give the search a name."),
        ({"name": "n" * 101}, 400, ""),
        ({"name": "a\0b"}, 400, ""),
        ({"alert": "hourly"}, 400, ""),
        ({"repository": "1"}, 400, ""),
        ({"repository": str(uuid.uuid4())}, 404, ""),
        ({"query": "&".join(f"phase=p{number}" for number in range(41))}, 400, ""),
        ({"query": "phase=" + "p" * 2000}, 400, ""),
        ({"query": "phase=" + "ü" * 900}, 400, ""),
    ],
)
def test_what_is_wrong_saves_nothing(client, repository, person, fields, status, says):
    response = save(client, repository, **fields)
    assert response.status_code == status
    assert says in text(response)
    assert not SavedSearch.objects.exists()
    assert not KnownEntry.objects.exists()


def test_a_name_is_somebodys_once(client, repository, person, django_user_model):
    save(client, repository)
    response = save(client, repository, query="")
    assert "You have a saved search of that name already." in text(response)
    assert SavedSearch.objects.get().query == "phase=prevent"
    other = django_user_model.objects.create_user("other@example.org")
    client.force_login(other)
    save(client, repository)
    assert SavedSearch.objects.filter(owner=other).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedSearch.objects.filter(owner=other).update(owner=person)


def test_fifty_and_no_more(client, repository, person, monkeypatch):
    monkeypatch.setattr(searches, "MOST", 2)
    save(client, repository, name="One")
    save(client, repository, name="Two")
    assert "You have 2 saved searches" in text(save(client, repository, name="Three"))
    assert [search.name for search in SavedSearch.objects.all()] == ["One", "Two"]


def test_a_repository_that_one_may_not_see_is_not_there(client, repository, person, restrict):
    restrict(repository)
    assert save(client, repository).status_code == 404
    assert not SavedSearch.objects.exists()


def test_something_else_than_a_repository_is_none(client, repository, person, pages):
    assert save(client, pages["guide"]).status_code == 404
    assert not SavedSearch.objects.exists()


# The list ---------------------------------------------------------------------------------------------------------


def test_the_list_says_how_many_there_are_and_how_many_are_new(
    client, repository, person, practice, term, pages
):
    save(client, repository)
    save(client, repository, name="All", query="", alert="none")
    shown = words(client.get(LIST))
    assert "All 2 entries" in shown
    assert "Prevent Preventing 2 entries" in shown
    assert not re.search(r"\d new", shown)
    practice(repository, "Lights", [term("phase", "prevent")])
    shown = words(client.get(LIST))
    assert "Preventing 3 entries · 1 new" in shown
    # Looking at the list isn't looking at the result.
    assert "Preventing 3 entries · 1 new" in words(client.get(LIST))
    search = SavedSearch.objects.get(name="Preventing")
    response = client.get(f"{LIST}{search.uuid}/")
    assert (response.status_code, response["Location"]) == (302, "/en/practices/?phase=prevent")
    assert "1 new" in words(client.get(LIST))  # of the other search
    assert "Preventing 3 entries · " not in words(client.get(LIST))
    # A visit is no mail: the alert still tells of it.
    assert search.known.filter(seen=True).count() == 3
    assert search.known.filter(announced=True).count() == 2


def test_restricted_entries_are_in_no_number(client, repository, person, restrict, pages):
    save(client, repository)
    group = restrict(pages["practice"]).groups.get()
    assert "Preventing 1 entry" in words(client.get(LIST))
    person.groups.add(group)
    assert "Preventing 2 entries" in words(client.get(LIST))


def test_a_repository_that_is_gone(client, repository, person, restrict):
    save(client, repository)
    restrict(repository)
    assert "Its repository is not there for you at the moment." in text(client.get(LIST))
    assert client.get(f"{LIST}{SavedSearch.objects.get().uuid}/").status_code == 404


def test_as_many_statements_for_fifty_as_for_two(client, repository, person):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    for number in range(2):
        save(client, repository, name=f"Search {number}")
    before = statements()
    for number in range(2, 50):
        save(client, repository, name=f"Search {number}", query=f"phase=prevent&phase=p{number}")
    assert SavedSearch.objects.count() == 50
    assert statements() == before == 15


def test_in_arabic(client, repository, person):
    save(client, repository)
    html = text(client.get("/ar/saved-searches/"))
    assert '<html lang="ar" dir="rtl">' in html
    response = client.get(f"/ar/saved-searches/{SavedSearch.objects.get().uuid}/")
    assert response["Location"] == "/ar/practices/?phase=prevent"


def test_nothing_inline_and_texts_are_texts(client, repository, person):
    response = save(client, repository, name="<script>alert(1)</script>")
    for html in (text(response), text(client.get(LIST))):
        assert "<script>alert" not in html
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    ids = re.findall(r'\sid="([^"]+)"', text(response))
    assert sorted(set(ids)) == sorted(ids)


# Changing, deleting -----------------------------------------------------------------------------------------------


def test_changing_the_alert(client, repository, person, practice, term):
    save(client, repository, alert="none")
    search = SavedSearch.objects.get()
    practice(repository, "Lights", [term("phase", "prevent")])
    response = client.post(f"{LIST}{search.uuid}/alert/", {"alert": "weekly"}, follow=True)
    assert "“Preventing”: Once a week." in text(response)
    changed = SavedSearch.objects.get()
    assert (changed.alert, changed.last_alert_at > search.last_alert_at) == ("weekly", True)
    # What came before the alert was set is not told of, and still new in the list.
    assert search.known.filter(announced=True).count() == 3
    assert "1 new" in words(response)
    assert client.post(f"{LIST}{search.uuid}/alert/", {"alert": "hourly"}).status_code == 400
    assert client.post(f"{LIST}{search.uuid}/alert/").status_code == 400
    assert SavedSearch.objects.get().alert == "weekly"


def test_deleting(client, repository, person):
    save(client, repository)
    address = f"{LIST}{SavedSearch.objects.get().uuid}/delete/"
    assert client.get(address).status_code == 405
    assert SavedSearch.objects.exists()
    assert "The search is deleted." in text(client.post(address, follow=True))
    assert not SavedSearch.objects.exists() and not KnownEntry.objects.exists()
    assert client.post(address).status_code == 404


def test_somebody_elses_is_not_there(client, repository, person, django_user_model):
    save(client, repository)
    search = SavedSearch.objects.get()
    addresses = [f"{LIST}{each}/" for each in (search.uuid, uuid.uuid4())]
    for other in (
        django_user_model.objects.create_user("other@example.org"),
        django_user_model.objects.create_superuser("admin@example.org", "secret"),
    ):
        client.force_login(other)
        assert "Preventing" not in text(client.get(LIST))
        theirs, absent = (client.get(address) for address in addresses)
        assert theirs.status_code == absent.status_code == 404
        for address in addresses:
            assert client.post(f"{address}alert/", {"alert": "none"}).status_code == 404
            assert client.post(f"{address}delete/").status_code == 404
    search.refresh_from_db()
    assert search.alert == "daily"


def test_who_is_signed_out_is_asked_to_sign_in(client, repository, person):
    save(client, repository)
    search = SavedSearch.objects.get()
    client.logout()
    for address in (LIST, f"{LIST}{search.uuid}/"):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"] == f"/accounts/login/?next={address}"
        assert response["Cache-Control"] == "private, no-store"
    for address in (LIST, f"{LIST}{search.uuid}/alert/", f"{LIST}{search.uuid}/delete/"):
        response = client.post(address, {"alert": "none"})
        assert response["Location"] == f"/accounts/login/?next={LIST}"
    assert SavedSearch.objects.get().alert == "daily"


def test_they_go_with_the_account(client, repository, person):
    save(client, repository)
    person.delete()
    assert not SavedSearch.objects.exists() and not KnownEntry.objects.exists()


# Stopping by link -------------------------------------------------------------------------------------------------


def test_a_link_turns_its_alert_off_and_no_other(client, repository, person):
    save(client, repository)
    save(client, repository, name="Other")
    one, other = SavedSearch.objects.order_by("pk")
    address = f"{LIST}stop/{stop_token([one.pk])}/"
    # No cookie, no form of ours: what a mail program does.
    anybody = Client(enforce_csrf_checks=True)
    response = anybody.get(address)
    assert response.status_code == 200 and '<form method="post"' in text(response)
    assert "Preventing" not in text(response)
    assert SavedSearch.objects.get(pk=one.pk).alert == "daily"
    response = anybody.post(address, {"List-Unsubscribe": "One-Click"})
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert SavedSearch.objects.get(pk=one.pk).alert == "none"
    assert SavedSearch.objects.get(pk=other.pk).alert == "daily"
    # Again, and after it was deleted, it is simply off.
    one.delete()
    assert anybody.post(address).status_code == 200


def test_a_token_is_not_to_be_made_up(client, repository, person):
    save(client, repository)
    pk = SavedSearch.objects.get().pk
    token = stop_token([pk])
    assert searches_of_token(token) == [pk]
    for wrong in (token[:-1], "x" + token, f"[{pk}]", str(pk), token.replace(":", ""), "ü"):
        assert searches_of_token(wrong) is None
        assert client.post(f"{LIST}stop/{wrong}/").status_code == 404
    assert SavedSearch.objects.get().alert == "daily"


def test_visible_through_groups_alone(client, repository, person, restrict, pages):
    """Saved by a member, looked at after leaving the group."""
    group = restrict(pages["practice"]).groups.get()
    person.groups.set([group])
    save(client, repository)
    assert "Preventing 2 entries" in words(client.get(LIST))
    person.groups.set([Group.objects.create(name="Others")])
    assert "Preventing 1 entry" in words(client.get(LIST))
