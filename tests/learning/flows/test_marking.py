"""Marking by people: who may, who may not, two at once, agreement, and what follows for the learner."""

import pytest
from django.core import mail
from django.utils import timezone
from guardian.shortcuts import assign_perm

from cms.core.errors import NotFound, NotPermitted
from learning.assessment.marking import BadPoints, MarkFinished, StaleMark
from learning.flows import attempts, enrolment, marking, regrade_choices, regrading
from learning.flows.marking import OwnAttempt, SamePerson
from learning.models import Answer, Attempt, Course, Enrolment, Event, Mark, UnitRecord
from learning.progress.projection import rebuild
from learning.proofs import grades_are_recorded, marks_are_settled
from learning.reading import marking as reading
from learning.reading.attempts import attempt_value
from tests.learning import factories
from tests.learning.factories import reader, stable
from tests.learning.flows.test_editions import change
from tests.learning.flows.test_regrading import turned

NOW = timezone.now()
ESSAY = stable("essay")
WHO, WHAT = stable("who"), stable("what")


def essay(**value):
    return {
        "type": "essay",
        "id": ESSAY,
        "value": {
            "prompt": "How would you begin?",
            "max_words": 0,
            "rubric": [
                {
                    "type": "criterion",
                    "id": WHO,
                    "value": {"text": "Names who is asked", "points": 4, "guidance": "GUIDANCE"},
                },
                {"type": "criterion", "id": WHAT, "value": {"text": "Says what is first", "points": 6}},
            ],
            "show_rubric": True,
            "model_answer": "SECRET model",
            "notes": "MARKERS ONLY",
            "explanation": "",
            "points": 10,
            **value,
        },
    }


def made(site, committed, **fields):
    questions = [essay(), factories.single_choice("one", points=10)]
    return factories.course(
        site, committed, {"One": [("quiz", "quiz", {"questions": questions, "pass_mark": 70, **fields})]}
    )


def build_world(site, committed):
    return made(site, committed)


@pytest.fixture
def strict(site, committed):
    """Two markers, who may differ by one point of ten."""
    return made(site, committed, second_marker="always", marking_tolerance=10)


def marker(world, *permissions):
    found = factories.person()
    for each in permissions or ("mark_answers",):
        assign_perm(f"learning.{each}", found, Course.objects.get(pk=world.key))
    return found


def submitted(world, user=None, answer="We ask the stewards."):
    user = user or factories.person("learner@example.org", first_name="Learner", language="en")
    enrolment.enrol(user=user, course_key=world.key, reader=reader(user), now=NOW)
    sitting = attempts.start_attempt(
        user=user, quiz_key=world.unit("quiz"), reader=reader(user), now=timezone.now()
    )
    given = {ESSAY: ({"text": answer}, None), stable("one"): (factories.right("one"), None)}
    attempts.submit_attempt(
        user=user, attempt_id=sitting.attempt.uuid, given=given, reader=reader(user), now=timezone.now()
    )
    return Attempt.objects.get(pk=sitting.attempt.pk)


def give(attempt, user, who=4, what=6, revision=0, finish=True, **words):
    return marking.save_mark(
        user=user,
        attempt_id=attempt.uuid,
        question=ESSAY,
        points={WHO: who, WHAT: what},
        revision=revision,
        finish=finish,
        now=timezone.now(),
        **words,
    )


def result(attempt):
    attempt.refresh_from_db()
    return attempt.state, attempt.score_bp, attempt.passed


def test_the_last_mark_grades_completes_and_writes_to_the_learner(world, committed):
    attempt, marks = submitted(world), marker(world)
    assert result(attempt) == ("submitted", None, None)
    with committed():
        give(attempt, marks, 2, 3, comment="Say who.")
    assert result(attempt) == ("graded", 7500, True)
    event = Event.objects.get(verb="graded")
    assert (event.actor.user, event.data["score_bp"], event.data["passed"]) == (marks, 7500, True)
    enrolled = Enrolment.objects.get()
    assert (enrolled.state, UnitRecord.objects.get().state) == ("completed", "passed")
    assert rebuild(enrolled) is False
    assert list(grades_are_recorded()) == list(marks_are_settled()) == []
    assert marking.tell_learner.call(attempt.pk) is True
    assert marking.tell_learner.call(attempt.pk) is False
    (sent,) = mail.outbox
    assert sent.to == ["learner@example.org"]
    assert str(attempt.uuid) in sent.body


