"""Keys in the admin: shown once, changed, rotated, ended; not there for those who may not."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.delivery import keys
from cms.delivery.models import ApiKey, Scope

FORM = {"name": "Portal", "kind": "secret", "scopes": [Scope.PUBLIC]}
SECRET = re.compile(r"cmp_[\w-]{8}_[\w-]{43}")


def signed_in(*permissions, superuser=False):
    user = get_user_model().objects.create_user(
        f"p{len(permissions)}@example.org", "x", is_superuser=superuser
    )
    for name in ("access_admin", *permissions):
        user.user_permissions.add(Permission.objects.get(codename=name))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin(site):
    return signed_in(superuser=True)


def text(response) -> str:
    return response.content.decode()


def test_a_secret_is_shown_once(admin):
    answer = admin.post("/admin/api-keys/new/", FORM)
    (secret,) = set(SECRET.findall(text(answer)))
    assert "no-store" in answer["Cache-Control"]
    key = ApiKey.objects.get()
    assert keys.reader_of(secret, now=timezone.now()).id == key.pk
    for path in ("/admin/api-keys/", f"/admin/api-keys/{key.uuid}/"):
        shown = text(admin.get(path))
        assert "Portal" in shown and not SECRET.search(shown)
        assert key.secrets.get().prefix in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["content:everything"]},
        {"kind": "browser"},
        {"origins": "nonsense"},
        {"origins": "https://a.example"},
        {"courses": "not a key"},
        {"rate": "0"},
        {"expires_at": "2001-01-01 00:00"},
        {"name": ""},
    ],
)
def test_a_wrong_form_makes_no_key_and_keeps_what_was_typed(admin, wrong):
    answer = admin.post("/admin/api-keys/new/", FORM | wrong)
    assert answer.status_code == 200 and not SECRET.search(text(answer))
    assert not ApiKey.objects.exists()
    assert wrong.get("name", "Portal") in text(answer)


def test_change_rotate_and_end(admin):
    key, first = keys.issue(name="Portal", now=timezone.now())
    path = f"/admin/api-keys/{key.uuid}/"
    course = "91c0f3b3-cd7e-412c-95c2-a8ca36968425"
    admin.post(path, FORM | {"name": "Ministry", "rate": "5", "kind": "browser", "courses": course})
    key.refresh_from_db()
    assert (key.name, key.rate, key.kind, key.courses) == ("Ministry", 5, "secret", [course])
    (second,) = set(SECRET.findall(text(admin.post(path, {"rotate": "1"}))))
    assert keys.reader_of(first, now=timezone.now()) and keys.reader_of(second, now=timezone.now())
    assert "has ended" in text(admin.post(path, {"revoke": "1"}, follow=True))
    assert not keys.reader_of(second, now=timezone.now())
    assert not SECRET.search(text(admin.post(path, {"rotate": "1"}, follow=True)))
    admin.post(path, FORM | {"name": "Again"})
    key.refresh_from_db()
    assert key.name == "Ministry"


def test_others_see_no_keys(site):
    key, _secret = keys.issue(name="Portal", now=timezone.now())
    editor, viewer = signed_in(), signed_in("view_apikey")
    for path in ("/admin/api-keys/", "/admin/api-keys/new/", f"/admin/api-keys/{key.uuid}/"):
        assert editor.get(path).status_code == 302
        assert editor.post(path, FORM | {"revoke": "1"}).status_code == 302
    assert viewer.get("/admin/api-keys/").status_code == 200
    for act in ({"rotate": "1"}, {"revoke": "1"}, FORM | {"name": "Mine"}):
        assert viewer.post(f"/admin/api-keys/{key.uuid}/", act).status_code == 302
    assert viewer.post("/admin/api-keys/new/", FORM).status_code == 302
    key.refresh_from_db()
    assert (key.name, key.revoked_at, key.secrets.count(), ApiKey.objects.count()) == ("Portal", None, 1, 1)


def test_the_list_takes_as_many_statements_for_one_key_as_for_five(admin):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert admin.get("/admin/api-keys/").status_code == 200
        return len(captured)

    keys.issue(name="0", now=timezone.now())
    statements()
    before = statements()
    for number in range(1, 5):
        keys.issue(name=str(number), now=timezone.now())
    assert statements() == before
