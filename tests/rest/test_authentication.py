"""Tokens of the accounts library's headless API, with and without a second factor."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

pytestmark = pytest.mark.usefixtures("test_views")

MINE = "/api/test/mine/"
ACCOUNTS = "/_allauth/app/v1/auth"


@pytest.fixture
def person(person):
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_in(client):
    return client.post(
        f"{ACCOUNTS}/login",
        {"email": "somebody@example.org", "password": "a long password"},
        content_type="application/json",
    ).json()


def test_a_token_both_ways(client, person):
    token = sign_in(client)["meta"]["session_token"]
    client.cookies.clear()
    assert client.get(MINE, headers={"X-Session-Token": token}).json() == {"email": person.email}
    assert client.get(MINE, headers={"Authorization": f"Bearer {token}"}).json() == {"email": person.email}
    assert client.get(MINE, headers={"Authorization": f"bearer {token}"}).status_code == 200
    # A token is no cookie: nothing can be forged, so nothing else is asked for.
    assert client.post(MINE, {}, "application/json", headers={"X-Session-Token": token}).status_code == 201


@pytest.mark.parametrize("token", ["", "x", "a" * 32, "a" * 5000, "with blank", "é"])
def test_a_token_that_is_none(client, person, token):
    for headers in ({"X-Session-Token": token}, {"Authorization": f"Bearer {token}"}):
        response = client.get(MINE, headers=headers)
        assert (response.status_code, response.json()["code"]) == (401, "bad_credential"), headers


def test_a_bad_token_is_not_made_good_by_a_cookie(client, person):
    client.force_login(person)
    assert client.get(MINE, headers={"X-Session-Token": "a" * 32}).status_code == 401


def test_a_token_ends_with_signing_out(client, person):
    token = sign_in(client)["meta"]["session_token"]
    client.cookies.clear()
    client.delete(f"{ACCOUNTS}/session", headers={"X-Session-Token": token})
    assert client.get(MINE, headers={"X-Session-Token": token}).status_code == 401


def test_a_token_ends_with_the_account(client, person):
    token = sign_in(client)["meta"]["session_token"]
    client.cookies.clear()
    person.is_active = False
    person.save()
    assert client.get(MINE, headers={"X-Session-Token": token}).status_code == 401


def test_a_token_that_waits_for_its_second_factor_is_nobodys(client, person):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    token = sign_in(client)["meta"]["session_token"]
    client.cookies.clear()
    response = client.get(MINE, headers={"X-Session-Token": token})
    assert (response.status_code, response.json()["code"]) == (401, "bad_credential")
    code = f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"
    answer = client.post(
        f"{ACCOUNTS}/2fa/authenticate", {"code": code}, "application/json", headers={"X-Session-Token": token}
    ).json()
    client.cookies.clear()
    token = answer["meta"].get("session_token", token)
    assert client.get(MINE, headers={"X-Session-Token": token}).json() == {"email": person.email}


@pytest.mark.parametrize(
    "path", ["/admin/login/", "/admin/password_reset/", "/admin/password_reset/confirm/MQ/x/"]
)
def test_no_way_round_the_second_factor(client, db, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/")
    posted = client.post(path, {"username": "somebody@example.org", "password": "a long password"})
    assert posted.status_code in (302, 405)
    assert "_auth_user_id" not in client.session


def test_wagtails_own_sign_in_is_not_there(client, db):
    for path in ("/_util/login/", "/en/_util/login/", "/django-admin/login/", "/en/django-admin/login/"):
        response = client.get(path, follow=True)
        assert response.status_code == 404, path
        assert b'type="password"' not in response.content
