"""From an address of the site to its document."""

from wagtail.contrib.redirects.models import Redirect

from tests import world

from .conftest import API


def leads_to(client, path):
    response = client.get(f"{API}/pages/find/", {"html_path": path})
    return response.headers.get("Location") if response.status_code == 302 else response.status_code


def address(page):
    return f"http://testserver{API}/pages/{page.pk}/"


def test_by_address(client, library, translate):
    guide = library["guide"]
    for path in (
        "/en/guides/religious/",
        "/guides/religious/",
        "guides/religious",
        "/en/guides/religious?x=1",
    ):
        assert leads_to(client, path) == address(guide), path
    assert leads_to(client, "/") == leads_to(client, "/en/") == address(library["site"])
    assert leads_to(client, "/fr/guides/religious/") == 404
    french = translate(guide, "fr")
    assert leads_to(client, "/fr/guides/religious/") == address(french)


def test_the_rest_of_the_query_is_kept(client, library):
    query = {"html_path": "/en/guides/religious/", "fields": "_,title", "version": "1"}
    response = client.get(f"{API}/pages/find/", query)
    assert response["Location"] == f"{address(library['guide'])}?fields=_%2Ctitle&version=1"
    assert client.get(response["Location"]).json() == {"title": "Religious sites"}


def test_by_id(client, library):
    response = client.get(f"{API}/pages/find/?id={library['guide'].pk}")
    assert response["Location"] == address(library["guide"])
    assert client.get(f"{API}/pages/find/?id=99999").status_code == 404
    assert client.get(f"{API}/pages/find/").status_code == 404
    assert client.get(f"{API}/pages/find/?id=x").json()["parameter"] == "id"
    assert client.get(f"{API}/pages/find/?html_path=/en/%00").json()["parameter"] == "html_path"


def test_moved(client, library, committed):
    with committed():
        world.publish(library["guide"], slug="worship")
    assert leads_to(client, "/en/guides/religious/") == address(library["guide"])
    assert leads_to(client, "/en/guides/religious/one/") == address(library["one"])


def test_redirects(client, library, restrict):
    Redirect.objects.create(old_path="/en/old", redirect_page=library["two"])
    Redirect.objects.create(old_path="/en/older", redirect_link="/en/old/")
    Redirect.objects.create(old_path="/en/away", redirect_link="https://example.org/en/guides/")
    Redirect.objects.create(old_path="/en/round", redirect_link="/en/round/")
    assert leads_to(client, "/en/old/") == leads_to(client, "/en/older") == address(library["two"])
    assert leads_to(client, "/en/away/") == 404
    assert leads_to(client, "/en/round/") == 404
    restrict(library["two"])
    assert leads_to(client, "/en/old/") == 404
