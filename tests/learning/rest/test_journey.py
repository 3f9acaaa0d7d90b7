"""A learner's whole way through a course, through the API alone: signing in, French, Arabic, completion."""

import json
import uuid

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from tests import world
from tests.learning import factories

API = "/api/learning/v1"


class App:
    """A client of its own maker: JSON and a session token, no cookie."""

    def __init__(self, client):
        self.client = client
        self.headers = {}

    def call(self, method, path, body=None, *, status=200, **headers):
        answer = self.client.generic(
            method,
            path,
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={**self.headers, **headers},
        )
        expected = status if isinstance(status, tuple) else (status,)
        assert answer.status_code in expected, answer.content
        return json.loads(answer.content) if answer.content else None

    def sign_in(self, email, password):
        answer = self.call("POST", "/_allauth/app/v1/auth/login", {"email": email, "password": password})
        self.client.cookies.clear()
        self.headers = {"X-Session-Token": answer["meta"]["session_token"]}

    def event(self, course, unit, verb, language):
        event = {
            "id": str(uuid.uuid4()),
            "course": course,
            "unit": unit,
            "verb": verb,
            "language": language,
            "occurred_at": timezone.now().isoformat(),
        }
        return event, self.call("POST", f"{API}/events/", {"events": [event]})["items"][0]


@pytest.fixture
def app(client, db):
    user = factories.person("learner@example.org", language="fr")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    app = App(client)
    app.sign_in("learner@example.org", "secret-password")
    return app


@pytest.fixture
def course(site, committed):
    """One module: a lesson to read and a quiz of one question."""
    from learning.models import CourseIndexPage, CoursePage, LessonPage, ModulePage, QuizPage

    with committed():
        index = world.add(site, CourseIndexPage(title="Courses", slug="courses"))
        course = world.add(index, CoursePage(title="A course", slug="a-course"))
        module = world.add(course, ModulePage(title="Module", slug="module"))
        world.add(
            module,
            LessonPage(title="Lesson", slug="lesson", body=[("text", "<p>Words.</p>")], completion="mark"),
        )
        world.add(
            module,
            QuizPage(
                title="Quiz", slug="quiz", pass_mark=100, questions=json.dumps([factories.single_choice()])
            ),
        )
    return str(course.translation_key)


def states(outline):
    return [unit["state"] for module in outline["units"] for unit in module["units"]]


def test_the_whole_way(app, course):
    assert [each["key"] for each in app.call("GET", f"{API}/courses/")["items"]] == [course]
    app.call("POST", f"{API}/courses/{course}/enrolment/", {}, status=(200, 201))
    outline = app.call("GET", f"{API}/courses/{course}/?locale=fr")
    assert outline["enrolment"] is not None
    lesson, quiz = (unit["key"] for unit in outline["units"][0]["units"])

    assert app.call("GET", f"{API}/units/{lesson}/?locale=fr")
    event, taken = app.event(course, lesson, "completed", "fr")
    assert (taken["status"], taken["counted"]) == ("accepted", True)
    # The line was lost and the app sends it again: nothing is counted twice.
    again = app.call("POST", f"{API}/events/", {"events": [event]})["items"][0]
    assert again["status"] == "duplicate"
    assert states(app.call("GET", f"{API}/courses/{course}/?locale=ar")) == ["completed", "open"]

    attempt = app.call("POST", f"{API}/quizzes/{quiz}/attempts/?locale=fr", {}, status=(200, 201))
    (question,) = attempt["questions"]
    assert "SECRET explanation" not in json.dumps(attempt)
    (right,) = [option["id"] for option in question["options"] if "SECRET right" in option["text"]]
    answer = f"{API}/attempts/{attempt['id']}/answers/{question['id']}/"
    app.call("PUT", answer, {"response": {"option": right}, "sequence": 1})
    other = next(option["id"] for option in question["options"] if option["id"] != right)
    stale = app.call("PUT", answer, {"response": {"option": other}, "sequence": 1}, status=409)
    assert stale["code"] == "stale_answer"
    # On in Arabic: the same attempt, the same answer.
    arabic = app.call("GET", f"{API}/attempts/{attempt['id']}/?locale=ar")
    assert arabic["answers"][question["id"]]["response"] == {"option": right}
    result = app.call("POST", f"{API}/attempts/{attempt['id']}/submission/", {})
    assert (result["state"], result["passed"], result["score_bp"]) == ("graded", True, 10_000)
    # Handing in twice changes nothing.
    assert app.call("POST", f"{API}/attempts/{attempt['id']}/submission/", {})["score_bp"] == 10_000

    progress = app.call("GET", f"{API}/courses/{course}/progress/")
    assert (progress["required_done"], progress["required_total"], progress["progress_bp"]) == (2, 2, 10_000)
    assert progress["completed_at"]
    (own,) = app.call("GET", f"{API}/me/enrolments/")["items"]
    assert own["enrolment"]["state"] == "completed"


def test_without_a_token_nothing_of_it_is_there(client, course):
    anonymous = App(client)
    anonymous.call("POST", f"{API}/courses/{course}/enrolment/", {}, status=401)
    anonymous.call("GET", f"{API}/me/", status=401)
