"""A request that is sent again has its effect once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from cms.accounts.models import User
from cms.rest import idempotency
from cms.rest.models import IdempotencyKey

pytestmark = pytest.mark.usefixtures("test_views")

EFFECT = "/api/test/effect/"


@pytest.fixture
def send(client, person):
    client.force_login(person)

    def sending(email, key="key-1", path=EFFECT):
        headers = {"Idempotency-Key": key} if key is not None else {}
        return client.post(path, {"email": email}, content_type="application/json", headers=headers)

    return sending


def others():
    return User.objects.exclude(email="somebody@example.org").count()


def test_once(send):
    first = send("one@example.org")
    again = send("one@example.org")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert others() == 1


def test_without_a_key_nothing_is_kept(send):
    send("one@example.org", key=None)
    assert IdempotencyKey.objects.count() == 0


def test_quoted_and_bare_are_one_key(send):
    send("one@example.org", key='"abc"')
    assert send("one@example.org", key="abc")["Idempotency-Replayed"] == "true"


def test_another_body_is_refused(send):
    send("one@example.org")
    response = send("two@example.org")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert others() == 1


def test_in_flight_is_refused(send, person):
    send("one@example.org")
    IdempotencyKey.objects.update(status=None, claimed_at=timezone.now())
    response = send("one@example.org")
    assert (response.status_code, response.json()["code"]) == (409, "request_in_flight")


def test_a_dead_claim_is_taken_over(send):
    send("one@example.org")
    User.objects.filter(email="one@example.org").delete()
    IdempotencyKey.objects.update(status=None, claimed_at=timezone.now() - timedelta(minutes=2))
    assert send("one@example.org").status_code == 201
    assert others() == 1


def test_who_was_overtaken_leaves_nothing(send, monkeypatch):
    """The effect is undone when somebody else has taken the claim meanwhile."""
    create = User.objects.create_user

    def slow(*args, **kwargs):
        IdempotencyKey.objects.update(claim=uuid.uuid4())
        return create(*args, **kwargs)

    monkeypatch.setattr(
        type(User.objects), "create_user", lambda self, *args, **kwargs: slow(*args, **kwargs)
    )
    response = send("one@example.org")
    assert (response.status_code, response.json()["code"]) == (409, "request_in_flight")
    assert others() == 0


@pytest.mark.parametrize("email", ["refused@example.org", "raised@example.org"])
def test_errors_are_not_kept_and_leave_nothing(send, email):
    response = send(email)
    assert response.status_code == 409
    assert others() == 0
    assert IdempotencyKey.objects.count() == 0
    assert send("mended@example.org").status_code == 201


def test_keys_belong_to_a_caller(send, client):
    send("one@example.org")
    client.force_login(User.objects.create_user("other@example.org", "a long password"))
    response = client.post(
        EFFECT,
        {"email": "two@example.org"},
        content_type="application/json",
        headers={"Idempotency-Key": "key-1"},
    )
    assert response.status_code == 201
    assert "Idempotency-Replayed" not in response


@pytest.mark.parametrize("key", ["", "x" * 256, "with blank", "é", 'a"b'])
def test_keys_that_are_none(send, key):
    response = send("one@example.org", key=key)
    assert (response.status_code, response.json()["code"]) == (400, "bad_idempotency_key")
    assert others() == 0


def test_retention_and_forgetting(send, person):
    send("one@example.org")
    now = timezone.now()
    assert idempotency.forget_old(now + timedelta(days=29)) == 0
    assert idempotency.forget_old(now + timedelta(days=31)) == 1
    send("two@example.org")
    assert idempotency.forget_caller(person) == 1
    assert IdempotencyKey.objects.count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_at_once_have_one_effect(django_user_model):
    """SQLite lets one writer in at a time; what is tried here is two that are at it together."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    person = django_user_model.objects.create_user("somebody@example.org", "a long password")
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def send(_number):
        each = Client()
        each.cookies[settings.SESSION_COOKIE_NAME] = session
        try:
            return each.post(
                EFFECT,
                {"email": "one@example.org"},
                content_type="application/json",
                headers={"Idempotency-Key": "together"},
            ).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as pool:
        statuses = list(pool.map(send, range(20)))
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert django_user_model.objects.filter(email="one@example.org").count() == 1
    assert IdempotencyKey.objects.get().status == 201
