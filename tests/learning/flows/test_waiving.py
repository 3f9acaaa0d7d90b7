"""Letting somebody off a unit."""

import pytest
from django.utils import timezone
from guardian.shortcuts import assign_perm

from cms.core.errors import BadInput, Conflict, NotFound
from learning.catalogue import running
from learning.flows.deciding import decide
from learning.flows.extra_time import give_extra_time
from learning.flows.waiving import waive
from learning.models import Course, Event, ExtraTime, Reason, UnitRecord
from learning.progress.projection import rebuild
from tests.learning import factories
from tests.learning.flows.test_editions import act, join, of


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def trainer(world):
    trainer = factories.person("trainer@example.org")
    assign_perm("learning.decide_for_learners", trainer, Course.objects.get(pk=world.key))
    return trainer


def test_a_waived_quiz_counts_as_done_and_is_not_passed(world, trainer, now):
    user = join(world, now)
    act(world, user, "first", "completed", now)
    act(world, user, "second", "completed", now)
    for _ in range(2):
        waive(
            by=trainer, enrolment_id=of(user).uuid, unit_key=world.unit("quiz"), reason="Holds it.", now=now
        )
    assert of(user).state == "completed"
    assert UnitRecord.objects.get(unit=world.unit("quiz")).state == "completed"
    waived = Event.objects.get(verb="waived")
    assert (waived.actor.user, waived.data) == (trainer, {})
    assert Reason.objects.get().text == "Holds it."
    assert not rebuild(of(user))
    Reason.objects.all().delete()
    assert not rebuild(of(user))


def test_nobody_decides_about_their_own_learning(world, trainer, now):
    join(world, now, trainer)
    own = of(trainer)
    before = Event.objects.count()
    with pytest.raises(running.OwnLearning):
        waive(by=trainer, enrolment_id=own.uuid, unit_key=world.unit("quiz"), reason="I know it.", now=now)
    with pytest.raises(running.OwnLearning):
        give_extra_time(by=trainer, enrolment_id=own.uuid, quiz_key=None, minutes=60, now=now)
    with pytest.raises(running.OwnLearning):
        decide(by=trainer, enrolment_id=own.uuid, decision="approve", now=now)
    assert Event.objects.count() == before
    assert of(trainer).state == "active"
    assert not ExtraTime.objects.exists()


def test_what_is_refused_changes_nothing(world, site, committed, trainer, now):
    user = join(world, now)
    other = factories.course(site, committed, title="Another")
    theirs = join(other, now, factories.person())
    enrolment, elsewhere = of(user), of(theirs)
    good = {
        "by": trainer,
        "enrolment_id": enrolment.uuid,
        "unit_key": world.unit("quiz"),
        "reason": "x",
        "now": now,
    }
    for wrong, error in [
        ({"by": user}, NotFound),
        ({"enrolment_id": elsewhere.uuid, "unit_key": other.unit("quiz")}, NotFound),
        ({"enrolment_id": world.key}, NotFound),
        ({"unit_key": other.unit("quiz")}, NotFound),
        ({"reason": "  "}, BadInput),
        ({"reason": "x" * 2001}, BadInput),
    ]:
        with pytest.raises(error):
            waive(**{**good, **wrong})
    assert not Event.objects.filter(verb="waived").exists()
    assert not UnitRecord.objects.exists()
    type(enrolment).objects.filter(pk=enrolment.pk).update(state="withdrawn")
    with pytest.raises(Conflict):
        waive(**good)
    assert not Reason.objects.exists()
