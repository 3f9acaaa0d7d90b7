"""Correcting a key: what is shown, what is done, once, and what stays whatever comes of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.shortcuts import assign_perm

from cms.content import api as content
from cms.core.errors import BadInput, Conflict, NotFound, NotPermitted
from learning.flows import attempts, enrolment, regrade_choices, regrading
from learning.flows.regrade_choices import NotACorrection, StalePlan
from learning.models import (
    Attempt,
    BankQuestionPage,
    Course,
    DrawnQuestion,
    Enrolment,
    Event,
    PoolQuestion,
    Regrade,
    RegradedAttempt,
    UnitRecord,
)
from learning.progress.projection import rebuild
from learning.proofs import grades_are_recorded, regrades_are_recorded
from learning.reading.attempts import attempt_value
from tests.learning import factories
from tests.learning.factories import reader, single_choice, stable, wrong
from tests.learning.flows import test_banks
from tests.learning.flows.test_editions import change
from tests.world import publish

NOW = timezone.now()
QUIZ = {"questions": [single_choice("a"), single_choice("b")], "pass_mark": 50, "max_attempts": 0}


def build_world(site, committed):
    return factories.course(site, committed, {"One": [("quiz", "quiz", QUIZ)]})


@pytest.fixture
def boss(world):
    found = factories.person("boss@example.org")
    assign_perm("learning.decide_for_learners", found, Course.objects.get(pk=world.key))
    return found


def attempted(world, *chosen, user=None):
    """Somebody's attempt at questions a and b, with what they chose there."""
    user = user or factories.person()
    if not Enrolment.objects.filter(learner__user=user).exists():
        enrolment.enrol(user=user, course_key=world.key, reader=reader(user), now=NOW)
    sitting = attempts.start_attempt(
        user=user, quiz_key=world.unit("quiz"), reader=reader(user), now=timezone.now()
    )
    given = dict(zip((stable("a"), stable("b")), [(each, None) for each in chosen], strict=False))
    attempts.submit_attempt(
        user=user, attempt_id=sitting.attempt.uuid, given=given, reader=reader(user), now=timezone.now()
    )
    return Attempt.objects.get(pk=sitting.attempt.pk)


def turned(name):
    """The question with another right answer: the first of those that were wrong."""
    question = single_choice(name)
    first, second, *rest = question["value"]["options"]
    options = [
        {**first, "value": {**first["value"], "correct": False}},
        {**second, "value": {**second["value"], "correct": True}},
        *rest,
    ]
    return {**question, "value": {**question["value"], "options": options}}


def correct(committed, world, *names):
    change(
        committed,
        world,
        "quiz",
        questions=[turned(name) if name in names else single_choice(name) for name in ("a", "b")],
    )


def choice(world, user):
    (found,) = regrade_choices.choices(user=user, quiz_key=world.unit("quiz"), reader=reader(user))[1]
    return found


def plan(world, user, of=None):
    of = of or choice(world, user)
    return regrading.plan(
        user=user, quiz_key=world.unit("quiz"), question=of.question, source_number=of.number,
        target_number=of.target_number, reader=reader(user),
    )  # fmt: skip


def execute(world, user, shown, **changes):
    asked = {
        "user": user, "quiz_key": shown.quiz, "question": shown.question, "source_number": shown.source_number,
        "target_number": shown.target_number, "token": shown.token, "reason": "A wrong key.", "reader": reader(user),
        "now": timezone.now(),
    }  # fmt: skip
    return regrading.execute(**{**asked, **changes})


def scores():
    return list(Attempt.objects.order_by("pk").values_list("score_bp", "passed"))


def test_a_plan_shows_before_and_after_and_changes_nothing(world, boss, committed):
    attempted(world, wrong("a"), wrong("b"))
    attempted(world, factories.right("a"), wrong("b"))
    attempted(world, factories.right("a"), factories.right("b"))
    assert regrade_choices.choices(user=boss, quiz_key=world.unit("quiz"), reader=reader(boss))[1] == []
    correct(committed, world, "a")
    shown = plan(world, boss)
    assert [
        (each.old_score_bp, each.old_passed, each.new_score_bp, each.new_passed) for each in shown.outcomes
    ] == [(0, False, 5000, True), (5000, True, 0, False), (10_000, True, 5000, True)]
    counts = shown.counts
    assert (counts.attempts, counts.changed, counts.raised, counts.lowered) == (3, 3, 1, 2)
    assert (counts.newly_passed, counts.no_longer) == (1, 1)
    assert scores() == [(0, False), (5000, True), (10_000, True)]
    assert not Event.objects.filter(verb="regraded").exists()


