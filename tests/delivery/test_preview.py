"""Drafts for another front end: by token, for an hour, for whoever may edit now."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.core import signing
from django.utils import timezone
from wagtail.models import Page

from cms.core.errors import DomainError
from cms.delivery import keys, preview
from cms.delivery.models import PreviewDraft, Scope
from home.guides.models import ChapterPage
from tests import world

API = "/api/v2/preview/"
FRONT = "https://front.example/preview?site=1"


@pytest.fixture
def admin(library):
    return get_user_model().objects.create_superuser("admin@example.org", "secret")


@pytest.fixture
def draft(library):
    page = world.as_stored(library["one"])
    page.summary = "Not published yet."
    page.save_revision()
    return page


@pytest.fixture
def front(settings):
    settings.HEADLESS_PREVIEW_URL = FRONT


def token_for(page, user):
    return preview.store(page, user=user, now=timezone.now())


def test_a_draft_is_a_document(client, library, draft, admin):
    answer = client.get(API, {"token": token_for(draft, admin)})
    found = answer.json()
    assert found["summary"] == "Not published yet." and found["title"] == "One"
    assert found["id"] == draft.pk and found["meta"]["preview"] is True
    assert found["body"] == client.get(f"/api/v2/pages/{draft.pk}/").json()["body"]
    assert client.get(f"/api/v2/pages/{draft.pk}/").json()["summary"] == ""
    assert answer["Cache-Control"] == "private, no-store"
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex", "same-origin")
    assert "ETag" not in answer


def test_a_token_lasts_an_hour(library, draft, admin):
    token, now = token_for(draft, admin), timezone.now()
    assert preview.draft_of(token, now=now)
    with pytest.raises(DomainError):
        preview.draft_of(token, now=now + preview.LASTS + timedelta(seconds=1))
    preview.forget(now + preview.LASTS + timedelta(minutes=1))
    assert not PreviewDraft.objects.exists()


def test_what_is_no_token(client, library, draft, admin):
    token = token_for(draft, admin)
    wrong = ["nonsense", token[:-1], token + "x", signing.dumps("x", salt="other"), "\0", "٣" * 20]
    for each in wrong:
        answer = client.get(API, {"token": each})
        assert answer.status_code in (400, 401), each
        assert "no-store" in answer["Cache-Control"]
    assert client.get(API).status_code == 400
    assert client.get(API, {"token": ""}).status_code == 400
    assert client.get(API, {"token": token, "page": draft.pk}).status_code == 400


def test_it_is_worth_what_its_maker_may_do_now(client, library, draft, admin):
    token = token_for(draft, admin)
    assert client.get(API, {"token": token}).status_code == 200
    get_user_model().objects.filter(pk=admin.pk).update(is_superuser=False)
    assert client.get(API, {"token": token}).status_code == 401
    get_user_model().objects.filter(pk=admin.pk).update(is_superuser=True, is_active=False)
    assert client.get(API, {"token": token}).status_code == 401
    get_user_model().objects.filter(pk=admin.pk).update(is_active=True)
    Page.objects.get(pk=draft.pk).delete()
    assert client.get(API, {"token": token}).status_code == 401


def test_a_key_needs_the_scope(client, library, draft, admin):
    token = token_for(draft, admin)
    for scopes, status in (([Scope.PUBLIC], 403), ([Scope.PREVIEW], 200)):
        _key, secret = keys.issue(name="K", scopes=scopes, now=timezone.now())
        answer = client.get(API, {"token": token}, headers={"authorization": f"Bearer {secret}"})
        assert answer.status_code == status


def test_the_editors_preview_goes_there_with_a_token(client, library, draft, admin, front):
    client.force_login(admin)
    answer = client.get(f"/admin/pages/{draft.pk}/view_draft/", {"mode": "headless"})
    assert answer.status_code == 302
    parts = urlsplit(answer["Location"])
    assert (parts.netloc, parse_qs(parts.query)["site"]) == ("front.example", ["1"])
    (token,) = parse_qs(parts.query)["token"]
    client.logout()
    assert client.get(API, {"token": token}).json()["summary"] == "Not published yet."


def test_without_another_front_end_there_is_no_such_mode(library, settings):
    settings.HEADLESS_PREVIEW_URL = ""
    assert "headless" not in dict(library["one"].preview_modes)
    settings.HEADLESS_PREVIEW_URL = FRONT
    assert "headless" in dict(library["one"].preview_modes)


def test_a_page_that_was_never_saved_can_be_looked_at(client, library, admin):
    parent = Page.objects.get(pk=library["guide"].pk)
    page = ChapterPage(title="New", slug="new", locale=parent.locale, body=[("text", "<p>Fresh.</p>")])
    page.depth, page.path = parent.depth + 1, parent.get_last_child()._inc_path()
    page.set_url_path(parent)
    token = token_for(page, admin)
    found = client.get(API, {"token": token}).json()
    assert (found["id"], found["title"]) == (None, "New")
    assert "Fresh." in str(found["body"])
    get_user_model().objects.filter(pk=admin.pk).update(is_superuser=False)
    assert client.get(API, {"token": token}).status_code == 401
