"""A newer edition on a learner's pages, through the API, and in the admin."""

import pytest
from django.utils import timezone

from learning.models import ModulePage
from tests.learning import factories
from tests.learning.flows.test_editions import act, add_lesson, change, join, of, release

API = "/api/learning/v1/courses"


@pytest.fixture
def learner(world, client):
    user = join(world, timezone.now())
    act(world, user, "first", "completed", timezone.now())
    client.force_login(user)
    return user


def renewed(committed, world):
    add_lesson(committed, world, title="Third")
    change(committed, world, "first", title="First again", body=[factories.text("Other SAID words.")])
    change(committed, world, "quiz", required=False, questions=[factories.true_false("SECRET question")])
    release(committed, world, "stay", note="Better in all ways.")


def test_a_learner_sees_what_changed_and_moves(world, learner, committed, client):
    address = f"/en/learn/courses/{world.key}/edition/"
    assert "You are on the current edition" in client.get(address).content.decode()
    renewed(committed, world)
    course = client.get(world.course.url).content.decode()
    assert "Edition 2 of this course is out" in course and address in course
    page = client.get(address).content.decode()
    for words in ("Better in all ways.", "Third", "First again", "SAID", "optional now"):
        assert words in page
    assert "SECRET" not in page
    answer = client.post(address, follow=True).content.decode()
    assert "What you have done stays done." in answer and "is out" not in answer
    assert (of(learner).edition.number, of(learner).required_done, of(learner).required_total) == (2, 1, 3)


def test_the_same_through_the_api(world, learner, committed, client):
    renewed(committed, world)
    address = f"{API}/{world.key}/enrolment/edition/"
    found = client.get(address).json()
    assert (found["edition"], found["current"], found["note"]) == (1, 2, "Better in all ways.")
    assert [each["title"] for each in found["changes"]["added"]] == ["Third"]
    assert found["rules"] == [
        {"key": str(world.unit("quiz")), "title": "Quiz", "locale": "en", "change": "optional"}
    ]
    for _ in range(2):
        moved = client.post(address, content_type="application/json")
        assert (moved.status_code, moved.json()["edition"]) == (200, 2)
    assert client.get(address).json()["changes"]["added"] == []


def test_it_is_there_for_learners_alone(world, learner, committed, client):
    renewed(committed, world)
    client.force_login(factories.person())
    assert client.get(f"/en/learn/courses/{world.key}/edition/").status_code == 404
    assert client.post(f"/en/learn/courses/{world.key}/edition/").status_code == 404
    assert client.get(f"{API}/{world.key}/enrolment/edition/").status_code == 404
    sent = {"content_type": "application/json"}
    assert client.post(f"{API}/{world.key}/enrolment/edition/", **sent).status_code == 404
    client.logout()
    assert client.get(f"/en/learn/courses/{world.key}/edition/").status_code == 302
    assert client.post(f"{API}/{world.key}/enrolment/edition/", **sent).status_code == 401
    assert of(learner).edition.number == 1


def test_releasing_in_the_admin_asks_for_those_under_way(world, learner, committed, client):
    add_lesson(committed, world)
    client.force_login(factories.person(is_superuser=True))
    address = f"/admin/editions/{world.course.pk}/"
    form = client.get(address).content.decode()
    assert "People who are on an earlier edition" in form and 'value="move_unstarted"' in form
    sent = {"note": "New.", "number": "1"}
    with committed():
        assert client.post(address, {**sent, "choice_under_way": "everybody"}).status_code == 200
    assert of(learner).edition.number == 1
    with committed():
        assert client.post(address, {**sent, "choice_under_way": "move"}).status_code == 302
    assert of(learner).edition.number == 2


def test_what_completes_it_is_told(world, committed, client):
    visitor = client.get(world.course.url).content.decode()
    assert "Completed with everything that isn’t optional." in visitor
    with committed():
        course = world.course.__class__.objects.get(pk=world.course.pk)
        course.at_least, course.minimum_score = 1, 60
        course.save_revision().publish()
        module = ModulePage.objects.get(pk=world.pages["One"].pk)
        module.at_least = 1
        module.save_revision().publish()
    user = factories.person()
    for _ in range(2):
        page = client.get(world.course.url).content.decode()
        assert "Completed with 1 of 2 modules." in page
        assert "A score of 60% over its quizzes is asked for." in page
        client.force_login(user)
        join(world, timezone.now(), user)
    assert "1 of 2 are enough." in page
    value = client.get(f"{API}/{world.key}/").json()
    assert value["needs"] == {"at_least": 1, "of": 2, "minimum_bp": 6000}
    assert value["units"][0]["needs"] == {"at_least": 1, "of": 2, "minimum_bp": 0}