def test_it_completes_who_now_qualifies_and_takes_nothing_away(world, boss, committed):
    failed = attempted(world, wrong("a"), wrong("b"))
    lucky = attempted(world, factories.right("a"), wrong("b"))
    before = lucky.enrolment.completed_at
    correct(committed, world, "a")
    regrade = execute(world, boss, plan(world, boss))
    later = timezone.now()
    assert regrading.finish(regrade.uuid, later) == 2
    assert regrading.finish(regrade.uuid, later) == 0
    assert scores() == [(5000, True), (0, False)]
    failed.enrolment.refresh_from_db()
    lucky.enrolment.refresh_from_db()
    assert (failed.enrolment.state, failed.enrolment.completed_at) == ("completed", later)
    assert (lucky.enrolment.state, lucky.enrolment.completed_at) == ("completed", before)
    assert set(UnitRecord.objects.values_list("state", flat=True)) == {"passed"}
    events = Event.objects.filter(verb="regraded")
    assert [(each.actor.user, each.data["revision"]) for each in events] == [(boss, 1), (boss, 1)]
    assert Event.objects.filter(verb="course_completed").count() == 2
    for each in Enrolment.objects.all():
        assert rebuild(each) is False
    assert list(grades_are_recorded()) == list(regrades_are_recorded()) == []
    assert RegradedAttempt.objects.filter(regraded_at=later).count() == 2
    regrade.refresh_from_db()
    assert (regrade.reason, regrade.finished_at) == ("A wrong key.", later)


def test_from_then_on_everybody_has_the_corrected_key(world, boss, committed):
    old = attempted(world, wrong("a"), wrong("b"))
    under_way = factories.person()
    enrolment.enrol(user=under_way, course_key=world.key, reader=reader(under_way), now=NOW)
    begun = attempts.start_attempt(
        user=under_way, quiz_key=world.unit("quiz"), reader=reader(under_way), now=timezone.now()
    )
    correct(committed, world, "a")
    assert content.held_back(content.current_edition(world.key))
    regrade = execute(world, boss, plan(world, boss))
    regrading.finish(regrade.uuid, timezone.now())
    assert content.held_back(content.current_edition(world.key)) == {}
    new = attempted(world, wrong("a"), wrong("b"))
    assert (new.score_bp, new.corrected) == (5000, None)
    given = {stable("a"): (wrong("a"), None)}
    attempts.submit_attempt(
        user=under_way,
        attempt_id=begun.attempt.uuid,
        given=given,
        reader=reader(under_way),
        now=timezone.now(),
    )
    assert Attempt.objects.get(pk=begun.attempt.pk).score_bp == 5000
    learner = old.enrolment.learner.user
    sitting = attempts.sitting(user=learner, attempt_id=old.uuid, reader=reader(learner), now=NOW)
    feedback = attempt_value(sitting, reader(learner), timezone.now())["feedback"][stable("a")]
    assert (feedback["verdict"], feedback["answer"]) == ("right", wrong("a"))
    assert regrade_choices.choices(user=boss, quiz_key=world.unit("quiz"), reader=reader(boss))[1] == []


def test_a_plan_that_has_changed_is_refused(world, boss, committed):
    attempted(world, wrong("a"), wrong("b"))
    correct(committed, world, "a")
    shown = plan(world, boss)
    attempted(world, wrong("a"), wrong("b"))
    with pytest.raises(StalePlan):
        execute(world, boss, shown)
    with pytest.raises(StalePlan):
        execute(world, boss, shown, target_number=shown.target_number + 1)
    with pytest.raises(BadInput):
        execute(world, boss, plan(world, boss), reason=" ")
    assert not Regrade.objects.exists()
    assert scores() == [(0, False), (0, False)]
    execute(world, boss, plan(world, boss))
    with pytest.raises(Conflict):
        execute(world, boss, shown)
    assert Regrade.objects.count() == 1


def test_what_asks_something_else_corrects_nothing(world, boss, committed):
    attempted(world, wrong("a"), wrong("b"))
    change(committed, world, "quiz", questions=[turned("a"), single_choice("b"), single_choice("c")])
    assert regrade_choices.choices(user=boss, quiz_key=world.unit("quiz"), reader=reader(boss))[1] == []
    with pytest.raises(NotACorrection):
        regrading.plan(
            user=boss, quiz_key=world.unit("quiz"), question=None, source_number=1, target_number=2,
            reader=reader(boss),
        )  # fmt: skip


def test_only_those_who_decide_for_the_course(world, boss, committed, site):
    attempted(world, wrong("a"), wrong("b"))
    correct(committed, world, "a")
    shown = plan(world, boss)
    reporter = factories.person()
    assign_perm("learning.view_report", reporter, Course.objects.get(pk=world.key))
    for user in (reporter, factories.person(is_staff=True)):
        with pytest.raises(NotPermitted):
            plan(world, user, choice(world, boss))
        with pytest.raises(NotPermitted):
            execute(world, user, shown)
    with pytest.raises(NotFound):
        regrade_choices.choices(user=boss, quiz_key=world.key, reader=reader(boss))
    assert not Regrade.objects.exists()


def test_it_goes_on_where_it_was_stopped(world, boss, committed, monkeypatch):
    for _ in range(3):
        attempted(world, wrong("a"), wrong("b"))
    correct(committed, world, "a")
    regrade = execute(world, boss, plan(world, boss))
    monkeypatch.setattr(regrading, "CHUNK", 1)
    assert regrading._regrade_some(regrade, timezone.now()) == 1
    assert sorted(scores()) == [(0, False), (0, False), (5000, True)]
    assert regrading.resume(timezone.now() + 2 * regrading.ABANDONED_AFTER) == 2
    assert scores() == [(5000, True)] * 3
    assert Event.objects.filter(verb="regraded").count() == 3


