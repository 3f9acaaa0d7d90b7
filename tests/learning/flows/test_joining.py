"""How a course lets people in: by request, by key, by invitation; what comes before it; until when; beginning anew."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone
from guardian.shortcuts import assign_perm

from cms.content import api as content
from cms.core import invariants
from cms.core.errors import BadInput, Conflict, NotFound
from learning.catalogue import rules
from learning.flows import attempts as attempt_flows
from learning.flows import deciding, due
from learning.flows.admission import PrerequisitesMissing
from learning.flows.enrolment import enrol, withdraw
from learning.flows.recording import record_events
from learning.joining import addresses, following, invitations, keys, tickets
from learning.joining.invitations import InvitationNotValid
from learning.joining.keys import KeyNotValid
from learning.models import (
    Certificate,
    Course,
    CourseFollower,
    DecisionMail,
    Enrolment,
    EnrolmentKey,
    Event,
    Invitation,
    Reason,
)
from learning.progress.enrolments import TimeOver
from learning.progress.projection import rebuild
from learning.progress.rules import ARRIVAL_AFTER_CLOSING
from tests.learning import factories
from tests.learning.factories import event, stable
from tests.learning.flows.test_editions import release

ONE_LESSON = {"M": [("one", "lesson", {})]}


def course_of(world):
    return Course.objects.get(key=world.key)


def join(world, user, now=None, **brought):
    return enrol(
        user=user, course_key=world.key, reader=factories.reader(user), now=now or timezone.now(), **brought
    )


def leave(world, user):
    return withdraw(user=user, course_key=world.key, reader=factories.reader(user), now=timezone.now())


def complete(world, user, unit="one", now=None):
    record_events(
        user=user,
        events=[event(world, unit, "completed")],
        reader=factories.reader(user),
        now=now or timezone.now(),
    )


def verbs(**where):
    return list(Event.objects.filter(**where).order_by("pk").values_list("verb", flat=True))


def rebuilt_alike():
    assert [each.pk for each in Enrolment.objects.all() if rebuild(each)] == []
    assert [name for name, _ in invariants.violations() if name.startswith("learning")] == []


@pytest.fixture
def trainer(db):
    return factories.person("trainer@example.org", first_name="Course", last_name="team")


@pytest.fixture
def by_mode(site, committed, trainer):
    def make(mode, **fields):
        world = factories.course(
            site, committed, fields.pop("modules", ONE_LESSON), enrolment_mode=mode, **fields
        )
        assign_perm("learning.decide_for_learners", trainer, course_of(world))
        return world

    return make


# By request -----------------------------------------------------------------------------------------------------


def decide(by, enrolment, decision="approve", reason=""):
    return deciding.decide(
        by=by, enrolment_id=enrolment.uuid, decision=decision, reason=reason, now=timezone.now()
    )


def test_a_request_waits_and_is_approved_once(by_mode, learner, trainer):
    world = by_mode("request")
    asked = join(world, learner)
    assert (asked.state, asked.admitted) == ("requested", False)
    assert join(world, learner).pk == asked.pk
    complete(world, learner)
    assert verbs() == ["requested"]
    decide(trainer, asked, reason="Welcome")
    decide(trainer, asked)
    found = Enrolment.objects.get()
    assert (found.state, found.admitted) == ("active", True)
    assert found.enrolled_at > asked.enrolled_at
    decided = Event.objects.get(verb="approved")
    assert decided.actor.user == trainer
    assert Reason.objects.get(event=decided).text == "Welcome"
    with pytest.raises(Conflict) as late:
        decide(trainer, asked, "refuse")
    assert late.value.code == "already_decided"
    complete(world, learner)
    assert Enrolment.objects.get().state == "completed"
    rebuilt_alike()


def test_refused_words_lie_beside_the_ledger_and_it_can_be_asked_again(by_mode, learner, trainer):
    world = by_mode("request")
    asked = join(world, learner)
    decide(trainer, asked, "refuse", "The course is for caretakers.")
    refused = Enrolment.objects.get()
    assert refused.state == "refused"
    assert "caretakers" not in str(Event.objects.filter(verb="refused").values())
    assert Reason.objects.get().text == "The course is for caretakers."
    again = join(world, learner)
    assert (again.state, again.pk != asked.pk) == ("requested", True)
    assert leave(world, learner).state == "withdrawn"
    with pytest.raises(Conflict) as gone:
        decide(trainer, again)
    assert gone.value.code == "not_requested"
    assert join(world, learner).state == "requested"
    rebuilt_alike()


def test_only_who_decides_for_this_course_decides(by_mode, site, committed, learner, trainer):
    world = by_mode("request")
    other = factories.course(site, committed, ONE_LESSON, title="Another", enrolment_mode="request")
    asked = join(other, learner)
    for somebody in (trainer, learner, factories.person(is_staff=True)):
        with pytest.raises(NotFound):
            decide(somebody, asked)
    mine = join(world, learner)
    with pytest.raises(NotFound):
        deciding.decide_all(
            by=trainer,
            course_key=world.key,
            enrolment_ids=[mine.uuid, asked.uuid],
            decision="approve",
            now=timezone.now(),
        )
    with pytest.raises(BadInput):
        decide(trainer, mine, "perhaps")
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"requested"}
    assert not Reason.objects.exists()
    assert not DecisionMail.objects.exists()


def test_approval_leads_to_the_edition_of_that_day(by_mode, learner, trainer, committed):
    world = by_mode("request")
    asked = join(world, learner)
    release(committed, world, "stay")
    decide(trainer, asked)
    found = Enrolment.objects.get()
    assert (asked.edition.number, found.edition.number) == (1, 2)
    rebuilt_alike()


def test_the_decision_is_mailed_once_in_the_persons_language(by_mode, learner, trainer):
    learner.language = "fr"
    learner.save()
    world = by_mode("request")
    asked = join(world, learner)
    decide(trainer, asked, "refuse", "Not this time.")
    (pk,) = DecisionMail.objects.values_list("pk", flat=True)
    assert deciding.tell.call(pk) is True
    assert deciding.tell.call(pk) is False
    (message,) = mail.outbox
    assert message.to == ["learner@example.org"]
    assert "/fr/learn/" in message.body
    assert "Not this time." in message.body
    assert "trainer@example.org" not in message.body + message.subject
    assert "Course team" not in message.body


def test_mails_call_the_course_what_it_is_called_in_their_language(by_mode, learner, trainer, committed):
    learner.language = "fr"
    learner.save()
    world = by_mode("request")
    factories.translated_course(committed, world)
    decide(trainer, join(world, learner))
    enrolment = Enrolment.objects.get()
    decision = deciding.compose(Event.objects.get(verb="approved"), learner)
    enrolment.expires_at = timezone.now()
    ending = due.compose(enrolment)
    invitation = Invitation(course=course_of(world), language="fr", expires_at=timezone.now())
    for message in (decision, ending, invitations.compose(invitation, "token")):
        assert "Un cours" in message.subject
        assert "« Un cours »" in message.body.replace("\xa0", " ").replace("\u202f", " ")
        assert "A course" not in message.subject + message.body
    invitation.language = "es"  # in which there is none: the title of the source
    assert "A course" in invitations.compose(invitation, "token").subject


def test_requests_are_in_no_report(by_mode, learner):
    from learning.progress import learners, reports

    world = by_mode("request")
    join(world, learner)
    assert reports.overview(world.key)[0].enrolled == 0
    assert learners.page(world.key, learners.Asked(), after=None, limit=10) == []


# By key ---------------------------------------------------------------------------------------------------------


def new_key(world, trainer, **fields):
    return keys.create(
        **{
            "course": course_of(world),
            "by": trainer,
            "label": "Spring",
            "last_day": None,
            "max_uses": None,
            "now": timezone.now(),
            **fields,
        }
    )


def test_a_key_lets_in_and_is_kept_as_a_digest(by_mode, learner, trainer):
    world = by_mode("key")
    key, secret = new_key(world, trainer)
    assert secret not in str(EnrolmentKey.objects.values())
    with pytest.raises(Conflict) as refused:
        join(world, learner)
    assert refused.value.code == "key_needed"
    assert join(world, learner, key=f" {secret.lower().replace('-', ' ')} ").state == "active"
    join(world, learner, key=secret)
    key.refresh_from_db()
    assert key.uses == 1


def test_one_answer_for_all_keys_that_are_not_valid(by_mode, site, committed, learner, trainer):
    world = by_mode("key")
    now = timezone.now()
    other = factories.course(site, committed, ONE_LESSON, title="Another", enrolment_mode="key")
    used_up, used_secret = new_key(world, trainer, max_uses=1)
    join(world, factories.person(), key=used_secret)
    revoked, revoked_secret = new_key(world, trainer)
    keys.revoke(course=course_of(world), key_id=revoked.uuid, now=now)
    expired, expired_secret = new_key(world, trainer, last_day=now.date() + timedelta(days=1))
    EnrolmentKey.objects.filter(pk=expired.pk).update(expires_at=now - timedelta(seconds=1))
    _, elsewhere = new_key(other, trainer)
    answers = set()
    for secret in (
        used_secret,
        revoked_secret,
        expired_secret,
        elsewhere,
        tickets.new_key(),
        "x",
        "\x00\ud800",
    ):
        with pytest.raises(KeyNotValid) as refused:
            join(world, learner, key=secret)
        answers.add((refused.value.code, str(refused.value.message)))
    assert len(answers) == 1
    assert not Enrolment.objects.filter(learner__user=learner).exists()
    assert list(EnrolmentKey.objects.order_by("pk").values_list("uses", flat=True)) == [1, 0, 0, 0]
    with pytest.raises(NotFound):
        keys.revoke(course=course_of(other), key_id=used_up.uuid, now=now)


def test_what_a_key_may_be():
    made = {tickets.new_key() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", each) for each in made)
    assert tickets.read_key("abcd-efgh-ijko") == "ABCDEFGH1JK0"
    assert tickets.read_key("abcd") is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"label": " "}, "bad_label"),
        ({"max_uses": 0}, "bad_max_uses"),
        ({"last_day": date(2020, 1, 1)}, "bad_day"),
    ],
)
def test_keys_that_are_not_made(by_mode, trainer, fields, code):
    world = by_mode("key")
    with pytest.raises(BadInput) as refused:
        new_key(world, trainer, **fields)
    assert refused.value.code == code
    assert not EnrolmentKey.objects.exists()


# By invitation --------------------------------------------------------------------------------------------------


def invited(world, trainer, text="guest@example.org"):
    """Invite, send, and the token out of the mail."""
    rows = invitations.invite(
        course=course_of(world), by=trainer, text=text, language="fr", now=timezone.now()
    )
    for row in rows:
        assert invitations.send.call(row.pk) is True
        assert invitations.send.call(row.pk) is False
    return [re.search(r"/invitations/([^/]+)/", each.body).group(1) for each in mail.outbox]


def test_an_invitation_is_for_one_person_once(by_mode, learner, trainer):
    world = by_mode("invitation")
    with pytest.raises(Conflict) as refused:
        join(world, learner)
    assert refused.value.code == "invitation_needed"
    (token,) = invited(world, trainer)
    assert mail.outbox[0].to == ["guest@example.org"]
    assert "/fr/learn/invitations/" in mail.outbox[0].body
    assert token not in str(Invitation.objects.values())
    assert join(world, learner, invitation=token).state == "active"
    with pytest.raises(InvitationNotValid):
        join(world, factories.person(), invitation=token)
    found = Invitation.objects.get()
    assert (found.email, found.accepted_by.user) == ("", learner)
    assert Enrolment.objects.count() == 1


def test_an_invitation_approves_a_request(by_mode, learner, trainer):
    world = by_mode("request")
    asked = join(world, learner)
    (token,) = invited(world, trainer)
    assert join(world, learner, invitation=token).pk == asked.pk
    assert Enrolment.objects.get().state == "active"
    assert Event.objects.get(verb="approved").actor.user == trainer
    rebuilt_alike()


def test_nobody_is_invited_twice_or_half(by_mode, trainer):
    world = by_mode("invitation")
    text = "A guest <Guest@Example.org>, second@example.org;\nsecond@example.org\n"
    assert len(invited(world, trainer, text)) == 2
    assert {each.to[0] for each in mail.outbox} == {"guest@example.org", "second@example.org"}
    assert all(len(each.to) == 1 and not each.cc and not each.bcc for each in mail.outbox)
    with pytest.raises(BadInput) as refused:
        invitations.invite(
            course=course_of(world),
            by=trainer,
            text="third@example.org\nnonsense",
            language="en",
            now=timezone.now(),
        )
    assert refused.value.code == "bad_address"
    assert Invitation.objects.count() == 2
    planned = invitations.plan(course_of(world), "guest@example.org third@x", timezone.now())
    assert planned.refused == ("guest@example.org third@x",)
    assert addresses.parse("b@example.org", {"b@example.org"}).known == ("b@example.org",)


def test_revoked_and_expired_invitations(by_mode, learner, trainer):
    world = by_mode("invitation")
    first, second = invited(world, trainer, "a@example.org\nb@example.org")
    found = Invitation.objects.order_by("pk")
    invitations.revoke(course=course_of(world), invitation_id=found[0].uuid, now=timezone.now())
    Invitation.objects.filter(pk=found[1].pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    for token in (first, second, "nothing"):
        with pytest.raises(InvitationNotValid):
            join(world, learner, invitation=token)
    assert invitations.forget_expired(timezone.now()) == 1
    assert list(Invitation.objects.order_by("pk").values_list("email", flat=True)) == ["", ""]
    assert [each.status(timezone.now()) for each in found.all()] == ["revoked", "expired"]
    assert not Enrolment.objects.exists()


# Prerequisites --------------------------------------------------------------------------------------------------


def before(world, certificate=False):
    return [
        {
            "type": "prerequisite",
            "id": stable("before"),
            "value": {"course": world.course.pk, "certificate": certificate},
        }
    ]


@pytest.fixture
def first_course(site, committed):
    return factories.course(
        site, committed, {"M": [("one", "lesson", {})]}, title="Basics", certificate_offered=True,
        certificate_months=1,
    )  # fmt: skip


def test_another_course_comes_first(site, committed, learner, first_course):
    world = factories.course(site, committed, ONE_LESSON, title="More", prerequisites=before(first_course))
    with pytest.raises(PrerequisitesMissing) as refused:
        join(world, learner)
    (named,) = refused.value.extra["courses"]
    assert (named["key"], named["title"], named["certificate"]) == (str(first_course.key), "Basics", False)
    assert not Enrolment.objects.exists()
    join(first_course, learner)
    with pytest.raises(PrerequisitesMissing):
        join(world, learner)
    complete(first_course, learner)
    release(committed, first_course, "stay")
    assert join(world, learner).state == "active"


def test_a_certificate_has_to_be_valid_only_where_stated(site, committed, learner, first_course):
    strict = factories.course(
        site, committed, ONE_LESSON, title="Strict", prerequisites=before(first_course, True)
    )
    loose = factories.course(site, committed, ONE_LESSON, title="Loose", prerequisites=before(first_course))
    join(first_course, learner)
    complete(first_course, learner)
    assert join(strict, learner).state == "active"
    somebody = factories.person()
    join(first_course, somebody, now=timezone.now() - timedelta(days=90))
    complete(first_course, somebody)
    past = timezone.now() - timedelta(days=1)
    Certificate.objects.filter(enrolment__learner__user=somebody).update(
        expires_on=past.date(), expires_at=past
    )
    with pytest.raises(PrerequisitesMissing):
        join(strict, somebody)
    assert join(loose, somebody).state == "active"


def test_a_hidden_prerequisite_is_asked_for_and_not_named(site, committed, learner, first_course):
    from wagtail.models import PageViewRestriction

    world = factories.course(site, committed, ONE_LESSON, title="More", prerequisites=before(first_course))
    with committed():
        restriction = PageViewRestriction.objects.create(page=first_course.course, restriction_type="login")
    with committed():
        world.course.save_revision().publish()
    item = content.item(key=world.key, locale="en")
    assert str(first_course.key) not in item.current.body
    with pytest.raises(PrerequisitesMissing) as refused:
        join(world, learner)
    assert refused.value.extra["courses"] == []
    assert restriction.pk


def test_no_course_comes_before_itself(site, committed, first_course):
    world = factories.course(site, committed, ONE_LESSON, title="More", prerequisites=before(first_course))
    page = first_course.course
    page.prerequisites = [("prerequisite", {"course": world.course, "certificate": False})]
    assert "needs_itself" in [problem.code for problem in page.own_problems()]
    page.prerequisites = []
    assert page.own_problems() == []


# Time allowed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("began", "days", "last"),
    [
        ("2026-03-01T23:30:00+00:00", 1, date(2026, 3, 3)),  # the 2nd in Zurich
        ("2026-03-01T12:00:00+00:00", 30, date(2026, 3, 31)),  # over the change of the clocks
        ("2028-02-28T12:00:00+00:00", 1, date(2028, 2, 29)),
    ],
)
def test_the_last_day_is_whole_in_its_zone(began, days, last):
    zone = "Europe/Zurich"
    end = rules.end_of_time(datetime.fromisoformat(began), days, zone)
    assert rules.last_day(end, zone) == last
    assert end.astimezone(ZoneInfo(zone)).isoformat()[11:19] == "00:00:00"
    assert rules.end_of_time(datetime.fromisoformat(began), None, zone) is None


def test_after_the_last_day_that_there_is_comes_none():
    assert rules.closing_moment(date.max, "Europe/Brussels") is None
    assert rules.closing_moment(date(9999, 12, 30), "UTC").date() == date.max


@pytest.fixture
def timed(site, committed):
    return factories.course(
        site, committed, {"M": [("one", "lesson", {}), ("quiz", "quiz", {})]}, days_allowed=30
    )


def test_time_runs_out(timed, learner):
    now = timezone.now()
    found = join(timed, learner, now=now)
    assert timedelta(days=30) < found.expires_at - now <= timedelta(days=31)
    complete(timed, learner)
    assert due.lapse_all(found.expires_at - timedelta(seconds=1)) == 0
    later = found.expires_at
    reader = factories.reader(learner)
    with pytest.raises(TimeOver):
        attempt_flows.start_attempt(user=learner, quiz_key=timed.unit("quiz"), reader=reader, now=later)
    (taken,) = record_events(
        user=learner,
        events=[event(timed, "quiz", "opened", occurred_at=later.isoformat())],
        reader=reader,
        now=later,
    )
    assert taken.code == "time_over"
    assert due.lapse_all(later) == 1
    assert due.lapse_all(later) == 0
    found.refresh_from_db()
    assert (found.state, found.required_done) == ("expired", 1)
    assert verbs()[-1] == "lapsed"
    rebuilt_alike()


def test_what_was_done_in_time_counts_when_the_line_is_back(site, committed, learner):
    timed = factories.course(
        site, committed, {"M": [("one", "lesson", {}), ("two", "lesson", {})]}, days_allowed=30
    )
    found = join(timed, learner)
    reader, end = factories.reader(learner), found.expires_at
    assert due.lapse_all(end) == 1

    def send(unit, done_at, received_at):
        events = [event(timed, unit, "completed", occurred_at=done_at.isoformat())]
        (taken,) = record_events(user=learner, events=events, reader=reader, now=received_at)
        found.refresh_from_db()
        return taken.code or taken.status, found.state, found.required_done

    minute = timedelta(minutes=1)
    # Done too late, or sent too late: nothing changes.
    assert send("one", end, end + minute) == ("time_over", "expired", 0)
    assert send("one", end - minute, end + ARRIVAL_AFTER_CLOSING) == ("time_over", "expired", 0)
    assert send("one", end - minute, end + minute) == ("accepted", "expired", 1)
    assert send("two", end - minute, end + ARRIVAL_AFTER_CLOSING - minute) == (
        "accepted",
        "completed",
        2,
    )
    assert found.completed_at == end - minute
    rebuilt_alike()


def test_an_open_attempt_is_finished_first(timed, learner):
    found = join(timed, learner)
    reader = factories.reader(learner)
    soon = found.expires_at - timedelta(minutes=1)
    attempt = attempt_flows.start_attempt(
        user=learner, quiz_key=timed.unit("quiz"), reader=reader, now=soon
    ).attempt
    assert attempt.deadline_at == found.expires_at
    assert due.lapse_all(found.expires_at) == 0
    attempt_flows.finish_all_overdue(found.expires_at + timedelta(hours=1))
    assert due.lapse_all(found.expires_at + timedelta(hours=1)) == 1


def test_completed_stays_completed(site, committed, learner):
    world = factories.course(site, committed, ONE_LESSON, days_allowed=1)
    found = join(world, learner)
    complete(world, learner)
    assert due.lapse_all(found.expires_at + timedelta(days=9)) == 0
    assert Enrolment.objects.get().state == "completed"


def test_who_lets_time_run_out_begins_anew_with_what_has_not_changed(timed, learner, committed):
    long_ago = timezone.now() - timedelta(days=60)
    first = join(timed, learner, now=long_ago)
    complete(timed, learner, now=long_ago + timedelta(days=1))
    again = join(timed, learner)  # whether the scheduler has noticed or not
    assert (again.pk != first.pk, again.renews_id) == (True, first.uuid)
    first.refresh_from_db()
    assert first.state == "expired"
    assert (again.state, again.required_done, again.required_total) == ("active", 1, 2)
    credit = Event.objects.get(verb="credited")
    assert (credit.unit_id, credit.data) == (timed.unit("one"), {"from": str(first.uuid)})
    assert again.last_unit_id is None
    rebuilt_alike()


def test_a_credited_quiz_is_asked_for_its_score_as_any_other(site, committed, learner):
    asked = {
        "questions": [factories.single_choice("a"), factories.single_choice("b")],
        "pass_mark": 50,
        "weight": 1,
    }
    world = factories.course(site, committed, {"M": [("quiz", "quiz", asked)]}, days_allowed=30)
    with committed():
        world.course.minimum_score = 80
        world.course.save_revision().publish()
    long_ago = timezone.now() - timedelta(days=60)

    def attempt(names, now):
        reader = factories.reader(learner)
        sitting = attempt_flows.start_attempt(
            user=learner, quiz_key=world.unit("quiz"), reader=reader, now=now
        )
        given = {stable(name): (factories.right(name), None) for name in names}
        attempt_flows.submit_attempt(
            user=learner, attempt_id=sitting.attempt.uuid, given=given, reader=reader, now=now
        )

    join(world, learner, now=long_ago)
    attempt(["a"], long_ago)
    again = join(world, learner)
    assert (again.state, again.required_done, again.score_bp) == ("active", 1, 5000)
    rebuilt_alike()
    attempt(["a", "b"], timezone.now())
    again.refresh_from_db()
    assert (again.state, again.score_bp) == ("completed", 10_000)
    rebuilt_alike()


def test_what_has_changed_is_not_credited(timed, learner, committed):
    long_ago = timezone.now() - timedelta(days=60)
    join(timed, learner, now=long_ago)
    complete(timed, learner, now=long_ago + timedelta(days=1))
    page = timed.pages["one"]
    with committed():
        page.body = [("text", "<p>Other words.</p>")]
        page.save_revision().publish()
    release(committed, timed, "stay")
    again = join(timed, learner)
    assert (again.edition.number, again.required_done) == (2, 0)
    assert not Event.objects.filter(verb="credited").exists()


def test_a_certificate_is_renewed_by_a_linked_enrolment(first_course, learner):
    long_ago = timezone.now() - timedelta(days=300)
    join(first_course, learner, now=long_ago)
    complete(first_course, learner)
    far = timezone.now() + timedelta(days=900)
    Certificate.objects.update(expires_on=far.date(), expires_at=far)
    with pytest.raises(Conflict) as early:
        join(first_course, learner, renew=True)
    assert early.value.code == "not_renewable"
    past = timezone.now() - timedelta(days=1)
    Certificate.objects.update(expires_on=past.date(), expires_at=past)
    old = Enrolment.objects.get()
    assert join(first_course, learner).pk == old.pk
    renewed = join(first_course, learner, renew=True)
    assert (renewed.renews_id, renewed.state) == (old.uuid, "completed")
    assert Certificate.objects.get(enrolment=renewed).renews.enrolment == old
    rebuilt_alike()


# Mails by the clock ---------------------------------------------------------------------------------------------


def test_a_reminder_before_time_runs_out_once(timed, learner, monkeypatch):
    found = join(timed, learner)
    day = timedelta(days=1)
    assert due.queue_reminders(found.expires_at - 8 * day) == 0
    soon = found.expires_at - 6 * day
    assert due.queue_reminders(soon) == 1
    monkeypatch.setattr(due.timezone, "now", lambda: soon)
    assert due.remind.call(found.pk) is True
    assert due.remind.call(found.pk) is False
    assert due.queue_reminders(soon) == 0
    (message,) = mail.outbox
    assert message.to == [learner.email]
    assert "List-Unsubscribe" in message.extra_headers


def test_no_reminder_for_who_wants_none(timed, learner):
    from learning.credentials import holding

    found = join(timed, learner)
    holding.set_reminders(found.learner_id, False, timezone.now())
    assert due.queue_reminders(found.expires_at - timedelta(days=1)) == 0


def test_followers_hear_of_the_opening_once(site, committed, learner):
    world = factories.course(site, committed, ONE_LESSON, status="announced")
    reader, now = factories.reader(learner), timezone.now()
    for _ in range(2):
        following.follow(user=learner, course_key=world.key, reader=reader, now=now)
    gone = factories.person()
    following.follow(user=gone, course_key=world.key, reader=reader, now=now)
    following.unfollow(user=gone, course_key=world.key)
    assert following.queue_openings(now) == 0
    (pk,) = CourseFollower.objects.values_list("pk", flat=True)
    assert following.tell.call(pk) is False
    with committed():
        world.course.status = "open"
        world.course.save_revision().publish()
    assert following.queue_openings(now) == 1
    assert following.tell.call(pk) is True
    assert following.tell.call(pk) is False
    assert following.queue_openings(now) == 0
    assert [each.to for each in mail.outbox] == [[learner.email]]
    assert "/en/courses/a-course/" in mail.outbox[0].body
    with pytest.raises(Conflict) as refused:
        following.follow(user=gone, course_key=world.key, reader=reader, now=now)
    assert refused.value.code == "not_announced"


def test_nothing_of_a_course_that_was_hidden_meanwhile(site, committed, learner):
    from django.contrib.auth.models import Group
    from wagtail.models import PageViewRestriction

    world = factories.course(site, committed, ONE_LESSON, status="announced")
    following.follow(user=learner, course_key=world.key, reader=factories.reader(learner), now=timezone.now())
    with committed():
        restriction = PageViewRestriction.objects.create(page=world.course, restriction_type="groups")
        restriction.groups.add(Group.objects.create(name="Trainers"))
        world.course.status = "open"
        world.course.save_revision().publish()
    assert following.tell.call(CourseFollower.objects.get().pk) is False
    assert mail.outbox == []
