"""Nobody finds out by signing in, resetting a password or signing up whether an address has an account here."""

import pytest
from django.core import mail
from django.test import override_settings

KNOWN, UNKNOWN, PASSWORD = "known@example.org", "unknown@example.org", "a-long-enough-secret-7"


@pytest.fixture
def known(db, django_user_model, site):
    return django_user_model.objects.create_user(KNOWN, PASSWORD)


def words(answer, address):
    """What the visitor sees, but for the address that they typed and what is anew each time."""
    text = answer.content.decode().replace(address, "…")
    return [line for line in text.splitlines() if "csrf" not in line and "nonce" not in line]


FORMS = [
    ("/accounts/login/", lambda address: {"login": address, "password": "wrong-password-1"}),
    ("/accounts/password/reset/", lambda address: {"email": address}),
    (
        "/accounts/signup/",
        lambda address: {"email": address, "password1": PASSWORD, "password2": PASSWORD},
    ),
]


@pytest.mark.parametrize(("path", "form"), FORMS, ids=[path for path, _form in FORMS])
def test_one_answer_for_known_and_unknown(client, known, path, form):
    answers = []
    for address in (KNOWN, UNKNOWN):
        client.logout()
        answer = client.post(path, form(address), follow=True)
        answers.append((answer.status_code, answer.redirect_chain, words(answer, address)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 200


def test_a_mail_goes_out_either_way(client, known):
    for address in (KNOWN, UNKNOWN):
        client.post("/accounts/password/reset/", {"email": address})
    assert [message.to for message in mail.outbox] == [[KNOWN], [UNKNOWN]]


@override_settings(ACCOUNT_RATE_LIMITS={"login_failed": "3/m/ip,3/m/key"})
def test_trying_passwords_is_limited(client, known):
    answers = [
        client.post("/accounts/login/", {"login": KNOWN, "password": f"wrong-{number}"})
        for number in range(5)
    ]
    assert "Too many failed login attempts" in answers[-1].content.decode()
    # Not even the right one is looked at.
    client.post("/accounts/login/", {"login": KNOWN, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
