"""Quizzes: pinned questions, answers one by one, the server's clock, grading by the source's key."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.content import api as content
from cms.core.errors import BadInput, Conflict, NotFound, NotPermitted
from learning.assessment.attempts import AttemptClosed, NoAttemptsLeft, StaleAnswer
from learning.assessment.registry import BadResponse
from learning.assessment.rules import GRACE
from learning.flows import attempts as flows
from learning.flows.editions import move_to_current
from learning.flows.enrolment import enrol, withdraw
from learning.models import Answer, Attempt, Enrolment, Event, LateAnswer, QuizPage, UnitRecord
from learning.progress.enrolments import NotEnrolled
from learning.reading.attempts import attempt_value
from tests import world as building
from tests.learning import factories
from tests.learning.factories import all_right, right, stable, wrong

SECOND = timedelta(seconds=1)


class Quiz:
    """A learner before a quiz, with a clock of their own."""

    def __init__(self, world, user, name="quiz"):
        self.world, self.user, self.name = world, user, name
        self.now = timezone.now()
        self.reader = factories.reader(user)

    def enrol(self):
        return enrol(user=self.user, course_key=self.world.key, reader=self.reader, now=self.now)

    def start(self):
        return flows.start_attempt(
            user=self.user, quiz_key=self.world.unit(self.name), reader=self.reader, now=self.now
        )

    def save(self, attempt, question, response, sequence=None):
        return flows.save_answer(
            user=self.user,
            attempt_id=attempt.uuid,
            question=stable(question),
            response=response,
            sequence=sequence,
            reader=self.reader,
            now=self.now,
        )

    def submit(self, attempt, given=None):
        return flows.submit_attempt(
            user=self.user, attempt_id=attempt.uuid, given=given or {}, reader=self.reader, now=self.now
        )

    def look(self, attempt):
        return flows.sitting(user=self.user, attempt_id=attempt.uuid, reader=self.reader, now=self.now)

    def value(self, sitting):
        return attempt_value(sitting, self.reader, self.now)


def quiz_world(site, committed, **fields):
    return factories.course(site, committed, {"M": [("quiz", "quiz", fields)]})


@pytest.fixture
def quiz(site, committed, learner):
    found = Quiz(quiz_world(site, committed), learner)
    found.enrol()
    return found


def given(answers):
    return {question: (response, None) for question, response in answers.items()}


def test_a_full_walk(quiz):
    attempt = quiz.start().attempt
    assert (attempt.number, attempt.state, attempt.deadline_at) == (1, "open", None)
    for number, (question, response) in enumerate(all_right().items(), 1):
        answer = flows.save_answer(
            user=quiz.user,
            attempt_id=attempt.uuid,
            question=question,
            response=response,
            sequence=number,
            reader=quiz.reader,
            now=quiz.now,
        )
        assert answer.sequence == number
    done = quiz.submit(attempt)
    assert (done.attempt.state, done.attempt.score_bp, done.attempt.passed) == ("graded", 10_000, True)
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.score_bp) == ("completed", 10_000)
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "enrolled",
        "attempted",
        "graded",
        "course_completed",
    ]


def test_starting_again_gives_the_open_attempt(quiz):
    assert quiz.start().attempt.pk == quiz.start().attempt.pk
    assert Event.objects.filter(verb="attempted").count() == 1


def test_partial_credit_and_failing(quiz):
    attempt = quiz.start().attempt
    done = quiz.submit(
        attempt,
        given(
            {
                stable("quiz:s"): wrong("quiz:s"),
                stable("quiz:m"): {"options": [stable("quiz:m:right0")]},
            }
        ),
    )
    # 0 of 1, 1 of 2, 0 of 1
    assert (done.attempt.score_bp, done.attempt.passed) == (2500, False)
    assert UnitRecord.objects.get().state == "failed"
    assert quiz.start().attempt.number == 2
    assert UnitRecord.objects.get().state == "in_progress"


def test_submitting_twice_is_once(quiz):
    attempt = quiz.start().attempt
    first = quiz.submit(attempt, given(all_right()))
    again = quiz.submit(attempt, given({stable("quiz:s"): wrong("quiz:s")}))
    assert again.attempt.score_bp == first.attempt.score_bp == 10_000
    assert Event.objects.filter(verb="graded").count() == 1


def test_the_number_of_attempts_is_kept(site, committed, learner):
    quiz = Quiz(quiz_world(site, committed, max_attempts=2), learner)
    quiz.enrol()
    for _ in range(2):
        quiz.submit(quiz.start().attempt)
    with pytest.raises(NoAttemptsLeft):
        quiz.start()
    assert Attempt.objects.count() == 2


# Sequences ------------------------------------------------------------------------------------------------------


def test_sequences(quiz):
    attempt = quiz.start().attempt
    quiz.save(attempt, "quiz:s", wrong("quiz:s"), 3)
    with pytest.raises(StaleAnswer) as stale:
        quiz.save(attempt, "quiz:s", right("quiz:s"), 3)
    assert stale.value.code == "stale_answer"
    assert stale.value.extra["saved"]["response"] == wrong("quiz:s")
    assert stale.value.extra["saved"]["sequence"] == 3
    with pytest.raises(StaleAnswer):
        quiz.save(attempt, "quiz:s", right("quiz:s"), 1)
    # What is saved already is no conflict, whatever the sequence.
    assert quiz.save(attempt, "quiz:s", wrong("quiz:s"), 1).sequence == 3
    assert quiz.save(attempt, "quiz:s", right("quiz:s"), 4).response == right("quiz:s")


def test_form_posts_take_the_next_sequence(quiz):
    attempt = quiz.start().attempt
    assert quiz.save(attempt, "quiz:s", wrong("quiz:s")).sequence == 1
    assert quiz.save(attempt, "quiz:s", wrong("quiz:s")).sequence == 1
    assert quiz.save(attempt, "quiz:s", right("quiz:s")).sequence == 2


@pytest.mark.parametrize("sequence", [0, -1, 2**31, 1.0, True, "1"])
def test_what_is_no_sequence(quiz, sequence):
    attempt = quiz.start().attempt
    with pytest.raises(BadInput):
        quiz.save(attempt, "quiz:s", right("quiz:s"), sequence)
    assert not Answer.objects.exists()


def test_a_submission_with_a_stale_answer_hands_nothing_in(quiz):
    attempt = quiz.start().attempt
    quiz.save(attempt, "quiz:s", right("quiz:s"), 5)
    with pytest.raises(StaleAnswer):
        quiz.submit(attempt, {stable("quiz:t"): ({"value": True}, 1), stable("quiz:s"): (wrong("quiz:s"), 5)})
    attempt.refresh_from_db()
    assert attempt.state == "open"
    assert Answer.objects.count() == 1


def test_answers_must_fit(quiz):
    attempt = quiz.start().attempt
    with pytest.raises(BadResponse):
        quiz.save(attempt, "quiz:s", {"option": "something else"})
    with pytest.raises(NotFound):
        quiz.save(attempt, "another question", right("quiz:s"))
    assert not Answer.objects.exists()


# The clock ------------------------------------------------------------------------------------------------------


@pytest.fixture
def timed(site, committed, learner):
    found = Quiz(quiz_world(site, committed, time_limit=10), learner)
    found.enrol()
    return found


def test_answers_within_the_grace_count(timed):
    attempt = timed.start().attempt
    timed.now = attempt.deadline_at + GRACE
    timed.save(attempt, "quiz:s", right("quiz:s"))
    timed.now += SECOND
    done = timed.look(attempt)
    assert (done.attempt.state, done.attempt.score_bp) == ("graded", 2500)
    assert done.attempt.submitted_at == attempt.deadline_at


def test_late_answers_are_kept_and_not_scored(timed):
    attempt = timed.start().attempt
    timed.save(attempt, "quiz:s", wrong("quiz:s"))
    timed.now = attempt.deadline_at + GRACE + SECOND
    with pytest.raises(AttemptClosed):
        timed.save(attempt, "quiz:s", right("quiz:s"))
    with pytest.raises(AttemptClosed):
        timed.save(attempt, "quiz:t", {"value": True})
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score_bp) == ("graded", 0)
    assert LateAnswer.objects.count() == 2
    assert Answer.objects.get().response == wrong("quiz:s")


def test_a_late_submission_counts_what_was_saved(timed):
    attempt = timed.start().attempt
    timed.save(attempt, "quiz:t", {"value": True})
    timed.now = attempt.deadline_at + timedelta(hours=1)
    done = timed.submit(attempt, given(all_right()))
    assert (done.attempt.state, done.attempt.score_bp) == ("graded", 2500)
    assert LateAnswer.objects.count() == 3


def test_a_submission_is_evidence_whoever_closed_the_attempt(timed):
    attempt = timed.start().attempt
    timed.save(attempt, "quiz:t", {"value": True})
    timed.now = attempt.deadline_at + GRACE + SECOND
    assert flows.finish_all_overdue(timed.now) == 1
    done = timed.submit(attempt, given(all_right()))
    assert (done.attempt.state, done.attempt.score_bp) == ("graded", 2500)
    assert LateAnswer.objects.count() == 3


def test_with_nothing_saved_it_expires_and_is_used_up(site, committed, learner):
    timed = Quiz(quiz_world(site, committed, time_limit=10, max_attempts=1), learner)
    timed.enrol()
    attempt = timed.start().attempt
    timed.now = attempt.deadline_at + GRACE + SECOND
    assert timed.look(attempt).attempt.state == "expired"
    with pytest.raises(NoAttemptsLeft):
        timed.start()
    assert UnitRecord.objects.get().state == "failed"


def test_the_scheduler_hands_in_what_nobody_touches(timed):
    attempt = timed.start().attempt
    timed.save(attempt, "quiz:s", right("quiz:s"))
    assert flows.finish_all_overdue(attempt.deadline_at + GRACE) == 0
    assert flows.finish_all_overdue(attempt.deadline_at + GRACE + SECOND) == 1
    assert flows.finish_all_overdue(attempt.deadline_at + GRACE + SECOND) == 0
    attempt.refresh_from_db()
    assert attempt.state == "graded"


def test_starting_again_after_the_time_begins_a_new_attempt(timed):
    first = timed.start().attempt
    timed.now = first.deadline_at + GRACE + SECOND
    second = timed.start().attempt
    assert second.number == 2
    first.refresh_from_db()
    assert first.state == "expired"


def test_the_closing_of_the_course_ends_an_attempt(site, committed, learner):
    now = timezone.now()
    world = factories.course(
        site, committed, {"M": [("quiz", "quiz", {"time_limit": 1440})]}, closes_on=now.date()
    )
    quiz = Quiz(world, learner)
    quiz.enrol()
    attempt = quiz.start().attempt
    assert attempt.deadline_at < now + timedelta(days=1)
    assert attempt.deadline_at.hour == attempt.deadline_at.minute == 0
    quiz.now = now + timedelta(days=2)
    with pytest.raises(Conflict) as closed:
        quiz.start()
    assert closed.value.code == "course_closed"


# Versions -------------------------------------------------------------------------------------------------------


def test_an_open_attempt_finishes_on_the_version_it_began_with(quiz, committed):
    attempt = quiz.start().attempt
    page = QuizPage.objects.get(pk=quiz.world.pages["quiz"].pk)
    with committed():
        building.publish(page, questions=[factories.true_false("quite another")])
    assert stable("quiz:s") in [question["id"] for question in quiz.value(quiz.look(attempt))["questions"]]
    done = quiz.submit(attempt, given(all_right()))
    assert done.attempt.score_bp == 10_000
    assert len(quiz.value(quiz.submit(quiz.start().attempt))["questions"]) == 3
    next_edition(quiz, committed)
    following = quiz.start()
    assert [question["id"] for question in quiz.value(following)["questions"]] == [stable("quite another")]


def next_edition(quiz, committed):
    with committed():
        content.release_edition(root_key=quiz.world.key, note="Other questions.")
    move_to_current(user=quiz.user, course_key=quiz.world.key, reader=quiz.reader, now=quiz.now)


def test_a_corrected_key_waits_for_the_next_edition(quiz, committed):
    attempt = quiz.start().attempt
    page = QuizPage.objects.get(pk=quiz.world.pages["quiz"].pk)
    questions = [factories.true_false("quiz:t", answer=False)]
    with committed():
        building.publish(page, questions=questions)
    assert quiz.submit(attempt, given({stable("quiz:t"): {"value": True}})).attempt.score_bp == 2500
    second = quiz.start().attempt
    assert quiz.submit(second, given({stable("quiz:t"): {"value": True}})).attempt.score_bp == 2500
    next_edition(quiz, committed)
    third = quiz.start().attempt
    assert quiz.submit(third, given({stable("quiz:t"): {"value": True}})).attempt.score_bp == 0


# What is whose --------------------------------------------------------------------------------------------------


def test_nobody_touches_anothers_attempt(quiz):
    attempt = quiz.start().attempt
    other = Quiz(quiz.world, factories.person())
    other.enrol()
    for act in (
        lambda: other.look(attempt),
        lambda: other.save(attempt, "quiz:s", right("quiz:s")),
        lambda: other.submit(attempt),
    ):
        with pytest.raises(NotFound):
            act()
    attempt.refresh_from_db()
    assert attempt.state == "open"
    assert not Answer.objects.exists()


def test_only_those_who_are_enrolled_take_it(quiz):
    with pytest.raises(NotEnrolled):
        Quiz(quiz.world, factories.person()).start()


def test_after_withdrawal_an_attempt_is_out_of_reach(quiz):
    attempt = quiz.start().attempt
    withdraw(user=quiz.user, course_key=quiz.world.key, reader=quiz.reader, now=quiz.now)
    with pytest.raises(NotFound):
        quiz.submit(attempt)
    quiz.enrol()
    assert quiz.submit(attempt).attempt.state == "graded"


def test_a_locked_quiz_can_not_be_started(site, committed, learner):
    units = [("one", "lesson", {}), ("quiz", "quiz", {})]
    quiz = Quiz(factories.course(site, committed, {"M": units}, sequencing="ordered"), learner)
    quiz.enrol()
    with pytest.raises(NotPermitted) as refused:
        quiz.start()
    assert refused.value.code == "unit_locked"
    assert not Attempt.objects.exists()


def test_a_lesson_is_no_quiz(world, learner):
    quiz = Quiz(world, learner, "first")
    quiz.enrol()
    with pytest.raises(NotFound):
        quiz.start()


# What is shown --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "before", "failed", "passed"),
    [
        ("after_submission", False, True, True),
        ("after_passing", False, False, True),
        ("never", False, False, False),
    ],
)
def test_feedback_by_policy(site, committed, learner, policy, before, failed, passed):
    quiz = Quiz(quiz_world(site, committed, feedback=policy), learner)
    quiz.enrol()

    def shows(sitting):
        value = quiz.value(sitting)
        secret = "SECRET explanation" in str(value)
        assert secret == (value["feedback"] is not None)
        return secret

    attempt = quiz.start().attempt
    quiz.save(attempt, "quiz:s", wrong("quiz:s"))
    assert shows(quiz.look(attempt)) is before
    assert shows(quiz.submit(attempt)) is failed
    second = quiz.start().attempt
    assert shows(quiz.look(second)) is False
    assert shows(quiz.submit(second, given(all_right()))) is passed
    # Once passed, earlier attempts may show it as well.
    assert shows(quiz.look(attempt)) is passed


def test_feedback_says_what_was_right(quiz):
    attempt = quiz.start().attempt
    done = quiz.submit(
        attempt,
        given({stable("quiz:s"): wrong("quiz:s"), stable("quiz:m"): {"options": [stable("quiz:m:right0")]}}),
    )
    feedback = quiz.value(done)["feedback"]
    assert feedback[stable("quiz:s")]["verdict"] == "wrong"
    assert feedback[stable("quiz:s")]["answer"] == right("quiz:s")
    assert feedback[stable("quiz:s")]["remarks"][stable("quiz:s:wrong0")] == "SECRET remark 0"
    assert feedback[stable("quiz:m")]["verdict"] == "partly"
    assert feedback[stable("quiz:m")]["points"] == 1
    assert feedback[stable("quiz:t")]["verdict"] == "unanswered"


def test_shuffling_is_the_attempts_own_and_stays(site, committed, learner):
    wrong_ones = [f"Wrong {number}" for number in range(10)]
    questions = [factories.single_choice(f"q{number}", wrong=wrong_ones) for number in range(12)]
    quiz = Quiz(quiz_world(site, committed, questions=questions), learner)
    quiz.enrol()
    first = quiz.value(quiz.start())
    assert quiz.value(quiz.look(Attempt.objects.get()))["questions"] == first["questions"]
    quiz.submit(Attempt.objects.get())
    second = quiz.value(quiz.start())

    def order(value):
        return [question["id"] for question in value["questions"]]

    assert sorted(order(first)) == sorted(order(second))
    assert order(first) != order(second)
    options = [[option["id"] for option in question["options"]] for question in first["questions"]]
    assert any(each != sorted(each) for each in options)


def test_without_shuffling_questions_have_the_editors_order(site, committed, learner):
    quiz = Quiz(quiz_world(site, committed, shuffle=False), learner)
    quiz.enrol()
    ids = [question["id"] for question in quiz.value(quiz.start())["questions"]]
    assert ids == [stable("quiz:s"), stable("quiz:m"), stable("quiz:t")]


# Recall ---------------------------------------------------------------------------------------------------------


def test_a_recalled_quiz_leaves_its_scores_and_nothing_else(site, committed, learner):
    from cms.content import api as content
    from cms.core import invariants

    quiz = Quiz(quiz_world(site, committed), learner)
    quiz.enrol()
    done = quiz.submit(quiz.start().attempt, given(all_right())).attempt
    opened = quiz.start().attempt
    page = quiz.world.pages["quiz"]
    with committed():
        page.unpublish()
        content.recall(page.pk)
    done.refresh_from_db()
    opened.refresh_from_db()
    assert (done.version_id, done.score_bp, done.passed) == (None, 10_000, True)
    assert (opened.version_id, opened.state) == (None, "expired")
    for attempt in (done, opened):
        with pytest.raises(NotFound):
            quiz.look(attempt)
    assert Enrolment.objects.get().state == "completed"
    assert [name for name, _ in invariants.violations() if name.startswith("learning")] == []
