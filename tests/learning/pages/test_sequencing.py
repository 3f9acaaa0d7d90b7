"""In an ordered course what is locked stays closed by every way, and is open as soon as what comes before it is done."""

import pytest

from learning.models import Attempt, CheckAnswer, Event
from tests.learning import factories
from tests.learning.factories import check, event, right, stable
from tests.learning.pages.test_pages import Visitor
from tests.learning.rest.test_api import Api


@pytest.fixture
def ordered(site, committed):
    modules = {
        "One": [
            ("first", "lesson", {}),
            ("second", "lesson", {"body": [factories.text("Words behind the lock."), check(name="asked")]}),
            ("quiz", "quiz", {}),
        ]
    }
    return factories.course(site, committed, modules, sequencing="ordered")


def test_what_is_locked_is_closed_by_every_way(ordered, learner):
    api, visitor = Api(learner), Visitor(learner)
    api.post(f"courses/{ordered.key}/enrolment/")
    second, quiz, question = ordered.unit("second"), ordered.unit("quiz"), stable("asked")
    before = Event.objects.count()
    assert api.get(f"units/{second}/", status=403)["code"] == "unit_locked"
    assert api.get(f"units/{quiz}/", status=403)["code"] == "unit_locked"
    refused = api.post(f"units/{second}/checks/{question}/", {"response": right("asked")}, status=403)
    assert refused["code"] == "unit_locked"
    assert api.post(f"quizzes/{quiz}/attempts/", status=403)["code"] == "unit_locked"
    for path in (f"units/{second}/", f"units/{quiz}/"):
        led = visitor.client.get(f"/en/learn/{path}")
        assert (led.status_code, led["Location"]) == (302, "/en/courses/a-course/")
    for path in (f"units/{second}/done/", f"units/{second}/checks/{question}/", f"units/{quiz}/attempt/"):
        page = visitor.post(path, {f"q-{question}": right("asked")["option"]})
        assert "Words behind the lock" not in page.content.decode()
        assert "SECRET" not in page.content.decode()
    document = visitor.client.get(ordered.pages["second"].url, follow=True)
    assert "Words behind the lock" not in document.content.decode()
    assert Event.objects.count() == before
    assert not Attempt.objects.exists()
    assert not CheckAnswer.objects.exists()


def test_events_of_locked_units_wait_and_tell_nothing(ordered, learner):
    api = Api(learner)
    api.post(f"courses/{ordered.key}/enrolment/")
    answered = event(
        ordered, "second", "answered", data={"question": stable("asked"), "response": right("asked")}
    )
    (taken,) = api.post("events/", {"events": [answered]})["items"]
    assert taken == {"id": answered["id"], "status": "accepted", "counted": False}
    api.post("events/", {"events": [event(ordered, "first", "completed")]})
    assert api.get(f"units/{ordered.unit('second')}/")["checks"][stable("asked")]["verdict"] == "right"
