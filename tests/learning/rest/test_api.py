"""/api/learning/v1/: shapes, who may do what, problems, and a learner's whole way."""

import json
import uuid

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm
from wagtail.models import PageViewRestriction

from learning.models import Answer, Attempt, Course, Enrolment, Event
from tests.learning import factories
from tests.learning.factories import all_right, event, right, stable, wrong

ROOT = "/api/learning/v1/"


class Api:
    """One person's client."""

    def __init__(self, user=None, **headers):
        self.client = Client(headers=headers)
        self.user = user
        if user:
            self.client.force_login(user)

    def call(self, method, path, data=None, **headers):
        body = None if data is None else json.dumps(data)
        return self.client.generic(
            method, ROOT + path, body or "", content_type="application/json", headers=headers
        )

    def get(self, path, status=200):
        response = self.call("GET", path)
        assert response.status_code == status, response.content
        return response.json()

    def post(self, path, data=None, status=200, **headers):
        response = self.call("POST", path, {} if data is None else data, **headers)
        assert response.status_code == status, response.content
        return response.json()

    def put(self, path, data, status=200):
        response = self.call("PUT", path, data)
        assert response.status_code == status, response.content
        return response.json()


@pytest.fixture
def api(learner):
    return Api(learner)


@pytest.fixture
def enrolled(world, api):
    api.post(f"courses/{world.key}/enrolment/")
    return world


def attempts(world):
    return f"quizzes/{world.unit('quiz')}/attempts/"


# The whole way --------------------------------------------------------------------------------------------------


def test_a_learner_goes_the_whole_way_through_the_api_alone(world, api):
    (listed,) = api.get("courses/")["items"]
    assert listed["key"] == str(world.key)
    assert listed["html_url"] == "http://testserver/en/courses/a-course/"
    assert listed["is_open"] is True
    key = listed["key"]
    before = api.get(f"courses/{key}/")
    assert before["enrolment"] is None
    enrolment = api.post(f"courses/{key}/enrolment/")
    assert enrolment["state"] == "active"
    outline = api.get(f"courses/{key}/?locale=fr")
    for module in outline["units"]:
        for unit in module["units"]:
            if unit["kind"] == "lesson":
                document = api.get(f"units/{unit['key']}/?locale=fr")
                assert document["fallback_for"] == "fr"
                done = {
                    "id": str(uuid.uuid4()),
                    "course": key,
                    "unit": unit["key"],
                    "verb": "completed",
                    "language": "fr",
                    "occurred_at": timezone.now().isoformat(),
                }
                (item,) = api.post("events/", {"events": [done]})["items"]
                assert item == {"id": done["id"], "status": "accepted", "counted": True}
            else:
                attempt = api.post(f"quizzes/{unit['key']}/attempts/", status=201)
                for question in attempt["questions"]:
                    answer = {"response": all_right()[question["id"]], "sequence": 1}
                    saved = api.put(f"attempts/{attempt['id']}/answers/{question['id']}/", answer)
                    assert saved["sequence"] == 1
                graded = api.post(f"attempts/{attempt['id']}/submission/")
                assert (graded["state"], graded["score_bp"], graded["passed"]) == ("graded", 10_000, True)
    progress = api.get(f"courses/{key}/progress/?locale=ar")
    assert progress["state"] == "completed"
    assert progress["progress_bp"] == 10_000
    assert set(progress["units"].values()) == {"completed", "passed"}
    (own,) = api.get("me/enrolments/")["items"]
    assert own["enrolment"]["completed_at"] == progress["completed_at"]
    assert own["course"]["title"] == "A course"


