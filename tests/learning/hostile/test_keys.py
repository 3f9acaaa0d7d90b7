"""Before its time nothing of what is right leaves the server, for whatever type of question, by any way there is.

Marks stand in every text of every type that learners aren't shown, and one in each secret as a whole, beside its numbers. Then
every address of learning is asked, and the admin as somebody without rights to it.
"""

import json

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from cms.content import api as content
from cms.content.models import ContentVersion
from learning.assessment import registry
from learning.assessment.statistics import without_keys
from learning.flows import attempts, enrolment
from learning.models import Course, CourseIndexPage, QuestionBankPage
from tests import world as pages
from tests.home.test_admin_of_others import admin_views
from tests.learning import factories
from tests.learning.assessment import examples
from tests.learning.assessment.examples import GRADED_AT_ONCE, TYPES
from tests.learning.assessment.test_types import changed, leaves
from tests.learning.factories import reader, stable
from tests.learning.flows.test_banks import draw
from tests.learning.hostile import places
from tests.learning.hostile.places import said

POLICIES = ("at_once", "after_submission", "after_passing", "after_closing", "never")
# After a failed attempt that is graded, these still tell nothing.
STILL_HIDDEN = ("after_passing", "after_closing", "never")
WHOLE = "canarysecret"


def marked(question_type, name, picture):
    """A question whose texts hold marks that are its own, and nobody else's."""
    stored = examples.raw(question_type, image=picture, name=f"{name}{question_type.name}")
    return examples.marked(stored, f"canary{name}{question_type.name}".replace("_", ""))


def build(site, committed):
    picture = pages.image()
    stored = {
        f"open {policy}": [marked(each, f"o{n}", picture) for each in TYPES]
        for n, policy in enumerate(POLICIES)
    }
    stored |= {
        f"done {policy}": [marked(each, f"d{n}", picture) for each in GRADED_AT_ONCE]
        for n, policy in enumerate(STILL_HIDDEN)
    }
    asked = [marked(each, "check", picture) for each in GRADED_AT_ONCE]
    banked = [marked(each, "bank", picture) for each in TYPES]
    with committed():
        index = pages.add(site, CourseIndexPage(title="Courses", show_in_menus=True))
        bank = pages.add(index, QuestionBankPage(title="A bank"))
        in_bank = [
            pages.add(
                bank,
                apps.get_model("learning", "BankQuestionPage")(
                    title=f"Number {n}", tags="all", question=[each]
                ),
            )
            for n, each in enumerate(banked)
        ]
    units = [
        (name, "quiz", {"questions": each, "feedback": name.split()[1], "max_attempts": 0, "pass_mark": 100})
        for name, each in stored.items()
    ]
    body = [
        {"type": "check", "value": {"question": [each]}, "id": stable(f"b{n}")}
        for n, each in enumerate(asked)
    ]
    units.append(("lesson", "lesson", {"body": body, "sample": True}))
    units.append(
        ("drawn", "quiz", {"questions": [], "draws": [draw(bank, len(banked), "all")], "feedback": "never"})
    )
    world = factories.course(site, committed, {"One": units})
    _mark_secrets()
    hidden = set().union(
        *(examples.hidden_words(each) for every in (*stored.values(), asked, banked) for each in every)
    )
    world.hidden, world.stored, world.bank, world.in_bank = hidden | {WHOLE}, stored, bank, in_bank
    world.quizzes = [world.unit(name) for name in (*stored, "drawn")]
    return world


def _mark_secrets():
    """A mark in each secret and in each part of it: what isn't a text (right options, numbers, weights, regions) is beside one."""

    def mark(value):
        if isinstance(value, list):
            return [mark({**each, "canary": WHOLE}) if isinstance(each, dict) else each for each in value]
        return value

    for version in ContentVersion.objects.exclude(private=""):
        private = {
            question: {"canary": WHOLE, **{name: mark(each) for name, each in secret.items()}}
            if isinstance(secret, dict) and "points" in secret
            else secret
            for question, secret in content.private_part(version).items()
        }
        ContentVersion.objects.filter(pk=version.pk).update(private=json.dumps(private))


