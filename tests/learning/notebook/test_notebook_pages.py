"""Notes, bookmarks, feedback, places and the catalogue on pages, by forms alone."""

import re
import uuid

import pytest
from django.test import Client
from guardian.shortcuts import assign_perm

from cms.core import languages
from learning.models import Bookmark, Course, LessonFeedback, Note
from tests.learning import factories
from tests.learning.factories import event
from tests.learning.notebook.test_notebook_api import BODY, SECTION
from tests.learning.pages.test_pages import Visitor, words
from tests.learning.rest.test_api import Api


def build_world(site, committed):
    modules = {"One": [("first", "lesson", {"body": BODY}), ("second", "lesson", {}), ("third", "quiz", {})]}
    return factories.course(site, committed, modules)


@pytest.fixture
def visitor(world, learner):
    found = Visitor(learner)
    found.post(f"courses/{world.key}/enrol/")
    return found


def at(world, what=""):
    return f"units/{world.unit('first')}/" + (f"{what}/" if what else "")


def test_a_note_by_forms_alone(world, visitor):
    page = visitor.post(at(world, "note"), {"text": "Ask <b>the</b> warden.", "version": "0"})
    html = page.content.decode()
    assert "Your note is saved." in html
    assert "Ask &lt;b&gt;the&lt;/b&gt; warden.</textarea>" in html
    assert 'name="version" value="1"' in html
    overview = visitor.get("notebook/")
    assert "Ask &lt;b&gt;the&lt;/b&gt; warden." in overview
    assert "A course" in overview
    text = visitor.client.get("/en/learn/notebook/notes/")
    assert "attachment" in text["Content-Disposition"]
    assert text.content.decode().startswith("A course: First\n")
    assert "Ask <b>the</b> warden." in text.content.decode()
    deleted = visitor.post(at(world, "note"), {"text": "", "version": "1", "back": "notebook"})
    assert "Your note is deleted." in deleted.content.decode()
    assert "You have no notes yet." in deleted.content.decode()


def test_an_older_tab_is_shown_both_and_decides(world, visitor):
    visitor.post(at(world, "note"), {"text": "From this device", "version": "0"})
    stale = visitor.client.post(visitor.at(at(world, "note")), {"text": "From an older tab", "version": "0"})
    html = stale.content.decode()
    assert stale.status_code == 409
    assert "From this device" in html
    assert "From an older tab</textarea>" in html
    assert Note.objects.get().text == "From this device"
    (version,) = re.findall(r'name="version" value="(\d+)"', html)
    visitor.post(at(world, "note"), {"text": "From an older tab", "version": version})
    assert Note.objects.get().text == "From an older tab"


@pytest.mark.parametrize(
    ("text", "version"), [("x" * 5001, "0"), ("Words", "x"), ("Words", ""), ("Words", "9" * 30)]
)
def test_a_note_that_cant_be_saved_is_shown_again(world, visitor, text, version):
    refused = visitor.client.post(visitor.at(at(world, "note")), {"text": text, "version": version})
    assert refused.status_code == 400
    assert f"{text}</textarea>" in refused.content.decode()
    assert not Note.objects.exists()


def test_bookmarks_by_forms_alone(world, visitor):
    html = visitor.post(at(world, "bookmark"), {"section": SECTION, "keep": "yes"}).content.decode()
    assert "Remove the bookmark" in html
    overview = visitor.get("notebook/")
    assert f'/en/learn/{at(world)}#s1-a-section"' in overview
    assert f'/en/learn/{at(world)}#s1-a-section"' in visitor.get("")
    refused = visitor.post(at(world, "bookmark"), {"section": "elsewhere"}).content.decode()
    assert "The lesson has no such section." in refused
    assert Bookmark.objects.count() == 1
    gone = visitor.post(at(world, "bookmark"), {"section": SECTION, "keep": "no", "back": "notebook"})
    assert "You have no bookmarks yet." in gone.content.decode()


def test_feedback_by_forms_alone(world, visitor):
    said = visitor.post(
        at(world, "feedback"), {"useful": "no", "comment": "Too <i>long</i>."}
    ).content.decode()
    assert "Thank you." in said
    assert "Change the answer" in said
    refused = visitor.post(at(world, "feedback"), {"useful": "perhaps"}).content.decode()
    assert "Choose whether the lesson was useful." in refused
    assert LessonFeedback.objects.get().useful is False
    instructor = factories.person()
    assign_perm("learning.view_report", instructor, Course.objects.get(pk=world.key))
    report = Visitor(instructor).get(f"courses/{world.key}/feedback/")
    assert "Too &lt;i&gt;long&lt;/i&gt;." in report
    assert "learner@example.org" not in report
    visitor.get(f"courses/{world.key}/feedback/", status=403)
    visitor.post(at(world, "feedback"), {"take_back": "1"})
    assert not LessonFeedback.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "notebook/"),
        ("get", "notebook/notes/"),
        ("post", "units/{lesson}/note/"),
        ("post", "units/{lesson}/bookmark/"),
        ("post", "units/{lesson}/feedback/"),
        ("get", "courses/{course}/feedback/"),
    ],
)
def test_nobody_in_particular_is_asked_to_sign_in(world, method, path):
    path = "/en/learn/" + path.format(course=world.key, lesson=world.unit("first"))
    response = getattr(Client(), method)(path, {"text": "x", "version": "0", "useful": "yes"})
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")
    assert not Note.objects.exists() | Bookmark.objects.exists() | LessonFeedback.objects.exists()