def test_shapes(enrolled, api):
    outline = api.get(f"courses/{enrolled.key}/")
    assert {
        "key",
        "title",
        "summary",
        "status",
        "locales",
        "minutes",
        "enrolment_mode",
        "html_url",
        "edition",
    } <= set(outline)
    (one, two) = outline["units"]
    assert {key: one[key] for key in ("kind", "title", "required", "state")} == {
        "kind": "module",
        "title": "One",
        "required": True,
        "state": "open",
    }
    assert [unit["kind"] for unit in one["units"]] == ["lesson", "quiz"]
    assert outline["minutes"] == sum(module["minutes"] for module in (one, two))
    attempt = api.post(attempts(enrolled), status=201)
    assert {
        "id",
        "quiz",
        "number",
        "state",
        "started_at",
        "deadline_at",
        "submitted_at",
        "questions",
        "answers",
    } <= set(attempt)
    assert attempt["started_at"].endswith("Z")
    assert {frozenset(question) for question in attempt["questions"]} == {
        frozenset({"id", "type", "prompt", "options"}),
        frozenset({"id", "type", "prompt"}),
    }
    listed = api.get(attempts(enrolled))
    assert listed["meta"] == {"total_count": 1, "next": None}
    assert "questions" not in listed["items"][0]
    me = api.get("me/")
    assert me["email"] == "learner@example.org"
    assert me["reports"] == []


def test_lists_are_paged_by_cursor(site, committed, api):
    for title in ("Gamma", "alpha", "Beta"):
        factories.course(site, committed, title=title)
    first = api.get("courses/?limit=2")
    assert [each["title"] for each in first["items"]] == ["alpha", "Beta"]
    assert first["meta"]["total_count"] == 3
    rest = api.get(f"courses/?limit=2&cursor={first['meta']['next']}")
    assert [each["title"] for each in rest["items"]] == ["Gamma"]
    assert rest["meta"]["next"] is None
    assert api.get("courses/?cursor=made-up", status=400)["code"] == "bad_cursor"


# Problems -------------------------------------------------------------------------------------------------------


def test_stale_answers_are_409_with_the_saved_one(enrolled, api):
    attempt = api.post(attempts(enrolled), status=201)["id"]
    path = f"attempts/{attempt}/answers/{stable('quiz:s')}/"
    api.put(path, {"response": wrong("quiz:s"), "sequence": 2})
    problem = api.put(path, {"response": right("quiz:s"), "sequence": 2}, status=409)
    assert problem["code"] == "stale_answer"
    assert problem["saved"]["response"] == wrong("quiz:s")
    assert problem["saved"]["sequence"] == 2
    assert api.get(f"attempts/{attempt}/")["answers"][stable("quiz:s")]["response"] == wrong("quiz:s")


@pytest.mark.parametrize(
    ("method", "path", "data", "code"),
    [
        ("POST", "events/", {"events": {}}, "bad_events"),
        ("POST", "events/", {}, "bad_events"),
        ("POST", "events/", {"events": [], "user": 1}, "unknown_field"),
        ("POST", "events/", [], "bad_json"),
        ("POST", "events/", {"events": [{}] * 501}, "too_many_events"),
        ("PUT", "{answer}", {"response": {"option": "x"}, "sequence": 1}, "bad_response"),
        ("PUT", "{answer}", {"response": {}}, "bad_sequence"),
        ("PUT", "{answer}", {"sequence": 1}, "bad_response"),
        ("PUT", "{answer}", {"response": {}, "sequence": 1, "points": 9}, "unknown_field"),
        ("POST", "{submission}", {"score_bp": 10000}, "unknown_field"),
        ("POST", "{submission}", {"answers": []}, "bad_answers"),
        ("POST", "{submission}", {"answers": {"x": 1}}, "bad_answers"),
        ("GET", "courses/?order=password", None, "unknown_parameter"),
        ("GET", "courses/?locale=tlh", None, "bad_parameter"),
        ("GET", "courses/?limit=0", None, "bad_parameter"),
    ],
)
def test_bad_input_is_a_problem_and_changes_nothing(enrolled, api, method, path, data, code):
    attempt = api.post(attempts(enrolled), status=201)["id"]
    events = Event.objects.count()
    path = path.format(
        answer=f"attempts/{attempt}/answers/{stable('quiz:s')}/", submission=f"attempts/{attempt}/submission/"
    )
    response = api.call(method, path, data)
    assert response.status_code == 400, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == code
    assert Event.objects.count() == events
    assert not Answer.objects.exists()
    assert Attempt.objects.get().state == "open"


