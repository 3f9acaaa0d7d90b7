"""What is restricted or withdrawn is absent everywhere, from the very next request."""

import pytest

from tests import world

from .conftest import API

SECRET = "Vanishing"


@pytest.fixture
def thing(library, committed):
    """A guide with a chapter, linked to and listed in every way there is."""
    with committed():
        guide = world.publish(library["guide"], title=SECRET, slug="vanishing", summary=f"About {SECRET}.")
        world.publish(
            library["practices"][0],
            context=f'<p>See <a linktype="page" id="{guide.pk}">that</a>.</p>',
        )
    return guide


def everywhere(page):
    """Every address that shows the page, and those that may mention it."""
    own = [
        f"{API}/pages/{page.pk}/",
        f"{API}/pages/{page.pk}/?version=1",
        f"{API}/pages/{page.pk}/contents/",
        f"{API}/pages/{page.pk}/related/",
        f"{API}/pages/{page.pk}/used-in/",
        f"{API}/pages/by-key/{page.translation_key}/?locale=en",
        f"{API}/pages/find/?html_path=/en/guides/vanishing/",
        f"{API}/pages/find/?id={page.pk}",
    ]
    mentions = [
        f"{API}/pages/?fields=*&limit=100",
        f"{API}/pages/?slug=vanishing",
        f"{API}/pages/?id={page.pk}",
        f"{API}/pages/?key={page.translation_key}",
        f"{API}/pages/?title={SECRET}",
        f"{API}/pages/?search={SECRET}",
        f"{API}/pages/?locale=ar&fallback=en&limit=100",
        f"{API}/pages/?type=guides.GuidePage",
        f"{API}/search/?q={SECRET}",
        f"{API}/changes/?limit=500&include=document",
    ]
    return own, mentions


def absent(client, page, *, with_all_below=True):
    own, mentions = everywhere(page)
    nothing = client.get(f"{API}/pages/99999999/").json()
    for address in own:
        response = client.get(address)
        assert response.status_code == 404, address
        # The same answer as for what never was.
        problem = response.json()
        assert {**problem, "request_id": ""} == {**nothing, "request_id": ""}
    for address in mentions:
        response = client.get(address)
        text = response.content.decode()
        assert response.status_code == 200, address
        assert SECRET not in text, address
        assert str(page.translation_key) not in text, address
        assert '/vanishing/"' not in text, address
        assert not with_all_below or "/vanishing/" not in text, address
        found = response.json()
        if "total_count" in found.get("meta", {}):
            assert found["meta"]["total_count"] == (len(found["items"])), address
    for address in (f"{API}/pages/?child_of={page.pk}", f"{API}/pages/?translation_of={page.pk}"):
        assert client.get(address).json()["code"] == "bad_parameter"


def test_it_is_there_at_first(client, thing):
    own, mentions = everywhere(thing)
    for address in own:
        assert client.get(address).status_code in (200, 302), address
    for address in mentions:
        assert str(thing.translation_key) in client.get(address).content.decode(), address


def test_restricted(client, thing, restrict):
    etag = client.get(f"{API}/pages/{thing.pk}/")["ETag"]
    restrict(thing)
    absent(client, thing)
    # Nor does a conditional request tell that it hasn't changed.
    assert client.get(f"{API}/pages/{thing.pk}/", headers={"If-None-Match": etag}).status_code == 404


def test_restricted_above(client, thing, library, restrict):
    restrict(library["compendium"])
    absent(client, thing)


def test_unpublished(client, thing):
    """In its own transaction: nothing of it waits for the commit. Its chapters stay, as Wagtail has it."""
    thing.unpublish()
    absent(client, thing, with_all_below=False)


def test_deleted(client, thing, committed):
    with committed():
        thing.delete()
    absent(client, thing)


def test_restricted_with_nothing_compiled_since(client, thing, library):
    """The receiver alone, no commit: what showed or linked to it is compiled before it is served again."""
    from django.contrib.auth.models import Group
    from wagtail.models import PageViewRestriction

    restriction = PageViewRestriction.objects.create(page=thing, restriction_type="groups")
    restriction.groups.add(Group.objects.create(name="Members"))
    own, mentions = everywhere(thing)
    for address in own:
        assert client.get(address).status_code == 404, address
    for address in mentions:
        if "fields=*" not in address and "include=document" not in address:
            assert str(thing.translation_key) not in client.get(address).content.decode(), address


def test_what_embeds_it_is_compiled_before_it_is_served(client, library, committed):
    practice = library["practices"][0]
    with committed():
        world.publish(practice, title=SECRET)
        world.publish(library["one"], body=[("practice", practice)])
    assert SECRET in client.get(f"{API}/pages/{library['one'].pk}/").content.decode()
    from django.contrib.auth.models import Group
    from wagtail.models import PageViewRestriction

    restriction = PageViewRestriction.objects.create(page=practice, restriction_type="groups")
    restriction.groups.add(Group.objects.create(name="Members"))
    # No commit has run: the list and the detail make it right themselves.
    for address in (
        f"{API}/pages/{library['one'].pk}/",
        f"{API}/pages/?fields=*&limit=100",
        f"{API}/search/?q={SECRET}",
        f"{API}/changes/?include=document&limit=500",
        f"{API}/pages/?search={SECRET}",
        f"{API}/pages/by-key/{library['one'].translation_key}/?locale=en",
    ):
        assert SECRET not in client.get(address).content.decode(), address


def test_translations_of_what_is_restricted(client, thing, translate, restrict):
    """A restriction of one language holds for all."""
    french = translate(thing, "fr", title="Disparaissant")
    restrict(french)
    absent(client, thing)
    assert client.get(f"{API}/pages/{french.pk}/").status_code == 404


def test_it_comes_back(client, thing, restrict, committed):
    restriction = restrict(thing)
    with committed():
        restriction.delete()
    assert client.get(f"{API}/pages/{thing.pk}/").json()["title"] == SECRET
    assert client.get(f"{API}/search/?q={SECRET}").json()["meta"]["total_count"] >= 1
