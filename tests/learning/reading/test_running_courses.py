"""Pages and API for people who run a course: what they see, what others don't, and in how many statements."""

import csv
import io
import json
import re
import uuid

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from learning.flows import attempts, enrolment
from learning.models import Attempt, Course, Enrolment, Event, ExtraTime, Mark, UnitRecord
from learning.reading import items
from tests.learning import factories
from tests.learning.factories import all_right, event, reader, stable
from tests.learning.flows import test_marking as essays
from tests.learning.flows import test_regrading as regrades
from tests.learning.flows.test_marking import ESSAY, WHAT, WHO
from tests.learning.pages.test_pages import Visitor, words
from tests.learning.rest.test_api import Api

NOW = timezone.now()


def running(world, *permissions, **fields):
    found = factories.person(**fields)
    for each in permissions:
        assign_perm(f"learning.{each}", found, Course.objects.get(pk=world.key))
    return found


def enrolled(world, **fields):
    user = factories.person(**fields)
    enrolment.enrol(user=user, course_key=world.key, reader=reader(user), now=NOW)
    return user


def finished(world, user, given=None):
    sitting = attempts.start_attempt(
        user=user, quiz_key=world.unit("quiz"), reader=reader(user), now=timezone.now()
    )
    answers = {key: (response, None) for key, response in (given or all_right()).items()}
    attempts.submit_attempt(
        user=user, attempt_id=sitting.attempt.uuid, given=answers, reader=reader(user), now=timezone.now()
    )


def names(value):
    return [each["name"] for each in value["items"]]


# Who may ---------------------------------------------------------------------------------------------------------


def addresses(world):
    """(page, API) of everything about a course, with an enrolment and an attempt of it."""
    quiz = world.unit("quiz")
    own = Enrolment.objects.filter(course=world.key).first().uuid
    attempt = Attempt.objects.filter(enrolment__course=world.key).first().uuid
    page, api = f"courses/{world.key}/report/", f"reports/courses/{world.key}/"
    return [
        (page, api),
        (f"{page}learners/", f"{api}learners/"),
        (f"{page}learners/export/", f"{api}export/"),
        (f"{page}learners/{own}/", f"{api}learners/{own}/"),
        (f"{page}marking/", f"{api}marking/"),
        (f"{page}marking/{attempt}/", f"marking/attempts/{attempt}/"),
        (f"{page}quizzes/{quiz}/", f"reports/quizzes/{quiz}/items/"),
        (f"{page}quizzes/{quiz}/export/", f"reports/quizzes/{quiz}/items/export/"),
        (f"{page}quizzes/{quiz}/regrade/", f"reports/quizzes/{quiz}/regrades/"),
    ]


@pytest.fixture
def marked(site, committed):
    """A course with an essay that was handed in."""
    world = essays.made(site, committed)
    essays.submitted(world)
    return world


def status(user, page, api):
    return (
        Visitor(user).client.get(f"/en/learn/{page}").status_code,
        Api(user).call("GET", api).status_code,
    )


def refused(api):
    """What stands below a course that they see is refused to others; somebody's attempt by its id alone isn't there."""
    return 403, 404 if api.startswith("marking/") else 403


def test_six_kinds_of_person(marked, site, committed):
    with committed():
        other = factories.course(site, committed, {"M": [("quiz", "quiz", {})]}, title="Another")
    group = Group.objects.create(name="Editors of another section")
    member = factories.person()
    member.groups.add(group)
    assign_perm("learning.view_report", group, Course.objects.get(pk=other.key))
    everything = ("view_report", "decide_for_learners", "mark_answers")
    others = [
        Attempt.objects.get().enrolment.learner.user,
        member,
        running(other, *everything),
        factories.person(is_staff=True),
    ]
    superuser = factories.person(is_superuser=True)
    for page, api in addresses(marked):
        assert status(None, page, api) == (302, 401), page
        for user in others:
            assert status(user, page, api) == refused(api), page
        assert status(superuser, page, api) == (200, 200), page
    for user in others:
        (queue, sheet) = (
            f"reports/courses/{marked.key}/marking/",
            f"marking/attempts/{Attempt.objects.get().uuid}/",
        )
        assert "stewards" not in Api(user).call("GET", queue).content.decode()
        assert "stewards" not in Api(user).call("GET", sheet).content.decode()


