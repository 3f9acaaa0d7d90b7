"""Windows, pauses, feedback with each answer, extra time."""

from datetime import timedelta

import pytest
from django.utils import timezone
from guardian.shortcuts import assign_perm

from cms.core.errors import BadInput, NotFound
from learning.assessment.attempts import AnswerFinal, QuizNotOpen, WaitFirst
from learning.flows.extra_time import give_extra_time
from learning.models import Answer, Attempt, Course, Event, ExtraTime
from tests.learning import factories
from tests.learning.factories import right, stable, wrong
from tests.learning.flows.test_attempts import Quiz

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def quiz(site, committed, learner, **fields):
    world = factories.course(site, committed, {"One": [("quiz", "quiz", fields)]})
    found = Quiz(world, learner)
    found.enrolment = found.enrol()
    return found


def test_a_pause_between_attempts(site, committed, learner):
    own = quiz(site, committed, learner, wait_minutes=10)
    own.submit(own.start().attempt)
    own.now += 9 * MINUTE
    with pytest.raises(WaitFirst) as refusal:
        own.start()
    assert refusal.value.extra["until"] == own.now + MINUTE
    assert Attempt.objects.count() == 1
    own.now += MINUTE
    assert own.start().attempt.number == 2


@pytest.mark.parametrize(("opens", "closes"), [(1, None), (None, -1)])
def test_outside_its_window_a_quiz_takes_nobody(site, committed, learner, opens, closes):
    today = timezone.localdate()
    own = quiz(
        site,
        committed,
        learner,
        opens_on=opens and today + opens * DAY,
        closes_on=closes and today + closes * DAY,
    )
    with pytest.raises(QuizNotOpen):
        own.start()
    assert not Attempt.objects.exists()


def test_the_closing_of_the_quiz_is_the_deadline(site, committed, learner):
    own = quiz(site, committed, learner, closes_on=timezone.localdate())
    attempt = own.start().attempt
    assert attempt.deadline_at - own.now <= DAY


def test_with_feedback_at_once_an_answer_is_final(site, committed, learner):
    own = quiz(site, committed, learner, feedback="at_once")
    attempt = own.start().attempt
    own.save(attempt, "quiz:s", wrong("quiz:s"), 1)
    value = own.value(own.look(attempt))
    assert list(value["feedback"]) == [stable("quiz:s")]
    assert value["feedback"][stable("quiz:s")]["verdict"] == "wrong"
    assert own.save(attempt, "quiz:s", wrong("quiz:s"), 5).sequence == 1
    with pytest.raises(AnswerFinal):
        own.save(attempt, "quiz:s", right("quiz:s"), 2)
    with pytest.raises(AnswerFinal):
        own.submit(attempt, {stable("quiz:s"): (right("quiz:s"), 9)})
    assert Answer.objects.get().response == wrong("quiz:s")
    assert Attempt.objects.get().state == "open"


def test_feedback_after_closing_waits_for_the_grace(site, committed, learner):
    own = quiz(site, committed, learner, feedback="after_closing", closes_on=timezone.localdate())
    done = own.submit(own.start().attempt)
    assert own.value(done)["feedback"] is None
    own.now += DAY + 2 * MINUTE
    assert own.value(own.look(done.attempt))["feedback"]


def test_feedback_after_closing_waits_for_whoever_has_more_time(site, committed, learner, trainer):
    own = quiz(site, committed, learner, feedback="after_closing", closes_on=timezone.localdate())
    assign_perm("learning.decide_for_learners", trainer, Course.objects.get())
    slow = Quiz(own.world, factories.person("slow@example.org"))
    slow.enrolment = slow.enrol()
    give(slow, trainer, 60)
    early, open_one = own.submit(own.start().attempt), slow.start().attempt
    own.now = open_one.deadline_at - MINUTE
    assert own.value(own.look(early.attempt))["feedback"] is None
    slow.now = own.now
    slow.submit(open_one)
    assert own.value(own.look(early.attempt))["feedback"]


def test_the_end_of_ones_own_time_closes_nothing_for_the_others(site, committed, learner):
    world = factories.course(
        site, committed, {"One": [("quiz", "quiz", {"feedback": "after_closing"})]}, days_allowed=1
    )
    own = Quiz(world, learner)
    end = own.enrol().expires_at
    done = own.submit(own.start().attempt)
    own.now = end + DAY
    assert own.value(own.look(done.attempt))["feedback"] is None


@pytest.fixture
def trainer(db):
    return factories.person("trainer@example.org")


def give(own, by, minutes=10, quiz="quiz", **fields):
    return give_extra_time(
        by=by,
        enrolment_id=own.enrolment.uuid,
        quiz_key=own.world.unit(quiz) if quiz else None,
        minutes=minutes,
        now=own.now,
        **fields,
    )


def test_extra_time_reaches_an_open_attempt_and_the_next(site, committed, learner, trainer):
    own = quiz(site, committed, learner, time_limit=20)
    assign_perm("learning.decide_for_learners", trainer, Course.objects.get())
    attempt = own.start().attempt
    give(own, trainer, 10, reason="Reads with a screen reader.")
    assert Attempt.objects.get().deadline_at == own.now + 30 * MINUTE
    own.submit(attempt)
    assert own.start().attempt.deadline_at == own.now + 30 * MINUTE
    event = Event.objects.get(verb="extra_time")
    assert event.data == {"quiz": str(own.world.unit("quiz")), "minutes": 10}
    assert event.actor.user == trainer


