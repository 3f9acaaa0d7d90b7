"""Drawing questions from banks: what an edition fixes, what an attempt pins, what learners see of it."""

import json

import pytest
from django.utils import timezone

from cms.content import api as content
from cms.core.errors import NotFound
from learning.flows import attempts as flows
from learning.flows.enrolment import enrol
from learning.models import Attempt, BankQuestionPage, CourseIndexPage, PoolQuestion, QuestionBankPage
from learning.reading.attempts import attempt_value
from tests.learning import factories
from tests.learning.factories import right, single_choice
from tests.world import add


def bank_of(home, committed, tags=("doors", "doors", "doors", "gates")):
    """A bank with one question for each of `tags`."""
    with committed():
        index = add(home, CourseIndexPage(title="Courses", show_in_menus=True))
        bank = add(index, QuestionBankPage(title="Entrances"))
        questions = [
            add(
                bank,
                BankQuestionPage(title=f"Number {n}", tags=tag, question=[single_choice(f"bank{n}")]),
            )
            for n, tag in enumerate(tags)
        ]
    return bank, questions


def draw(bank, count=2, tag="doors"):
    return {
        "type": "draw",
        "id": factories.stable("draw"),
        "value": {"bank": bank.pk, "tag": tag, "count": count},
    }


@pytest.fixture
def bank(site, committed):
    return bank_of(site, committed)


@pytest.fixture
def world(site, committed, bank):
    """A course whose quiz asks one fixed question and draws two of three about doors."""
    quiz = {"questions": [single_choice("fixed")], "draws": [draw(bank[0])], "max_attempts": 0}
    return factories.course(site, committed, {"One": [("quiz", "quiz", quiz)]})


def start(world, user, now=None):
    return flows.start_attempt(
        user=user,
        quiz_key=world.unit("quiz"),
        reader=factories.reader(user),
        now=now or timezone.now(),
    )


def submit(sitting, user, given):
    return flows.submit_attempt(
        user=user,
        attempt_id=sitting.attempt.uuid,
        given={question: (response, 1) for question, response in given.items()},
        reader=factories.reader(user),
        now=timezone.now(),
    )


def join(world, user):
    return enrol(user=user, course_key=world.key, reader=factories.reader(user), now=timezone.now())


def answers_of(sitting, questions):
    """The right answer to everything that was asked."""
    names = {str(page.translation_key): f"bank{n}" for n, page in enumerate(questions)}
    fixed = factories.stable("fixed")
    return {
        question: right("fixed") if question == fixed else right(names[question])
        for question in sitting.attempt.questions
    }


def test_an_attempt_draws_what_the_tag_allows_and_is_graded_by_it(world, bank, learner):
    join(world, learner)
    sitting = start(world, learner)
    doors = {str(page.translation_key) for page in bank[1][:3]}
    drawn = set(sitting.attempt.questions) - {factories.stable("fixed")}
    assert len(drawn) == 2 and drawn < doors
    done = submit(sitting, learner, answers_of(sitting, bank[1]))
    assert (done.attempt.score_bp, done.attempt.passed) == (10_000, True)


def test_going_on_finds_the_same_questions(world, learner):
    join(world, learner)
    first = start(world, learner)
    assert start(world, learner).attempt.questions == first.attempt.questions


def test_nothing_of_a_key_is_in_the_attempt_before_its_time(world, learner):
    join(world, learner)
    value = attempt_value(start(world, learner), factories.reader(learner), timezone.now())
    assert len(value["questions"]) == 3
    told = json.dumps(value, default=str)
    assert "SECRET explanation" not in told and "remark" not in told
    assert "Number" not in told  # what editors call a question


def test_a_pool_is_fixed_when_somebody_joins(world, bank, learner, committed):
    join(world, learner)
    assert PoolQuestion.objects.count() == 3
    with committed():
        add(bank[0], BankQuestionPage(title="Late", tags="doors", question=[single_choice("late")]))
        bank[1][0].unpublish()
    assert PoolQuestion.objects.count() == 3
    other = factories.person()
    join(world, other)
    assert PoolQuestion.objects.count() == 3


