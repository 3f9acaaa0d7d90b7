"""A language that isn't ready: nobody meets it anywhere, whoever they are, and translators go on working."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Locale

from cms.content import marks
from cms.content.models import ContentItem, Contents, Mark
from cms.core.models import Language
from cms.delivery import keys
from cms.delivery.models import Scope
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from tests import world
from tests.delivery.test_changes import follow

MARK = "Perdu"
KINDS = ("anonymous", "registered", "member", "other", "editor", "admin")


@pytest.fixture
def chapter(site, translate, committed):
    """A guide with a chapter, in English, French and Arabic."""
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides", show_in_menus=True))
        guide = world.add(compendium, GuidePage(title="Open", slug="open"))
        page = world.add(
            guide, ChapterPage(title="Squares", slug="squares", body=[("text", "<p>Words.</p>")])
        )
    for code, mark in (("fr", MARK), ("ar", "ساحة")):
        for each in (site, compendium, guide, page):
            translate(each, code, title=f"{mark} {each.slug}")
    return page


@pytest.fixture
def people(chapter):
    """Clients by kind of person."""

    def client(name, *groups, **fields):
        user = get_user_model().objects.create_user(f"{name}@example.org", "x", **fields)
        user.groups.set(groups)
        found = Client()
        found.force_login(user)
        return found

    editors = Group.objects.create(name="Editors of guides")
    editors.permissions.add(Permission.objects.get(codename="access_admin"))
    for action in ("add", "change", "publish"):
        GroupPagePermission.objects.create(
            group=editors,
            page=chapter.get_parent().get_translation(world.locale("fr")),
            permission=Permission.objects.get(codename=f"{action}_page"),
        )
    return {
        "anonymous": Client(),
        "registered": client("registered"),
        "member": client("member", Group.objects.create(name="Insiders")),
        "other": client("other", Group.objects.create(name="Elsewhere")),
        "editor": client("editor", editors),
        "admin": client("admin", is_superuser=True),
    }


# What tells of the language to anybody while it is shown.
TELLS = [
    "/en/guides/open/squares/",
    "/en/search/?q=nothing",
    "/sitemap-documents.xml",
    "/api/v2/pages/?limit=100",
    "/api/v2/pages/?translation_state=published&limit=100",
    f"/api/v2/pages/?search={MARK}",
    f"/api/v2/search/?q={MARK}",
    f"/en/search/?q={MARK}",
    "/api/v2/site/",
    "/api/v2/changes/?limit=500&include=document",
]
GONE = ["/fr/", "/fr/guides/open/", "/fr/guides/open/squares/"]


def told(response) -> bool:
    text = response.content.decode()
    return any(sign in text for sign in (f"{MARK} squares", f"{MARK} open", "/fr/", 'lang="fr"', '"fr"'))


def test_the_places_tell_of_a_language_that_is_shown(chapter):
    silent = [place for place in TELLS if not told(Client().get(place))]
    assert silent == []
    assert [Client().get(place).status_code for place in GONE] == [200] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_meets_it(chapter, people, choose, kind):
    choose("fr", hidden=True)
    client = people[kind]
    assert [place for place in TELLS if told(client.get(place))] == []
    assert [client.get(place).status_code for place in GONE] == [404] * 3
    assert client.get("/", headers={"Accept-Language": "fr"}).url == "/en/"
    french = chapter.get_translation(world.locale("fr"))
    assert client.get(f"/api/v2/pages/{french.pk}/").status_code == 404
    assert client.get("/api/v2/pages/?locale=fr").json()["meta"]["total_count"] == 0
    by_key = client.get(f"/api/v2/pages/by-key/{chapter.translation_key}/?locale=fr&fallback=en").json()
    assert (by_key["meta"]["locale"], by_key["meta"]["fallback_for"]) == ("en", "fr")
    item = ContentItem.objects.get(page_id=french.pk)
    assert client.get(f"/files/{item.key}/fr/{item.slug}.pdf").status_code == 404
    contents = client.get(f"/api/v2/pages/{chapter.get_parent().pk}/contents/").content.decode()
    assert MARK not in contents


def test_no_key_reads_it(chapter, choose):
    choose("fr", hidden=True)
    _key, secret = keys.issue(
        name="Portal", scopes=[Scope.MEMBERS, Scope.COURSES], groups=[], now=timezone.now()
    )
    answer = Client().get("/api/v2/pages/?locale=fr", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["meta"]["total_count"]) == (200, 0)


def test_whoever_follows_the_feed_is_told_that_it_went_and_came_back(client, chapter, choose):
    _rows, cursor = follow(client)
    choose("fr", hidden=True)
    rows, cursor = follow(client, cursor)
    assert {row["kind"] for row in rows if row["locale"] == "fr"} == {"withdrawn"}
    # The other languages' documents list it no longer.
    keyed = {row["locale"] for row in rows if row["key"] == str(chapter.translation_key)}
    assert keyed == {"fr", "en", "ar"}
    choose("fr", hidden=False)
    marks.sweep(now=timezone.now() + timedelta(minutes=1))
    rows, _cursor = follow(client, cursor)
    assert {row["kind"] for row in rows if row["locale"] == "fr"} == {"published"}
    assert client.get(GONE[2]).status_code == 200
    assert told(client.get(TELLS[0]))


def test_the_other_languages_are_as_they_were(client, chapter, choose):
    before = client.get("/ar/guides/open/squares/").status_code
    choose("fr", hidden=True)
    assert client.get("/ar/guides/open/squares/").status_code == before == 200
    translations = client.get(f"/api/v2/pages/{chapter.pk}/").json()["meta"]["translations"]
    assert [each["locale"] for each in translations] == ["ar", "en"]
    call_command("check_invariants")


def test_publishing_in_it_goes_on_out_of_sight(client, chapter, choose, committed):
    choose("fr", hidden=True)
    french = chapter.get_translation(world.locale("fr")).specific
    with committed():
        world.publish(french, title=f"{MARK} encore")
    assert not Mark.objects.exists()
    assert client.get(GONE[2]).status_code == 404
    call_command("check_invariants")
    choose("fr", hidden=False)
    marks.sweep(now=timezone.now() + timedelta(minutes=1))
    assert f"{MARK} encore" in client.get(GONE[2]).content.decode()


@pytest.mark.parametrize(("kind", "status"), [("editor", 200), ("admin", 200), ("registered", 302)])
def test_editors_preview_it(chapter, people, choose, committed, kind, status):
    choose("fr", hidden=True)
    french = chapter.get_translation(world.locale("fr")).specific
    french.title = f"{MARK} brouillon"
    with committed():
        french.save_revision()
    shown = people[kind].get(reverse("wagtailadmin_pages:view_draft", args=[french.pk]))
    assert shown.status_code == status
    assert (f"{MARK} brouillon" in shown.content.decode()) == (status == 200)


# Where languages are added ------------------------------------------------------------------------------------------


def form(code, **fields):
    return {
        "language_code": code,
        **{f"component-core_language-{name}": value for name, value in fields.items()},
    }


def test_a_language_is_added_in_the_admin_hidden_at_first(admin_client, site, settings, committed):
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [*settings.LANGUAGES, ("pt", "Português")]
    # Named in the settings alone it isn't there.
    assert "/pt/" not in Client().get("/en/").content.decode()
    with committed():
        answer = admin_client.post(reverse("wagtaillocales:add"), form("pt", hidden="on"))
    assert answer.status_code == 302
    assert Language.objects.get(locale__language_code="pt").hidden
    assert "/pt/" not in Client().get("/en/").content.decode()
    locale = Locale.objects.get(language_code="pt")
    with committed():
        admin_client.post(reverse("wagtaillocales:edit", args=[locale.pk]), form("pt"))
    assert "/pt/" in Client().get("/en/").content.decode()


def test_the_sites_own_language_cannot_be_hidden(admin_client, chapter):
    locale = Locale.objects.get(language_code="en")
    before = (
        list(ContentItem.objects.values_list("pk", "status")),
        list(Contents.objects.values_list("digest")),
    )
    answer = admin_client.post(reverse("wagtaillocales:edit", args=[locale.pk]), form("en", hidden="on"))
    assert answer.status_code == 200
    assert "This is the site’s own language" in answer.content.decode()
    assert not Language.objects.exists()
    after = (
        list(ContentItem.objects.values_list("pk", "status")),
        list(Contents.objects.values_list("digest")),
    )
    assert after == before
