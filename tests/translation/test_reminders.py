"""A translator is reminded once, in their language, of what they have and may still see."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from cms.translation import reminders
from cms.translation.models import Work

from .desk import work_of


@pytest.fixture
def due(things, submit, person):
    translation = submit(things.chapter, "fr")
    translator = person(translates=["fr"])
    translator.language = "fr"
    translator.save()
    Work.objects.filter(translation=translation).update(
        translator=translator, due_on=timezone.now().date() + timedelta(days=3)
    )
    return translation


def test_a_mail_goes_out_once(due):
    assert list(reminders.due(timezone.now())) == [work_of(due)]
    assert reminders.queue_reminders(timezone.now()) == 1
    assert reminders.send.func(work_of(due).pk) is True
    assert reminders.send.func(work_of(due).pk) is False
    (sent,) = mail.outbox
    assert sent.to == [work_of(due).translator.email]
    assert "Squares" in sent.subject and f"/admin/translation/{due.uuid}/" in sent.body
    assert reminders.queue_reminders(timezone.now()) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"due_on": timezone.now().date() + timedelta(days=30)},
        {"due_on": None},
        {"translator": None},
        {"stage": Work.Stage.IN_REVIEW},
        {"stage": Work.Stage.APPROVED},
        {"reminded_at": timezone.now()},
    ],
)
def test_nobody_is_reminded_of_what_they_neednt_do(due, change):
    Work.objects.update(**change)
    assert reminders.queue_reminders(timezone.now()) == 0
    assert reminders.send.func(work_of(due).pk) is False
    assert mail.outbox == []


def test_who_may_not_see_it_any_more_isnt_told_its_name(due, restrict, things):
    restrict(things.chapter)
    assert reminders.send.func(work_of(due).pk) is False
    assert mail.outbox == []
    assert work_of(due).reminded_at is None


def test_what_the_mail_server_refuses_is_sent_later(due, monkeypatch):
    import smtplib

    def refuse(self, messages):
        raise smtplib.SMTPResponseException(451, b"later")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    with pytest.raises(smtplib.SMTPResponseException):
        reminders.send.func(work_of(due).pk)
    assert work_of(due).reminded_at is None
    monkeypatch.undo()
    assert reminders.send.func(work_of(due).pk) is True