def test_a_permission_opens_what_it_names_and_ends_at_once(marked):
    boss = running(marked, "view_report", "decide_for_learners", "mark_answers")
    allowed = {
        "view_report": {0, 1, 2, 3, 6, 7},
        "mark_answers": {4, 5, 6, 7},
        "decide_for_learners": {4, 5, 6, 7, 8},
    }
    places = addresses(marked)
    for permission, open_to in allowed.items():
        user = running(marked, permission)
        found = {index for index, place in enumerate(places) if status(user, *place) == (200, 200)}
        assert found == open_to, permission
    for permission in allowed:
        remove_perm(f"learning.{permission}", boss, Course.objects.get(pk=marked.key))
    assert all(status(boss, page, api) == refused(api) for page, api in places)


def test_ids_of_another_course_are_not_here(marked, site, committed):
    with committed():
        other = factories.course(site, committed, {"M": [("other", "lesson", {})]}, title="Another")
    boss = running(other, "view_report", "decide_for_learners", "mark_answers")
    own, attempt = Enrolment.objects.get().uuid, Attempt.objects.get().uuid
    page = f"courses/{other.key}/report/"
    assert Visitor(boss).client.get(f"/en/learn/{page}learners/{own}/").status_code == 404
    assert Api(boss).call("GET", f"reports/courses/{other.key}/learners/{own}/").status_code == 404
    assert Visitor(boss).client.get(f"/en/learn/{page}marking/{attempt}/").status_code == 404
    assert Visitor(boss).client.get(f"/en/learn/{page}quizzes/{marked.unit('quiz')}/").status_code == 403
    superuser = factories.person(is_superuser=True)
    for path in (
        f"{page}marking/{attempt}/",
        f"{page}quizzes/{marked.unit('quiz')}/",
        f"{page}quizzes/{marked.unit('quiz')}/regrade/",
    ):
        assert Visitor(superuser).client.get(f"/en/learn/{path}").status_code == 404


# Finding one's way -----------------------------------------------------------------------------------------------


def test_each_permission_leads_to_its_pages_and_to_no_closed_one(marked):
    places = {
        "view_report": {"report/", "report/learners/", "feedback/"},
        "mark_answers": {"report/marking/"},
        "decide_for_learners": {"report/marking/", "people/", "people/keys/", "people/invitations/"},
    }
    for permission, expected in places.items():
        visitor = Visitor(running(marked, permission))
        course = f"/en/learn/courses/{marked.key}/"
        home = visitor.get("")
        assert {path.removeprefix(course) for path in links(home, course)} == expected, permission
        for path in expected:
            page = visitor.get(f"{course}{path}")
            tabs = page.partition('<nav class="report-nav"')[2].partition("</nav>")[0]
            assert {each.removeprefix(course) for each in links(tabs, course)} == expected, permission
            assert tabs.count('aria-current="page"') == 1
    assert "Courses that you run" not in Visitor(running(marked, "revoke_certificate")).get("")


def links(html, start):
    return {path for path in re.findall(r'href="([^"?]+)"', html) if path.startswith(start)}


def test_waiting_requests_are_counted_where_they_are_decided(site, committed):
    world = factories.course(site, committed, enrolment_mode="request")
    decides, reports = running(world, "decide_for_learners"), running(world, "view_report")
    assert "waits for a decision" not in Visitor(decides).get("")
    enrolled(world)
    assert "1 request waits for a decision." in Visitor(decides).get("")
    assert "waits for a decision" not in Visitor(reports).get("")


# The overview ----------------------------------------------------------------------------------------------------


def test_the_overview_says_how_far_people_come_and_how_scores_spread(world):
    for language in ("en", "en", "en", "en", "en", "fr"):
        learner = enrolled(world, language=language)
        finished(world, learner)
    enrolled(world)
    boss = running(world, "view_report")
    value = Api(boss).get(f"reports/courses/{world.key}/")
    assert (value["funnel"]["enrolled"], value["funnel"]["started"]) == (7, 6)
    assert value["funnel"]["mean_score_bp"] == 10_000
    assert value["scores"] == [0] * 10 + [6]
    assert sum(each["enrolled"] for each in value["languages"]) == 7
    html = words(Visitor(boss).get(f"courses/{world.key}/report/"))
    for sentence in ("Started 6 85%", "100% 6", "90 to 99% 0"):
        assert sentence in html, sentence