def test_strangers_write_nothing(world):
    stranger = Visitor(factories.person())
    for what, data in (
        ("note", {"text": "x", "version": "0"}),
        ("bookmark", {}),
        ("feedback", {"useful": "yes"}),
    ):
        page = stranger.post(at(world, what), data)
        assert "Enrol in the course to read this." in page.content.decode()
    missing = stranger.client.post(f"/en/learn/units/{uuid.uuid4()}/note/", {"text": "x", "version": "0"})
    assert missing.status_code == 404
    assert not Note.objects.exists() | Bookmark.objects.exists() | LessonFeedback.objects.exists()


@pytest.mark.parametrize("locale", languages.codes())
def test_every_page_in_every_language(world, learner, visitor, locale):
    visitor.post(at(world, "note"), {"text": "Words", "version": "0"})
    visitor.post(at(world, "bookmark"), {"section": SECTION})
    reader = Visitor(learner, locale)
    for path in ("", "notebook/", at(world), f"/{locale}/courses/", f"/{locale}/courses/?q=x&mine=1"):
        assert f'dir="{languages.direction(locale)}"' in reader.get(path)


def test_coming_back_leads_to_the_section(world, learner, visitor):
    assert "Continue where you stopped" not in visitor.get(at(world))
    api = Api(learner)
    api.post("events/", {"events": [event(world, "first", "progressed", data={"position": 9_000})]})
    html = visitor.get(at(world))
    assert 'id="continue"><a class="btn quiet" href="#s1-a-section">' in html
    assert 'data-position="9000"' in html
    assert f'/en/learn/{at(world)}#continue"' in visitor.get("")
    assert f'/en/learn/{at(world)}#continue"' in visitor.get("/en/courses/a-course/")
    # Read to the end: there is nothing to go on with.
    api.post("events/", {"events": [event(world, "first", "progressed", data={"position": 10_000})]})
    assert "Continue where you stopped" not in visitor.get(at(world))


def test_a_sample_read_by_somebody_who_isnt_enrolled_keeps_no_place(site, committed):
    world = factories.course(site, committed, {"One": [("first", "lesson", {"sample": True})]})
    person = factories.person()
    reader = Visitor(person)
    html = reader.get(at(world))
    assert "note-form" in html
    # In a page that somebody else signs in behind, the script tells the two apart by this.
    assert f'sending.js" defer data-person="{person.uuid}"' in html
    assert "place-now" not in html
    assert "lesson-feedback" not in html
    reader.post(at(world, "note"), {"text": "Mine", "version": "0"})
    assert Note.objects.get().text == "Mine"
    anonymous = Client().get(f"/en/learn/{at(world)}").content.decode()
    assert "note-form" not in anonymous
    assert "lesson.js" not in anonymous


def test_the_course_page_says_what_completes_it(world, visitor):
    page = words(visitor.get("/en/courses/a-course/"))
    assert "2 lessons to do" in page
    assert "1 quiz to pass" in page
    assert "0 of 3 done" in page
    visitor.post(at(world, "done"))
    assert "1 of 3 done" in words(visitor.get("/en/courses/a-course/"))


def test_the_catalogue_by_addresses_alone(site, committed, world, visitor):
    factories.course(site, committed, title="Hard work", level="advanced", effort_minutes=600)
    everything = visitor.get("/en/courses/")
    assert "2 of 2 courses" in words(everything)
    assert 'href="?level=advanced#entries"' in everything
    hard = visitor.get("/en/courses/?level=advanced&length=long&q=HARD")
    assert "1 of 2 courses" in words(hard)
    assert "Hard work" in hard
    assert "A course</a>" not in hard
    # Each further step keeps the others, and each back takes one away.
    assert 'href="?level=advanced&amp;q=HARD#entries"' in hard
    assert 'type="hidden" name="level" value="advanced"' in hard
    mine = visitor.get("/en/courses/?mine=1")
    assert "1 of 2 courses" in words(mine)
    assert "Among your courses" in mine
    assert "No course fits all of these." in visitor.get("/en/courses/?level=intermediate")
    for wrong in ("level=x", "language=xx", "mine=2", "q=" + "x" * 201):
        visitor.get(f"/en/courses/?{wrong}", status=400)
    anonymous = Client().get("/en/courses/?mine=1&level=advanced").content.decode()
    assert "Your courses" not in anonymous
    assert "Hard work" in anonymous


def test_the_catalogue_takes_the_same_statements_however_it_is_asked(
    site, committed, world, visitor, django_assert_max_num_queries
):
    for number in range(4):
        factories.course(site, committed, title=f"Course {number}")
    anonymous = Client()
    anonymous.get("/en/courses/")
    with django_assert_max_num_queries(4):
        assert anonymous.get("/en/courses/?q=course&level=introductory").status_code == 200
    visitor.get("/en/courses/")
    with django_assert_max_num_queries(11):
        visitor.get("/en/courses/?q=course&mine=1")


def test_my_learning_takes_the_same_statements_for_many_as_for_one(
    site, committed, world, visitor, django_assert_max_num_queries
):
    for number in range(4):
        other = factories.course(
            site, committed, {"One": [(f"unit{number}", "lesson", {})]}, title=f"Course {number}"
        )
        visitor.post(f"courses/{other.key}/enrol/")
        visitor.post(f"units/{other.unit(f'unit{number}')}/bookmark/")
    visitor.get("")
    with django_assert_max_num_queries(18):
        assert "Course 3" in visitor.get("")


def test_a_lesson_takes_a_fixed_number_of_statements(world, visitor, django_assert_max_num_queries):
    visitor.get(at(world))
    with django_assert_max_num_queries(22):
        visitor.get(at(world))


def test_an_option_that_nothing_has_is_no_link(world, visitor):
    html = visitor.get("/en/courses/")
    assert "?level=advanced#" not in html
