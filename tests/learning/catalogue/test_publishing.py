"""What publication does for learning: rows, rules in all languages, the gate; and what stays secret."""

import json

import pytest
from django.core.exceptions import ValidationError

from cms.changes.models import Change
from cms.content import api as content
from learning.models import CoursePage, LessonPage, QuizPage, Unit
from tests import world as building
from tests.learning import factories
from tests.learning.factories import translate, translated_course


def document(page, code="en"):
    return content.item(key=page.translation_key, locale=code)


# Rules ----------------------------------------------------------------------------------------------------------


def test_the_rules_of_translations_follow_the_source(site, committed):
    world = factories.course(site, committed)
    french = translated_course(committed, world)
    assert french.title == "Un cours"
    with committed():
        building.publish(CoursePage.objects.get(pk=world.course.pk), status="closed", level="advanced")
    french.refresh_from_db()
    assert (french.status, french.level, french.title) == ("closed", "advanced", "Un cours")
    body = content.body(document(world.course, "fr").current)
    assert (body["title"], body["status"], body["level"]) == ("Un cours", "closed", "advanced")


def test_a_rule_set_on_a_translation_does_not_hold(site, committed):
    world = factories.course(site, committed)
    french = translated_course(committed, world)
    with committed():
        building.publish(french, status="archived")
    assert content.body(document(world.course, "fr").current)["status"] == "open"
    assert content.body(document(world.course).current)["status"] == "open"


def test_translations_and_aliases_make_no_rows(site, committed):
    world = factories.course(site, committed)
    before = Unit.objects.count()
    translated_course(committed, world)
    assert Unit.objects.count() == before


# The gate -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: QuizPage(title="Q"), "no questions"),
        (
            lambda: QuizPage(
                title="Q", questions=[factories.single_choice(options=[factories.option("One")])]
            ),
            "at least two options",
        ),
        (lambda: LessonPage(title="L", completion="checks"), "has none"),
        (
            lambda: LessonPage(
                title="L",
                body=[factories.check(factories.multiple_choice(right=(), wrong=("One", "Two")))],
            ),
            "at least one option as right",
        ),
    ],
)
def test_what_is_wrong_is_not_published(world, make, sentence):
    with pytest.raises(ValidationError, match=sentence):
        building.add(world.pages["Two"], make())
    assert not QuizPage.objects.filter(title="Q", live=True).exists()
    assert not LessonPage.objects.filter(title="L", live=True).exists()


def test_a_course_does_not_close_before_it_opens(world):
    page = CoursePage.objects.get(pk=world.course.pk)
    with pytest.raises(ValidationError, match="closes before it opens"):
        building.publish(page, opens_on="2026-05-02", closes_on="2026-05-01")


# Secrets --------------------------------------------------------------------------------------------------------


def test_keys_are_in_the_private_part_and_nowhere_else(site, committed):
    body = [factories.check(name="c")]
    world = factories.course(
        site, committed, {"M": [("quiz", "quiz", {}), ("lesson", "lesson", {"body": body})]}
    )
    for name in ("quiz", "lesson"):
        version = document(world.pages[name]).current
        assert "SECRET explanation" in version.private
        shown = version.body.replace("SECRET right", "")
        assert "SECRET" not in shown
        assert "SECRET" not in version.text.replace("SECRET right", "")
        questions = [*json.loads(version.body).get("questions", [])]
        questions += [
            block["value"]["question"]
            for block in json.loads(version.body).get("body", [])
            if block["type"] == "check"
        ]
        for question in questions:
            assert set(question) <= {"id", "type", "prompt", "options"}
            ids = [option["id"] for option in question.get("options", [])]
            assert ids == sorted(ids)


def test_a_corrected_key_alone_is_a_new_version_of_the_same_body(world, committed):
    page = QuizPage.objects.get(pk=world.pages["quiz"].pk)
    before, changes = document(page).current, Change.objects.count()
    questions = list(page.questions.raw_data)
    questions[2]["value"]["answer"] = not questions[2]["value"]["answer"]
    with committed():
        building.publish(page, questions=questions)
    after = document(page).current
    assert (after.number, after.digest) == (before.number + 1, before.digest)
    assert after.private_digest != before.private_digest
    # A copy says of it which version it is: whoever may read it hears of the new one.
    assert Change.objects.count() == changes + 1


def test_question_ids_are_the_same_in_every_language(site, committed):
    world = factories.course(site, committed)
    translated_course(committed, world)
    translate(committed, world.pages["One"])
    french = translate(
        committed,
        world.pages["quiz"],
        texts={"Which one is it? (quiz:s)": "Lequel est-ce ?", "Wrong one": "Faux"},
    )
    assert french is not None
    ours = content.body(document(world.pages["quiz"]).current)["questions"]
    theirs = content.body(document(world.pages["quiz"], "fr").current)["questions"]
    assert [q["id"] for q in ours] == [q["id"] for q in theirs]
    assert [[o["id"] for o in q.get("options", [])] for q in ours] == [
        [o["id"] for o in q.get("options", [])] for q in theirs
    ]
    assert theirs[0]["prompt"] == "Lequel est-ce ?"


def test_the_structure_of_an_edition_stays_once_somebody_is_enrolled(world, committed, learner):
    from django.utils import timezone

    from learning.flows.enrolment import enrol
    from learning.reading.courses import outline

    def titles(user):
        found = outline(user=user, course_key=world.key, reader=factories.reader(user), now=timezone.now())
        return [unit["title"] for module in found["units"] for unit in module["units"]]

    enrol(user=learner, course_key=world.key, reader=factories.reader(learner), now=timezone.now())
    with committed():
        building.add(world.pages["Two"], factories.unit_page("third", "lesson", {}))
    assert titles(learner) == ["First", "Quiz", "Second"]
    with committed():
        content.release_edition(root_key=world.key, note="A third lesson")
    other = factories.person()
    enrolment = enrol(user=other, course_key=world.key, reader=factories.reader(other), now=timezone.now())
    assert (enrolment.edition.number, enrolment.required_total) == (2, 4)
    assert titles(other) == ["First", "Quiz", "Second", "Third"]
    assert titles(learner) == ["First", "Quiz", "Second"]
    # Whoever is on an earlier edition reads what it pinned.
    lesson = LessonPage.objects.get(pk=world.pages["first"].pk)
    with committed():
        building.publish(lesson, body=[{**lesson.body.raw_data[0], "value": "<p>Other words.</p>"}])
    from learning.reading.units import unit_reading

    def reads(user):
        found = unit_reading(
            user=user, key=world.unit("first"), reader=factories.reader(user), now=timezone.now()
        )
        return str(found.body["body"])

    assert "Words of first." in reads(learner)
    assert "Other words." in reads(other)
