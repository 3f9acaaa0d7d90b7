"""Translators are told by mail, once, of what was given to them and of what was sent back."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.core.errors import BadInput
from cms.translation import deciding, flows, letters
from cms.translation.models import Work

from .desk import work_of

DAY = timezone.localdate() + timedelta(days=10)


def queued() -> int:
    return DBTaskResult.objects.filter(task_path="cms.translation.letters.tell").count()


def tell(translation) -> bool:
    return letters.tell.func(work_of(translation).pk)


@pytest.fixture
def french(things, submit):
    return submit(things.chapter, "fr")


@pytest.fixture
def translator(person):
    user = person(translates=["fr"])
    user.language = "en"
    user.save()
    return user


@pytest.fixture
def assign(french, person):
    manager = person(manages=True)

    def give(to, by=manager, due_on=DAY):
        flows.assign(by=by, uuid=french.uuid, person=to, due_on=due_on, today=timezone.localdate())

    return give


@pytest.fixture
def send_back(french, write, translator, person):
    def give(reason="The second link is missing."):
        write(french)
        flows.hand_in(by=translator, uuid=french.uuid, now=timezone.now())
        reviewer = person(reviews=["fr"])
        deciding.send_back(by=reviewer, uuid=french.uuid, reason=reason, now=timezone.now())

    return give


def test_whoever_is_given_something_is_told_once(french, translator, assign):
    assign(translator)
    assert queued() == 1
    assert tell(french) is True
    assert tell(french) is False
    (sent,) = mail.outbox
    assert sent.to == [translator.email]
    assert sent.subject == "Given to you to translate: Squares"
    for words in ("Squares", "Français", str(DAY.year), f"/admin/translation/{french.uuid}/"):
        assert words in sent.body


def test_another_day_is_no_news(french, translator, assign):
    assign(translator)
    tell(french)
    assign(translator, due_on=DAY + timedelta(days=1))
    assert queued() == 1
    assert tell(french) is False


def test_nobody_gets_a_mail_about_what_they_did_themselves(french, person, assign):
    both = person(translates=["fr"], manages=True)
    assign(both, by=both)
    assert (queued(), tell(french), mail.outbox) == (0, False, [])


def test_only_the_last_of_two_in_a_row_is_told(french, translator, person, assign):
    other = person(translates=["fr"])
    assign(translator)
    assign(other)
    assert [tell(french), tell(french)] == [True, False]
    assert [sent.to for sent in mail.outbox] == [[other.email]]


def test_what_is_taken_away_before_the_mail_is_no_news(french, translator, assign):
    assign(translator)
    assign(None, due_on=None)
    assert tell(french) is False
    assign(translator)
    flows.give_back(by=translator, uuid=french.uuid)
    assert (tell(french), mail.outbox) == (False, [])


def test_what_was_sent_back_is_told_with_its_reason(french, translator, assign, send_back):
    assign(translator)
    tell(french)
    send_back()
    assert (tell(french), tell(french)) == (True, False)
    sent = mail.outbox[-1]
    assert (sent.to, sent.subject) == ([translator.email], "Sent back to be mended: Squares")
    for words in ("The second link is missing.", str(DAY.year), f"/admin/translation/{french.uuid}/"):
        assert words in sent.body


def test_without_a_translator_whoever_handed_it_in_is_told(french, translator, assign, send_back):
    send_back()
    Work.objects.filter(translation=french).update(translator=None)
    assert tell(french) is True
    assert mail.outbox[0].to == [translator.email]


def test_what_is_handed_in_again_isnt_told_any_more(french, translator, send_back):
    send_back()
    flows.hand_in(by=translator, uuid=french.uuid, now=timezone.now())
    assert (tell(french), mail.outbox) == (False, [])


def test_a_refused_decision_tells_nobody(french, translator, write, person, refused):
    write(french)
    flows.hand_in(by=translator, uuid=french.uuid, now=timezone.now())
    with refused(BadInput, "reason_missing"):
        deciding.send_back(by=person(reviews=["fr"]), uuid=french.uuid, reason=" ", now=timezone.now())
    assert queued() == 0


def test_it_is_written_in_the_recipients_language(french, translator, assign):
    translator.language = "ar"
    translator.save()
    assign(translator)
    tell(french)
    # Dates are Django's, so they tell which language was at work.
    months = [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ]
    assert any(month in mail.outbox[0].body for month in months)


def test_who_may_not_see_it_any_more_isnt_told_its_name(french, translator, things, assign, restrict):
    assign(translator)
    restrict(things.chapter)
    assert (tell(french), mail.outbox) == (False, [])
    assert work_of(french).untold == Work.News.ASSIGNED


def test_what_the_mail_server_refuses_is_sent_later(french, translator, assign, monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPResponseException(451, b"later")

    assign(translator)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    with pytest.raises(smtplib.SMTPResponseException):
        tell(french)
    monkeypatch.undo()
    assert tell(french) is True