def test_feedback_has_the_rubric_and_the_comment_and_no_notes(world):
    attempt, marks = submitted(world), marker(world)
    give(attempt, marks, 2, 3, comment="Say who.", notes="NOT FOR LEARNERS")
    learner = attempt.enrolment.learner.user
    sitting = attempts.sitting(user=learner, attempt_id=attempt.uuid, reader=reader(learner), now=NOW)
    value = attempt_value(sitting, reader(learner), timezone.now())
    assert value["feedback"][ESSAY]["marking"] == {
        "criteria": [
            {"id": WHO, "text": "Names who is asked", "points": 2, "of_points": 4},
            {"id": WHAT, "text": "Says what is first", "points": 3, "of_points": 6},
        ],
        "comments": ["Say who."],
    }
    for hidden in ("NOT FOR LEARNERS", "MARKERS ONLY", "GUIDANCE"):
        assert hidden not in str(value)


def test_nothing_of_a_mark_is_told_before_the_attempt_is_graded(strict):
    attempt = submitted(strict)
    give(attempt, marker(strict), 4, 6, comment="TOO EARLY")
    learner = attempt.enrolment.learner.user
    sitting = attempts.sitting(user=learner, attempt_id=attempt.uuid, reader=reader(learner), now=NOW)
    assert attempt_value(sitting, reader(learner), timezone.now())["feedback"] is None


@pytest.mark.parametrize("policy", ["never", "after_passing"])
def test_the_policy_of_the_quiz_holds_for_marks(site, committed, policy):
    world = made(site, committed, feedback=policy)
    attempt = submitted(world)
    give(attempt, marker(world), 0, 0, comment="Hidden")
    learner = attempt.enrolment.learner.user
    sitting = attempts.sitting(user=learner, attempt_id=attempt.uuid, reader=reader(learner), now=NOW)
    assert attempt_value(sitting, reader(learner), timezone.now())["feedback"] is None


def test_nobody_marks_their_own(world):
    attempt = submitted(world)
    user = attempt.enrolment.learner.user
    assign_perm("learning.mark_answers", user, Course.objects.get(pk=world.key))
    with pytest.raises(OwnAttempt):
        give(attempt, user)
    queue = reading.queue(
        user=user, course_key=world.key, quiz_key=None, after=None, limit=10, reader=reader(user)
    )
    assert queue["items"] == []
    assert not Mark.objects.exists()


def test_people_of_another_course_and_those_who_only_see_reports_mark_nothing(world, site, committed):
    attempt = submitted(world)
    with committed():
        other = factories.course(site, committed, {"M": [("x", "lesson", {})]}, title="Another")
    for user in (marker(other), factories.person()):
        with pytest.raises(NotFound):
            give(attempt, user)
    for user in (marker(world, "view_report"), marker(world, "decide_for_learners")):
        with pytest.raises(NotPermitted):
            give(attempt, user)
    assert not Mark.objects.exists()
    assert result(attempt) == ("submitted", None, None)


def test_a_draft_is_kept_and_a_stale_one_refused(world):
    attempt, one, other = submitted(world), marker(world), marker(world)
    give(attempt, one, 1, 1, finish=False)
    assert result(attempt) == ("submitted", None, None)
    for revision in (0, 2):
        with pytest.raises(StaleMark) as refused:
            give(attempt, other, 4, 6, revision=revision)
        assert refused.value.extra["saved"]["points"] == {WHO: 1, WHAT: 1}
    assert Mark.objects.get().points == {WHO: 1, WHAT: 1}
    give(attempt, other, 4, 6, revision=1)
    assert Mark.objects.get().marker.user == other
    with pytest.raises(MarkFinished):
        give(attempt, one, 0, 0, revision=2)
    assert result(attempt) == ("graded", 10_000, True)


