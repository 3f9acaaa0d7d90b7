"""A mail before a certificate expires: once, in the person's language, and not to who wants none."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cms.core import mailing
from learning.credentials import holding, reminders, revoking
from learning.models import Certificate
from tests.learning import factories


@pytest.fixture
def expiring(offering, holder, complete):
    """It expires in about twenty days."""
    return complete(offering, holder, at=timezone.now() - timedelta(days=345))


def test_once_and_in_time(expiring, holder):
    assert reminders.queue_reminders(timezone.now() - timedelta(days=40)) == 0
    assert reminders.queue_reminders(timezone.now()) == 1
    assert reminders.send.call(expiring.pk) is True
    assert reminders.send.call(expiring.pk) is False
    assert reminders.queue_reminders(timezone.now()) == 0
    (message,) = mail.outbox
    assert message.to == [holder.email]
    assert "A course" in message.subject
    assert f"/en/learn/certificates/{expiring.uuid}/" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_in_the_persons_language(expiring, holder):
    holder.language = "fr"
    holder.save()
    reminders.send.call(expiring.pk)
    assert f"/fr/learn/certificates/{expiring.uuid}/" in mail.outbox[0].body


def test_the_link_in_the_mail_stops_them_when_posted(expiring, holder):
    stop = reminders.compose(expiring).extra_headers["List-Unsubscribe"].strip("<>")
    path = stop.removeprefix("http://testserver")
    somebody = Client(enforce_csrf_checks=True)
    assert somebody.get(path).status_code == 200
    assert holding.wants_reminders(holder)
    assert somebody.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not holding.wants_reminders(holder)
    assert reminders.queue_reminders(timezone.now()) == 0
    assert reminders.send.call(expiring.pk) is False
    assert mail.outbox == []
    assert somebody.post(path[:-3] + "xx/").status_code == 404


def test_not_for_what_is_revoked_erased_or_of_somebody_inactive(expiring, holder):
    holder.is_active = False
    holder.save()
    assert reminders.send.call(expiring.pk) is False
    holder.is_active = True
    holder.save()
    assert reminders.due(timezone.now()).count() == 1
    revoking.revoke(
        certificate_id=expiring.uuid,
        by=factories.person(is_superuser=True),
        reason="A mistake",
        now=timezone.now(),
    )
    assert reminders.send.call(expiring.pk) is False
    assert mail.outbox == []


def test_a_mail_that_was_refused_is_sent_later(expiring, monkeypatch):
    class Refusing:
        def open(self): ...
        def close(self): ...
        def send_messages(self, messages):
            raise smtplib.SMTPResponseException(451, b"later")

    with monkeypatch.context() as patched:
        patched.setattr(mailing, "get_connection", Refusing)
        with pytest.raises(smtplib.SMTPResponseException):
            reminders.send.call(expiring.pk)
    assert Certificate.objects.get().reminded_at is None
    assert reminders.send.call(expiring.pk) is True
