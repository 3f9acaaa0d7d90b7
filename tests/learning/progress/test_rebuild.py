"""The ledger is the truth: what is computed from it can be thrown away and comes back the same."""

import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from cms.core import invariants
from learning.flows import attempts as flows
from learning.flows.enrolment import enrol, withdraw
from learning.flows.recording import record_events
from learning.models import Enrolment, Event, UnitRecord
from tests.learning import factories
from tests.learning.factories import all_right, event, stable, wrong


def snapshot():
    skipped = ("id", "pk")
    return (
        [{name: value for name, value in row.items() if name not in skipped} for row in Enrolment.objects.order_by("uuid").values()],
        [
            {name: value for name, value in row.items() if name not in skipped}
            for row in UnitRecord.objects.order_by("enrolment_id", "unit_id").values()
        ],
    )  # fmt: skip


def rebuild(*arguments):
    out = StringIO()
    call_command("rebuild_progress", *arguments, stdout=out)
    return out.getvalue()


def live(world, user, now, *, sequence, passes=True, returns=False):
    """A learner's life in a course: events in the order of `sequence`, a quiz, perhaps leaving and coming back."""
    reader = factories.reader(user)
    enrol(user=user, course_key=world.key, reader=reader, now=now - timedelta(days=3))
    record_events(user=user, events=sequence, reader=reader, now=now)
    attempt = flows.start_attempt(user=user, quiz_key=world.unit("quiz"), reader=reader, now=now).attempt
    given = all_right() if passes else {stable("quiz:s"): wrong("quiz:s")}
    flows.submit_attempt(
        user=user,
        attempt_id=attempt.uuid,
        given={question: (response, None) for question, response in given.items()},
        reader=reader,
        now=now,
    )
    if returns:
        withdraw(user=user, course_key=world.key, reader=reader, now=now)
        enrol(user=user, course_key=world.key, reader=reader, now=now)


def story(world, now):
    return [
        event(
            world,
            unit,
            verb,
            occurred_at=(now - timedelta(hours=hours)).isoformat(),
            seconds=hours,
            language=code,
        )
        for unit, verb, hours, code in [
            ("first", "opened", 40, "fr"),
            ("first", "completed", 30, "ar"),
            ("second", "opened", 20, "en"),
            ("second", "progressed", 10, "ru"),
            ("second", "completed", 5, "zh-hans"),
            ("quiz", "opened", 2, "es"),
        ]
    ]


@pytest.mark.parametrize("sequencing", ["free", "ordered"])
def test_rebuilding_gives_the_same(site, committed, sequencing):
    now = timezone.now()
    units = [("first", "lesson", {}), ("second", "lesson", {}), ("quiz", "quiz", {})]
    world = factories.course(site, committed, {"M": units}, sequencing=sequencing)
    live(world, factories.person(), now, sequence=story(world, now))
    live(world, factories.person(), now, sequence=story(world, now), passes=False, returns=True)
    before = snapshot()
    assert "2 enrolments rebuilt, 0 were different" in rebuild("--check")
    assert snapshot() == before
    UnitRecord.objects.all().delete()
    Enrolment.objects.update(
        state="active", required_done=0, progress_bp=0, score_bp=None, seconds=0, completed_at=None, last_unit=None,
        last_at=None, language="",
    )  # fmt: skip
    assert snapshot() != before
    assert "2 were different" in rebuild()
    assert snapshot() == before
    with pytest.raises(SystemExit):
        UnitRecord.objects.filter(state="completed").update(state="open")
        rebuild("--check")


def test_the_order_of_arrival_leaves_no_trace(site, committed):
    now = timezone.now()
    units = [("first", "lesson", {}), ("second", "lesson", {}), ("third", "lesson", {})]
    world = factories.course(site, committed, {"M": units}, sequencing="ordered")
    events = [
        event(world, unit, verb, occurred_at=(now - timedelta(hours=hours)).isoformat())
        for unit, verb, hours in [
            ("first", "opened", 9), ("first", "completed", 8), ("second", "opened", 7), ("second", "completed", 6),
            ("third", "opened", 5),
        ]
    ]  # fmt: skip
    seen = set()
    for seed in range(5):
        user = factories.person()
        enrol(user=user, course_key=world.key, reader=factories.reader(user), now=now - timedelta(days=1))
        shuffled = [{**each} for each in events]
        random.Random(seed).shuffle(shuffled)
        for each in shuffled:
            record_events(user=user, events=[each], reader=factories.reader(user), now=now)
        enrolment = Enrolment.objects.get(learner__user=user)
        states = list(
            UnitRecord.objects.filter(enrolment=enrolment).order_by("unit_id").values_list("state", "done_at")
        )
        seen.add((enrolment.required_done, str(enrolment.last_unit_id), enrolment.last_at, str(states)))
    assert len(seen) == 1


def test_what_is_computed_holds_together(site, committed):
    now = timezone.now()
    world = factories.course(site, committed)
    live(world, factories.person(), now, sequence=story(world, now))

    def violations():
        return [name for name, _ in invariants.violations() if name.startswith("learning")]

    assert violations() == []
    assert Enrolment.objects.get().state == "completed"
    Event.objects.filter(verb="course_completed").delete()
    Event.objects.filter(verb="graded").update(verb="opened")
    assert len(violations()) == 2


def test_records_from_before_scores_by_attempt_become_what_a_rebuild_gives(site, committed):
    from importlib import import_module

    from django.apps import apps

    now = timezone.now()
    world = factories.course(site, committed)
    live(world, factories.person(), now, sequence=story(world, now))
    live(world, factories.person(), now, sequence=story(world, now), passes=False)
    for graded in Event.objects.filter(verb="graded"):
        # As the ledger of then has it.
        del graded.data["number"]
        graded.save()
    rebuild()
    expected = snapshot()
    UnitRecord.objects.update(spent={}, attempts={}, peak_bp=None)
    import_module("learning.migrations.0006_scores_by_attempt").fill(apps, None)
    assert snapshot() == expected
    assert "0 were different" in rebuild("--check")
