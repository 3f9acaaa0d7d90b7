"""Questions of every type where learners meet them: quizzes, lessons, pages, API, other languages."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.content.models import ContentVersion
from learning.assessment import registry
from learning.flows import attempts, enrolment
from learning.models import Attempt, CheckAnswer, Event, UnitRecord
from learning.proofs import grades_are_recorded
from learning.reading.attempts import attempt_value
from tests.learning import factories
from tests.learning.assessment import examples
from tests.learning.assessment.examples import GRADED_AT_ONCE, TYPES
from tests.learning.factories import reader, stable

NOW = timezone.now()


def questions(picture, types=TYPES, **changes):
    return [examples.raw(each, image=picture, name=each.name, **changes) for each in types]


def quiz(site, committed, learner, stored, **fields):
    world = factories.course(site, committed, {"One": [("quiz", "quiz", {"questions": stored, **fields})]})
    enrolment.enrol(user=learner, course_key=world.key, reader=reader(learner), now=NOW)
    return world


def right_answers(stored):
    found = {}
    for each in stored:
        public, secret = examples.compiled(each)
        question_type = registry.get(each["type"])
        found[each["id"]] = (question_type.check(question_type.answer(secret), public), None)
    return found


def start(world, learner, locale="en"):
    return attempts.start_attempt(
        user=learner, quiz_key=world.unit("quiz"), reader=reader(learner, locale), now=NOW
    )


def submit(sitting, learner, given, locale="en"):
    return attempts.submit_attempt(
        user=learner, attempt_id=sitting.attempt.uuid, given=given, reader=reader(learner, locale), now=NOW
    )


def test_right_answers_to_all_types_are_a_full_score(site, committed, learner, picture):
    stored = questions(picture, GRADED_AT_ONCE)
    world = quiz(site, committed, learner, stored)
    done = submit(start(world, learner), learner, right_answers(stored))
    assert (done.attempt.state, done.attempt.score_bp, done.attempt.passed) == ("graded", 10_000, True)
    value = attempt_value(done, reader(learner), timezone.now())
    assert {each["verdict"] for each in value["feedback"].values()} == {"right"}


@pytest.mark.parametrize("policy", ["never", "after_passing"])
def test_nothing_hidden_leaves_the_server_before_its_time(site, committed, learner, picture, policy):
    stored = [examples.marked(each, f"canary{index}") for index, each in enumerate(questions(picture))]
    hidden = set().union(*map(examples.hidden_words, stored))
    assert len(hidden) > 15
    checks = [
        {
            "type": "check",
            "value": {"question": [{**each, "id": stable(f"c{index}")}]},
            "id": stable(f"b{index}"),
        }
        for index, each in enumerate(stored)
        if not registry.get(each["type"]).graded_by_people
    ]
    modules = {
        "One": [
            ("quiz", "quiz", {"questions": stored, "feedback": policy}),
            ("lesson", "lesson", {"body": checks, "sample": True}),
        ]
    }
    world = factories.course(site, committed, modules)
    enrolment.enrol(user=learner, course_key=world.key, reader=reader(learner), now=NOW)
    client = Client()
    client.force_login(learner)
    api = "/api/learning/v1/"
    seen = [version.body + version.text for version in ContentVersion.objects.all()]

    def get(path):
        response = client.get(path, follow=True)
        assert response.status_code == 200, path
        seen.append(b"".join(response).decode() if response.streaming else response.content.decode())
        return seen[-1]

    started = client.post(
        f"{api}quizzes/{world.unit('quiz')}/attempts/", "{}", content_type="application/json"
    )
    seen.append(started.content.decode())
    attempt = started.json()
    pages = f"/en/learn/attempts/{attempt['id']}/"
    for number in range(1, len(stored) + 1):
        assert attempt["questions"][number - 1]["prompt"].split()[0] in get(f"{pages}?question={number}")
    get(f"{pages}?question=all")
    get(f"{api}attempts/{attempt['id']}/")
    for unit in ("quiz", "lesson"):
        get(f"{api}units/{world.unit(unit)}/")
        get(f"/en/learn/units/{world.unit(unit)}/")
    get("/api/v2/changes/?include=document&limit=500")
    get("/api/v2/search/?q=canary")
    get("/en/search/?q=canary")
    client.put(
        f"{api}attempts/{attempt['id']}/answers/{stored[0]['id']}/",
        json.dumps({"response": {"nonsense": 1}, "sequence": 1}),
        content_type="application/json",
    )
    handed_in = client.post(
        f"{api}attempts/{attempt['id']}/submission/", "{}", content_type="application/json"
    )
    assert handed_in.status_code == 200
    seen.append(handed_in.content.decode())
    get(pages)
    assert not [(word, text[:80]) for text in seen for word in hidden if word in text]


def test_the_api_shows_questions_as_it_describes_them(site, committed, learner, picture):
    jsonschema = pytest.importorskip("jsonschema")
    from learning.rest.serializers import QUESTION_SCHEMA, RESPONSE_SCHEMA

    stored = questions(picture)
    world = quiz(site, committed, learner, stored, shuffle=True)
    client = Client()
    client.force_login(learner)
    path = f"/api/learning/v1/quizzes/{world.unit('quiz')}/attempts/"
    attempt = client.post(path, "{}", content_type="application/json").json()
    assert {each["type"] for each in attempt["questions"]} == {each.name for each in TYPES}
    for question in attempt["questions"]:
        jsonschema.validate(question, QUESTION_SCHEMA)
    for response, _ in right_answers(stored).values():
        jsonschema.validate(response, RESPONSE_SCHEMA)


def test_a_lessons_checks_of_all_types_by_forms_alone(site, committed, learner, picture):
    stored = questions(picture, GRADED_AT_ONCE)
    body = [{"type": "check", "value": {"question": [each]}, "id": stable(each["type"])} for each in stored]
    world = factories.course(site, committed, {"One": [("lesson", "lesson", {"body": body})]})
    enrolment.enrol(user=learner, course_key=world.key, reader=reader(learner), now=NOW)
    client = Client()
    client.force_login(learner)
    unit = f"/en/learn/units/{world.unit('lesson')}/"
    from tests.learning.assessment.test_types import fields_of

    for question, (response, _) in right_answers(stored).items():
        posted = {}
        for name, value in fields_of(response):
            posted.setdefault(f"q-{question}" + (f".{name}" if name else ""), []).append(value)
        done = client.post(f"{unit}checks/{question}/", posted, follow=True)
        assert done.status_code == 200
    assert CheckAnswer.objects.count() == len(stored)
    assert all(each.points == each.of_points for each in CheckAnswer.objects.all())
    html = client.get(unit).content.decode()
    assert html.count("Your answer, marked") == sum(not each.marks_controls for each in GRADED_AT_ONCE)


# What people grade ------------------------------------------------------------------------------------------------


@pytest.fixture
def with_essay(site, committed, learner, picture):
    stored = questions(picture, [registry.get("essay"), registry.get("true_false")])
    return quiz(site, committed, learner, stored), stored


def test_an_attempt_with_an_essay_waits_for_a_person(with_essay, learner):
    world, stored = with_essay
    done = submit(start(world, learner), learner, right_answers(stored))
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.score_bp, attempt.passed) == ("submitted", None, None)
    assert attempt.submitted_at == NOW
    assert {answer.question: answer.points for answer in attempt.answers.all()} == {
        stored[0]["id"]: None,
        stored[1]["id"]: 1,
    }
    assert not Event.objects.filter(verb__in=["graded", "expired"]).exists()
    assert not UnitRecord.objects.filter(done_at__isnull=False).exists()
    assert list(grades_are_recorded()) == []
    value = attempt_value(done, reader(learner), timezone.now())
    assert value["feedback"] is None
    again = submit(done, learner, {})
    assert again.attempt.state == "submitted"
    client = Client()
    client.force_login(learner)
    html = client.get(f"/en/learn/attempts/{attempt.uuid}/").content.decode()
    assert "Handed in" in html and "read by a person" in html
    assert "Not passed" not in html
    front = client.get(f"/en/learn/units/{world.unit('quiz')}/").content.decode()
    assert "Waits for a person" in front


@pytest.mark.parametrize("text", [None, ""])
def test_an_essay_that_was_left_empty_earns_nothing_at_once(with_essay, learner, text):
    world, stored = with_essay
    given = right_answers(stored)
    given[stored[0]["id"]] = ({"text": text}, None)
    if text is None:
        del given[stored[0]["id"]]
    done = submit(start(world, learner), learner, given)
    assert (done.attempt.state, done.attempt.score_bp) == ("graded", 2500)


def test_an_essay_that_ran_out_of_time_waits_as_well(site, committed, learner, picture):
    stored = questions(picture, [registry.get("essay")])
    world = quiz(site, committed, learner, stored, time_limit=10)
    sitting = start(world, learner)
    attempts.save_answers(
        user=learner,
        attempt_id=sitting.attempt.uuid,
        given=right_answers(stored),
        reader=reader(learner),
        now=NOW,
    )
    assert attempts.finish_all_overdue(NOW + timedelta(hours=1)) == 1
    assert Attempt.objects.get().state == "submitted"


def test_a_recalled_quiz_ends_what_waits(with_essay, learner):
    world, stored = with_essay
    submit(start(world, learner), learner, right_answers(stored))
    attempts.let_go([Attempt.objects.get().version_id], NOW)
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.version) == ("expired", None)
    assert list(grades_are_recorded()) == []


# Other languages --------------------------------------------------------------------------------------------------


@pytest.fixture
def in_two_languages(site, committed, learner, picture):
    types = [registry.get("short_answer"), registry.get("fill_in")]
    stored = questions(picture, types)
    body = [{"type": "check", "value": {"question": [{**stored[0], "id": stable("c")}]}, "id": stable("b")}]
    world = factories.course(
        site,
        committed,
        {"One": [("quiz", "quiz", {"questions": stored}), ("lesson", "lesson", {"body": body})]},
    )
    enrolment.enrol(user=learner, course_key=world.key, reader=reader(learner), now=NOW)
    factories.translated_course(committed, world)
    factories.translate(committed, world.pages["One"])
    texts = {
        "the neighbours": "les voisins",
        "neighbours": "voisines",
        "*neighbour*": "*voisin*",
        "before": "avant",
        "Trust comes [1] technology. Ask the [2] first.": "Demandez d’abord aux [2]. La confiance vient [1].",
    }
    for unit in ("quiz", "lesson"):
        factories.translate(committed, world.pages[unit], texts=texts)
    return world, stored


def test_what_any_language_accepts_is_right_in_all(in_two_languages, learner):
    world, (short, fill) = in_two_languages
    chosen = examples.compiled(fill)[1]["blanks"]
    answer = {name: blank["right"][0] if "right" in blank else "VOISINES" for name, blank in chosen.items()}
    given = {short["id"]: ({"text": "Les  voisins"}, None), fill["id"]: ({"blanks": answer}, None)}
    sitting = start(world, learner, "fr")
    value = attempt_value(sitting, reader(learner, "fr"), timezone.now())
    assert (value["locale"], value["fallback_for"]) == ("fr", None)
    parts = next(each for each in value["questions"] if each["type"] == "fill_in")["parts"]
    assert [part["id"] for part in parts if "id" in part] == list(reversed(chosen))
    done = submit(sitting, learner, given, "fr")
    assert done.attempt.score_bp == 10_000
    for locale, words in (("fr", "les voisins"), ("en", "the neighbours")):
        feedback = attempt_value(done, reader(learner, locale), timezone.now())["feedback"]
        assert feedback[short["id"]]["answer"] == {"text": words}
        assert set(feedback[fill["id"]]["parts"].values()) == {"right"}


def test_a_check_in_words_is_graded_in_all_languages(in_two_languages, learner):
    from learning.flows.checks import answer_check

    world, _ = in_two_languages
    for locale, text, points in (("en", "les voisins", 1), ("fr", "the neighbours", 1), ("fr", "l’autre", 0)):
        answer_check(
            user=learner,
            course_key=world.key,
            unit_key=world.unit("lesson"),
            question=stable("c"),
            response={"text": text},
            reader=reader(learner, locale),
            now=timezone.now(),
        )
        assert CheckAnswer.objects.get().points == points


def test_other_languages_cost_one_statement(in_two_languages, site, committed, learner):
    world, stored = in_two_languages

    def statements(given):
        sitting = start(world, learner)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            submit(sitting, learner, given)
        return captured

    captured = statements(right_answers(stored))
    private = [each["sql"] for each in captured if '"private"' in each["sql"] and '"body"' not in each["sql"]]
    assert len(private) == 1


def test_a_translation_of_every_type_stands_in_for_its_source(site, committed, learner, picture):
    stored = questions(picture)
    world = quiz(site, committed, learner, stored)
    factories.translated_course(committed, world)
    factories.translate(committed, world.pages["One"])
    words = set().union(*(examples.texts_in(each["value"]) for each in stored))
    texts = {word: f"FR {word}" for word in words if any(c.isalpha() for c in word)}
    factories.translate(committed, world.pages["quiz"], texts=texts)
    value = attempt_value(start(world, learner, "fr"), reader(learner, "fr"), timezone.now())
    assert (value["locale"], value["fallback_for"]) == ("fr", None)
    assert all(each["prompt"].startswith("FR ") for each in value["questions"])
    source, target = (
        {
            item["id"]: registry.get(item["type"]).identity(item)
            for item in json.loads(version.body)["questions"]
        }
        for version in ContentVersion.objects.filter(item__key=world.unit("quiz")).order_by("pk")
    )
    assert source == target
    private = [
        json.loads(version.private)
        for version in ContentVersion.objects.filter(item__key=world.unit("quiz")).order_by("pk")
    ]
    for question in stored:
        one, other = (each[question["id"]] for each in private)
        assert _without_texts(one) == _without_texts(other)


def _without_texts(value):
    """A key with its texts replaced: numbers, ids and what is right."""
    if isinstance(value, dict):
        return {name: _without_texts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_texts(inner) for inner in value]
    return value.removeprefix("FR ") if isinstance(value, str) else value


def test_what_people_mark_is_saved_where_each_answer_is_told_of_at_once(site, committed, learner, picture):
    stored = questions(picture, [registry.get("essay"), registry.get("true_false")])
    world = quiz(site, committed, learner, stored, feedback="at_once")
    client = Client()
    client.force_login(learner)
    attempt = start(world, learner).attempt.uuid
    told = []
    for question, (response, _) in right_answers(stored).items():
        answer = client.put(
            f"/api/learning/v1/attempts/{attempt}/answers/{question}/",
            {"response": response, "sequence": 1},
            content_type="application/json",
        )
        assert answer.status_code == 200
        told.append("feedback" in answer.json())
    assert told == [False, True]
