"""Writing courses in the admin: forms open, drafts can be previewed as learners would see them, publishing is checked."""

import pytest
from django.test import Client
from django.urls import reverse

from learning.models import CourseIndexPage, QuizPage
from tests import world as building
from tests.learning import factories


@pytest.fixture
def editor(db):
    client = Client()
    client.force_login(factories.person("editor@example.org", is_superuser=True, is_staff=True))
    return client


def test_every_type_can_be_written(world, editor):
    index = CourseIndexPage.objects.get()
    parents = {
        "courseindexpage": index.get_parent(),
        "coursepage": index,
        "modulepage": world.course,
        "lessonpage": world.pages["One"],
        "quizpage": world.pages["One"],
    }
    for model, parent in parents.items():
        response = editor.get(reverse("wagtailadmin_pages:add", args=("learning", model, parent.pk)))
        assert response.status_code == 200, model
    for page in (index, world.course, *world.pages.values()):
        response = editor.get(reverse("wagtailadmin_pages:edit", args=(page.pk,)))
        assert response.status_code == 200, page


def test_drafts_are_previewed_without_what_is_right(world, editor):
    body = [factories.text("A draft's words."), factories.check(name="c")]
    lesson = building.add(
        world.pages["Two"], factories.unit_page("draft", "lesson", {"body": body}), live=False
    )
    quiz = world.pages["quiz"]
    for page in (world.course, world.pages["One"], lesson, quiz, CourseIndexPage.objects.get()):
        page.save_revision()
        response = editor.get(reverse("wagtailadmin_pages:view_draft", args=(page.pk,)))
        assert response.status_code == 200, page
        html = response.content.decode()
        assert "SECRET explanation" not in html
        assert "SECRET remark" not in html
    html = editor.get(reverse("wagtailadmin_pages:view_draft", args=(lesson.pk,))).content.decode()
    assert "A draft's words." in html
    assert "Which one is it? (c)" in html
    assert (
        "Is it so? (quiz:t)"
        in editor.get(reverse("wagtailadmin_pages:view_draft", args=(quiz.pk,))).content.decode()
    )


def test_publishing_a_bad_quiz_from_the_form_is_refused_with_the_reason(world, editor):
    module = world.pages["One"]
    data = {
        "title": "Bad",
        "slug": "bad",
        "summary": "",
        "introduction": "null",
        "questions-count": "0",
        "draws-count": "0",
        "wait_minutes": "0",
        "pass_mark": "70",
        "max_attempts": "0",
        "time_limit": "0",
        "feedback": "after_submission",
        "completion": "pass",
        "minimum_score": "0",
        "scoring": "best",
        "weight": "1",
        "second_marker": "none",
        "marking_tolerance": "0",
        "required": "on",
        "action-publish": "action-publish",
    }
    path = reverse("wagtailadmin_pages:add", args=("learning", "quizpage", module.pk))
    response = editor.post(path, data)
    assert response.status_code == 200
    assert "The quiz has no questions." in response.content.decode()
    assert not QuizPage.objects.filter(slug="bad").exists()


def test_a_course_asks_for_no_more_than_there_is(world):
    module = type(world.pages["One"]).objects.get(pk=world.pages["One"].pk)
    module.at_least = 2
    assert module.own_problems() == []
    module.at_least, module.minimum_score = 3, 50
    assert [problem.code for problem in module.own_problems()] == ["too_many_needed"]
    other = type(module).objects.get(pk=world.pages["Two"].pk)
    other.minimum_score = 50
    assert [problem.code for problem in other.own_problems()] == ["no_scored_quiz"]
    course = type(world.course).objects.get(pk=world.course.pk)
    course.at_least, course.minimum_score = 2, 50
    assert course.own_problems() == []
    course.at_least = 3
    assert [problem.code for problem in course.own_problems()] == ["too_many_needed"]


def test_time_and_score_need_a_number(world):
    lesson = type(world.pages["first"]).objects.get(pk=world.pages["first"].pk)
    lesson.completion = "time"
    assert [problem.code for problem in lesson.own_problems()] == ["no_time"]
    lesson.completion_seconds = 60
    assert lesson.own_problems() == []
    quiz = type(world.pages["quiz"]).objects.get(pk=world.pages["quiz"].pk)
    quiz.completion = "score"
    assert [problem.code for problem in quiz.own_problems()] == ["no_minimum"]
    quiz.minimum_score = 60
    assert quiz.own_problems() == []
