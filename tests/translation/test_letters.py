"""Translators are told by mail, once, of what was given to them, of what was sent back, and of another day."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import formats, timezone
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult
from wagtail.users.models import UserProfile

from cms.core.errors import BadInput
from cms.translation import deciding, flows, letters
from cms.translation.models import Work

from .desk import work_of

DAY = timezone.localdate() + timedelta(days=10)


def queued() -> int:
    return DBTaskResult.objects.filter(task_path="cms.translation.letters.tell").count()


ARABIC = [
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
FRENCH = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


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


LATER = DAY + timedelta(days=40)


def day(value) -> str:
    with override("en"):
        return formats.date_format(value, "DATE_FORMAT")


def test_whoever_has_it_is_told_once_of_another_day(french, translator, assign):
    assign(translator)
    tell(french)
    assign(translator, due_on=LATER)
    assert queued() == 2
    assert [tell(french), tell(french)] == [True, False]
    sent = mail.outbox[-1]
    assert (sent.to, sent.subject) == ([translator.email], "Another day for your translation: Squares")
    for words in (f"is now expected by {day(LATER)}.", f"it was {day(DAY)}.", f"/{french.uuid}/"):
        assert words in sent.body


def test_that_no_day_is_left_is_told_as_well(french, translator, assign):
    assign(translator)
    tell(french)
    assign(translator, due_on=None)
    assert tell(french) is True
    assert "isn’t expected by a certain day any more" in mail.outbox[-1].body
    assign(translator)
    assert tell(french) is True
    assert "Until now" not in mail.outbox[-1].body


def test_the_same_day_is_no_news(french, translator, assign):
    assign(translator)
    tell(french)
    assign(translator)
    assert (queued(), tell(french), len(mail.outbox)) == (1, False, 1)


def test_ones_own_other_day_is_no_news(french, person, assign):
    both = person(translates=["fr"], manages=True)
    assign(both, by=both)
    assign(both, by=both, due_on=LATER)
    assert (queued(), tell(french), mail.outbox) == (0, False, [])
    # Nor is what somebody else chose before they chose themselves.
    assign(both)
    assign(both, by=both, due_on=LATER)
    assert (tell(french), mail.outbox) == (False, [])


def test_of_several_days_in_a_row_the_last_is_told(french, translator, assign):
    assign(translator)
    tell(french)
    assign(translator, due_on=DAY + timedelta(days=1))
    assign(translator, due_on=LATER)
    assert [tell(french), tell(french)] == [True, False]
    assert day(LATER) in mail.outbox[-1].body and f"it was {day(DAY)}." in mail.outbox[-1].body


def test_a_day_that_was_changed_back_is_no_news(french, translator, assign):
    assign(translator)
    tell(french)
    assign(translator, due_on=LATER)
    assign(translator)
    assert (tell(french), len(mail.outbox)) == (False, 1)


def test_another_day_before_the_first_mail_is_told_with_it(french, translator, assign):
    assign(translator)
    assign(translator, due_on=LATER)
    assert [tell(french), tell(french)] == [True, False]
    assert mail.outbox[0].subject.startswith("Given to you") and day(LATER) in mail.outbox[0].body


def test_whoever_waits_for_a_reviewer_isnt_told_of_days(french, translator, assign, write):
    assign(translator)
    tell(french)
    write(french)
    flows.hand_in(by=translator, uuid=french.uuid, now=timezone.now())
    assign(translator, due_on=LATER)
    assert (tell(french), len(mail.outbox)) == (False, 1)
    # Handed in before the mail went out.
    Work.objects.filter(translation=french).update(stage=Work.Stage.OPEN)
    assign(translator, due_on=DAY)
    Work.objects.filter(translation=french).update(stage=Work.Stage.IN_REVIEW)
    assert (tell(french), len(mail.outbox)) == (False, 1)


def test_what_is_sent_back_says_the_day_itself(french, translator, assign, send_back):
    assign(translator)
    tell(french)
    send_back()
    assign(translator, due_on=LATER)
    assert [tell(french), tell(french)] == [True, False]
    assert mail.outbox[-1].subject.startswith("Sent back") and day(LATER) in mail.outbox[-1].body


def test_a_refused_day_tells_nobody(french, translator, assign, refused):
    assign(translator)
    tell(french)
    with refused(BadInput, "day_passed"):
        assign(translator, due_on=timezone.localdate() - timedelta(days=1))
    assert (queued(), tell(french)) == (1, False)


def test_another_day_may_come_while_the_mail_is_written(french, translator, assign, monkeypatch):
    """What was read is old by then: nothing goes out, and the task that was left with the newer day tells of that."""
    assign(translator)
    tell(french)
    assign(translator, due_on=DAY + timedelta(days=1))
    composed = letters.compose

    def compose(work, person):
        monkeypatch.undo()
        assign(translator, due_on=LATER)
        return composed(work, person)

    monkeypatch.setattr(letters, "compose", compose)
    assert tell(french) is False
    assert [tell(french), tell(french)] == [True, False]
    assert day(LATER) in mail.outbox[-1].body and f"it was {day(DAY)}." in mail.outbox[-1].body


def test_another_day_that_the_mail_server_refuses_is_told_later(french, translator, assign, monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPResponseException(451, b"later")

    assign(translator)
    tell(french)
    assign(translator, due_on=LATER)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    with pytest.raises(smtplib.SMTPResponseException):
        tell(french)
    monkeypatch.undo()
    assert [tell(french), tell(french)] == [True, False]


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


@pytest.mark.parametrize(
    ("own", "admin", "months"),
    [("ar", "", ARABIC), ("ar", "es", ARABIC), ("", "ar", ARABIC), ("", "de", FRENCH), ("", "", FRENCH)],
)
def test_it_is_written_in_the_recipients_language(french, translator, assign, own, admin, months):
    """Their own, else the one that they chose for the admin, else the one that they translate into."""
    translator.language = own
    translator.save()
    UserProfile.objects.update_or_create(user=translator, defaults={"preferred_language": admin})
    assign(translator)
    tell(french)
    # Dates are Django's, so they tell which language was at work.
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
