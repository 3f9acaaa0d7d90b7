"""What programs outside hear of learning: once, ids only, in the transaction of what happened."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from cms.changes.models import Announcement
from cms.content import api as content
from learning.flows.enrolment import enrol
from learning.flows.recording import record_events
from tests.learning import factories
from tests.learning.factories import event


@pytest.fixture
def small(site, committed):
    return factories.course(site, committed, modules={"Only": [("first", "lesson", {})]})


def complete(small, learner, times=1):
    enrolment = enrol(
        user=learner,
        course_key=small.key,
        reader=factories.reader(learner),
        now=timezone.now() - timedelta(hours=1),
    )
    done = event(small, "first", "completed")
    for _ in range(times):
        record_events(user=learner, events=[done], reader=factories.reader(learner), now=timezone.now())
    return enrolment


def test_a_completed_enrolment_is_announced_once(small, learner):
    enrolment = complete(small, learner, times=3)
    (said,) = Announcement.objects.values("topic", "subject", "data")
    assert said == {
        "topic": "enrolment.completed",
        "subject": small.key,
        "data": {"course": str(small.key), "enrolment": str(enrolment.uuid)},
    }
    assert learner.email not in str(said) and str(learner.pk) not in said["data"].values()


def test_what_is_undone_is_not_announced(small, learner):
    with pytest.raises(RuntimeError), transaction.atomic():
        complete(small, learner)
        raise RuntimeError
    assert not Announcement.objects.exists()


def test_a_released_course_is_announced_and_a_guide_is_not(small, site, committed):
    content.release_edition(root_key=small.key, note="Anew.")
    said = Announcement.objects.get()
    assert (said.topic, said.subject, said.data["edition"]) == ("course.released", small.key, "2")
