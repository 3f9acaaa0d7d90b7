"""Learning in a language that readers don't meet: catalogue, pages, API, invitations, what a learner has begun."""

import json

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from guardian.shortcuts import assign_perm

from cms.core.errors import BadInput
from learning.credentials import badges
from learning.flows.enrolment import enrol
from learning.joining import invitations
from learning.models import Course, Enrolment, Invitation
from tests.learning import factories

ROOT = "/api/learning/v1/"


def build_world(site, committed):
    made = factories.course(site, committed, certificate_offered=True)
    for code in ("fr", "ar"):
        factories.translated_course(committed, made, code)
        for name in ("One", "Two", "first", "quiz", "second"):
            title = made.pages[name].title
            factories.translate(committed, made.pages[name], code, {title: f"{title} ({code})"})
    return made


@pytest.fixture
def learner(db):
    return factories.person("french@example.org", language="fr")


@pytest.fixture
def client(learner):
    found = Client(headers={"Accept-Language": "fr"})
    found.force_login(learner)
    return found


@pytest.fixture
def enrolled(world, learner):
    """Begun in French, in an edition that pins its lessons in French."""
    reader = factories.reader(learner, "fr")
    enrol(user=learner, course_key=world.key, reader=reader, now=timezone.now())
    return world


def api(client, path, **query):
    answer = client.get(ROOT + path, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_what_is_asked_in_it_while_it_is_shown(world, client):
    assert "(fr)" in json.dumps(api(client, f"courses/{world.key}/"))
    assert "Français" in client.get("/fr/courses/").content.decode()


def test_the_catalogue_offers_it_nowhere(world, client, choose):
    choose("fr", hidden=True)
    for path in ("/en/courses/", "/en/courses/a-course/", "/en/learn/"):
        html = client.get(path).content.decode()
        assert [sign for sign in ("Français", "/fr/", 'lang="fr"', "Un cours") if sign in html] == [], path
    assert client.get("/fr/courses/").status_code == 404
    listed = api(client, "courses/")["items"]
    assert [(each["title"], each["locales"]) for each in listed] == [("A course", ["ar", "en"])]
    assert api(client, "courses/", language="fr")["items"] == []
    assert api(client, "courses/", language="ar")["items"] != []


@pytest.mark.parametrize("query", [{}, {"locale": "fr"}])
def test_the_api_answers_in_the_sites_own_language(enrolled, client, choose, query):
    choose("fr", hidden=True)
    for path in (f"courses/{enrolled.key}/", f"units/{enrolled.unit('first')}/", "me/enrolments/", "me/"):
        said = json.dumps(api(client, path, **query), ensure_ascii=False)
        assert "(fr)" not in said and "Un cours" not in said, path
        assert "/fr/" not in said, path
    assert api(client, f"units/{enrolled.unit('first')}/", **query)["title"] == "First"
    assert api(client, f"units/{enrolled.unit('first')}/", locale="ar")["title"] == "First (ar)"
    assert client.get(f"{ROOT}courses/", {"locale": "xx"}).status_code == 400


def test_whoever_is_in_the_middle_of_a_course_goes_on(enrolled, client, choose):
    unit = f"learn/units/{enrolled.unit('first')}/"
    assert "First (fr)" in client.get(f"/fr/{unit}").content.decode()
    choose("fr", hidden=True)
    answer = client.get(f"/fr/{unit}", follow=True)
    assert answer.redirect_chain == [(f"/en/{unit}", 302)]
    html = answer.content.decode()
    assert "Words of first." in html and "(fr)" not in html
    # What is sent from a page that was open arrives.
    answer = client.post(f"/fr/{unit}done/")
    assert (answer.status_code, answer["Location"]) == (307, f"/en/{unit}done/")
    client.post(f"/fr/{unit}done/", follow=True)
    assert Enrolment.objects.get().progress_bp > 0


def test_an_achievement_names_the_languages_that_readers_meet(world, choose):
    assert [each["inLanguage"] for each in badges.public_achievement(world.key, "en")["related"]] == [
        "ar",
        "fr",
    ]
    choose("fr", hidden=True)
    found = badges.public_achievement(world.key, "fr")
    assert (found["inLanguage"], [each["inLanguage"] for each in found["related"]]) == ("en", ["ar"])


def test_nobody_is_invited_in_it(world, learner, choose, committed):
    choose("fr", hidden=True)
    course = Course.objects.get(pk=world.key)
    with pytest.raises(BadInput) as refused:
        invitations.invite(course=course, by=learner, text="a@example.org", language="fr", now=timezone.now())
    assert refused.value.code == "unknown_language"
    assert not Invitation.objects.exists() and mail.outbox == []


def test_the_page_for_invitations_offers_what_readers_meet(world, choose):
    choose("fr", hidden=True)
    trainer = factories.person("trainer@example.org")
    assign_perm("learning.decide_for_learners", trainer, Course.objects.get(pk=world.key))
    client = Client()
    client.force_login(trainer)
    html = client.get(f"/en/learn/courses/{world.key}/people/invitations/").content.decode()
    assert '<option value="ar">' in html and '<option value="en" selected>' in html
    assert '<option value="fr"' not in html