def test_statements_do_not_grow_with_attempts(world, boss, committed):
    for _ in range(2):
        attempted(world, wrong("a"), wrong("b"))
    correct(committed, world, "a")
    first = choice(world, boss)
    with CaptureQueriesContext(
        connection,
    ) as few:
        plan(world, boss, first)
    for _ in range(4):
        person = factories.person()
        enrolment.enrol(user=person, course_key=world.key, reader=reader(person), now=NOW)
        attempted(world, wrong("a"), wrong("b"), user=person)
    with CaptureQueriesContext(connection) as many:
        shown = plan(world, boss, first)
    assert len(many) == len(few)
    regrade = execute(world, boss, shown)
    with CaptureQueriesContext(connection) as captured:
        regrading._regrade_some(regrade, timezone.now())
    assert RegradedAttempt.objects.exclude(regraded_at=None).count() == 6
    # What is written a completion (its event, its certificate) aside.
    assert len(captured) < 40


def test_a_second_correction_is_the_next_revision(world, boss, committed):
    attempt = attempted(world, wrong("a"), wrong("b"))
    for names in (("a",), ("a", "b")):
        correct(committed, world, *names)
        regrade = execute(world, boss, plan(world, boss))
        regrading.finish(regrade.uuid, timezone.now())
    attempt.refresh_from_db()
    assert (attempt.score_bp, attempt.revision) == (10_000, 2)
    assert [each.data["score_bp"] for each in Event.objects.filter(verb="regraded").order_by("pk")] == [
        5000,
        10_000,
    ]
    assert rebuild(attempt.enrolment) is False
    assert list(regrades_are_recorded()) == []


def test_a_bank_question_is_corrected_where_it_was_drawn(site, committed):
    bank, pages = test_banks.bank_of(site, committed, tags=("doors",))
    quiz = {"questions": [single_choice("b")], "draws": [test_banks.draw(bank, 1)], "pass_mark": 50}
    world = factories.course(site, committed, {"One": [("quiz", "quiz", quiz)]})
    boss = factories.person()
    assign_perm("learning.decide_for_learners", boss, Course.objects.get(pk=world.key))
    user = factories.person()
    enrolment.enrol(user=user, course_key=world.key, reader=reader(user), now=NOW)
    drawn = str(pages[0].translation_key)
    sitting = attempts.start_attempt(
        user=user, quiz_key=world.unit("quiz"), reader=reader(user), now=timezone.now()
    )
    attempts.submit_attempt(
        user=user, attempt_id=sitting.attempt.uuid, given={drawn: (wrong("bank0"), None)}, reader=reader(user),
        now=timezone.now(),
    )  # fmt: skip
    assert scores() == [(0, False)]
    with committed():
        page = BankQuestionPage.objects.get(pk=pages[0].pk)
        page.question = [turned("bank0")]
        publish(page)
    of = choice(world, boss)
    assert (str(of.question), of.attempts) == (drawn, 1)
    regrade = execute(world, boss, plan(world, boss, of))
    regrading.finish(regrade.uuid, timezone.now())
    assert scores() == [(5000, True)]
    assert PoolQuestion.objects.get().version == DrawnQuestion.objects.get().corrected
    assert DrawnQuestion.objects.get().version != DrawnQuestion.objects.get().corrected
    assert list(regrades_are_recorded()) == []


def test_statements_do_not_grow_with_the_questions_that_were_drawn(
    site, committed, django_assert_max_num_queries
):
    bank, pages = test_banks.bank_of(site, committed, tags=("doors",) * 6)
    counted = []
    boss, user = factories.person(), factories.person()
    for number in (1, 6):
        quiz = {"questions": [single_choice("b")], "draws": [test_banks.draw(bank, number)], "pass_mark": 50}
        world = factories.course(site, committed, {"One": [("quiz", "quiz", quiz)]}, title=f"Of {number}")
        assign_perm("learning.decide_for_learners", boss, Course.objects.get(pk=world.key))
        enrolment.enrol(user=user, course_key=world.key, reader=reader(user), now=NOW)
        sitting = attempts.start_attempt(
            user=user, quiz_key=world.unit("quiz"), reader=reader(user), now=timezone.now()
        )
        attempts.submit_attempt(
            user=user, attempt_id=sitting.attempt.uuid, given={}, reader=reader(user), now=timezone.now()
        )
        counted.append((world, number))
    with committed():
        for n, page in enumerate(pages):
            page = BankQuestionPage.objects.get(pk=page.pk)
            page.question = [turned(f"bank{n}")]
            publish(page)
    statements = []
    for world, number in counted:
        boss = type(boss).objects.get(pk=boss.pk)  # without the permissions that were read before
        with django_assert_max_num_queries(12) as found:
            _course, given = regrade_choices.choices(
                user=boss, quiz_key=world.unit("quiz"), reader=reader(boss)
            )
        assert len(given) == number
        statements.append(len(found))
    assert statements[0] == statements[1]