def test_the_overview_tells_nothing_of_few_people(world):
    for _ in range(4):
        finished(world, enrolled(world))
    boss = running(world, "view_report")
    value = Api(boss).get(f"reports/courses/{world.key}/")
    assert (value["scores"], value["languages"]) == (None, [])
    html = Visitor(boss).get(f"courses/{world.key}/report/")
    assert "Fewer than five people have a score." in html
    assert "Fewer than five people are enrolled." in html


# The list --------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(world):
    """Three learners: one done, one begun, one not."""
    done = enrolled(world, first_name="Done", last_name="Alpha")
    begun = enrolled(world, first_name="Begun", last_name="Beta")
    enrolled(world, first_name="=HYPERLINK(1)", last_name="Gamma")
    finished(world, done)
    api = Api(begun)
    api.post("events/", {"events": [event(world, "first", "opened", language="fr")]})
    return world


def test_filters_and_orders(people):
    api = Api(running(people, "view_report"))
    path = f"reports/courses/{people.key}/learners/"
    everybody = api.get(path)
    assert everybody["meta"] == {"total_count": 3, "next": None}
    assert names(everybody) == ["Done Alpha", "Begun Beta", "=HYPERLINK(1) Gamma"]
    for query, expected in {
        "name=alp": ["Done Alpha"],
        "name=beta%20begun": ["Begun Beta"],
        "seen=never": ["=HYPERLINK(1) Gamma"],
        "seen=week&language=fr": ["Begun Beta"],
        "seen=not_week": [],
        "progress=none": ["Begun Beta", "=HYPERLINK(1) Gamma"],
        "state=completed": [],
        "sort=name": ["Done Alpha", "Begun Beta", "=HYPERLINK(1) Gamma"],
        "sort=progress": ["Done Alpha", "=HYPERLINK(1) Gamma", "Begun Beta"],
    }.items():
        assert names(api.get(f"{path}?{query}")) == expected, query
    for query in (
        "sort=password",
        "state=x",
        "seen=1e999",
        "language=xx",
        "name=%00",
        "order=name",
        "limit=1000",
    ):
        api.get(f"{path}?{query}", 400)


@pytest.mark.parametrize("sort", ["enrolled", "last_seen", "progress", "score", "name"])
def test_every_order_goes_on_where_it_stopped(people, sort):
    api = Api(running(people, "view_report"))
    path = f"reports/courses/{people.key}/learners/?sort={sort}"
    whole = names(api.get(path))
    assert len(whole) == 3
    found, after = [], ""
    for _ in whole:
        page = api.get(f"{path}&limit=1{after}")
        found += names(page)
        after = f"&cursor={page['meta']['next']}"
    assert found == whole
    assert page["meta"]["next"] is None


def test_the_list_on_a_page_keeps_its_filters(people):
    visitor = Visitor(running(people, "view_report"))
    html = visitor.get(f"courses/{people.key}/report/learners/?name=alpha&sort=name")
    assert "Done Alpha" in html
    assert "Begun Beta" not in html
    assert 'value="alpha"' in html
    assert "1 learner" in html
    assert "Nobody fits these filters." in visitor.get(f"courses/{people.key}/report/learners/?state=expired")
    wrong = visitor.client.get(f"/en/learn/courses/{people.key}/report/learners/?sort=password")
    assert wrong["Location"] == f"/en/learn/courses/{people.key}/report/learners/"


def test_the_export_has_everybody_and_no_formula(people):
    boss = running(people, "view_report")
    page = Visitor(boss).client.get(f"/en/learn/courses/{people.key}/report/learners/export/")
    api = Api(boss).call("GET", f"reports/courses/{people.key}/export/?sort=name")
    for response in (page, api):
        assert response.streaming
        assert "no-store" in response["Cache-Control"]
        text = b"".join(response.streaming_content).decode()
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert [row["name"] for row in rows] == ["Done Alpha", "Begun Beta", "'=HYPERLINK(1) Gamma"]


def test_statements_do_not_grow_with_learners(people):
    boss = running(people, "view_report")
    api = Api(boss)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            api.get(f"reports/courses/{people.key}/learners/?name=a&sort=last_seen")
        counts.append(len(captured))
        for number in range(3):
            enrolled(people, first_name=f"Anna {number}")
    assert counts[0] == counts[1] <= 8