@pytest.fixture(scope="module")
def built_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), pages.built(build) as found:
        yield found


@pytest.fixture
def world(built_world, db):
    return built_world


def signed_in(user):
    found = Client()
    found.force_login(user)
    return found


@pytest.fixture
def learner(world):
    found = factories.person("taker@example.org", language="en")
    enrolment.enrol(user=found, course_key=world.key, reader=reader(found), now=timezone.now())
    return found


@pytest.fixture
def sat(world, learner):
    """Ids of the learner's attempts by quiz: open ones, and failed ones that are graded."""
    found = {}
    for name in (*world.stored, "drawn"):
        sitting = attempts.start_attempt(
            user=learner, quiz_key=world.unit(name), reader=reader(learner), now=timezone.now()
        )
        found[name] = sitting.attempt.uuid
        if name.startswith("done"):
            attempts.submit_attempt(
                user=learner,
                attempt_id=sitting.attempt.uuid,
                given={},
                reader=reader(learner),
                now=timezone.now(),
            )
    return found


def of_learning(world, sat) -> list[str]:
    """Addresses of learning's routes that stand for what the learner has, or for units of the course."""
    stands_for = {
        "key": [world.key, *world.quizzes, world.unit("lesson")],
        "attempt": list(sat.values()),
        "quiz": world.quizzes,
        "page_id": [each.pk for each in (world.pages["open never"], world.bank, world.in_bank[0])],
        "bank_id": [world.bank.pk],
    }
    found = []
    for route in places.routes():
        names = [name for name in route.parameters if name in stands_for]
        if len(names) < len(route.parameters):
            continue
        for values in stands_for[names[-1]] if names else [None]:
            kwargs = {names[-1]: values} if names else {}
            if "key" in route.parameters and names[-1] != "key":
                kwargs["key"] = world.key
            found.append(reverse(route.name, kwargs=kwargs))
    for attempt in sat.values():
        page = reverse("learning:attempt", kwargs={"attempt": attempt})
        found += [f"{page}?question={number}" for number in ("all", *range(1, len(TYPES) + 1))]
    return found


def of_the_admin(world) -> list[str]:
    """Every view of the admin that takes a page and nothing else, with pages that hold keys."""
    of_page = {"page_id", "page_pk", "parent_page_id", "object_id", "bank_id"}
    holders = [world.pages["open never"], world.pages["lesson"], world.bank, world.in_bank[0]]
    found = [
        reverse(name, kwargs=dict.fromkeys(parameters, page.pk))
        for name, parameters in admin_views()
        if len(parameters) == 1 and parameters <= of_page
        for page in holders
    ]
    return found + [f"/admin/api/main/pages/{page.pk}/?fields=*" for page in holders]


def told(client, found, world) -> list[tuple]:
    leaks = []
    for address in found:
        cache.clear()
        client.cookies.pop("messages", None)
        response = client.get(address)
        text = said(response).replace(address, "") + response.get("Location", "")
        assert response.status_code != 500, address
        leaks += [(address, word) for word in world.hidden if word in text and f"q={word}" not in address]
    return leaks


def test_marks_are_where_they_are_looked_for(world):
    """The other tests would pass if there were none: in what only graders read, and in no document."""
    private = "".join(ContentVersion.objects.values_list("private", flat=True))
    assert len(world.hidden) > 100
    assert not [word for word in world.hidden if word not in private]
    bodies = "".join(f"{body}{text}" for body, text in ContentVersion.objects.values_list("body", "text"))
    assert not [word for word in world.hidden if word in bodies]
    types = {each["type"] for every in world.stored.values() for each in every}
    assert types == {each.name for each in TYPES}


def test_a_learner_is_told_nothing_before_its_time(world, learner, sat):
    client = signed_in(learner)
    assert told(client, of_learning(world, sat), world) == []


