"""Events from clients: idempotent, clamped, refused with a code, in a constant number of statements."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from learning.flows.enrolment import enrol, withdraw
from learning.flows.recording import record_events
from learning.models import CheckAnswer, Enrolment, Event, UnitRecord
from learning.progress.signals import enrolment_completed
from tests.learning import factories
from tests.learning.factories import event, stable


def send(user, *events, now=None, locale="en"):
    return record_events(
        user=user, events=list(events), reader=factories.reader(user, locale), now=now or timezone.now()
    )


def statuses(taken):
    return [(each.status, each.counted, each.code) for each in taken]


def state_of(world, name):
    return UnitRecord.objects.filter(unit=world.unit(name)).values_list("state", flat=True).first()


@pytest.fixture
def enrolment(world, learner):
    return enrol(
        user=learner,
        course_key=world.key,
        reader=factories.reader(learner),
        now=timezone.now() - timedelta(hours=1),
    )


def test_marking_as_done_completes_a_lesson(world, learner, enrolment):
    assert statuses(send(learner, event(world, "first"))) == [("accepted", True, "")]
    assert state_of(world, "first") == "in_progress"
    send(learner, event(world, "first", "completed", language="fr"))
    assert state_of(world, "first") == "completed"
    enrolment.refresh_from_db()
    assert (enrolment.required_done, enrolment.progress_bp, enrolment.language) == (1, 3333, "fr")
    assert enrolment.last_unit_id == world.unit("first")


def test_sending_twice_changes_nothing(world, learner, enrolment):
    once = event(world, "first", "completed", seconds=60)
    assert statuses(send(learner, once)) == [("accepted", True, "")]
    before = list(Event.objects.values()), list(UnitRecord.objects.values()), list(Enrolment.objects.values())
    assert statuses(send(learner, once, once)) == [("duplicate", True, ""), ("duplicate", True, "")]
    assert before == (
        list(Event.objects.values()), list(UnitRecord.objects.values()), list(Enrolment.objects.values())
    )  # fmt: skip


def test_twice_in_one_batch_is_once(world, learner, enrolment):
    once = event(world, "first", seconds=60)
    assert statuses(send(learner, once, once)) == [("accepted", True, ""), ("duplicate", True, "")]
    assert UnitRecord.objects.get().seconds == 60


def test_an_id_with_other_content_is_rejected(world, learner, enrolment):
    first = event(world, "first")
    send(learner, first)
    other = {**first, "verb": "completed"}
    assert statuses(send(learner, other)) == [("rejected", False, "id_reused")]
    assert state_of(world, "first") == "in_progress"
    batch = event(world, "second")
    assert statuses(send(learner, batch, {**batch, "verb": "completed"}))[1] == (
        "rejected",
        False,
        "id_reused",
    )


def test_the_ids_of_the_platforms_own_events_can_not_be_taken(world, learner, enrolment):
    enrolled = Event.objects.get(verb="enrolled")
    assert statuses(send(learner, event(world, "first", id=str(enrolled.uuid)))) == [
        ("rejected", False, "id_reused")
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"verb": "graded"}, "unknown_verb"),
        ({"verb": "course_completed"}, "unknown_verb"),
        ({"verb": None}, "unknown_verb"),
        ({"id": "7"}, "bad_event"),
        ({"id": None}, "bad_event"),
        ({"course": 5}, "bad_event"),
        ({"unit": None}, "bad_event"),
        ({"unit": str(uuid.uuid4())}, "unknown_unit"),
        ({"course": str(uuid.uuid4())}, "not_enrolled"),
        ({"language": "tlh"}, "unknown_language"),
        ({"occurred_at": "yesterday"}, "bad_moment"),
        ({"occurred_at": "2026-02-31T00:00:00Z"}, "bad_moment"),
        ({"occurred_at": "2026-02-01T00:00:00"}, "bad_moment"),
        ({"occurred_at": 1700000000}, "bad_moment"),
        ({"seconds": -1}, "bad_seconds"),
        ({"seconds": 1.5}, "bad_seconds"),
        ({"seconds": float("nan")}, "bad_seconds"),
        ({"seconds": True}, "bad_seconds"),
        ({"seconds": "60"}, "bad_seconds"),
        ({"data": {"score_bp": 10000}}, "bad_data"),
        ({"data": []}, "bad_data"),
        ({"score_bp": 10000}, "unknown_field"),
        ({"passed": True}, "unknown_field"),
        ({"user": 1}, "unknown_field"),
        ({"verb": "progressed", "data": {"position": -1}}, "bad_data"),
        ({"verb": "answered", "data": {"question": "x"}}, "bad_data"),
        ({"verb": "answered", "data": {"question": "x", "response": {}}}, "unknown_question"),
    ],
)
def test_what_is_wrong_has_a_code_and_changes_nothing(world, learner, enrolment, change, code):
    before = Event.objects.count()
    good = event(world, "second", "completed")
    found = send(learner, {**event(world, "first"), **change}, good)
    assert statuses(found) == [("rejected", False, code), ("accepted", True, "")]
    assert Event.objects.count() == before + 1
    assert state_of(world, "first") is None


@pytest.mark.parametrize("raw", [None, [], "x", 5])
def test_what_is_no_event_at_all(world, learner, enrolment, raw):
    assert statuses(send(learner, raw)) == [("rejected", False, "bad_event")]


def test_nobody_records_for_a_course_they_are_not_in(world, enrolment):
    other = factories.person()
    assert statuses(send(other, event(world, "first"))) == [("rejected", False, "not_enrolled")]
    assert state_of(world, "first") is None


def test_after_withdrawal_nothing_is_taken(world, learner, enrolment):
    withdraw(user=learner, course_key=world.key, reader=factories.reader(learner), now=timezone.now())
    assert statuses(send(learner, event(world, "first"))) == [("rejected", False, "not_enrolled")]


def test_a_restriction_holds_from_the_next_event_on(world, learner, enrolment, committed):
    from django.contrib.auth.models import Group

    restriction = PageViewRestriction(page=world.course, restriction_type="groups")
    with committed():
        restriction.save()
        restriction.groups.add(Group.objects.create(name="Members"))
    assert statuses(send(learner, event(world, "first"))) == [("rejected", False, "not_enrolled")]


@pytest.mark.parametrize(
    ("occurred", "expected"),
    [
        (timedelta(days=400), "received"),
        (timedelta(days=-4000), "enrolled"),
        (timedelta(minutes=-30), "itself"),
    ],
)
def test_times_from_clients_are_clamped(world, learner, enrolment, occurred, expected):
    now = timezone.now()
    moment = now + occurred
    send(learner, event(world, "first", "completed", occurred_at=moment.isoformat()), now=now)
    recorded = Event.objects.get(verb="completed")
    wanted = {"received": now, "enrolled": enrolment.enrolled_at, "itself": moment}[expected]
    assert recorded.effective_at == wanted
    assert recorded.occurred_at == moment
    assert UnitRecord.objects.get().done_at == wanted


def test_a_billion_seconds_are_four_hours_or_what_has_passed(world, learner, enrolment):
    now = enrolment.enrolled_at + timedelta(minutes=10)
    send(learner, event(world, "first", seconds=10**9), now=now)
    assert UnitRecord.objects.get().seconds == 600
    send(learner, event(world, "first", seconds=10**9), now=enrolment.enrolled_at + timedelta(days=3))
    assert UnitRecord.objects.get().seconds == 600 + 4 * 60 * 60


def test_a_quiz_is_not_completed_by_saying_so(world, learner, enrolment):
    assert statuses(send(learner, event(world, "quiz", "completed"))) == [("accepted", False, "")]
    assert state_of(world, "quiz") == "open"


def test_under_another_rule_saying_done_counts_for_nothing(site, committed, learner):
    world = factories.course(site, committed, {"M": [("seen", "lesson", {"completion": "view"})]})
    enrol(user=learner, course_key=world.key, reader=factories.reader(learner), now=timezone.now())
    assert statuses(send(learner, event(world, "seen", "completed"))) == [("accepted", False, "")]
    assert state_of(world, "seen") == "in_progress"
    send(learner, event(world, "seen", "opened"))
    assert state_of(world, "seen") == "completed"


def test_checks_complete_a_lesson_and_their_answers_stay_out_of_the_ledger(site, committed, learner):
    body = [factories.check(name="c1"), factories.check(factories.true_false("c2"))]
    world = factories.course(
        site, committed, {"M": [("checked", "lesson", {"completion": "checks", "body": body})]}
    )
    enrol(user=learner, course_key=world.key, reader=factories.reader(learner), now=timezone.now())
    answered = event(
        world, "checked", "answered", data={"question": stable("c1"), "response": factories.wrong("c1")}
    )
    assert statuses(send(learner, answered)) == [("accepted", True, "")]
    assert state_of(world, "checked") == "in_progress"
    bad = event(world, "checked", "answered", data={"question": stable("c2"), "response": {"value": "yes"}})
    assert statuses(send(learner, bad)) == [("rejected", False, "bad_response")]
    last = event(world, "checked", "answered", data={"question": stable("c2"), "response": {"value": True}})
    send(learner, last)
    assert state_of(world, "checked") == "completed"
    assert Enrolment.objects.get().state == "completed"
    assert Event.objects.filter(verb="answered").first().data == {
        "question": stable("c1"),
        "points": 0,
        "of_points": 1,
    }
    assert list(CheckAnswer.objects.order_by("points").values_list("points", flat=True)) == [0, 1]


def test_the_latest_answer_to_a_check_is_kept_whatever_the_order(site, committed, learner):
    world = factories.course(
        site, committed, {"M": [("checked", "lesson", {"body": [factories.check(name="c1")]})]}
    )
    now = timezone.now()
    enrol(user=learner, course_key=world.key, reader=factories.reader(learner), now=now - timedelta(days=1))

    def answer(response, ago):
        return event(
            world,
            "checked",
            "answered",
            occurred_at=(now - timedelta(hours=ago)).isoformat(),
            data={"question": stable("c1"), "response": response},
        )

    send(learner, answer(factories.right("c1"), 1), answer(factories.wrong("c1"), 2))
    assert CheckAnswer.objects.get().points == 1
    send(learner, answer(factories.wrong("c1"), 3))
    assert CheckAnswer.objects.get().points == 1


def test_events_of_a_locked_unit_count_on_unlocking(site, committed, learner):
    world = factories.course(
        site,
        committed,
        {"M": [("one", "lesson", {}), ("two", "lesson", {}), ("three", "lesson", {})]},
        sequencing="ordered",
    )
    enrol(user=learner, course_key=world.key, reader=factories.reader(learner), now=timezone.now())
    assert statuses(send(learner, event(world, "two", "completed"))) == [("accepted", False, "")]
    assert state_of(world, "two") == "locked"
    assert statuses(send(learner, event(world, "one", "completed"))) == [("accepted", True, "")]
    assert state_of(world, "two") == "completed"
    assert Enrolment.objects.get().required_done == 2


def test_after_closing_what_happened_before_still_arrives_for_thirty_days(site, committed, learner):
    now = timezone.now()
    world = factories.course(site, committed, closes_on=now.date())
    enrol(user=learner, course_key=world.key, reader=factories.reader(learner), now=now)
    before = event(world, "first", "completed", occurred_at=now.isoformat())
    after = event(world, "second", "completed", occurred_at=(now + timedelta(days=2)).isoformat())
    taken = send(learner, before, after, now=now + timedelta(days=20))
    assert statuses(taken) == [("accepted", True, ""), ("rejected", False, "course_closed")]
    late = event(world, "second", "completed", occurred_at=now.isoformat())
    assert statuses(send(learner, late, now=now + timedelta(days=40))) == [
        ("rejected", False, "course_closed")
    ]


def test_completion_happens_once(site, committed, learner):
    world = factories.course(site, committed, {"M": [("one", "lesson", {}), ("two", "lesson", {})]})
    enrol(user=learner, course_key=world.key, reader=factories.reader(learner), now=timezone.now())
    told = []

    def listen(enrolment, **kwargs):
        told.append(enrolment.pk)

    enrolment_completed.connect(listen)
    try:
        send(learner, event(world, "one", "completed"), event(world, "two", "completed"))
        send(learner, event(world, "two", "completed"), event(world, "one", "opened"))
    finally:
        enrolment_completed.disconnect(listen)
    enrolment = Enrolment.objects.get()
    assert told == [enrolment.pk]
    assert (enrolment.state, enrolment.progress_bp) == ("completed", 10_000)
    completion = Event.objects.get(verb="course_completed")
    assert completion.effective_at == enrolment.completed_at


def test_a_lesson_done_in_french_is_done_in_arabic(world, learner, enrolment):
    send(learner, event(world, "first", "completed", language="fr"), locale="fr")
    from learning.reading.courses import outline

    found = outline(
        user=learner, course_key=world.key, reader=factories.reader(learner, "ar"), now=timezone.now()
    )
    assert found["units"][0]["units"][0]["state"] == "completed"


def test_events_without_a_language_have_the_readers(world, learner, enrolment):
    one = event(world, "first")
    del one["language"]
    send(learner, one, locale="ru")
    assert Event.objects.get(verb="opened").language == "ru"


# Statements -----------------------------------------------------------------------------------------------------


def statements(call):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call()
    return len(captured)


@pytest.mark.parametrize("lessons", [2, 30])
def test_one_event_costs_the_same_whatever_the_size_of_the_course(site, committed, learner, lessons):
    world = factories.course(
        site, committed, {"M": [(f"lesson{number}", "lesson", {}) for number in range(lessons)]}
    )
    enrol(user=learner, course_key=world.key, reader=factories.reader(learner), now=timezone.now())
    send(learner, *(event(world, f"lesson{number}", "opened") for number in range(lessons)))
    count = statements(lambda: send(learner, event(world, "lesson0", "completed")))
    assert count <= 9, count


def test_a_batch_of_500_stays_within_25_statements(site, committed, learner):
    units = [(f"lesson{number}", "lesson", {}) for number in range(25)]
    world = factories.course(site, committed, {"M": units})
    enrol(user=learner, course_key=world.key, reader=factories.reader(learner), now=timezone.now())
    batch = [event(world, f"lesson{number % 25}", "progressed", seconds=1) for number in range(500)]
    count = statements(lambda: send(learner, *batch))
    assert Event.objects.filter(verb="progressed").count() == 500
    assert count <= 20, count
    assert statements(lambda: send(learner, *batch)) <= 8