def test_problems_speak_the_language_that_was_asked_for(enrolled, api):
    problem = api.get(f"units/{uuid.uuid4()}/?locale=en", status=404)
    assert problem["detail"] == "There is nothing here."


PRIVATE = [
    ("GET", "courses/{course}/enrolment/"),
    ("POST", "courses/{course}/enrolment/"),
    ("DELETE", "courses/{course}/enrolment/"),
    ("GET", "courses/{course}/progress/"),
    ("POST", "units/{lesson}/checks/x/"),
    ("POST", "events/"),
    ("GET", "quizzes/{quiz}/attempts/"),
    ("POST", "quizzes/{quiz}/attempts/"),
    ("GET", "attempts/{attempt}/"),
    ("PUT", "attempts/{attempt}/answers/{question}/"),
    ("POST", "attempts/{attempt}/submission/"),
    ("GET", "me/"),
    ("GET", "me/enrolments/"),
    ("GET", "reports/courses/{course}/"),
]


def filled(path, world, attempt="00000000-0000-0000-0000-000000000000"):
    return path.format(
        course=world.key,
        lesson=world.unit("first"),
        quiz=world.unit("quiz"),
        attempt=attempt,
        question=stable("quiz:s"),
    )


@pytest.mark.parametrize(("method", "path"), PRIVATE)
def test_nobody_in_particular_gets_401(world, method, path):
    response = Api().call(method, filled(path, world), {})
    assert response.status_code == 401, response.content
    assert "WWW-Authenticate" in response
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(("method", "path"), [each for each in PRIVATE if "{attempt}" in each[1]])
def test_anothers_attempt_is_not_there(enrolled, api, method, path):
    attempt = api.post(attempts(enrolled), status=201)["id"]
    other = Api(factories.person())
    other.post(f"courses/{enrolled.key}/enrolment/")
    data = {"response": right("quiz:s"), "sequence": 1} if method == "PUT" else {}
    response = other.call(method, filled(path, enrolled, attempt), data if method != "GET" else None)
    assert response.status_code == 404
    assert Attempt.objects.get().state == "open"
    assert not Answer.objects.exists()


def test_another_sees_nothing_of_ones_progress(enrolled, api, learner):
    api.post("events/", {"events": [event(enrolled, "first", "completed")]})
    other = Api(factories.person())
    assert other.get(f"courses/{enrolled.key}/progress/", status=404)["code"] == "not_found"
    assert other.get(f"courses/{enrolled.key}/")["enrolment"] is None
    assert other.get("me/enrolments/")["items"] == []
    states = [u["state"] for m in other.get(f"courses/{enrolled.key}/")["units"] for u in m["units"]]
    assert states == ["open", "open", "open"]


def test_units_are_for_those_who_are_enrolled(world):
    path = f"units/{world.unit('first')}/"
    assert Api().get(path, status=403)["code"] == "not_enrolled"
    assert Api(factories.person()).get(path, status=403)["code"] == "not_enrolled"


def test_samples_are_for_everybody(site, committed):
    world = factories.course(
        site, committed, {"M": [("open", "lesson", {"sample": True}), ("closed", "lesson", {})]}
    )
    sample = Api().get(f"units/{world.unit('open')}/")
    assert "Words of open." in str(sample["document"]["body"])
    Api().get(f"units/{world.unit('closed')}/", status=403)


