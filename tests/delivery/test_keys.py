"""Keys: made, shown once, rotated, ended; and what each may read, at the very next request."""

import contextlib
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from cms.core.errors import BadInput, Conflict
from cms.delivery import callers, keys
from cms.delivery.models import ApiKey, ApiKeySecret, KeyUse, Scope

API = "/api/v2"
ORIGIN = "https://partner.example"
NOW = timezone.now


def issue(*scopes, **values):
    values = {"name": "Portal", "scopes": scopes or (Scope.PUBLIC,), "now": NOW()} | values
    return keys.issue(**values)


def get(client, path, secret=None, **headers):
    if secret is not None:
        headers["authorization"] = f"Bearer {secret}"
    return client.get(f"{API}{path}", headers=headers)


@pytest.fixture
def members(library, restrict):
    """The group that may read the guide; nobody else does."""
    return restrict(library["guide"]).groups.get()


# Rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTPS://Example.ORG/", "https://example.org"),
        ("https://example.org:443", "https://example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_as_browsers_send_it(given, expected):
    assert keys.origin_of(given) == expected


@pytest.mark.parametrize(
    "given",
    [
        "",
        "*",
        "null",
        "example.org",
        "ftp://example.org",
        "https://",
        "https://a@b.example",
        "https://e.org/x",
        "https://e.org:x",
    ],
)
def test_what_is_no_origin(given):
    with pytest.raises(BadInput):
        keys.origin_of(given)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_an_origin(text):
    with contextlib.suppress(BadInput):
        assert keys.origin_of(keys.origin_of(text)) == keys.origin_of(text)


@pytest.mark.parametrize(
    "values",
    [
        {"scopes": []},
        {"scopes": ["content:everything"]},
        {"kind": "browser", "scopes": [Scope.PUBLIC]},
        {"kind": "browser", "scopes": [Scope.MEMBERS], "origins": [ORIGIN]},
        {"kind": "secret", "scopes": [Scope.PUBLIC], "origins": [ORIGIN]},
        {"kind": "secret", "scopes": [Scope.PUBLIC], "origins": ["nonsense"]},
    ],
)
@pytest.mark.django_db
def test_a_key_that_makes_no_sense_is_not_made(values):
    with pytest.raises(BadInput):
        keys.issue(**{"name": "K", "now": NOW()} | values)
    assert not ApiKey.objects.exists() and not ApiKeySecret.objects.exists()


# Secrets -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_secret_is_kept_nowhere():
    key, secret = issue()
    row = key.secrets.get()
    assert secret.startswith(row.prefix) and len(secret) > 50
    stored = str(list(ApiKeySecret.objects.values())) + str(list(ApiKey.objects.values()))
    stored += str(list(ModelLogEntry.objects.values()))
    assert secret not in stored and secret.removeprefix(row.prefix + "_") not in stored
    assert row.prefix in stored


def test_two_secrets_are_good_during_a_rotation(client, library):
    key, first = issue()
    second = keys.rotate(key, now=NOW())
    assert get(client, "/pages/", first).status_code == get(client, "/pages/", second).status_code == 200
    third = keys.rotate(key, now=NOW())
    assert get(client, "/pages/", first).status_code == 401
    assert get(client, "/pages/", second).status_code == get(client, "/pages/", third).status_code == 200
    assert keys.reader_of(second, now=NOW() + keys.OVERLAP) is None
    assert keys.reader_of(third, now=NOW() + keys.OVERLAP) is not None


def test_a_key_ends_at_once_and_for_good(client, library):
    key, secret = issue()
    assert get(client, "/pages/", secret).status_code == 200
    keys.revoke(key, now=NOW())
    answer = get(client, "/pages/", secret)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credential")
    with pytest.raises(Conflict):
        keys.rotate(key, now=NOW())
    assert not ApiKeySecret.objects.exists()
    assert ModelLogEntry.objects.filter(action__startswith="delivery.key").count() == 2


def test_a_key_ends_on_its_day(client, library):
    _key, secret = issue(expires_at=NOW() + timedelta(hours=1))
    assert get(client, "/pages/", secret).status_code == 200
    assert keys.reader_of(secret, now=NOW() + timedelta(hours=1)) is None


@pytest.mark.parametrize(
    "secret", ["", "cmp_", "cmp_aaaaaaaa_" + "a" * 43, "x" * 5000, "ключ", "cmp_' OR 1=1"]
)
def test_what_is_no_secret_is_refused_and_never_read_as_nobodys(client, library, secret):
    answer = client.get(
        f"{API}/pages/", headers={"authorization": f"Bearer {secret}".encode().decode("latin-1")}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credential")
    assert "no-store" in answer["Cache-Control"]


def test_a_secret_in_the_address_is_no_credential(client, library):
    _key, secret = issue()
    for name in ("key", "api_key", "token", "access_token"):
        assert client.get(f"{API}/pages/?{name}={secret}").status_code == 400


# What it reads -----------------------------------------------------------------------------------------------------


def test_a_key_reads_what_its_groups_read_and_loses_it_at_the_next_request(client, library, members):
    guide = library["guide"]
    key, secret = issue(Scope.MEMBERS, groups=[members])
    _other, public = issue(Scope.PUBLIC)
    _stranger, strangers = issue(Scope.MEMBERS, groups=[Group.objects.create(name="Elsewhere")])
    address = f"/pages/{guide.pk}/"
    assert get(client, address, secret).status_code == 200
    for each in (public, strangers, None):
        assert get(client, address, each).status_code == 404
        assert get(client, f"{address}?version=1", each).status_code == 404
        assert get(client, f"{address}contents/", each).status_code == 404
    total = get(client, "/pages/", secret).json()["meta"]["total_count"]
    assert total > get(client, "/pages/", strangers).json()["meta"]["total_count"]
    assert str(guide.translation_key) in get(client, "/changes/?limit=500", secret).content.decode()
    assert str(guide.translation_key) not in get(client, "/changes/?limit=500", strangers).content.decode()
    key.groups.clear()
    assert get(client, address, secret).status_code == 404
    key.groups.add(members)
    assert get(client, address, secret).status_code == 200
    members.delete()
    assert get(client, address, secret).status_code == 404


def test_a_cursor_of_other_eyes_is_gone(client, library, members):
    key, secret = issue(Scope.MEMBERS, groups=[members])
    cursor = get(client, "/changes/", secret).json()["next_cursor"]
    assert get(client, f"/changes/?cursor={cursor}", secret).status_code == 200
    assert get(client, f"/changes/?cursor={cursor}").status_code == 410
    key.groups.clear()
    assert get(client, f"/changes/?cursor={cursor}", secret).status_code == 410


def test_a_key_without_a_scope_for_content_gets_none(client, library):
    _key, secret = issue(Scope.PREVIEW)
    answer = get(client, "/pages/", secret)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_what_a_key_gets_is_kept_by_nobody(client, library):
    _key, secret = issue()
    for path in ("/pages/", f"/pages/{library['one'].pk}/", "/changes/", "/images/", "/search/?q=words"):
        answer = get(client, path, secret)
        assert answer.status_code == 200, path
        assert answer["Cache-Control"] == "private, no-store"
        assert "Authorization" in answer["Vary"]
        assert not {"ETag", "Last-Modified", "Surrogate-Key"} & set(answer.headers)
        anonymous = get(client, path)
        assert anonymous["Cache-Control"].startswith("public") and anonymous["ETag"]
        assert anonymous.content == answer.content


# Browsers ----------------------------------------------------------------------------------------------------------


def test_a_browser_key_works_on_its_own_sites(client, library):
    _key, secret = issue(kind="browser", origins=[ORIGIN])
    answer = get(client, "/pages/", secret, origin=ORIGIN)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, ORIGIN)
    assert "Origin" in answer["Vary"] and "Access-Control-Allow-Credentials" not in answer
    for headers in ({"origin": "https://other.example"}, {"origin": "null"}, {}):
        refused = get(client, "/pages/", secret, **headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "origin_not_allowed")


def test_a_secret_key_in_a_page_is_refused(client, library):
    _key, secret = issue()
    answer = get(client, "/pages/", secret, origin=ORIGIN)
    assert (answer.status_code, answer.json()["code"]) == (401, "secret_key_in_browser")


# Limits and use ----------------------------------------------------------------------------------------------------


def test_a_key_has_its_own_limit(client, library):
    _key, secret = issue(rate=2)
    answers = [get(client, "/pages/", secret) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"key";q=2;w=60'
    assert "Retry-After" in answers[2]
    assert get(client, "/pages/").status_code == 200


@override_settings(API_RATE_ANONYMOUS="2/minute")
def test_trying_secrets_is_counted(client, library):
    answers = [get(client, "/pages/", "cmp_guessing").status_code for _ in range(4)]
    assert answers == [401, 401, 429, 429]


def test_use_is_counted_by_day(client, library):
    callers.USE.flush()  # what other tests counted
    key, secret = issue()
    for _ in range(3):
        get(client, "/pages/", secret)
    get(client, "/pages/", secret, origin=ORIGIN)
    callers.USE.flush()
    use = KeyUse.objects.get(api_key=key)
    assert (use.answered, use.refused, use.day) == (3, 1, NOW().date())
    key.refresh_from_db()
    assert key.last_used_at is not None
    callers.USE.answered(key.pk)
    key.delete()
    callers.USE.flush()
    assert not KeyUse.objects.exists()


def test_a_key_costs_two_statements_more(client, library, members):
    _key, secret = issue(Scope.MEMBERS, groups=[members])
    address = f"/pages/{library['one'].pk}/"

    def statements(secret=None):
        with CaptureQueriesContext(connection) as captured:
            get(client, address, secret)
        return len(captured)

    get(client, address, secret)
    assert (statements(), statements(secret)) == (1, 4)