# One learner ------------------------------------------------------------------------------------------------------


def test_a_learner_in_full_and_decisions_about_them(world):
    learner = enrolled(world, first_name="Learner")
    finished(world, learner)
    boss = running(world, "view_report", "decide_for_learners", first_name="Boss")
    own = Enrolment.objects.get()
    path = f"courses/{world.key}/report/learners/{own.uuid}/"
    visitor = Visitor(boss)
    assert "Waive a unit" in visitor.get(path)
    visitor.post(path, {"decision": "extra_time", "quiz": "", "minutes": "15", "reason": "Reads slowly."})
    visitor.post(path, {"decision": "waive", "unit": str(world.unit("first")), "reason": "Knows it."})
    assert ExtraTime.objects.get().minutes == 15
    assert UnitRecord.objects.get(unit=world.unit("first")).waived_at is not None
    html = visitor.get(path)
    for expected in ("Learner", "Waived", "Knows it.", "Extra time", "15 minutes", "Boss", "100%"):
        assert expected in html, expected
    value = Api(boss).get(f"reports/courses/{world.key}/learners/{own.uuid}/")
    assert [each["verb"] for each in value["decisions"]] == ["waived", "extra_time"]
    assert [each["score_bp"] for each in value["attempts"]] == [10_000]
    assert {each["title"]: each["state"] for each in value["units"]} == {
        "First": "completed", "Quiz": "passed", "Second": "open",
    }  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        {"decision": "waive", "unit": "", "reason": "Why"},
        {"decision": "extra_time", "minutes": "-1"},
        {"decision": "extra_time", "minutes": "1441"},
        {"decision": "extra_time", "minutes": "15", "quiz": "x"},
        {"decision": "x"},
    ],
)
def test_decisions_that_make_no_sense_change_nothing(world, data):
    enrolled(world)
    visitor = Visitor(running(world, "view_report", "decide_for_learners"))
    path = f"courses/{world.key}/report/learners/{Enrolment.objects.get().uuid}/"
    response = visitor.client.post(visitor.at(path), data)
    assert response.status_code in (302, 404)
    assert not ExtraTime.objects.exists()
    assert not Event.objects.filter(verb__in=["waived", "extra_time"]).exists()


def test_who_only_sees_the_report_decides_nothing(world):
    enrolled(world)
    user = running(world, "view_report")
    own = Enrolment.objects.get()
    path = f"courses/{world.key}/report/learners/{own.uuid}/"
    assert "Waive a unit" not in Visitor(user).get(path)
    data = {"decision": "waive", "unit": str(world.unit("first")), "reason": "Why"}
    assert Visitor(user).client.post(f"/en/learn/{path}", data).status_code == 403
    api = Api(user)
    api.post(f"enrolments/{own.uuid}/waivers/", {"unit": str(world.unit("first")), "reason": "Why"}, 403)
    assert not Event.objects.filter(verb="waived").exists()
    boss = Api(running(world, "decide_for_learners"))
    found = boss.post(f"enrolments/{own.uuid}/waivers/", {"unit": str(world.unit("first")), "reason": "Why"})
    assert found["state"] == "active"
    assert Event.objects.filter(verb="waived").count() == 1


# Items ------------------------------------------------------------------------------------------------------------


def test_numbers_of_questions_and_who_learns_what_is_right(world):
    for index in range(6):
        given = all_right()
        if index % 2:
            given[stable("quiz:s")] = factories.wrong("quiz:s")
        finished(world, enrolled(world), given)
    quiz = world.unit("quiz")
    seen = Api(running(world, "view_report")).get(f"reports/quizzes/{quiz}/items/")
    (single,) = [each for each in seen["items"] if each["id"] == stable("quiz:s")]
    assert (seen["people"], single["presented"], single["omitted"]) == (6, 6, 0)
    assert (single["difficulty_bp"], single["discrimination_bp"]) == (5000, 10_000)
    assert sorted(((row["count"], row["right"]) for row in single["answers"]), key=str) == [
        (0, None),
        (3, None),
        (3, None),
    ]
    marks = Api(running(world, "mark_answers")).get(f"reports/quizzes/{quiz}/items/")
    (single,) = [each for each in marks["items"] if each["id"] == stable("quiz:s")]
    assert sorted((row["count"], row["right"]) for row in single["answers"]) == [
        (0, False),
        (3, False),
        (3, True),
    ]
    page = f"courses/{world.key}/report/quizzes/{quiz}/"
    reporter, marker = running(world, "view_report"), running(world, "mark_answers")
    assert ">Right</th>" not in Visitor(reporter).get(page)
    html = Visitor(marker).get(page)
    assert ">Right</th>" in html
    assert html.count('class="bar" max="100" value="100"') == 2
    assert 'class="bar" max="100" value="50"' in html
    export = Visitor(reporter).client.get(f"/en/learn/{page}export/")
    rows = list(
        csv.DictReader(io.StringIO(b"".join(export.streaming_content).decode().removeprefix("\ufeff")))
    )
    assert [row["difficulty_bp"] for row in rows] == ["5000", "10000", "10000"]