def test_a_restricted_course_is_absent_from_the_next_request_on(enrolled, api, learner, committed):
    attempt = api.post(attempts(enrolled), status=201)["id"]
    members = Group.objects.create(name="Members")
    restriction = PageViewRestriction(page=enrolled.course, restriction_type="groups")
    with committed():
        restriction.save()
        restriction.groups.add(members)
    assert api.get("courses/")["meta"]["total_count"] == 0
    for path in (
        f"courses/{enrolled.key}/",
        f"courses/{enrolled.key}/progress/",
        f"courses/{enrolled.key}/enrolment/",
        f"units/{enrolled.unit('first')}/",
        attempts(enrolled),
        f"attempts/{attempt}/",
    ):
        assert api.get(path, status=404)["code"] == "not_found"
    api.post(f"attempts/{attempt}/submission/", status=404)
    assert api.get("me/enrolments/")["items"] == []
    learner.groups.add(members)
    assert Api(learner).get(f"attempts/{attempt}/")["state"] == "open"
    assert Api(learner).get(f"courses/{enrolled.key}/")["enrolment"]["state"] == "active"


def test_a_course_that_was_taken_down_stays_with_its_learners(enrolled, api, committed):
    with committed():
        enrolled.course.unpublish()
    assert api.get("courses/")["items"] == []
    outline = api.get(f"courses/{enrolled.key}/")
    assert (outline["status"], outline["html_url"]) == ("archived", None)
    assert [unit["title"] for unit in outline["units"][0]["units"]] == ["First", "Quiz"]
    assert api.get(f"units/{enrolled.unit('first')}/")["title"] == "First"
    (item,) = api.post("events/", {"events": [event(enrolled, "first", "completed")]})["items"]
    assert item["status"] == "accepted"
    Api(factories.person()).get(f"courses/{enrolled.key}/", status=404)


def test_leaving_through_the_api(enrolled, api):
    assert api.call("DELETE", f"courses/{enrolled.key}/enrolment/").status_code == 204
    assert api.get(f"courses/{enrolled.key}/enrolment/")["state"] == "withdrawn"
    assert api.get(f"units/{enrolled.unit('first')}/", status=403)["code"] == "not_enrolled"
    assert api.post(f"courses/{enrolled.key}/enrolment/")["state"] == "active"


# Credentials ----------------------------------------------------------------------------------------------------


def test_writing_by_cookie_needs_the_csrf_token(world, learner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    path = f"{ROOT}courses/{world.key}/enrolment/"
    assert client.post(path, "{}", content_type="application/json").status_code == 403
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("header", ["X-Session-Token", "Authorization"])
def test_apps_use_the_session_token_of_the_headless_api(world, learner, header):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=learner, email=learner.email, verified=True, primary=True)
    client = Client()
    answer = client.post(
        "/_allauth/app/v1/auth/login",
        json.dumps({"email": learner.email, "password": "secret-password"}),
        content_type="application/json",
    )
    token = answer.json()["meta"]["session_token"]
    value = token if header == "X-Session-Token" else f"Bearer {token}"
    app = Api()
    response = app.call("POST", f"courses/{world.key}/enrolment/", {}, **{header: value})
    assert response.status_code == 200, response.content
    assert Enrolment.objects.get().learner.user == learner
    response = app.call("GET", "me/", **{header: value + "x"})
    assert response.status_code == 401


def test_repeating_with_an_idempotency_key_is_answered_alike(enrolled, api):
    headers = {"Idempotency-Key": "once-and-for-all"}
    first = api.post(attempts(enrolled), status=201, **headers)
    api.post(f"attempts/{first['id']}/submission/")
    again = api.post(attempts(enrolled), status=201, **headers)
    assert again == first
    assert Attempt.objects.count() == 1
    events = {"events": [event(enrolled, "first")]}
    one = api.post("events/", events, **headers)
    assert api.post("events/", events, **headers) == one
    problem = api.post("events/", {"events": []}, status=422, **headers)
    assert problem["code"] == "idempotency_key_reused"