@pytest.mark.parametrize("who", ["anonymous", "registered", "reporter", "editor"])
def test_nobody_else_is_told_anything(world, sat, who):
    """Who only sees a course's report isn't either, nor who edits something else."""
    client = Client()
    if who != "anonymous":
        user = factories.person(f"{who}@example.org", language="en")
        client.force_login(user)
        if who == "reporter":
            assign_perm("learning.view_report", user, Course.objects.get(pk=world.key))
        if who == "editor":
            group = Group.objects.create(name="Of the admin")
            group.permissions.add(Permission.objects.get(codename="access_admin"))
            user.groups.add(group)
    found = of_learning(world, sat) + (of_the_admin(world) if who != "reporter" else [])
    assert told(client, found, world) == []


def test_nothing_that_is_kept_for_others_holds_a_key(world, sat):
    """Outboxes, feeds, logs, tasks: every table but those in which editors write and graders read."""
    editors = {"wagtail_localize", "learning"}
    for model in apps.get_models():
        if model._meta.app_label in editors or model._meta.label == "wagtailcore.Revision":
            continue
        left_out = {"private"} if model is ContentVersion else set()
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in left_out]
        rows = str(list(model._base_manager.values_list(*names)))
        assert not [word for word in world.hidden if word in rows], model


# Trying out --------------------------------------------------------------------------------------------------------


def put(client, attempt, question, response, sequence):
    return client.put(
        f"/api/learning/v1/attempts/{attempt}/answers/{question}/",
        json.dumps({"response": response, "sequence": sequence}),
        content_type="application/json",
    )


def right_and_empty(stored):
    """What earns all points, and what earns none where the type has such a thing."""
    question_type = registry.get(stored["type"])
    public, secret = examples.compiled(stored)
    found = [question_type.check(question_type.answer(secret), public), question_type.nothing()]
    return [each for each in found if each is not None]


@pytest.mark.parametrize("policy", [each for each in POLICIES if each != "at_once"])
def test_saving_tells_the_same_of_right_and_wrong(world, learner, sat, policy):
    client, attempt = signed_in(learner), sat[f"open {policy}"]
    for stored in world.stored[f"open {policy}"]:
        for sequence, response in enumerate(right_and_empty(stored), 1):
            answer = put(client, attempt, stored["id"], response, sequence)
            assert answer.status_code == 200, stored["type"]
            assert set(answer.json()) == {"response", "sequence", "saved_at"}, stored["type"]
    value = client.get(f"/api/learning/v1/attempts/{attempt}/").json()
    assert (value["score_bp"], value["passed"], value["feedback"]) == (None, None, None)


def test_told_at_once_an_answer_is_final_and_nothing_is_told_of_the_others(world, learner, sat):
    client, attempt = signed_in(learner), sat["open at_once"]
    told_of = set()
    for stored in world.stored["open at_once"]:
        by_people = registry.get(stored["type"]).graded_by_people
        response, *other = right_and_empty(stored)
        answer = put(client, attempt, stored["id"], response, 1)
        assert answer.status_code == 200, stored["type"]
        assert ("feedback" in answer.json()) is not by_people, stored["type"]
        told_of |= set() if by_people else {stored["id"]}
        assert set(client.get(f"/api/learning/v1/attempts/{attempt}/").json()["feedback"]) == told_of
        for each in other:
            again = put(client, attempt, stored["id"], each, 2)
            assert (again.status_code, again.json()["code"]) == (409, "answer_final"), stored["type"]


@pytest.mark.parametrize("question_type", TYPES, ids=lambda each: each.name)
def test_statistics_without_keys_are_the_same_whatever_is_right(question_type):
    stored = examples.raw(question_type)
    public, secret = examples.compiled(stored)
    plain = without_keys(question_type.tally([], public, secret))
    for path, leaf in leaves(question_type.block(), stored["value"]):
        other_public, other_secret = examples.compiled(changed(stored, path, leaf))
        if other_public == public:
            assert without_keys(question_type.tally([], public, other_secret)) == plain, path
