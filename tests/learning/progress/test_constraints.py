"""What the database itself holds, whoever writes to it."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from learning.flows.attempts import start_attempt
from learning.flows.enrolment import enrol
from learning.models import Answer, Attempt, Enrolment, Event, UnitRecord
from tests.learning import factories


@pytest.fixture
def attempt(world, learner):
    reader, now = factories.reader(learner), timezone.now()
    enrol(user=learner, course_key=world.key, reader=reader, now=now)
    return start_attempt(user=learner, quiz_key=world.unit("quiz"), reader=reader, now=now).attempt


def again(row, **changes):
    """A copy of a row with other values, written past all of our code."""
    copy = type(row).objects.get(pk=row.pk)
    copy.pk = None
    if hasattr(copy, "uuid") and "uuid" not in changes:
        copy.uuid = uuid.uuid4()
    for name, value in changes.items():
        setattr(copy, name, value)
    with transaction.atomic():
        copy.save(force_insert=True)
    return copy


def refused(act):
    with pytest.raises(IntegrityError):
        act()


def test_one_live_enrolment(attempt):
    enrolment = attempt.enrolment
    refused(lambda: again(enrolment))
    refused(lambda: again(enrolment, state="requested"))
    assert again(enrolment, state="withdrawn")
    refused(lambda: again(enrolment, state="completed"))
    assert again(enrolment, state="completed", completed_at=timezone.now())


def test_one_open_attempt_and_one_of_a_number(attempt):
    refused(lambda: again(attempt, number=2))
    graded = {"state": "graded", "score_bp": 1, "passed": False, "submitted_at": timezone.now()}
    refused(lambda: again(attempt, **graded))
    assert again(attempt, number=2, **graded)
    refused(lambda: again(attempt, number=3, **{**graded, "score_bp": None}))
    refused(lambda: again(attempt, number=3, **{**graded, "score_bp": 10_001}))


def test_an_open_attempt_has_no_score(attempt):
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.update(score_bp=10_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.update(passed=True)


def test_one_answer_a_question(attempt):
    values = {"question": "q", "response": {}, "saved_at": timezone.now()}
    answer = Answer.objects.create(attempt=attempt, sequence=1, **values)
    refused(lambda: again(answer))
    refused(lambda: again(answer, question="r", sequence=0))


def test_one_event_of_an_id(attempt):
    event = Event.objects.first()
    refused(lambda: again(event, uuid=event.uuid))


def test_one_record_a_unit(attempt):
    refused(lambda: again(UnitRecord.objects.get()))


def test_counters_stay_within_what_they_count(attempt):
    for values in (
        {"progress_bp": 10_001},
        {"score_bp": 10_001},
        {"required_done": 99},
        {"state": "completed"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Enrolment.objects.update(**values)


def test_what_people_learned_is_not_deleted_with_what_they_read(attempt, learner):
    from django.db.models import ProtectedError

    from learning.models import Course, Learner

    with pytest.raises(ProtectedError):
        Course.objects.all().delete()
    with pytest.raises(ProtectedError):
        attempt.enrolment.edition.delete()
    learner.delete()
    assert Learner.objects.get().user is None
    assert Enrolment.objects.get().enrolled_at < timezone.now() + timedelta(seconds=1)