def test_an_open_attempt_keeps_the_versions_that_it_drew(world, bank, learner, committed):
    join(world, learner)
    sitting = start(world, learner)
    given = answers_of(sitting, bank[1])
    with committed():
        for page in bank[1]:
            page = BankQuestionPage.objects.get(pk=page.pk)
            page.question = [single_choice("other")]
            page.save_revision().publish()
    assert submit(sitting, learner, given).attempt.score_bp == 10_000


def test_a_recalled_question_ends_open_attempts_and_leaves_the_pool(world, bank, learner, committed):
    join(world, learner)
    sitting = start(world, learner)
    drawn = next(each for each in sitting.attempt.questions if each != factories.stable("fixed"))
    page = next(page for page in bank[1] if str(page.translation_key) == drawn)
    with committed():
        page.unpublish()
        content.recall(page.pk)
    with pytest.raises(NotFound):
        flows.sitting(
            user=learner,
            attempt_id=sitting.attempt.uuid,
            reader=factories.reader(learner),
            now=timezone.now(),
        )
    assert Attempt.objects.get().state == "expired"
    assert PoolQuestion.objects.count() == 2
    again = start(world, learner)
    assert len(again.attempt.questions) == 3 and drawn not in again.attempt.questions


def test_overlapping_draws_give_no_question_twice(site, committed, bank, learner):
    draws = [draw(bank[0], 3, ""), {**draw(bank[0], 1, "gates"), "id": factories.stable("second")}]
    world = factories.course(
        site, committed, {"One": [("quiz", "quiz", {"questions": [], "draws": draws, "shuffle": False})]}
    )
    join(world, learner)
    asked = start(world, learner).attempt.questions
    assert len(asked) == len(set(asked))


def test_starting_costs_the_same_whatever_the_size_of_the_bank(
    world, learner, django_assert_num_queries, site, committed, bank
):
    join(world, learner)
    with django_assert_num_queries(26, exact=False):
        start(world, learner)


def test_a_translation_without_a_drawn_question_leaves_the_quiz_in_its_source(
    world, bank, learner, committed
):
    french = factories.translated_course(committed, world)
    for page in (world.pages["One"], world.pages["quiz"]):
        factories.translate(committed, page)
    assert french is not None
    join(world, learner)
    sitting = start(world, learner)
    french_reader = factories.reader(learner, "fr")
    assert attempt_value(sitting, french_reader, timezone.now())["locale"] == "en"
    factories.translate(committed, bank[0].specific)
    for n, page in enumerate(bank[1]):
        words = {f"Which one is it? (bank{n})": f"Lequel ? ({n})"}
        factories.translate(committed, page, "fr", words)
    value = attempt_value(sitting, french_reader, timezone.now())
    assert value["locale"] == "fr"
    assert sum(question["prompt"].startswith("Lequel") for question in value["questions"]) == 2


def test_a_quiz_that_draws_more_than_there_is_is_not_published(site, committed, bank):
    from cms.core.problems import PublicationRefused

    with pytest.raises(PublicationRefused) as refusal:
        factories.course(
            site, committed, {"One": [("quiz", "quiz", {"questions": [], "draws": [draw(bank[0], 9)]})]}
        )
    assert "too_few_in_bank" in {problem.code for problem in refusal.value.problems}


@pytest.mark.parametrize("which", ["bank", "question"])
def test_banks_have_no_page_and_are_in_no_list(world, bank, client, admin_client, which):
    page = bank[0] if which == "bank" else bank[1][0]
    for reader in (client, admin_client):
        assert reader.get(page.url).status_code == 404
        assert reader.get(f"/api/v2/pages/{page.pk}/").status_code == 404
    told = client.get("/api/v2/pages/?fields=*&limit=50").content.decode()
    assert "SECRET" not in told and "bank0" not in told