def test_answers_to_parts_stand_under_what_they_belong_to():
    matching = {
        "prompt": "?",
        "items": [{"id": "a", "text": "Police"}],
        "options": [{"id": "x", "text": "Advise"}],
    }
    assert items._part_names(matching)["a"] == "Police"
    blanks = {"prompt": "?", "parts": [{"text": "Trust "}, {"id": "b2"}, {"text": " and "}, {"id": "b1"}]}
    assert items._part_names(blanks) == {"b2": "1", "b1": "2"}


def test_few_people_are_not_told_of_and_nobody_is_no_fault(world):
    user = running(world, "view_report", "mark_answers")
    path = f"reports/quizzes/{world.unit('quiz')}/items/"
    assert Api(user).get(path)["items"] == []
    for _ in range(4):
        finished(world, enrolled(world))
    value = Api(user).get(path)
    assert (value["people"], value["mean_score_bp"]) == (None, None)
    assert {each["difficulty_bp"] for each in value["items"]} == {None}
    assert all(each["answers"] == [] for each in value["items"])
    assert "Fewer than five people" in Visitor(user).get(
        f"courses/{world.key}/report/quizzes/{world.unit('quiz')}/"
    )


def test_the_analysis_costs_the_same_for_many(world):
    api = Api(running(world, "mark_answers"))
    counts = []
    for _ in range(2):
        for _ in range(3):
            finished(world, enrolled(world))
        with CaptureQueriesContext(connection) as captured:
            api.get(f"reports/quizzes/{world.unit('quiz')}/items/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 22


# Marking and regrading over HTTP -----------------------------------------------------------------------------------


def test_the_queue_says_whose_turn_it_is(site, committed):
    world = essays.made(site, committed, second_marker="always", marking_tolerance=10)
    attempt = essays.submitted(world)
    first, second = running(world, "mark_answers"), running(world, "mark_answers")
    page, api = f"courses/{world.key}/report/marking/", f"reports/courses/{world.key}/marking/"

    def turn(user):
        [waiting] = Api(user).get(api)["items"]
        return waiting["second_waits"], waiting["agreement_waits"], words(Visitor(user).get(page))

    essays.give(attempt, first, 4, 6)
    assert turn(first)[:2] == (True, False)
    assert "waits for a second person" in turn(first)[2]
    assert "waits for a second marker" in turn(second)[2]
    essays.give(attempt, second, 0, 0)
    assert turn(second)[:2] == (False, True)
    assert "two marks differ" in turn(second)[2]


def test_marking_page_by_page(marked):
    visitor = Visitor(running(marked, "mark_answers"))
    attempt = Attempt.objects.get()
    queue = visitor.get(f"courses/{marked.key}/report/marking/")
    path = f"courses/{marked.key}/report/marking/{attempt.uuid}/"
    assert path in queue
    assert "name hidden" in queue
    html = visitor.get(path)
    for expected in ("We ask the stewards.", "Names who is asked", "GUIDANCE", "MARKERS ONLY"):
        assert expected in html
    assert "learner@example.org" not in html + queue
    form = {
        "question": ESSAY,
        "revision": "0",
        f"points.{WHO}": "9",
        f"points.{WHAT}": "3",
        "comment": "Typed.",
    }
    refused = visitor.client.post(visitor.at(path), {**form, "go": "finish"})
    assert refused.status_code == 400
    assert "Typed." in refused.content.decode()
    assert not Mark.objects.exists()
    form[f"points.{WHO}"] = "2"
    assert "The draft is saved." in visitor.post(path, {**form, "go": "draft"}).content.decode()
    stale = visitor.client.post(visitor.at(path), {**form, "comment": "Second tab.", "go": "finish"})
    assert stale.status_code == 409
    assert "Second tab." in stale.content.decode()
    assert Mark.objects.get().comment == "Typed."
    done = visitor.post(path, {**form, "revision": "1", "go": "finish"}).content.decode()
    assert "Marked: 5 of 10 points." in done
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score_bp) == ("graded", 7500)
    assert "Nothing waits to be marked." in visitor.get(f"courses/{marked.key}/report/marking/")
    learner = Visitor(attempt.enrolment.learner.user)
    assert "Typed." in learner.get(f"attempts/{attempt.uuid}/")


