"""Outlines and units as readers meet them: languages, access, states, statements."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.content import api as content
from cms.content.models import Hold
from cms.core.errors import NotFound, NotPermitted
from learning.flows import attempts as flows
from learning.flows.enrolment import enrol
from learning.flows.recording import record_events
from learning.models import QuizPage
from learning.progress.enrolments import NotEnrolled
from learning.reading.attempts import attempt_value
from learning.reading.courses import outline
from learning.reading.reports import report
from learning.reading.units import unit_reading, unit_value
from tests import world as building
from tests.learning import factories
from tests.learning.factories import event, stable, translate, translated_course


def join(world, user):
    return enrol(user=user, course_key=world.key, reader=factories.reader(user), now=timezone.now())


def look(world, user=None, locale="en"):
    return outline(user=user, course_key=world.key, reader=factories.reader(user, locale), now=timezone.now())


def restrict(page, committed, group):
    restriction = PageViewRestriction(page=page, restriction_type="groups")
    with committed():
        restriction.save()
        restriction.groups.add(group)


def test_what_is_missing_in_a_language_is_there_and_says_so(site, committed, learner):
    world = factories.course(site, committed)
    translated_course(committed, world)
    translate(committed, world.pages["One"], texts={"One": "Un"})
    translate(committed, world.pages["first"], texts={"First": "Premier"})
    join(world, learner)
    found = look(world, learner, "fr")
    assert (found["title"], found["locale"], found["locales"]) == ("Un cours", "fr", ["en", "fr"])
    first, quiz = found["units"][0]["units"]
    assert (first["title"], first["locale"]) == ("Premier", "fr")
    assert (quiz["title"], quiz["locale"]) == ("Quiz", "en")
    reading = unit_reading(
        user=learner, key=world.unit("quiz"), reader=factories.reader(learner, "fr"), now=timezone.now()
    )
    assert unit_value(reading)["fallback_for"] == "fr"


def test_a_quiz_is_whole_in_one_language(site, committed, learner):
    world = factories.course(site, committed)
    translated_course(committed, world)
    translate(committed, world.pages["One"])
    texts = {
        "Which one is it? (quiz:s)": "Lequel ?",
        "SECRET explanation of quiz:s": "SECRET : pourquoi",
        "Is it so? (quiz:t)": "Vrai ?",
    }
    translate(committed, world.pages["quiz"], texts=texts)
    join(world, learner)
    reader = factories.reader(learner, "fr")
    now = timezone.now()
    sitting = flows.start_attempt(user=learner, quiz_key=world.unit("quiz"), reader=reader, now=now)
    value = attempt_value(sitting, reader, timezone.now())
    prompts = {question["id"]: question["prompt"] for question in value["questions"]}
    assert (value["locale"], value["fallback_for"]) == ("fr", None)
    assert prompts[stable("quiz:s")] == "Lequel ?"
    arabic = attempt_value(sitting, factories.reader(learner, "ar"), timezone.now())
    assert (arabic["locale"], arabic["fallback_for"]) == ("en", "ar")
    done = flows.submit_attempt(
        user=learner, attempt_id=sitting.attempt.uuid, given={}, reader=reader, now=now
    )
    feedback = attempt_value(done, reader, timezone.now())["feedback"]
    assert feedback[stable("quiz:s")]["explanation"] == "SECRET : pourquoi"
    # The source gains a question: until its translation has it too, the quiz comes whole in the source's language.
    page = QuizPage.objects.get(pk=world.pages["quiz"].pk)
    with committed():
        building.publish(page, questions=[*page.questions.raw_data, factories.true_false("new")])
    with committed():
        content.release_edition(root_key=world.key, note="A question more.", choices={"under_way": "move"})
    following = flows.start_attempt(user=learner, quiz_key=world.unit("quiz"), reader=reader, now=now)
    value = attempt_value(following, reader, timezone.now())
    assert (value["locale"], value["fallback_for"]) == ("en", "fr")
    assert len(value["questions"]) == 4
    # The first attempt stays on what it began with, which the translation still has.
    assert attempt_value(done, reader, timezone.now())["locale"] == "fr"


def test_keys_of_the_source_decide_whatever_a_translation_says(site, committed, learner):
    world = factories.course(site, committed)
    translated_course(committed, world)
    translate(committed, world.pages["One"])
    french = translate(committed, world.pages["quiz"])
    questions = list(french.questions.raw_data)
    for option in questions[0]["value"]["options"]:
        option["value"]["correct"] = not option["value"]["correct"]
    questions[0]["value"]["options"] = questions[0]["value"]["options"][:2]
    with committed():
        building.publish(french, questions=questions)
    join(world, learner)
    reader, now = factories.reader(learner, "fr"), timezone.now()
    sitting = flows.start_attempt(user=learner, quiz_key=world.unit("quiz"), reader=reader, now=now)
    given = {question: (response, None) for question, response in factories.all_right().items()}
    done = flows.submit_attempt(
        user=learner, attempt_id=sitting.attempt.uuid, given=given, reader=reader, now=now
    )
    assert done.attempt.score_bp == 10_000


def test_what_somebody_may_not_see_is_not_in_the_outline(world, committed, learner):
    members = Group.objects.create(name="Members")
    join(world, learner)
    restrict(world.pages["second"], committed, members)
    assert [unit["title"] for module in look(world, learner)["units"] for unit in module["units"]] == [
        "First",
        "Quiz",
    ]
    now = timezone.now()
    with pytest.raises(NotFound):
        unit_reading(user=learner, key=world.unit("second"), reader=factories.reader(learner), now=now)
    learner.groups.add(members)
    learner = type(learner).objects.get(pk=learner.pk)
    assert unit_reading(user=learner, key=world.unit("second"), reader=factories.reader(learner), now=now)


def test_units_of_others(world, learner):
    with pytest.raises(NotEnrolled):
        unit_reading(
            user=learner, key=world.unit("first"), reader=factories.reader(learner), now=timezone.now()
        )


def test_a_locked_unit_is_not_read(site, committed, learner):
    world = factories.course(
        site, committed, {"M": [("one", "lesson", {}), ("two", "lesson", {})]}, sequencing="ordered"
    )
    assert [unit["state"] for unit in look(world)["units"][0]["units"]] == ["open", "locked"]
    join(world, learner)
    assert [unit["state"] for unit in look(world, learner)["units"][0]["units"]] == ["open", "locked"]
    with pytest.raises(NotPermitted) as refused:
        unit_reading(
            user=learner, key=world.unit("two"), reader=factories.reader(learner), now=timezone.now()
        )
    assert refused.value.code == "unit_locked"


def test_a_lesson_shows_a_guides_chapter_only_to_those_who_may_read_it(site, committed, learner):
    from home.guides.models import ChapterPage, CompendiumPage, GuidePage

    with committed():
        compendium = building.add(site, CompendiumPage(title="Compendium"))
        guide = building.add(compendium, GuidePage(title="Guide"))
        chapter = building.add(guide, ChapterPage(title="Chapter", body=[factories.text("Of the chapter.")]))
    block = {"type": "chapter", "value": chapter.pk, "id": stable("chapter")}
    world = factories.course(site, committed, {"M": [("lesson", "lesson", {"body": [block]})]})
    join(world, learner)
    now = timezone.now()

    def reads(user):
        found = unit_reading(user=user, key=world.unit("lesson"), reader=factories.reader(user), now=now)
        return "Of the chapter." in str(found.body)

    assert reads(learner)
    members = Group.objects.create(name="Members")
    restrict(chapter, committed, members)
    # What was restricted comes out of the lesson at once; the rest stays, and the course's editor is told.
    assert not reads(learner)
    (hold,) = Hold.objects.filter(page_id=world.pages["lesson"].pk)
    assert [problem["code"] for problem in hold.problems] == ["restricted_embed"]


# Statements -----------------------------------------------------------------------------------------------------


@pytest.fixture
def large(site, committed):
    """A course of 200 units."""
    modules = {
        f"Module {number}": [(f"unit{number}x{place}", "lesson", {}) for place in range(20)]
        for number in range(10)
    }
    return factories.course(site, committed, modules)


def test_the_outline_of_200_units_takes_six_statements_and_an_event_nine(large, learner):
    join(large, learner)
    events = [event(large, f"unit{number}x0", "completed") for number in range(10)]
    record_events(user=learner, events=events, reader=factories.reader(learner), now=timezone.now())
    client = Client()
    client.force_login(learner)
    with CaptureQueriesContext(connection) as captured:
        found = client.get(f"/api/learning/v1/courses/{large.key}/").json()
    assert sum(len(module["units"]) for module in found["units"]) == 200
    assert found["enrolment"]["required_done"] == 10
    assert len(captured) <= 6, [query["sql"][:150] for query in captured.captured_queries]
    one = event(large, "unit3x3", "completed")
    with CaptureQueriesContext(connection) as captured:
        record_events(user=learner, events=[one], reader=factories.reader(learner), now=timezone.now())
    assert len(captured) <= 9, [query["sql"][:150] for query in captured.captured_queries]


def test_a_report_takes_the_same_statements_for_many_as_for_one(world, committed):
    boss = factories.person(is_superuser=True)

    def statements():
        with CaptureQueriesContext(connection) as captured:
            report(user=boss, course_key=world.key, reader=factories.reader(boss))
        return len(captured)

    join(world, factories.person())
    before = statements()
    for _ in range(5):
        person = factories.person()
        join(world, person)
        record_events(
            user=person,
            events=[event(world, "first", "completed")],
            reader=factories.reader(person),
            now=timezone.now(),
        )
    assert statements() == before
    found = report(user=boss, course_key=world.key, reader=factories.reader(boss), limit=2)
    assert (found.funnel.enrolled, found.funnel.started, found.funnel.completed) == (6, 5, 0)
    assert [(unit["title"], unit["done"]) for unit in found.units] == [
        ("First", 5),
        ("Quiz", 0),
        ("Second", 0),
    ]
    assert found.funnel.mean_progress_bp == 5 * 3333 // 6
    assert len(found.learners) == 2


def test_a_closed_course_says_so_by_its_date(site, committed):
    world = factories.course(site, committed, closes_on=timezone.now().date() - timedelta(days=1))
    assert look(world)["status"] == "closed"
    assert look(world)["is_open"] is False
