"""Learners' pages: a whole course without JavaScript, in six languages; what others see; what stays hidden."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.shortcuts import assign_perm
from wagtail.models import PageViewRestriction

from cms.core import languages
from learning.flows.extra_time import give_extra_time
from learning.models import Answer, Attempt, Course, Enrolment, Event, UnitRecord
from tests.learning import factories
from tests.learning.factories import all_right, right, stable, wrong


class Visitor:
    """A browser without JavaScript."""

    def __init__(self, user=None, locale="en"):
        self.client, self.locale = Client(), locale
        if user:
            self.client.force_login(user)

    def get(self, path, status=200, **options):
        response = self.client.get(self.at(path), **options)
        assert response.status_code == status, (response.status_code, response.get("Location"))
        return response.content.decode()

    def post(self, path, data=None, follow=True):
        response = self.client.post(self.at(path), data or {}, follow=follow)
        assert response.status_code == 200 or not follow, response.status_code
        return response

    def at(self, path):
        return path if path.startswith("/") else f"/{self.locale}/learn/{path}"


@pytest.fixture
def visitor(learner):
    return Visitor(learner)


@pytest.fixture
def enrolled(world, visitor):
    visitor.post(f"courses/{world.key}/enrol/")
    return world


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_whole_course_by_forms_alone(world, learner, visitor):
    course_page = visitor.get("/en/courses/a-course/")
    assert "Enrol" in words(course_page)
    first = visitor.post(f"courses/{world.key}/enrol/")
    assert "Words of first." in first.content.decode()
    assert UnitRecord.objects.get().state == "in_progress"
    (event,) = re.findall(r'name="event" value="([^"]+)"', first.content.decode())
    quiz = visitor.post(f"units/{world.unit('first')}/done/", {"event": event})
    assert "Start the quiz" in words(quiz.content.decode())
    page = visitor.post(f"units/{world.unit('quiz')}/attempt/")
    attempt = Attempt.objects.get()
    for number, question in enumerate(attempt.questions, 1):
        html = page.content.decode()
        assert f"Question {number} of 3" in words(html)
        response = all_right()[question]
        values = {f"q-{question}": next(iter(response.values()))}
        if "value" in response:
            values = {f"q-{question}": "true"}
        page = visitor.post(
            f"attempts/{attempt.uuid}/", {**values, "question": number, "shown": question, "go": "next"}
        )
    assert "Look over your answers" in words(page.content.decode())
    assert "not answered" not in words(page.content.decode())
    result = visitor.post(f"attempts/{attempt.uuid}/", {"go": "submit"})
    assert "You reached 100%" in words(result.content.decode())
    second = visitor.get(f"units/{world.unit('second')}/")
    assert "Mark as done" in words(second)
    end = visitor.post(f"units/{world.unit('second')}/done/")
    assert "You have completed the course" in words(end.content.decode())
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.progress_bp) == ("completed", 10_000)
    assert "Completed on" in words(visitor.get("/en/courses/a-course/"))


@pytest.mark.parametrize("locale", languages.codes())
def test_every_page_in_every_language(enrolled, learner, locale):
    reader = Visitor(learner, locale)
    reader.post(f"units/{enrolled.unit('quiz')}/attempt/")
    attempt = Attempt.objects.get()
    open_pages = ["", f"units/{enrolled.unit('first')}/", f"units/{enrolled.unit('quiz')}/"]
    open_pages += [
        f"attempts/{attempt.uuid}/",
        f"attempts/{attempt.uuid}/?question=all",
        f"courses/{enrolled.key}/leave/",
    ]
    for path in (*open_pages, f"/{locale}/courses/", f"/{locale}/courses/a-course/"):
        html = reader.get(path)
        assert f'dir="{languages.direction(locale)}"' in html
        assert "SECRET explanation" not in html
    reader.post(f"attempts/{attempt.uuid}/", {"go": "submit"})
    assert "SECRET explanation" in reader.get(f"attempts/{attempt.uuid}/")


def test_a_lesson_says_in_which_language_it_is_shown(enrolled, learner):
    html = Visitor(learner, "fr").get(f"units/{enrolled.unit('first')}/")
    assert '<article class="prose" lang="en" dir="ltr">' in html
    assert "state-note" in html
    assert "state-note" not in Visitor(learner).get(f"units/{enrolled.unit('first')}/")


# Being signed in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "units/{lesson}/"),
        ("get", "units/{quiz}/"),
        ("post", "units/{lesson}/done/"),
        ("post", "units/{quiz}/attempt/"),
        ("post", "courses/{course}/enrol/"),
        ("get", "courses/{course}/report/"),
        ("get", "attempts/00000000-0000-0000-0000-000000000001/"),
    ],
)
def test_nobody_in_particular_is_asked_to_sign_in(world, method, path):
    path = "/en/learn/" + path.format(course=world.key, lesson=world.unit("first"), quiz=world.unit("quiz"))
    response = getattr(Client(), method)(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")
    assert not Enrolment.objects.exists()


def test_who_is_not_enrolled_is_led_to_the_course(world):
    response = Visitor(factories.person()).client.get(f"/en/learn/units/{world.unit('first')}/", follow=True)
    assert response.redirect_chain[-1][0] == "/en/courses/a-course/"
    assert "Enrol in the course to read this." in response.content.decode()


def test_an_unlisted_lesson_at_its_own_address_leads_into_the_course(world):
    response = Client().get("/en/courses/a-course/one/first/")
    assert response["Location"] == f"/en/learn/units/{world.unit('first')}/"
    assert Client().get("/en/courses/a-course/one/")["Location"].startswith("/en/courses/a-course/")


def test_a_sample_lesson_is_for_everybody(site, committed):
    world = factories.course(
        site, committed, {"M": [("open", "lesson", {"sample": True}), ("closed", "lesson", {})]}
    )
    html = Visitor().get(f"units/{world.unit('open')}/")
    assert "Words of open." in html
    assert "This is a sample lesson." in html
    course = Visitor().get("/en/courses/a-course/")
    assert f"/en/learn/units/{world.unit('open')}/" in course
    assert f"/en/learn/units/{world.unit('closed')}/" not in course


def test_nothing_of_learning_is_kept_by_caches(enrolled, visitor):
    for path in ("", f"units/{enrolled.unit('first')}/"):
        response = visitor.client.get(visitor.at(path))
        assert response["Cache-Control"] == "private, no-store"
        assert "Cookie" in response["Vary"]


# What is whose --------------------------------------------------------------------------------------------------


def test_anothers_attempt_is_404(enrolled, visitor):
    visitor.post(f"units/{enrolled.unit('quiz')}/attempt/")
    attempt = Attempt.objects.get()
    other = Visitor(factories.person())
    other.post(f"courses/{enrolled.key}/enrol/")
    other.get(f"attempts/{attempt.uuid}/", status=404)
    response = other.client.post(f"/en/learn/attempts/{attempt.uuid}/", {"go": "submit"})
    assert response.status_code == 404
    attempt.refresh_from_db()
    assert attempt.state == "open"


def test_a_restricted_course_is_404_at_the_next_request(enrolled, visitor, committed):
    restriction = PageViewRestriction(page=enrolled.course, restriction_type="groups")
    with committed():
        restriction.save()
        restriction.groups.add(Group.objects.create(name="Members"))
    visitor.get(f"units/{enrolled.unit('first')}/", status=404)
    visitor.get("/en/courses/a-course/", status=404)
    assert "A course" not in visitor.get("")


def test_the_report_is_for_those_with_the_permission(enrolled):
    trainer, stranger = factories.person(), factories.person(is_staff=True)
    assign_perm("learning.view_report", trainer, Course.objects.get(pk=enrolled.key))
    assert "learners/" in Visitor(trainer).get(f"courses/{enrolled.key}/report/")
    assert "learner@example.org" in Visitor(trainer).get(f"courses/{enrolled.key}/report/learners/")
    assert f"courses/{enrolled.key}/report/" in Visitor(trainer).get("")
    Visitor(stranger).get(f"courses/{enrolled.key}/report/", status=403)
    assert "report/" not in Visitor(stranger).get("")


# Checks and forms -----------------------------------------------------------------------------------------------


def test_a_check_answers_at_once_and_not_before(site, committed, learner):
    world = factories.course(
        site, committed, {"M": [("checked", "lesson", {"body": [factories.check(name="c")]})]}
    )
    visitor = Visitor(learner)
    before = visitor.post(f"courses/{world.key}/enrol/").content.decode()
    assert "SECRET explanation" not in before
    assert "SECRET remark" not in before
    path = f"units/{world.unit('checked')}/checks/{stable('c')}/"
    nothing = visitor.post(path).content.decode()
    assert "Choose an answer first." in nothing
    assert "SECRET explanation" not in nothing
    after = visitor.post(path, {f"q-{stable('c')}": wrong("c")["option"]}).content.decode()
    assert "Not right" in after
    assert "SECRET explanation of c" in after
    assert "SECRET remark 0" in after
    assert "Right" in words(visitor.post(path, {f"q-{stable('c')}": right("c")["option"]}).content.decode())


def test_nothing_is_chosen_before_somebody_chooses(enrolled, visitor):
    visitor.post(f"units/{enrolled.unit('quiz')}/attempt/")
    attempt = Attempt.objects.get()
    path = f"attempts/{attempt.uuid}/"
    for number in (1, 2, 3):
        assert " checked" not in visitor.get(f"{path}?question={number}")
    place = attempt.questions.index(stable("quiz:t")) + 1
    visitor.post(path, {f"q-{stable('quiz:t')}": "false"})
    chosen = re.findall(r'value="(true|false)" checked', visitor.get(f"{path}?question={place}"))
    assert chosen == ["false"]
    result = visitor.post(path, {"go": "submit"}).content.decode()
    assert result.count(" checked") == 1


def test_sending_a_form_twice_is_once(enrolled, visitor):
    data = {"event": "7f0f2a52-66ff-4dd0-9b04-6e2b1c1f0d11"}
    visitor.post(f"units/{enrolled.unit('first')}/done/", data)
    visitor.post(f"units/{enrolled.unit('first')}/done/", data)
    assert Event.objects.filter(verb="completed").count() == 1


def test_taking_ticks_away_is_saved(enrolled, visitor):
    visitor.post(f"units/{enrolled.unit('quiz')}/attempt/")
    attempt = Attempt.objects.get()
    question = stable("quiz:m")
    path = f"attempts/{attempt.uuid}/"
    visitor.post(path, {f"q-{question}": [stable("quiz:m:right0")], "shown": question, "question": 1})
    visitor.post(path, {"shown": question, "question": 1})
    assert attempt.answers.get().response == {"options": []}
    # A page that didn't show the question says nothing about it.
    visitor.post(path, {"shown": stable("quiz:s"), "question": 1})
    assert attempt.answers.get().sequence == 2


def test_forged_options_are_refused_with_a_sentence(enrolled, visitor):
    visitor.post(f"units/{enrolled.unit('quiz')}/attempt/")
    attempt = Attempt.objects.get()
    html = visitor.post(f"attempts/{attempt.uuid}/", {f"q-{stable('quiz:s')}": "made-up"}).content.decode()
    assert "note warn" in html
    assert not attempt.answers.exists()


def test_looking_at_a_lesson_again_writes_nothing(enrolled, visitor):
    visitor.get(f"units/{enrolled.unit('first')}/")
    count = Event.objects.count()
    visitor.get(f"units/{enrolled.unit('first')}/")
    visitor.get(f"units/{enrolled.unit('second')}/", headers={"Sec-Purpose": "prefetch"})
    assert Event.objects.count() == count
    visitor.get(f"units/{enrolled.unit('second')}/")
    assert Event.objects.count() == count + 1
    assert "Resume: Second" in words(visitor.get("/en/courses/a-course/"))


def test_the_clock_is_shown_where_there_is_one(site, committed, learner):
    world = factories.course(site, committed, {"M": [("quiz", "quiz", {"time_limit": 10})]})
    visitor = Visitor(learner)
    visitor.post(f"courses/{world.key}/enrol/")
    html = visitor.post(f"units/{world.unit('quiz')}/attempt/").content.decode()
    assert "10 minutes" in words(html)
    attempt = Attempt.objects.get()
    Attempt.objects.update(deadline_at=timezone.now() + timedelta(days=60))
    assert "Time left" not in words(visitor.get(f"attempts/{attempt.uuid}/"))
    Attempt.objects.update(deadline_at=timezone.now() - timedelta(hours=1))
    assert "Time ran out" in words(visitor.get(f"attempts/{attempt.uuid}/"))


def test_time_given_meanwhile_holds_against_the_clock_of_a_page(site, committed, learner):
    world = factories.course(site, committed, {"M": [("quiz", "quiz", {"time_limit": 10})]})
    visitor = Visitor(learner)
    visitor.post(f"courses/{world.key}/enrol/")
    visitor.post(f"units/{world.unit('quiz')}/attempt/")
    attempt = Attempt.objects.get()
    trainer = factories.person("trainer@example.org")
    assign_perm("learning.decide_for_learners", trainer, Course.objects.get(key=world.key))
    give_extra_time(
        by=trainer,
        enrolment_id=attempt.enrolment.uuid,
        quiz_key=world.unit("quiz"),
        minutes=7,
        now=timezone.now(),
    )
    question = stable("quiz:t")
    shown = {"question": "1", "shown": question, f"q-{question}": "true"}
    page = visitor.post(f"attempts/{attempt.uuid}/", {**shown, "go": "over"}).content.decode()
    assert Attempt.objects.get().state == "open"
    assert "Time left: 17 minutes" in words(page)
    assert Answer.objects.get().question == question
    Attempt.objects.update(deadline_at=timezone.now() + timedelta(seconds=1))
    visitor.post(f"attempts/{attempt.uuid}/", {**shown, "go": "over"})
    assert Attempt.objects.get().state == "graded"
    assert "Time 17 min" in words(visitor.get(f"units/{world.unit('quiz')}/"))


def test_a_locked_lesson_leads_to_the_course(site, committed, learner):
    world = factories.course(
        site, committed, {"M": [("one", "lesson", {}), ("two", "lesson", {})]}, sequencing="ordered"
    )
    visitor = Visitor(learner)
    visitor.post(f"courses/{world.key}/enrol/")
    response = visitor.client.get(f"/en/learn/units/{world.unit('two')}/", follow=True)
    assert response.redirect_chain[-1][0] == "/en/courses/a-course/"
    assert "Finish what comes before it first." in response.content.decode()


def test_leaving_asks_once_more(enrolled, visitor):
    assert "Leave this course?" in visitor.get(f"courses/{enrolled.key}/leave/")
    assert Enrolment.objects.get().state == "active"
    visitor.post(f"courses/{enrolled.key}/leave/")
    assert Enrolment.objects.get().state == "withdrawn"
    assert "Return to the course" in visitor.get("/en/courses/a-course/")


# Statements -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "most"), [("/en/courses/a-course/", 3), ("/fr/courses/a-course/", 3), ("/en/courses/", 4)]
)
def test_courses_cost_nobody_in_particular_what_any_document_costs(world, path, most):
    """The catalogue takes one more, for its courses, however many."""
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(path).status_code == 200
    assert len(captured) == most, [query["sql"][-200:] for query in captured.captured_queries]