def test_marking_through_the_api(marked):
    api = Api(running(marked, "mark_answers"))
    queue = api.get(f"reports/courses/{marked.key}/marking/")
    (waiting,) = queue["items"]
    assert (queue["meta"]["total_count"], waiting["name"]) == (1, None)
    assert api.get(f"reports/courses/{marked.key}/marking/?quiz={uuid.uuid4()}")["items"] == []
    sheet = api.get(f"marking/attempts/{waiting['attempt']}/")
    (question,) = sheet["questions"]
    assert (question["step"], question["allowed"], question["revision"]) == ("first", True, 0)
    path = f"marking/attempts/{waiting['attempt']}/questions/{ESSAY}/"
    api.put(path, {"points": {WHO: 4, WHAT: 6}, "revision": 0, "score": 10}, 400)
    draft = api.put(path, {"points": {WHO: 4}, "revision": 0})
    assert (draft["revision"], draft["finished"]) == (1, False)
    stale = api.put(path, {"points": {WHO: 1, WHAT: 1}, "revision": 0, "finish": True}, 409)
    assert (stale["code"], stale["saved"]["points"]) == ("stale_mark", {WHO: 4})
    assert api.put(path, {"points": {WHO: 4, WHAT: 6}, "revision": 1, "finish": True})["finished"] is True
    assert Attempt.objects.get().score_bp == 10_000


def test_regrading_page_by_page_and_through_the_api(site, committed):
    world = factories.course(site, committed, {"One": [("quiz", "quiz", regrades.QUIZ)]})
    regrades.attempted(world, factories.wrong("a"), factories.wrong("b"))
    boss = running(world, "decide_for_learners")
    path = f"courses/{world.key}/report/quizzes/{world.unit('quiz')}/regrade/"
    assert "No attempt was graded by other keys" in Visitor(boss).get(path)
    regrades.correct(committed, world, "a")
    api = Api(boss)
    root = f"reports/quizzes/{world.unit('quiz')}/regrades/"
    (choice,) = api.get(root)["choices"]
    asked = {name: choice[name] for name in ("question", "source", "target")}
    plan = api.post(f"{root}plan/", asked)
    assert (plan["counts"]["changed"], plan["counts"]["newly_passed"]) == (1, 1)
    html = Visitor(boss).get(f"{path}?source={choice['source']}&target={choice['target']}")
    assert plan["token"] in html
    api.post(root, {**asked, "token": "x", "reason": "Wrong."}, 409)
    form = {"source": choice["source"], "target": choice["target"], "token": "x", "reason": "Wrong key."}
    refused = Visitor(boss).client.post(f"/en/learn/{path}", form)
    assert refused.status_code == 409
    assert "Wrong key." in refused.content.decode()
    with committed():
        done = Visitor(boss).post(path, {**form, "token": plan["token"]})
    assert "The corrected keys count from now on" in done.content.decode()
    assert [each["reason"] for each in api.get(root)["regrades"]] == ["Wrong key."]


def test_pages_read_in_arabic(marked):
    boss = running(marked, "view_report", "mark_answers", "decide_for_learners")
    for page, _api in addresses(marked):
        if "export" not in page:
            assert 'dir="rtl"' in Visitor(boss, "ar").get(page)


def test_the_api_repeats_nothing_that_is_private(marked):
    reporter = running(marked, "view_report")
    for _page, api in addresses(marked):
        response = Api(reporter).call("GET", api)
        text = json.dumps(response.json()) if response["Content-Type"].startswith("application/") else ""
        for hidden in ("SECRET", "MARKERS ONLY", "GUIDANCE", "stewards"):
            assert hidden not in text, api
