"""What arrives at the same time: real threads with connections of their own, on SQLite and PostgreSQL alike."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cms.content import api as content
from cms.content import store
from learning.assessment.attempts import NoAttemptsLeft
from learning.flows import attempts as flows
from learning.flows.enrolment import enrol
from learning.flows.recording import record_events
from learning.models import Answer, Attempt, Enrolment, Event, Learner, QuizPage, UnitRecord
from learning.progress.signals import enrolment_completed
from tests.learning import factories
from tests.learning.factories import all_right, event, single_choice

THREADS = 20
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(transactional_db):
    """The front page, with everything committed as in life."""
    from home.setup import make_site

    return make_site(title="Compendium")


@pytest.fixture
def committed():
    """Nothing to wait for: each change commits by itself."""
    from contextlib import nullcontext

    return nullcontext


@pytest.fixture
def learner(transactional_db):
    return factories.person("learner@example.org")


def at_once(act, times=THREADS):
    """Call `act(number)` in so many threads that start together; what each returned or raised."""
    barrier = threading.Barrier(times)

    def run(number):
        try:
            barrier.wait(timeout=30)
            return act(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def unexpected(outcomes, *expected):
    return [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, expected)]


def test_twenty_at_once(site, committed, learner):
    """Twenty parallel starts give one attempt; twenty submissions one grade, one completion, one event of each."""
    world = factories.course(site, committed, {"M": [("quiz", "quiz", {"max_attempts": 1})]})
    reader = factories.reader(learner)
    now = timezone.now()

    found = at_once(lambda _: enrol(user=learner, course_key=world.key, reader=reader, now=now))
    assert unexpected(found) == []
    assert len({each.pk for each in found}) == 1
    assert Enrolment.objects.count() == Learner.objects.count() == 1
    assert Event.objects.filter(verb="enrolled").count() == 1

    found = at_once(
        lambda _: flows.start_attempt(
            user=learner, quiz_key=world.unit("quiz"), reader=reader, now=timezone.now()
        )
    )
    assert unexpected(found) == []
    assert len({each.attempt.pk for each in found}) == 1
    assert Attempt.objects.count() == 1
    assert Event.objects.filter(verb="attempted").count() == 1
    attempt = Attempt.objects.get()

    questions = list(all_right().items())

    def save(number):
        question, response = questions[number % len(questions)]
        return flows.save_answer(
            user=learner, attempt_id=attempt.uuid, question=question, response=response, sequence=1 + number // 3,
            reader=reader, now=timezone.now(),
        )  # fmt: skip

    assert unexpected(at_once(save)) == []
    assert Answer.objects.count() == 3

    told = []

    def listen(enrolment, **kwargs):
        told.append(enrolment.pk)

    enrolment_completed.connect(listen)
    try:
        found = at_once(
            lambda _: flows.submit_attempt(
                user=learner, attempt_id=attempt.uuid, given={}, reader=reader, now=timezone.now()
            )
        )
    finally:
        enrolment_completed.disconnect(listen)
    assert unexpected(found) == []
    assert {each.attempt.score_bp for each in found} == {10_000}
    for verb in ("graded", "course_completed"):
        assert Event.objects.filter(verb=verb).count() == 1, verb
    assert len(told) == 1
    assert Enrolment.objects.get().state == "completed"
    assert UnitRecord.objects.get().finished == 1

    # The one attempt is used up, however many ask for another.
    found = at_once(
        lambda _: flows.start_attempt(
            user=learner, quiz_key=world.unit("quiz"), reader=reader, now=timezone.now()
        )
    )
    assert unexpected(found, NoAttemptsLeft) == []
    assert Attempt.objects.count() == 1


def test_the_same_events_from_twenty_sides(site, committed, learner):
    world = factories.course(site, committed, {"M": [("one", "lesson", {}), ("two", "lesson", {})]})
    reader = factories.reader(learner)
    enrol(user=learner, course_key=world.key, reader=reader, now=timezone.now())
    batch = [event(world, "one", "completed", seconds=0), event(world, "two", "completed", seconds=0)]
    found = at_once(lambda _: record_events(user=learner, events=batch, reader=reader, now=timezone.now()))
    assert unexpected(found) == []
    statuses = [taken.status for each in found for taken in each]
    assert (statuses.count("accepted"), statuses.count("duplicate")) == (2, 2 * THREADS - 2)
    assert Event.objects.filter(verb="course_completed").count() == 1


def test_different_events_from_twenty_sides_lose_nothing(site, committed, learner):
    world = factories.course(site, committed, {"M": [("one", "lesson", {}), ("two", "lesson", {})]})
    reader = factories.reader(learner)
    now = timezone.now()
    enrol(user=learner, course_key=world.key, reader=reader, now=now - timedelta(hours=1))
    found = at_once(
        lambda number: record_events(
            user=learner,
            events=[
                event(world, "one" if number % 2 else "two", "progressed", id=str(uuid.uuid4()), seconds=10)
            ],
            reader=reader,
            now=now,
        )
    )
    assert unexpected(found) == []
    assert {record.seconds for record in UnitRecord.objects.all()} == {100}
    assert Enrolment.objects.get().seconds == 200


def test_who_comes_while_somebody_publishes_has_all_of_it_or_none(site, committed, learner):
    """An edition is sealed by the first who comes. What is published at that moment is either in it, or waits for the next."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    world = factories.course(site, committed, {"M": [("quiz", "quiz", {"questions": [single_choice("a")]})]})
    quiz = world.pages["quiz"]

    def ask(*names):
        page = QuizPage.objects.get(pk=quiz.pk)
        page.questions = [single_choice(name) for name in names]
        page.save_revision().publish()
        store.publish(page.pk)

    def come():
        try:
            enrol(user=learner, course_key=world.key, reader=factories.reader(learner), now=timezone.now())
        finally:
            connection.close()

    thread = threading.Thread(target=come)
    with transaction.atomic():
        ask("a", "b")
        thread.start()
        thread.join(1)
        assert thread.is_alive()
    thread.join(30)
    enrolment = Enrolment.objects.get()
    assert content.held_back(enrolment.edition) == {}
    ask("a", "b", "c")
    (kept,) = content.held_back(enrolment.edition).values()
    assert len(content.body(kept)["questions"]) == 2