def test_time_for_all_quizzes_yields_to_time_for_one(site, committed, learner, trainer):
    own = quiz(site, committed, learner, time_limit=20)
    assign_perm("learning.decide_for_learners", trainer, Course.objects.get())
    give(own, trainer, 5, quiz=None)
    give(own, trainer, 15)
    assert own.start().attempt.deadline_at == own.now + 35 * MINUTE
    give(own, trainer, 0)
    assert Attempt.objects.get().deadline_at == own.now + 35 * MINUTE  # what an open attempt had stays


def test_whoever_may_not_decide_gives_nothing(site, committed, learner, trainer):
    own = quiz(site, committed, learner, time_limit=20)
    own.start()
    for by in (trainer, learner, None):
        with pytest.raises(NotFound):
            give(own, by)
    other = factories.course(site, committed, title="Another course")
    Quiz(other, learner).enrol()
    assign_perm("learning.decide_for_learners", trainer, Course.objects.get(title="Another course"))
    with pytest.raises(NotFound):
        give(own, trainer)
    assert not ExtraTime.objects.exists()
    assert not Event.objects.filter(verb="extra_time").exists()


@pytest.mark.parametrize("minutes", [-1, 1441, True, "10", None, 1.5])
def test_strange_minutes_are_refused(site, committed, learner, trainer, minutes):
    own = quiz(site, committed, learner, time_limit=20)
    assign_perm("learning.decide_for_learners", trainer, Course.objects.get())
    with pytest.raises(BadInput):
        give(own, trainer, minutes)
    assert not ExtraTime.objects.exists()


def test_time_is_for_a_quiz_of_the_course(site, committed, learner, trainer):
    own = quiz(site, committed, learner, time_limit=20)
    assign_perm("learning.decide_for_learners", trainer, Course.objects.get())
    with pytest.raises(NotFound):
        give_extra_time(
            by=trainer,
            enrolment_id=own.enrolment.uuid,
            quiz_key=own.world.course.translation_key,
            minutes=5,
            now=own.now,
        )
    assert not ExtraTime.objects.exists()


def test_extra_time_through_the_api(site, committed, learner, trainer, client):
    own = quiz(site, committed, learner, time_limit=20)
    path = f"/api/learning/v1/enrolments/{own.enrolment.uuid}/extra-time/"
    body = {"quiz": str(own.world.unit("quiz")), "minutes": 10, "reason": "Dyslexia"}
    client.force_login(trainer)
    assert client.post(path, body, content_type="application/json").status_code == 404
    assert not ExtraTime.objects.exists()
    assign_perm("learning.decide_for_learners", trainer, Course.objects.get())
    answer = client.post(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, body)
    assert ExtraTime.objects.get().given_by == trainer
    for bad in ({"minutes": 5, "user": 1}, {"minutes": "5"}, {"minutes": 5, "quiz": "x"}, {"quiz": None}):
        assert client.post(path, bad, content_type="application/json").status_code == 400
    assert ExtraTime.objects.get().minutes == 10


def page(client, own, attempt, question="1"):
    return client.get(f"/en/learn/attempts/{attempt.uuid}/?question={question}")


def test_on_the_page_an_answer_is_given_once_and_told_at_once(site, committed, learner, client):
    own = quiz(site, committed, learner, feedback="at_once", shuffle=False)
    attempt = own.start().attempt
    client.force_login(learner)
    path = f"/en/learn/attempts/{attempt.uuid}/"
    name = f"q-{stable('quiz:s')}"
    form = {"question": "1", "shown": stable("quiz:s"), "sequence": "0"}
    assert "SECRET" not in page(client, own, attempt).content.decode().replace("SECRET right", "")
    # looking further with a choice in the form is no answer
    client.post(path, {**form, name: stable("quiz:s:wrong0"), "go": "overview"})
    assert not Answer.objects.exists()
    after = client.post(path, {**form, name: stable("quiz:s:wrong0"), "go": "answer"})
    assert after["Location"].endswith("question=1")
    told = page(client, own, attempt).content.decode()
    assert "SECRET explanation of quiz:s" in told and 'value="answer"' not in told
    client.post(path, {**form, name: stable("quiz:s:right"), "go": "answer"})
    assert Answer.objects.get().response == wrong("quiz:s")


def test_the_front_of_a_quiz_says_when_it_can_be_taken(site, committed, learner, client):
    own = quiz(site, committed, learner, wait_minutes=60, opens_on=timezone.localdate())
    client.force_login(learner)
    path = f"/en/learn/units/{own.world.unit('quiz')}/"
    own.submit(own.start().attempt)
    told = client.get(path).content.decode()
    assert "You can try again from" in told and "Try again</button>" not in told


def test_the_api_tells_feedback_with_the_answer(site, committed, learner, client):
    own = quiz(site, committed, learner, feedback="at_once")
    attempt = own.start().attempt
    client.force_login(learner)
    path = f"/api/learning/v1/attempts/{attempt.uuid}/answers/{stable('quiz:t')}/"
    body = {"response": {"value": False}, "sequence": 1}
    answer = client.put(path, body, content_type="application/json").json()
    assert answer["feedback"]["verdict"] == "wrong"
    again = client.put(path, {"response": {"value": True}, "sequence": 2}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "answer_final")
    assert again.json()["saved"]["response"] == {"value": False}
