"""Pages that are no documents, and programs' endpoints, in a language that readers don't meet: it is offered nowhere."""

import json
import uuid

import pytest
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from cms.content import api as content
from cms.core import mailing
from cms.core.errors import BadInput
from cms.core.language_models import met, offered
from home.guides.models import Submission
from home.guides.submissions import flow
from tests import world
from tests.home.test_hidden_languages import KINDS, chapter, people  # noqa: F401

# Whatever comes before the views of these, they are asked in French and lead to English.
PAGES = [
    "search/?q=nothing",
    "learn/",
    "learn/notebook/",
    "learn/certificates/",
    f"learn/courses/{uuid.UUID(int=1)}/enrol/",
    f"learn/units/{uuid.UUID(int=1)}/",
    "learn/certificates/reminders/stop/token/",
    "learn/invitations/token/",
    "verify/",
    "verify/ABCD-EFGH/",
    "saved-searches/",
    "contribute/",
    "contribute/new/",
]
FRENCH = ("/fr/", 'lang="fr"', "Français", "hreflang='fr'")


def french_in(response) -> list[str]:
    text = response.content.decode()
    return [sign for sign in FRENCH if sign in text]


@pytest.fixture
def hidden(chapter, choose):  # noqa: F811
    choose("fr", hidden=True)
    return chapter


@pytest.mark.parametrize("kind", KINDS)
def test_interface_pages_lead_to_the_sites_own_language(hidden, people, kind):  # noqa: F811
    client = people[kind]
    for page in PAGES:
        answer = client.get(f"/fr/{page}")
        assert (answer.status_code, answer.headers.get("Location")) == (302, f"/en/{page}"), page
        assert answer["Cache-Control"] == "private, no-store"
        assert client.head(f"/fr/{page}").status_code == 302


def test_they_are_there_while_it_is_shown(chapter, choose, people):  # noqa: F811
    client = people["admin"]
    asked = ["search/?q=nothing", "learn/", "verify/", "saved-searches/", "contribute/", "feed.xml"]
    assert [client.get(f"/fr/{page}").status_code for page in asked] == [200] * len(asked)
    choose("fr", hidden=True)
    choose("fr", hidden=False)
    assert [client.get(f"/fr/{page}").status_code for page in asked] == [200] * len(asked)


def test_what_is_sent_there_arrives(hidden, people):  # noqa: F811
    client = people["admin"]
    answer = client.post("/fr/contribute/new/", {"title": "Written in time", "language": "en"})
    assert (answer.status_code, answer["Location"]) == (307, "/en/contribute/new/")
    assert not Submission.objects.exists()
    client.post("/fr/contribute/new/", {"title": "Written in time", "language": "en"}, follow=True)
    assert [each.title for each in Submission.objects.all()] == ["Written in time"]


def test_editions_and_what_programs_read_in_it_arent_there(hidden, people, committed):  # noqa: F811
    with committed():
        content.release_edition(root_key=hidden.get_parent().get_parent().translation_key)
    assert Client().get("/ar/_edition/2/changes/guides/").status_code == 200
    assert Client().get("/ar/_edition/1/guides/open/squares/").status_code == 200
    for kind in KINDS:
        client = people[kind]
        assert client.get("/fr/feed.xml").status_code == 404
        assert client.get("/fr/_edition/1/guides/open/squares/").status_code == 404
        assert client.get("/fr/_edition/2/guides/open/squares/").status_code == 404
        assert client.get("/fr/_edition/2/changes/guides/").status_code == 404
    assert Client().get("/en/feed.xml").status_code == 200


def test_what_isnt_there_is_said_in_the_sites_own_language(hidden):
    for path in ("/fr/nothing/", "/fr/guides/open/squares/"):
        answer = Client().get(path)
        assert (answer.status_code, answer["Content-Language"]) == (404, "en")
        assert '<html lang="en"' in answer.content.decode()
        # The address itself is where signing in leads back to.
        assert [sign for sign in french_in(answer) if sign != "/fr/"] == []


def test_browsers_that_ask_for_it_arent_sent_there(hidden):
    client = Client(headers={"Accept-Language": "fr"})
    assert client.get("/").url == "/en/"
    assert client.get("/guides/open/").url == "/en/guides/open/"
    arabic = Client(headers={"Accept-Language": "ar"})
    assert arabic.get("/guides/open/").url == "/ar/guides/open/"


@pytest.mark.parametrize("page", ["login/", "signup/", "password/reset/"])
def test_pages_about_accounts_dont_speak_it(hidden, page):
    address = f"/accounts/{page}"
    asks = Client(headers={"Accept-Language": "fr"})
    chose = Client()
    chose.post("/en/_language/", {"language": "fr", "next": "/en/"})
    assert chose.cookies[configured.LANGUAGE_COOKIE_NAME].value == "fr"
    for client, query in ((asks, ""), (chose, ""), (Client(), "?next=/fr/guides/open/")):
        answer = client.get(address + query)
        assert (answer.status_code, answer["Content-Language"]) == (200, "en")
        assert '<html lang="en"' in answer.content.decode()
        assert [sign for sign in french_in(answer) if sign != "/fr/"] == []
    follows = Client(headers={"Referer": "http://testserver/fr/guides/open/"})
    answer = follows.get(address)
    assert answer["Content-Language"] == "en"
    assert configured.LANGUAGE_COOKIE_NAME not in answer.cookies


def test_who_signs_up_meanwhile_isnt_kept_as_a_reader_of_it(hidden, settings):
    client = Client(headers={"Accept-Language": "fr"})
    answer = client.get("/accounts/signup/")
    assert answer.wsgi_request.LANGUAGE_CODE == "en"


