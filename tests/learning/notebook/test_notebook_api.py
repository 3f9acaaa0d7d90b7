"""/api/learning/v1/: notes, bookmarks, feedback, the place in a lesson, the catalogue's filters; for six kinds of person."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from guardian.shortcuts import assign_perm
from wagtail.models import PageViewRestriction

from learning.models import Bookmark, Course, LessonFeedback, Note
from tests.learning import factories
from tests.learning.factories import event, stable
from tests.learning.rest.test_api import Api

SECTION = stable("section")
BODY = [
    {"type": "heading", "value": {"text": "A section", "level": "2"}, "id": SECTION},
    {"type": "text", "value": "<p>Words of first.</p>", "id": stable("text")},
]


def build_world(site, committed):
    modules = {"One": [("first", "lesson", {"body": BODY}), ("quiz", "quiz", {}), ("second", "lesson", {})]}
    return factories.course(site, committed, modules)


@pytest.fixture
def api(world, learner):
    found = Api(learner)
    found.post(f"courses/{world.key}/enrolment/")
    return found


def at(world, what, unit="first"):
    return f"units/{world.unit(unit)}/{what}/"


def code(response):
    return response.status_code, response.json()["code"]


def test_a_note_by_the_api(world, api):
    note = at(world, "note")
    assert api.get(note) == {"text": "", "version": 0, "updated_at": None}
    assert api.put(note, {"text": "Ask the warden.", "version": 0})["version"] == 1
    assert api.put(note, {"text": "Ask the warden.", "version": 0})["version"] == 1
    stale = api.call("PUT", note, {"text": "Older tab", "version": 0})
    assert code(stale) == (409, "stale_note")
    assert stale.json()["saved"]["text"] == "Ask the warden."
    (listed,) = api.get("me/notes/")["items"]
    assert (listed["text"], listed["title"], listed["course_title"]) == (
        "Ask the warden.",
        "First",
        "A course",
    )
    assert api.put(note, {"text": "", "version": 1})["text"] == ""
    assert api.get("me/notes/")["meta"]["total_count"] == 0


def test_bookmarks_by_the_api(world, api):
    mark = at(world, "bookmark")
    for section in ({}, {"section": SECTION}, {"section": SECTION}):
        assert api.call("PUT", mark, section).status_code == 204
    assert api.get(mark)["sections"] == ["", SECTION]
    whole, section = api.get("me/bookmarks/")["items"]
    assert (whole["section"], whole["title"], whole["anchor"]) == ("", "First", "")
    assert (section["section_title"], section["anchor"]) == ("A section", "s1-a-section")
    first = api.get("me/bookmarks/?limit=1")
    assert first["meta"]["total_count"] == 2
    assert api.get(f"me/bookmarks/?limit=1&cursor={first['meta']['next']}")["items"] == [section]
    for _ in range(2):
        assert api.call("DELETE", f"{mark}?section={SECTION}").status_code == 204
    assert api.get(mark)["sections"] == [""]


def test_feedback_by_the_api(world, api):
    feedback = at(world, "feedback")
    assert api.get(feedback)["useful"] is None
    assert api.put(feedback, {"useful": False, "comment": "Too long."})["useful"] is False
    assert api.put(feedback, {"useful": True})["comment"] == ""
    assert LessonFeedback.objects.count() == 1
    assert api.call("DELETE", feedback).status_code == 204
    assert api.get(feedback)["useful"] is None


@pytest.mark.parametrize(
    ("method", "what", "unit", "data", "expected"),
    [
        ("PUT", "note", "first", {"text": "x" * 5001, "version": 0}, (400, "too_long")),
        ("PUT", "note", "first", {"text": "x"}, (400, "bad_version")),
        ("PUT", "note", "first", {"text": "x", "version": 0, "user": 1}, (400, "unknown_field")),
        ("PUT", "note", "quiz", {"text": "x", "version": 0}, (400, "not_a_lesson")),
        ("PUT", "bookmark", "first", {"section": "elsewhere"}, (400, "unknown_section")),
        ("PUT", "bookmark", "first", {"section": ["x"]}, (400, "unknown_section")),
        ("PUT", "bookmark", "quiz", {}, (400, "not_a_lesson")),
        ("PUT", "feedback", "first", {"useful": "yes"}, (400, "bad_value")),
        ("PUT", "feedback", "first", {"useful": True, "comment": "x" * 1001}, (400, "too_long")),
        ("PUT", "feedback", "quiz", {"useful": True}, (400, "not_a_lesson")),
    ],
)
def test_bad_input_is_a_problem_and_changes_nothing(world, api, method, what, unit, data, expected):
    assert code(api.call(method, at(world, what, unit), data)) == expected
    assert not Note.objects.exists()
    assert not Bookmark.objects.exists()
    assert not LessonFeedback.objects.exists()


WRITES = [
    ("note", {"text": "Theirs", "version": 0}),
    ("bookmark", {}),
    ("feedback", {"useful": True}),
]


@pytest.mark.parametrize(("what", "data"), WRITES)
def test_writing_is_for_those_who_read_the_lesson(world, what, data):
    assert Api().call("PUT", at(world, what), data).status_code == 401
    for stranger in (factories.person(), factories.person(is_superuser=True)):
        assert code(Api(stranger).call("PUT", at(world, what), data)) == (403, "not_enrolled")
        assert Api(stranger).call("PUT", f"units/{uuid.uuid4()}/{what}/", data).status_code == 404
    assert not Note.objects.exists() | Bookmark.objects.exists() | LessonFeedback.objects.exists()


@pytest.mark.parametrize(("what", "data"), WRITES)
def test_a_locked_lesson_takes_nothing(site, committed, learner, what, data):
    modules = {"One": [("early", "lesson", {}), ("late", "lesson", {})]}
    world = factories.course(site, committed, modules, sequencing="ordered")
    api = Api(learner)
    api.post(f"courses/{world.key}/enrolment/")
    assert code(api.call("PUT", at(world, what, "late"), data)) == (403, "unit_locked")
    assert not Note.objects.exists() | Bookmark.objects.exists() | LessonFeedback.objects.exists()


def people(world, committed):
    """Registered, member, member of another group, editor, administrator, instructor; the last three enrolled as well."""
    member, other = factories.person(), factories.person()
    member.groups.add(Group.objects.create(name="Members"))
    other.groups.add(Group.objects.create(name="Others"))
    editor = factories.person()
    editor.groups.add(Group.objects.get(name="Editors"))
    boss, instructor = factories.person(is_superuser=True), factories.person()
    assign_perm("learning.view_report", instructor, Course.objects.get(pk=world.key))
    for each in (editor, boss, instructor):
        Api(each).post(f"courses/{world.key}/enrolment/")
    return [factories.person(), member, other, editor, boss, instructor]


def test_nobody_is_shown_what_another_keeps(world, api, committed):
    api.put(at(world, "note"), {"text": "SECRET words", "version": 0})
    api.call("PUT", at(world, "bookmark"), {"section": SECTION})
    api.put(at(world, "feedback"), {"useful": False, "comment": "SECRET too"})
    for person in people(world, committed):
        theirs = Api(person)
        for path in ("me/notes/", "me/bookmarks/"):
            assert theirs.get(path)["items"] == []
        for what in ("note", "bookmark", "feedback"):
            assert b"SECRET" not in theirs.call("GET", at(world, what)).content
        theirs.call("DELETE", f"{at(world, 'bookmark')}?section={SECTION}")
        theirs.call("DELETE", at(world, "feedback"))
        theirs.call("PUT", at(world, "note"), {"text": "", "version": 1})
        for path in (
            f"/en/learn/units/{world.unit('first')}/",
            "/en/learn/notebook/",
            "/en/learn/notebook/notes/",
        ):
            assert b"SECRET" not in theirs.client.get(path).content
    assert Note.objects.get(user=api.user).text == "SECRET words"
    assert Bookmark.objects.filter(user=api.user).exists()
    assert LessonFeedback.objects.filter(user=api.user).exists()


def test_those_who_run_the_course_read_feedback_without_names(world, api, learner, committed):
    learner.first_name = "NAME"
    learner.save()
    api.put(at(world, "feedback"), {"useful": False, "comment": "Too long."})
    report = f"reports/courses/{world.key}/feedback/"
    for person in people(world, committed):
        allowed = person.is_superuser or person.has_perm(
            "learning.view_report", Course.objects.get(pk=world.key)
        )
        response = Api(person).call("GET", report)
        assert response.status_code == (200 if allowed else 403)
        if allowed:
            found = response.json()
            first = next(each for each in found["units"] if each["key"] == str(world.unit("first")))
            assert (first["useful"], first["not_useful"]) == (0, 1)
            assert [each["comment"] for each in found["comments"]["items"]] == ["Too long."]
            assert b"NAME" not in response.content
            assert learner.email.encode() not in response.content
            assert str(learner.learner.uuid).encode() not in response.content
    assert Api().call("GET", report).status_code == 401
    assert Api(learner).call("GET", f"reports/courses/{uuid.uuid4()}/feedback/").status_code == 404


def test_comments_are_paged(world, committed):
    for number in range(3):
        api = Api(factories.person())
        api.post(f"courses/{world.key}/enrolment/")
        api.put(at(world, "feedback"), {"useful": True, "comment": f"Comment {number}"})
    boss = Api(factories.person(is_superuser=True))
    path, seen, cursor = f"reports/courses/{world.key}/feedback/?limit=2", [], ""
    while cursor is not None:
        comments = boss.get(path + (f"&cursor={cursor}" if cursor else ""))["comments"]
        seen += [each["comment"] for each in comments["items"]]
        cursor = comments["meta"]["next"]
    assert sorted(seen) == ["Comment 0", "Comment 1", "Comment 2"]
    assert comments["meta"]["total_count"] == 3


def test_what_is_restricted_is_named_to_nobody_but_ones_words_stay_ones_own(world, api, committed):
    api.put(at(world, "note"), {"text": "Mine", "version": 0})
    api.call("PUT", at(world, "bookmark"), {})
    with committed():
        restriction = PageViewRestriction.objects.create(
            page=world.course, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.add(Group.objects.create(name="Members"))
    (note,) = api.get("me/notes/")["items"]
    assert (note["text"], note["title"], note["course_title"]) == ("Mine", None, None)
    assert api.get("me/bookmarks/")["items"][0]["title"] is None
    assert api.get(at(world, "note"))["text"] == "Mine"
    assert api.call("PUT", at(world, "note"), {"text": "More", "version": 1}).status_code == 404
    assert api.put(at(world, "note"), {"text": "", "version": 1})["text"] == ""
    assert api.call("DELETE", at(world, "bookmark")).status_code == 204


def test_leaving_a_course_leaves_the_notes(world, api):
    api.put(at(world, "note"), {"text": "Mine", "version": 0})
    api.call("DELETE", f"courses/{world.key}/enrolment/")
    assert [each["text"] for each in api.get("me/notes/")["items"]] == ["Mine"]
    assert code(api.call("PUT", at(world, "note"), {"text": "x", "version": 1})) == (403, "not_enrolled")


# The place ------------------------------------------------------------------------------------------------------


def test_the_last_place_of_any_device_is_told(world, api):
    unit = f"units/{world.unit('first')}/"
    assert api.get(unit)["position"] is None
    now = timezone.now()
    sent = [
        event(
            world,
            "first",
            "progressed",
            data={"position": 6_000},
            occurred_at=(now + timedelta(seconds=1)).isoformat(),
        ),
        event(world, "first", "progressed", seconds=5),
        event(world, "second", "progressed", data={"position": 9_000}),
    ]
    api.post("events/", {"events": sent})
    assert api.get(unit)["position"] == 6_000
    # An earlier place that arrives late, from a device that had no line, is no news.
    late = event(
        world,
        "first",
        "progressed",
        data={"position": 100},
        occurred_at=(now - timedelta(days=1)).isoformat(),
    )
    api.post("events/", {"events": [late]})
    assert api.get(unit)["position"] == 6_000
    other = Api(factories.person())
    other.post(f"courses/{world.key}/enrolment/")
    assert other.get(unit)["position"] is None


@pytest.mark.parametrize("position", [-1, 10_001, "5", 1.5, None])
def test_a_place_outside_of_the_lesson_is_refused(world, api, position):
    (taken,) = api.post(
        "events/", {"events": [event(world, "first", "progressed", data={"position": position})]}
    )["items"]
    assert (taken["status"], taken["code"]) == ("rejected", "bad_data")
    assert api.get(f"units/{world.unit('first')}/")["position"] is None


# Filters --------------------------------------------------------------------------------------------------------


def titles(api, query):
    return [each["title"] for each in api.get(f"courses/?{query}")["items"]]


def test_the_catalogue_by_filters(site, committed, world, api):
    factories.course(site, committed, title="Long and hard", level="advanced", effort_minutes=600)
    factories.course(site, committed, title="Later", status="announced", effort_minutes=120)
    assert titles(api, "level=advanced") == ["Long and hard"]
    assert titles(api, "length=medium&status=announced") == ["Later"]
    assert titles(api, "q=LONG and") == ["Long and hard"]
    assert titles(api, "mine=true") == ["A course"]
    assert titles(api, "mine=true&level=advanced") == []
    assert titles(api, "language=en") == ["A course", "Later", "Long and hard"]
    assert titles(api, "language=fr") == []
    assert Api().call("GET", "courses/?mine=true").status_code == 401
    for wrong in (
        "level=x",
        "language=xx",
        "status=archived",
        "length=1",
        "mine=x",
        "q=" + "x" * 201,
        "other=1",
    ):
        assert api.call("GET", f"courses/?{wrong}").status_code == 400, wrong
    first = api.get("courses/?limit=1&language=en")
    assert first["meta"]["total_count"] == 3
    cursor = first["meta"]["next"]
    assert titles(api, f"limit=1&language=en&cursor={cursor}") == ["Later"]
    # A cursor belongs to the list that it came with.
    assert api.call("GET", f"courses/?limit=1&cursor={cursor}").status_code == 400


def test_lists_take_the_same_statements_for_many_as_for_one(
    site, committed, world, api, django_assert_num_queries
):
    def keep(unit):
        api.put(at(world, "note", unit), {"text": unit, "version": 0})
        api.call("PUT", at(world, "bookmark", unit), {})

    keep("first")
    for _ in range(2):
        # Session, person, three for what they may see, the rows, lessons, courses.
        for path in ("me/notes/", "me/bookmarks/"):
            with django_assert_num_queries(8):
                assert api.get(path)["items"]
        # Session, person, own courses, courses.
        with django_assert_num_queries(4):
            assert titles(api, "mine=true")
        keep("second")
        other = factories.course(site, committed, title="Another")
        api.post(f"courses/{other.key}/enrolment/")


def test_blanks_empty_a_note_as_the_form_does_whatever_became_of_the_lesson(world, api):
    note = at(world, "note")
    api.put(note, {"text": "Ask the warden.", "version": 0})
    assert api.call("DELETE", f"courses/{world.key}/enrolment/").status_code == 204
    assert api.put(note, {"text": "More", "version": 1}, status=403)["code"] == "not_enrolled"
    assert api.put(note, {"text": " \n", "version": 1})["text"] == ""