@pytest.mark.parametrize(
    "points",
    [
        {},
        {WHO: 4},
        {WHO: 5, WHAT: 6},
        {WHO: -1, WHAT: 0},
        {WHO: True, WHAT: 0},
        {WHO: "4", WHAT: 0},
        None,
        [],
        {"x": 1},
    ],
)
def test_points_out_of_bounds_change_nothing(world, points):
    attempt, user = submitted(world), marker(world)
    with pytest.raises(BadPoints):
        marking.save_mark(
            user=user, attempt_id=attempt.uuid, question=ESSAY, points=points, revision=0, finish=True,
            now=NOW,
        )  # fmt: skip
    with pytest.raises(NotFound):
        marking.save_mark(
            user=user, attempt_id=attempt.uuid, question=stable("one"), points={}, revision=0, finish=False,
            now=NOW,
        )  # fmt: skip
    assert not Mark.objects.exists()


def test_two_markers_who_nearly_agree_come_to_their_mean_rounded_down(strict):
    attempt, one, two = submitted(strict), marker(strict), marker(strict)
    give(attempt, one, 4, 6)
    assert result(attempt) == ("submitted", None, None)
    with pytest.raises(SamePerson):
        give(attempt, one, 4, 5)
    seen = reading.sheet_value(marking.sheet(user=two, attempt_id=attempt.uuid), two)
    assert seen["questions"][0]["finished"] == []
    assert seen["questions"][0]["mine"] is None
    give(attempt, two, 4, 5)
    assert Answer.objects.get(question=ESSAY).points == 9
    assert result(attempt) == ("graded", 9500, True)


def test_two_who_differ_need_somebody_who_decides(strict):
    attempt, one, two = submitted(strict), marker(strict), marker(strict)
    boss = marker(strict, "decide_for_learners")
    give(attempt, one, 4, 6)
    give(attempt, two, 4, 4)
    assert result(attempt) == ("submitted", None, None)
    with pytest.raises(NotPermitted):
        give(attempt, marker(strict), 4, 5)
    seen = reading.sheet_value(marking.sheet(user=boss, attempt_id=attempt.uuid), boss)
    assert [each["total"] for each in seen["questions"][0]["finished"]] == [10, 8]
    give(attempt, boss, 0, 6)
    assert Answer.objects.get(question=ESSAY).points == 6
    assert result(attempt) == ("graded", 8000, True)
    assert list(marks_are_settled()) == []


@pytest.mark.parametrize("anonymous", [True, False])
def test_names_are_hidden_where_the_quiz_says_so(site, committed, anonymous, django_assert_num_queries):
    world = made(site, committed, anonymous_marking=anonymous)
    attempt = submitted(world)
    boss = factories.person(is_superuser=True)
    value = reading.sheet_value(marking.sheet(user=boss, attempt_id=attempt.uuid), boss)
    submitted(world, factories.person(first_name="Other"))
    who = reader(boss)
    with django_assert_num_queries(7):
        queue = reading.queue(
            user=boss, course_key=world.key, quiz_key=None, after=None, limit=10, reader=who
        )
    assert queue["items"][0]["attempt"] == attempt.uuid
    for shown in (str(value), str(queue["items"])):
        assert ("Learner" in shown or "learner@" in shown) is not anonymous


def test_words_are_erased_and_points_stay(world):
    attempt = submitted(world)
    give(attempt, marker(world), 2, 3, comment="Words", notes="Notes")
    assert marking.erase_words(attempt.enrolment.learner) == 1
    mark = Mark.objects.get()
    assert (mark.comment, mark.notes, mark.total) == ("", "", 5)


def test_a_key_that_was_corrected_meanwhile_counts_when_the_marks_are_in(world, committed):
    """The choice was graded by the wrong key; the regrade finds the attempt waiting for people."""
    attempt, marks = submitted(world), marker(world)
    boss = marker(world, "decide_for_learners")
    corrected = turned("one")
    corrected["value"]["points"] = 10
    change(committed, world, "quiz", questions=[essay(), corrected])
    (found,) = regrade_choices.choices(user=boss, quiz_key=world.unit("quiz"), reader=reader(boss))[1]
    asked = {
        "user": boss,
        "quiz_key": world.unit("quiz"),
        "question": found.question,
        "source_number": found.number,
        "target_number": found.target_number,
        "reader": reader(boss),
    }
    shown = regrading.plan(**asked)
    with committed():
        regrading.execute(**asked, token=shown.token, reason="A wrong key.", now=timezone.now())
    with committed():
        give(attempt, marks, 4, 6)
    # Ten points of the essay, none of the choice any more.
    assert result(attempt) == ("graded", 5000, False)
