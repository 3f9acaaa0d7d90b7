"""Reviewers are told by mail, once a day at most, of what was handed in that they may open and approve."""

import smtplib
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.translation import digests, flows
from cms.translation.models import ReviewDigest, Work

MORNING = timezone.localtime().replace(hour=9, minute=0)


@pytest.fixture(autouse=True)
def morning(monkeypatch):
    """`morning(days=1)`: nine o'clock of another day."""

    def at(days=0):
        now = MORNING + timedelta(days=days)
        monkeypatch.setattr(digests.timezone, "localdate", lambda *args: now.date())
        return now

    at()
    return at


@pytest.fixture
def translator(person):
    return person(translates=["fr", "ar"])


@pytest.fixture
def reviewer(person):
    user = person(reviews=["fr"])
    user.language = "en"
    user.save()
    return user


@pytest.fixture
def hand_in(submit, write, translator):
    """`hand_in(thing, "fr")`: translated to the last word and handed in."""

    def give(thing, code="fr", by=translator):
        translation = write(submit(thing, code), by=by)
        flows.hand_in(by=by, uuid=translation.uuid, now=timezone.now())
        return translation

    return give


def send(person) -> bool:
    return digests.send.func(person.pk)


def queued() -> int:
    return DBTaskResult.objects.filter(task_path="cms.translation.digests.send").count()


def test_what_was_handed_in_is_told_once(things, hand_in, reviewer, morning):
    french = hand_in(things.chapter)
    assert (digests.queue_digests(morning()), queued()) == (1, 1)
    assert [send(reviewer), send(reviewer)] == [True, False]
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([reviewer.email], "1 translation waits for your review")
    for words in (
        "Squares (Français)",
        f"/admin/translation/{french.uuid}/assignment/",
        "/translation/mine/",
    ):
        assert words in sent.body
    assert "Still waiting" not in sent.body
    assert digests.queue_digests(morning()) == 0
    # Nothing new waits the day after, nor later.
    assert [digests.queue_digests(morning(days)) for days in (1, 2)] == [0, 0]
    assert send(reviewer) is False


def test_one_mail_a_day(things, hand_in, reviewer, morning):
    hand_in(things.chapter)
    assert send(reviewer) is True
    hand_in(things.guide)
    assert (digests.queue_digests(morning()), send(reviewer)) == (0, False)
    assert digests.queue_digests(morning(1)) == 1
    assert [send(reviewer), send(reviewer)] == [True, False]
    body = mail.outbox[-1].body
    assert mail.outbox[-1].subject == "2 translations wait for your review"
    assert body.index("Open places") < body.index("Still waiting:") < body.index("Squares")


def test_what_is_handed_in_again_is_new(things, hand_in, reviewer, translator, morning):
    french = hand_in(things.chapter)
    send(reviewer)
    Work.objects.filter(translation=french).update(stage=Work.Stage.OPEN, reason="No.")
    morning(1)
    assert send(reviewer) is False
    flows.hand_in(by=translator, uuid=french.uuid, now=timezone.now())
    assert digests.queue_digests(morning(1)) == 1
    assert send(reviewer) is True


def test_nobody_is_told_in_the_night(things, hand_in, reviewer):
    hand_in(things.chapter)
    assert digests.queue_digests(MORNING.replace(hour=5)) == 0
    assert digests.queue_digests(MORNING.replace(hour=6)) == 1


@pytest.mark.parametrize(
    "rights",
    [
        {"reviews": ["ar"]},
        {"translates": ["fr"]},
        {"manages": True},
        {"reviews": ["fr"], "enters": False},
        {},
    ],
)
def test_who_reviews_nothing_of_it_is_told_nothing(things, hand_in, person, rights):
    hand_in(things.chapter)
    assert (send(person(**rights)), mail.outbox) == (False, [])


def test_nobody_is_told_of_what_they_may_not_open_or_approve(things, hand_in, person, translator, write):
    french = hand_in(things.secret, by=person(translates=["fr"], changes=things.guide))
    both = person(translates=["fr"], reviews=["fr"])
    mine = hand_in(things.chapter, by=both)
    # What is for members isn't theirs to see, and what they handed in isn't theirs to approve.
    assert (send(both), mail.outbox) == (False, [])
    Work.objects.filter(translation=mine).update(submitted_by=translator)
    # They wrote it: somebody else approves it.
    assert (send(both), mail.outbox) == (False, [])
    insider = person(reviews=["fr"], changes=things.guide)
    assert send(insider) is True
    assert "Zebra" in mail.outbox[0].body and "Squares" in mail.outbox[0].body
    # Whoever wrote one paragraph of it decides no more than whoever wrote all.
    another = person(reviews=["fr"], changes=things.guide)
    write(french, by=another, only=1, text="Autre")
    write(mine, by=another, only=1, text="Autre")
    Work.objects.update(stage=Work.Stage.IN_REVIEW)
    assert send(another) is False


