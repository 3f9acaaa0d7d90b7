"""What flows to people who are under way, and what waits for the next edition."""

import pytest
from django.utils import timezone

from cms.content import api as content
from learning.flows import attempts as attempt_flows
from learning.flows.recording import record_events
from learning.models import LessonPage, QuizPage
from learning.reading.units import unit_reading
from tests.learning import factories
from tests.learning.factories import single_choice, stable, true_false
from tests.learning.flows.test_editions import change, join, of, release


@pytest.fixture
def now():
    return timezone.now()


def build_world(site, committed):
    asked = [factories.text("Words."), factories.check(name="check")]
    units = {"One": [("lesson", "lesson", {"body": asked, "completion": "checks"}), ("quiz", "quiz", {})]}
    return factories.course(site, committed, units)


def seen(world, user, name, now, locale="en"):
    reading = unit_reading(user=user, key=world.unit(name), reader=factories.reader(user, locale), now=now)
    return reading.document


def asked(document):
    body = document.source_body
    blocks = body.get("questions") or [
        block["value"]["question"] for block in body["body"] if block["type"] == "check"
    ]
    return {block["id"] for block in blocks}


def body_of(world, name="lesson"):
    return list(LessonPage.objects.get(pk=world.pages[name].pk).body.raw_data)


def reworded(world):
    first, *rest = body_of(world)
    return [{**first, "value": "<p>Other words.</p>"}, *rest]


def test_words_flow(world, committed, now):
    user = join(world, now)
    change(committed, world, "lesson", body=reworded(world), title="Retitled")
    assert "Other words." in str(seen(world, user, "lesson", now).body)
    assert content.held_back(content.current_edition(world.key)) == {}


def test_other_questions_wait_and_come_with_the_edition(world, committed, now):
    user, newcomer = join(world, now), factories.person()
    change(committed, world, "lesson", body=[factories.text("New."), factories.check(name="other")])
    join(world, now, newcomer)
    for each in (user, newcomer):
        document = seen(world, each, "lesson", now)
        assert "Words." in str(document.body) and asked(document) == {stable("check")}
    (taken,) = record_events(
        user=user,
        events=[
            factories.event(
                world, "lesson", "answered",
                data={"question": stable("check"), "response": factories.right("check")},
            )
        ],
        reader=factories.reader(user),
        now=now,
    )  # fmt: skip
    assert (taken.status, taken.counted) == ("accepted", True)
    release(committed, world, "move")
    assert of(user).edition.number == 2
    assert asked(seen(world, user, "lesson", now)) == {stable("other")}


def test_the_edition_that_ends_keeps_what_it_kept(world, committed, now):
    user = join(world, now)
    change(committed, world, "lesson", body=[factories.check(name="other")])
    release(committed, world, "stay")
    assert asked(seen(world, user, "lesson", now)) == {stable("check")}


@pytest.mark.parametrize(
    "fields",
    [
        {"pass_mark": 100},
        {"max_attempts": 1},
        {"time_limit": 5},
        {"feedback": "never"},
        {"questions": [single_choice("quiz:s")]},
        {"questions": [single_choice("quiz:s", points=9), factories.multiple_choice("quiz:m"), true_false("quiz:t")]},
        {"questions": [single_choice("quiz:s"), factories.multiple_choice("quiz:m"), true_false("quiz:t", answer=False)]},
        {"questions": [single_choice("quiz:s", wrong=("One only",)), factories.multiple_choice("quiz:m"), true_false("quiz:t")]},
    ],
)  # fmt: skip
def test_questions_keys_points_and_limits_of_a_quiz_wait(world, committed, now, fields):
    user = join(world, now)
    before = seen(world, user, "quiz", now).source
    change(committed, world, "quiz", **fields)
    reader = factories.reader(user)
    attempt = attempt_flows.start_attempt(
        user=user, quiz_key=world.unit("quiz"), reader=reader, now=now
    ).attempt
    assert attempt.version_id == before.pk
    kept = content.held_back(content.current_edition(world.key))[world.unit("quiz"), "en"]
    assert (kept.pk, kept.item.current.number) == (before.pk, before.number + 1)


def test_explanations_remarks_and_the_order_of_questions_flow(world, committed, now):
    user = join(world, now)
    first = single_choice("quiz:s", explanation="Better said.")
    first["value"]["options"][0]["value"]["feedback"] = "Better remarked."
    questions = [true_false("quiz:t"), first, factories.multiple_choice("quiz:m")]
    change(committed, world, "quiz", questions=questions, introduction="<p>Hello.</p>")
    assert "Better remarked." in str(seen(world, user, "quiz", now).source_private)
    assert "Hello." in str(seen(world, user, "quiz", now).body)


def test_going_back_lets_it_flow_again(world, committed, now):
    user = join(world, now)
    there = body_of(world)
    change(committed, world, "lesson", body=[factories.check(name="other")])
    change(committed, world, "lesson", body=[factories.check(name="third")])
    assert asked(seen(world, user, "lesson", now)) == {stable("check")}
    change(committed, world, "lesson", body=there, summary="As it was, better said.")
    assert seen(world, user, "lesson", now).body["summary"] == "As it was, better said."
    assert content.held_back(content.current_edition(world.key)) == {}


def test_before_anybody_is_on_it_everything_flows(world, committed, now):
    change(committed, world, "lesson", body=[factories.check(name="other")])
    user = join(world, now)
    assert asked(seen(world, user, "lesson", now)) == {stable("other")}


def test_a_translation_with_other_questions_is_not_read_in_their_place(world, committed, now):
    user = join(world, now)
    factories.translated_course(committed, world)
    for name in ("One", "lesson"):
        factories.translate(committed, world.pages[name].__class__.objects.get(pk=world.pages[name].pk))
    assert seen(world, user, "lesson", now, "fr").locale == "fr"
    change(committed, world, "lesson", body=[factories.check(name="other")])
    assert seen(world, user, "lesson", now, "fr").locale == "fr"
    factories.translate(committed, LessonPage.objects.get(pk=world.pages["lesson"].pk))
    document = seen(world, user, "lesson", now, "fr")
    assert asked(document) == {stable("check")}
    assert str(stable("check")) in str(document.body)


def test_the_editor_is_told(world, committed, now, client):
    join(world, now)
    client.force_login(factories.person(is_superuser=True))
    address = f"/admin/pages/{world.pages['quiz'].pk}/edit/"
    assert "waits for the next edition" not in client.get(address).content.decode()
    change(committed, world, "quiz", pass_mark=90)
    assert "waits for the next edition" in client.get(address).content.decode()
    assert QuizPage.objects.get(pk=world.pages["quiz"].pk).pass_mark == 90
