"""What every API view does: who may, what is read, how errors are told."""

import pytest

pytestmark = pytest.mark.usefixtures("test_views", "db")

MINE = "/api/test/mine/"


def post(client, body, content_type="application/json", **headers):
    return client.generic("POST", MINE, body, content_type, headers=headers)


def test_nobody_is_told_to_sign_in(client):
    response = client.get(MINE)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    problem = response.json()
    assert {**problem, "request_id": ""} == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "code": "not_signed_in",
        "detail": "Sign in to do that.",
        "message": "Sign in to do that.",
        "request_id": "",
    }
    assert problem["request_id"] == response["X-Request-ID"]


def test_somebody(client, person):
    client.force_login(person)
    response = client.get(MINE)
    assert response.json() == {"email": "somebody@example.org"}
    assert response["Cache-Control"] == "private, no-store"
    assert response["RateLimit"].startswith('"account";r=')
    assert "Access-Control-Allow-Origin" not in response


def test_an_inactive_account_is_nobody(client, person):
    client.force_login(person)
    person.is_active = False
    person.save()
    assert client.get(MINE).status_code == 401


def test_unknown_parameters(client, person):
    client.force_login(person)
    assert client.get(MINE + "?locale=fr").status_code == 200
    for query, parameter in (
        ("locales=fr", "locales"),
        ("locale=a&locale=b", "locale"),
        ("locale=%00", "locale"),
    ):
        response = client.get(f"{MINE}?{query}")
        assert (response.status_code, response.json()["parameter"]) == (400, parameter)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"a": "b"}', 201, None),
        (b"", 201, None),
        (b"{", 400, "bad_json"),
        (b'{"a": NaN}', 400, "bad_json"),
        (b'{"a": 1e999}', 400, "bad_json"),
        (b'{"a": "\\u0000"}', 400, "bad_json"),
        (b'{"a\\u0000": 1}', 400, "bad_json"),
        (b'{"a": "\xff"}', 400, "bad_json"),
        (b'{"a": "\\ud800"}', 400, "bad_json"),
        (b"[" * 40 + b"]" * 40, 400, "bad_json"),
        (b"[" * 900 + b"]" * 900, 400, "bad_json"),
        (b'{"a": "' + b"x" * 3000 + b'"}', 413, "too_large"),
    ],
)
def test_bodies(client, person, body, status, code):
    client.force_login(person)
    response = post(client, body)
    assert response.status_code == status, response.content
    if code:
        assert response.json()["code"] == code
        assert response["Content-Type"] == "application/problem+json"


def test_a_body_that_is_longer_than_it_says(client, person):
    client.force_login(person)
    response = client.generic(
        "POST", MINE, b'{"a": "' + b"x" * 3000 + b'"}', "application/json", CONTENT_LENGTH="9"
    )
    assert response.status_code == 400


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "application/xml"])
def test_only_json(client, person, content_type):
    client.force_login(person)
    response = post(client, b"a=b", content_type)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_the_token_against_forgery(person):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    assert client.get(MINE).status_code == 200
    response = post(client, b"{}")
    assert (response.status_code, response.json()["code"]) == (403, "not_permitted")


def test_methods(client, person):
    client.force_login(person)
    options = client.options(MINE)
    assert (options.status_code, options.content) == (204, b"")
    assert options["Allow"] == "GET, POST, HEAD, OPTIONS"
    refused = client.delete(MINE)
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    assert client.head(MINE).content == b""


def test_a_domain_error_brings_its_own_members(client):
    response = client.get("/api/test/broken/?how=conflict")
    assert response.status_code == 409
    assert (response.json()["code"], response.json()["answer"]) == ("stale_answer", {"sequence": 3})


def test_a_validation_error_names_fields(client):
    response = client.get("/api/test/broken/?how=invalid")
    assert response.json()["errors"] == {"answers.0.option": ["Required."], "name": ["Too long."]}


def test_our_fault_tells_nothing(client):
    client.raise_request_exception = False
    response = client.get("/api/test/broken/?how=ours")
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "internal_error"
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("path", ["/api/", "/api/v2/nothing/", "/api/learning/v9/", "/api/v2/pages/x/"])
def test_addresses_that_lead_nowhere(client, path):
    response = client.get(path)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert client.post(path).status_code == 404


def test_who_asks_too_often(client, person, settings):
    settings.API_RATE_ACCOUNT = "2/hour"
    settings.API_RATE_ANONYMOUS = "1/hour"
    client.force_login(person)
    assert [client.get(MINE).status_code for _ in range(3)] == [200, 200, 429]
    response = client.get(MINE)
    assert response.json()["code"] == "too_many_requests"
    assert 0 < int(response["Retry-After"]) <= 3600
    assert response["RateLimit-Policy"] == '"account";q=2;w=3600'
    assert response["RateLimit"].startswith('"account";r=0;t=')
    # A classroom shares an address: who is signed in counts for themselves, and others on their own.
    client.logout()
    assert client.get("/api/v2/pages/").status_code == 200
    response = client.get("/api/v2/pages/")
    assert (response.status_code, response["RateLimit-Policy"]) == (429, '"anonymous";q=1;w=3600')
    assert client.get("/api/v2/pages/", REMOTE_ADDR="10.0.0.9").status_code == 200
    # Nobody escapes by inventing where they come from.
    assert client.get("/api/v2/pages/", headers={"X-Forwarded-For": "10.1.1.1"}).status_code == 429
