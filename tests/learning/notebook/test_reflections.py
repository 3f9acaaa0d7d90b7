"""What learners write in reflections: theirs alone, kept as notes, by forms alone and through the API."""

import pytest
from bs4 import BeautifulSoup

from learning.models import LessonPage, Note
from learning.notebook import keeping
from tests import world as building
from tests.learning import factories
from tests.learning.factories import reflection, stable
from tests.learning.notebook.test_notebook_api import code, people
from tests.learning.pages.test_pages import Visitor
from tests.learning.rest.test_api import Api

BLOCK = stable("reflection")


def build_world(site, committed):
    body = [reflection(), reflection("other", "And then?", "")]
    modules = {"One": [("first", "lesson", {"body": body}), ("second", "lesson", {}), ("quiz", "quiz", {})]}
    return factories.course(site, committed, modules)


@pytest.fixture
def api(world, learner):
    found = Api(learner)
    found.post(f"courses/{world.key}/enrolment/")
    return found


@pytest.fixture
def visitor(api, learner):
    return Visitor(learner)


def at(world, block=BLOCK, unit="first"):
    return f"units/{world.unit(unit)}/reflections/{block}/"


def soup(visitor, path):
    return BeautifulSoup(visitor.get(path), "html.parser")


def test_a_reflection_by_forms_alone(world, visitor):
    lesson = f"units/{world.unit('first')}/"
    before = soup(visitor, lesson).select_one(f"#reflection-{BLOCK}")
    assert before.select_one(".after").has_attr("hidden")
    assert "Saved" not in before.select_one(".saved").get_text()
    answer = visitor.client.post(visitor.at(at(world)), {"text": "The neighbours.", "version": "0"})
    assert answer["Location"].endswith(f"/{lesson}#reflection-{BLOCK}")
    after = soup(visitor, lesson)
    written = after.select_one(f"#reflection-{BLOCK}")
    assert written.textarea.get_text().strip() == "The neighbours."
    assert "Saved" in written.select_one(".saved").get_text()
    assert "Neighbours do." in written.select_one(".after").get_text()
    assert not written.select_one(".after").has_attr("hidden")
    # The note on the lesson and the other reflection are other notes.
    assert after.select_one("#note-text").get_text().strip() == ""
    assert after.select_one(f"#reflection-{stable('other')} textarea").get_text().strip() == ""


def test_a_reflection_is_among_the_notes_and_can_be_deleted_there(world, visitor):
    visitor.post(at(world), {"text": "The neighbours.", "version": "0"})
    row = soup(visitor, "notebook/").select_one("ul.notes > li")
    assert "Who notices first?" in row.get_text() and "The neighbours." in row.get_text()
    assert row.h3.a["href"].endswith(f"#reflection-{BLOCK}")
    text = visitor.client.get("/en/learn/notebook/notes/").content.decode()
    assert text.endswith("Who notices first?\n\nThe neighbours.\n")
    deleted = visitor.client.post(
        row.form["action"],
        {"text": "", "version": row.select_one("[name=version]")["value"], "back": "notebook"},
    )
    assert deleted.status_code == 302
    assert soup(visitor, "notebook/").select_one("ul.notes") is None


def test_an_older_tab_is_shown_both_and_goes_on_writing_the_reflection(world, visitor):
    visitor.post(at(world), {"text": "From this device", "version": "0"})
    stale = visitor.client.post(visitor.at(at(world)), {"text": "From an older tab", "version": "0"})
    html = stale.content.decode()
    assert stale.status_code == 409
    assert "From this device" in html and "From an older tab</textarea>" in html
    assert f'action="{visitor.at(at(world))}"' in html
    assert Note.objects.get().text == "From this device"


def test_a_reflection_by_the_api(world, api):
    assert api.get(at(world)) == {"text": "", "version": 0, "updated_at": None}
    assert api.put(at(world), {"text": "The neighbours.", "version": 0})["version"] == 1
    assert api.put(at(world), {"text": "The neighbours.", "version": 0})["version"] == 1
    stale = api.call("PUT", at(world), {"text": "Older", "version": 0})
    assert code(stale) == (409, "stale_note")
    assert stale.json()["saved"]["text"] == "The neighbours."
    api.put(f"units/{world.unit('first')}/note/", {"text": "On the lesson", "version": 0})
    listed = {each["block"]: (each["prompt"], each["text"]) for each in api.get("me/notes/")["items"]}
    assert listed == {"": (None, "On the lesson"), BLOCK: ("Who notices first?", "The neighbours.")}
    assert api.put(at(world), {"text": "", "version": 1})["text"] == ""
    assert [each["block"] for each in api.get("me/notes/")["items"]] == [""]


@pytest.mark.parametrize(
    ("block", "unit", "expected"),
    [
        (stable("nothing"), "first", (404, "not_found")),
        (BLOCK, "second", (404, "not_found")),
        (BLOCK, "quiz", (400, "not_a_lesson")),
    ],
)
def test_where_nothing_is_asked_nothing_is_kept(world, api, visitor, block, unit, expected):
    for method, body in (("GET", None), ("PUT", {"text": "Words", "version": 0})):
        assert code(api.call(method, at(world, block, unit), body)) == expected
    visitor.client.post(visitor.at(at(world, block, unit)), {"text": "Words", "version": "0"})
    assert Note.objects.count() == 0


def test_nobody_is_shown_or_changes_what_another_wrote(world, api, committed):
    api.put(at(world), {"text": "SECRET words", "version": 0})
    for person in people(world, committed):
        theirs = Api(person)
        assert b"SECRET" not in theirs.call("GET", at(world)).content
        theirs.call("PUT", at(world), {"text": "", "version": 1})
        assert theirs.get("me/notes/")["items"] == []
        page = theirs.client.get(f"/en/learn/units/{world.unit('first')}/").content
        assert b"SECRET" not in page
    assert Note.objects.get(user=api.user).text == "SECRET words"


def test_what_was_written_stays_when_the_reflection_is_taken_out(world, api, visitor, committed):
    api.put(at(world), {"text": "The neighbours.", "version": 0})
    with committed():
        building.publish(LessonPage.objects.get(pk=world.pages["first"].pk), body=[factories.text()])
    (listed,) = api.get("me/notes/")["items"]
    assert (listed["prompt"], listed["text"]) == (None, "The neighbours.")
    assert api.get(at(world))["text"] == "The neighbours."
    assert api.put(at(world), {"text": "", "version": 1})["text"] == ""


def test_reflections_are_forgotten_with_the_notes(world, api, learner):
    api.put(at(world), {"text": "The neighbours.", "version": 0})
    assert keeping.forget(learner) == 1
    assert keeping.forget(learner) == 0
    assert Note.objects.count() == 0


def test_two_reflections_take_no_more_statements_than_none(world, visitor, django_assert_max_num_queries):
    visitor.post(at(world), {"text": "The neighbours.", "version": "0"})
    visitor.get(f"units/{world.unit('first')}/")
    with django_assert_max_num_queries(22):
        visitor.get(f"units/{world.unit('first')}/")