def test_the_admin_speaks_what_its_people_speak(hidden, people):  # noqa: F811
    people["editor"].defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"
    answer = people["editor"].get(reverse("wagtailadmin_home"))
    assert 'lang="fr"' in answer.content.decode()


def test_no_list_of_addresses_names_it(hidden):
    for path in ("/en/", "/en/guides/open/squares/", "/en/search/?q=x", "/accounts/login/", "/robots.txt"):
        answer = Client().get(path)
        assert (answer.status_code, french_in(answer)) == (200, []), path
    assert french_in(Client().get("/sitemap.xml")) == []
    assert french_in(Client().get("/sitemap-documents.xml")) == []
    assert french_in(Client().get("/en/feed.xml")) == []


def test_redirects_lead_to_nothing_in_it(hidden):
    page = hidden.get_translation(world.locale("fr"))
    Redirect.objects.create(old_path="/moved", redirect_page=page, is_permanent=False)
    Redirect.objects.create(old_path="/typed", redirect_link="/fr/guides/open/squares/", is_permanent=False)
    for path in ("/moved/", "/typed/"):
        answer = Client(headers={"Accept-Language": "en"}).get(path)
        assert "/fr/" not in answer.headers.get("Location", "")


# Programs ----------------------------------------------------------------------------------------------------------------


def codes_of(parameter) -> list[str]:
    return parameter["schema"].get("enum", [])


def offered_by_the_description() -> set[str]:
    described = json.loads(Client().get("/api/schema/").content)
    found = set()
    for operations in described["paths"].values():
        for operation in operations.values():
            for each in operation.get("parameters", ()):
                if each["name"] == "locale":
                    found |= set(codes_of(each))
    return found


def test_the_description_offers_what_readers_meet(chapter, choose):  # noqa: F811
    whole = Client().get("/api/schema/")
    assert "fr" in offered_by_the_description()
    choose("fr", hidden=True)
    assert offered_by_the_description() == {"ar", "zh-hans", "en", "ru", "es"}
    assert Client().get("/api/schema/")["ETag"] != whole["ETag"]
    choose("fr", hidden=False)
    assert Client().get("/api/schema/").content == whole.content


def test_refusals_name_what_readers_meet(hidden):
    said = Client().get("/api/v2/pages/?locale=xx").json()
    assert "es" in said["detail"] and "fr" not in said["detail"]


def test_the_learning_api_answers_in_the_sites_own_language(hidden):
    def asked(client, query=""):
        answer = client.get(f"/api/learning/v1/me/{query}")
        return answer.status_code, answer.json()["detail"], answer["Content-Language"]

    english = asked(Client(headers={"Accept-Language": "en"}))
    assert english[0] in (401, 403)
    assert asked(Client(headers={"Accept-Language": "fr"})) == english
    assert asked(Client(), "?locale=fr") == english
    assert asked(Client(headers={"Accept-Language": "ar"})) != english
    person = get_user_model().objects.create_user("french@example.org", "x", language="fr")
    client = Client()
    client.force_login(person)
    for query in ("", "?locale=fr"):
        answer = client.get(f"/api/learning/v1/courses/{query}")
        assert (answer.status_code, answer["Content-Language"]) == (200, "en")


# People ------------------------------------------------------------------------------------------------------------------


def test_nobody_is_written_to_in_it(hidden, choose):
    person = get_user_model()(language="fr")
    assert mailing.language_of(person, "ar") == "en"
    assert mailing.language_of(get_user_model()(), "fr") == "en"
    assert mailing.language_of(get_user_model()(language="ar"), "fr") == "ar"
    # Whoever translates into it is.
    assert mailing.own_language(person, "ar") == "fr"
    choose("fr", hidden=False)
    assert mailing.language_of(person, "ar") == "fr"


@pytest.fixture
def author(hidden):
    user = get_user_model().objects.create_user("author@example.org", "x")
    group = Group.objects.create(name="Authors")
    group.permissions.add(Permission.objects.get(codename="add_submission"))
    user.groups.add(group)
    return user


def test_nobody_is_asked_to_write_in_it(author, choose):
    client = Client()
    client.force_login(author)
    assert french_in(client.get("/en/contribute/new/")) == []
    client.post("/en/contribute/new/", {"title": "En français", "language": "fr"})
    with pytest.raises(BadInput):
        flow.create(user=author, title="En français", language="fr", now=timezone.now())
    assert not Submission.objects.exists()


def test_what_was_begun_in_it_goes_on(author, choose):
    choose("fr", hidden=False)
    draft = flow.create(user=author, title="En français", language="fr", now=timezone.now())
    choose("fr", hidden=True)
    client = Client()
    client.force_login(author)
    html = client.get(f"/en/contribute/{draft.uuid}/edit/").content.decode()
    assert 'value="fr" selected' in html
    values = {"title": "Toujours", "language": "fr"}
    assert flow.save(user=author, key=draft.uuid, values=values, now=timezone.now()).title == "Toujours"


# What it costs --------------------------------------------------------------------------------------------------------------


def test_asking_costs_nothing_where_the_site_is_shown_anyway(chapter, choose, people):  # noqa: F811
    """The site's own language is never asked for; for another the site's contents are loaded once, and used."""

    def statements(client, path):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    for kind in ("anonymous", "registered"):
        for page in ("search/?q=nothing", "verify/"):
            counts = {code: statements(people[kind], f"/{code}/{page}") for code in ("en", "fr", "ar")}
            assert len(set(counts.values())) == 1, (page, counts)


def test_rules(hidden, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert met("en") == "en"
    with django_assert_num_queries(1):
        assert met("fr") == "en"
    assert met("ar") == "ar"
    with django_assert_num_queries(1):
        assert [code for code, _name in offered()] == ["ar", "zh-hans", "en", "ru", "es"]
    assert "fr" in dict(offered("fr"))