def test_what_was_answered_is_not_given_again_to_whoever_may_not_have_it_any_more(enrolled, api, learner):
    headers = {"Idempotency-Key": "before-leaving"}
    api.post(attempts(enrolled), status=201, **headers)
    path = f"enrolments/{Enrolment.objects.get().uuid}/waivers/"
    trainer = factories.person()
    assign_perm("learning.decide_for_learners", trainer, Course.objects.get())
    boss, order = Api(trainer), {"unit": str(enrolled.unit("first")), "reason": "Holds it."}
    first = boss.post(path, order, **headers)
    assert boss.post(path, order, **headers) == first
    remove_perm("learning.decide_for_learners", trainer, Course.objects.get())
    assert boss.post(path, order, status=404, **headers)["code"] == "not_found"
    api.call("DELETE", f"courses/{enrolled.key}/enrolment/")
    assert api.post(attempts(enrolled), status=404, **headers)["code"] == "not_found"
    assert Attempt.objects.count() == 1


# Reports --------------------------------------------------------------------------------------------------------


def test_a_report_is_for_those_with_the_permission_on_that_course(site, committed, learner):
    ours = factories.course(site, committed, title="Ours")
    theirs = factories.course(site, committed, title="Theirs")
    trainer, other, boss = factories.person(), factories.person(), factories.person(is_superuser=True)
    assign_perm("learning.view_report", trainer, Course.objects.get(pk=ours.key))
    assign_perm("learning.view_report", other, Course.objects.get(pk=theirs.key))
    Api(learner).post(f"courses/{ours.key}/enrolment/")
    path = f"reports/courses/{ours.key}/"
    report = Api(trainer).get(path)
    assert report["funnel"]["enrolled"] == 1
    assert [each["name"] for each in report["learners"]["items"]] == ["learner@example.org"]
    assert Api(boss).get(path)["funnel"]["enrolled"] == 1
    assert Api(trainer).get("me/")["reports"] == [str(ours.key)]
    for stranger in (other, learner, factories.person(is_staff=True)):
        assert Api(stranger).get(path, status=403)["code"] == "not_permitted"
    assert Api(trainer).get(f"reports/courses/{uuid.uuid4()}/", status=404)["code"] == "not_found"


def test_a_permission_on_all_courses_opens_no_report(world, learner):
    everybody = factories.person()
    assign_perm("learning.view_report", everybody)
    assert Api(everybody).get(f"reports/courses/{world.key}/", status=403)["code"] == "not_permitted"


def test_taking_the_permission_away_holds_at_the_next_request(world):
    from guardian.shortcuts import remove_perm

    course, group = Course.objects.get(pk=world.key), Group.objects.create(name="Trainers")
    trainer = factories.person()
    trainer.groups.add(group)
    assign_perm("learning.view_report", group, course)
    api = Api(trainer)
    path = f"reports/courses/{world.key}/"
    assert api.get(path)
    assert api.get("me/")["reports"] == [str(world.key)]
    remove_perm("learning.view_report", group, course)
    api.get(path, status=403)


def test_a_course_made_again_inherits_no_permission(world):
    course, trainer = Course.objects.get(pk=world.key), factories.person()
    assign_perm("learning.view_report", trainer, course)
    values = {field: getattr(course, field) for field in ("key", "source_locale", "title", "created_at")}
    course.delete()
    Course.objects.create(**values)
    Api(trainer).get(f"reports/courses/{world.key}/", status=403)


def test_the_learners_of_a_report_are_paged(world):
    people = [factories.person() for _ in range(3)]
    for each in people:
        Api(each).post(f"courses/{world.key}/enrolment/")
    boss = Api(factories.person(is_superuser=True))
    first = boss.get(f"reports/courses/{world.key}/?limit=2")
    assert len(first["learners"]["items"]) == 2
    rest = boss.get(f"reports/courses/{world.key}/?limit=2&cursor={first['learners']['meta']['next']}")
    assert [each["name"] for each in rest["learners"]["items"]] == [people[2].email]
    assert rest["learners"]["meta"] == {"total_count": 3, "next": None}