def test_where_one_person_may_do_both_only_what_they_handed_in_is_left_out(
    things, hand_in, person, translator, settings
):
    settings.TRANSLATION_ONE_PERSON = True
    both = person(translates=["fr"], reviews=["fr"])
    mine = hand_in(things.chapter, by=both)
    assert send(both) is False
    Work.objects.filter(translation=mine).update(submitted_by=translator)
    assert send(both) is True


def test_whoever_left_or_lost_their_role_is_told_nothing(things, hand_in, reviewer, morning):
    hand_in(things.chapter)
    get_user_model().objects.filter(pk=reviewer.pk).update(is_active=False)
    assert (digests.queue_digests(morning()), send(reviewer)) == (0, False)
    get_user_model().objects.filter(pk=reviewer.pk).update(is_active=True)
    reviewer.groups.clear()
    assert (digests.queue_digests(morning()), send(reviewer), mail.outbox) == (0, False, [])


def test_what_isnt_in_review_any_more_is_told_to_nobody(things, hand_in, reviewer, morning):
    hand_in(things.chapter)
    Work.objects.update(stage=Work.Stage.OPEN)
    assert (digests.queue_digests(morning()), send(reviewer), mail.outbox) == (0, False, [])


def test_it_is_written_in_the_recipients_language(things, hand_in, reviewer):
    reviewer.language = "ar"
    reviewer.save()
    hand_in(things.chapter)
    send(reviewer)
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


def test_mails_can_be_turned_off_and_on_where_ones_work_is(things, hand_in, reviewer, morning, client):
    hand_in(things.chapter)
    client.force_login(reviewer)
    mine = "/admin/translation/mine/"
    assert 'name="mails" value="off"' in client.get(mine).content.decode()
    client.post(mine, {"mails": "off"})
    assert (digests.queue_digests(morning()), send(reviewer), mail.outbox) == (0, False, [])
    assert 'name="mails" value="on"' in client.get(mine).content.decode()
    client.post(mine, {"mails": "on"})
    assert send(reviewer) is True


def test_who_gets_no_mails_chooses_none(things, translator, reviewer, client):
    for user, posted in ((translator, "off"), (reviewer, "x"), (reviewer, "")):
        client.force_login(user)
        assert client.post("/admin/translation/mine/", {"mails": posted}).status_code == 302
    client.logout()
    client.post("/admin/translation/mine/", {"mails": "off"})
    assert not ReviewDigest.objects.exists()
    client.force_login(translator)
    assert 'name="mails"' not in client.get("/admin/translation/mine/").content.decode()


def test_two_workers_send_one_mail(things, hand_in, reviewer, monkeypatch):
    """Both have read that nothing was sent today: whoever takes the mark first sends."""
    hand_in(things.chapter)
    composed = digests.compose

    def compose(*args):
        monkeypatch.setattr(digests, "compose", composed)
        assert send(reviewer) is True
        return composed(*args)

    monkeypatch.setattr(digests, "compose", compose)
    assert send(reviewer) is False
    assert len(mail.outbox) == 1


def test_what_the_mail_server_refuses_is_sent_later(things, hand_in, reviewer, monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPResponseException(451, b"later")

    hand_in(things.chapter)
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        with pytest.raises(smtplib.SMTPResponseException):
            send(reviewer)
    assert ReviewDigest.objects.values_list("sent_on", "told").get() == (None, [])
    assert [send(reviewer), send(reviewer)] == [True, False]


def test_as_many_statements_for_four_things_as_for_one(
    things, hand_in, reviewer, morning, person, django_assert_num_queries
):
    editor = person(translates=["fr"], changes=things.guide)
    insider = person(reviews=["fr"], changes=things.guide)
    hand_in(things.chapter, by=editor)

    def found():
        return len(digests.waits_for(get_user_model().objects.get(pk=insider.pk)))

    with django_assert_num_queries(STATEMENTS):
        assert found() == 1
    for thing in (things.guide, things.secret, things.draft):
        hand_in(thing, by=editor)
    with django_assert_num_queries(STATEMENTS):
        assert found() == 4
    with django_assert_num_queries(3 + 2):
        assert digests.queue_digests(morning()) == 2


STATEMENTS = 8
