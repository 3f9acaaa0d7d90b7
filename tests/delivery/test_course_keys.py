"""What `content:courses` opens, to whom it stays closed, and what it never opens."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.models import GroupPagePermission, PageViewRestriction

from cms.changes import api as changes
from cms.changes.models import Change, FeedRow
from cms.content import api as content
from cms.content.models import ContentItem
from cms.delivery import keys
from cms.delivery.models import ApiKey, Scope, WebhookDelivery
from cms.delivery.webhooks import endpoints, fanout
from tests.learning import factories
from tests.world import publish

API = "/api/v2"


@pytest.fixture
def course(site, committed):
    modules = {
        "One": [
            (
                "lesson",
                "lesson",
                {"summary": "Gatekeepers", "body": [factories.check(), factories.text("Doorkeepers")]},
            ),
            ("quiz", "quiz", {"questions": [factories.single_choice()]}),
            ("sample", "lesson", {"sample": True, "body": [factories.text("Freely given")]}),
        ],
    }
    return factories.course(site, committed, modules=modules)


@pytest.fixture
def members(course, committed):
    """The group that may see the course; nobody else does."""
    group = Group.objects.create(name="Members of the programme")
    with committed():
        restriction = PageViewRestriction.objects.create(
            page=course.course, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.add(group)
        restriction.save()
    return group


def secret_of(*scopes, **values):
    return keys.issue(name="Partner", scopes=scopes, now=timezone.now(), **values)[1]


def ask(client, path, secret=None):
    headers = {"authorization": f"Bearer {secret}"} if secret else {}
    return client.get(API + path, headers=headers)


def feed(client, secret=None, cursor=None):
    """(items with their documents, the cursor to go on from)."""
    items = []
    while True:
        query = f"&cursor={cursor}" if cursor else ""
        answer = ask(client, f"/changes/?include=document&limit=3{query}", secret).json()
        items += answer["items"]
        cursor = answer["next_cursor"]
        if not answer["has_more"]:
            return items, cursor


UNLISTED = ("One", "lesson", "quiz")


def shows_nothing(client, course, secret=None):
    """Assert that somebody finds no trace of what is read through learning."""
    ids = {course.pages[name].pk for name in UNLISTED}
    for name in UNLISTED:
        page = course.pages[name]
        for path in (
            f"/pages/{page.pk}/",
            f"/pages/{page.pk}/?version=1",
            f"/pages/{page.pk}/contents/",
            f"/pages/{page.pk}/editions/",
            f"/pages/{page.pk}/related/",
            f"/pages/{page.pk}/used-in/",
            f"/pages/by-key/{page.translation_key}/?locale=en",
            f"/pages/find/?id={page.pk}",
            f"/pages/find/?html_path={page.url_path}",
        ):
            assert ask(client, path, secret).status_code == 404, path
        assert ask(client, f"/pages/?id={page.pk}", secret).json()["meta"]["total_count"] == 0
        assert ask(client, f"/pages/?child_of={page.pk}", secret).status_code == 400
    assert ask(client, "/pages/?type=learning.QuizPage", secret).json()["code"] == "unknown_type"
    for path in ("/search/?q=doorkeepers", "/search/?q=gatekeepers", "/pages/?search=doorkeepers"):
        assert ask(client, path, secret).json()["meta"]["total_count"] == 0, path
    assert not ids & {each["id"] for each in ask(client, "/pages/?limit=100", secret).json()["items"]}
    assert not ids & {each["id"] for each in feed(client, secret)[0]}


# What it opens -----------------------------------------------------------------------------------------------------


def test_a_key_for_courses_reads_lessons_and_quizzes(client, course):
    secret = secret_of(Scope.COURSES)
    lesson, quiz = course.pages["lesson"], course.pages["quiz"]
    document = ask(client, f"/pages/{lesson.pk}/", secret).json()
    assert [block["type"] for block in document["body"]] == ["check", "text"]
    assert document["meta"]["parent"]["id"] == course.pages["One"].pk
    assert ask(client, f"/pages/{lesson.pk}/?version=1", secret).json()["body"] == document["body"]
    by_key = ask(client, f"/pages/by-key/{quiz.translation_key}/?locale=en", secret).json()
    assert (by_key["id"], by_key["pass_mark"]) == (quiz.pk, 70)
    found = ask(
        client, "/pages/?type=learning.LessonPage,learning.QuizPage&fields=*&order=title", secret
    ).json()
    assert {each["id"] for each in found["items"]} == {
        course.pages[name].pk for name in ("lesson", "quiz", "sample")
    }
    below = ask(client, f"/pages/?descendant_of={course.course.pk}", secret).json()
    assert below["meta"]["total_count"] == 4
    assert (
        ask(client, "/pages/?type=learning.QuizPage&pass_mark=70", secret).json()["meta"]["total_count"] == 1
    )
    assert ask(client, "/search/?q=doorkeepers", secret).json()["items"][0]["id"] == lesson.pk
    contents = ask(client, f"/pages/{course.course.pk}/contents/", secret).json()["contents"]
    units = contents["children"][0]["children"]
    assert all(unit["detail_url"].endswith(f"/pages/{unit['id']}/") for unit in units)


def test_it_mirrors_courses_by_the_feed(client, course, committed):
    secret = secret_of(Scope.COURSES)
    items, cursor = feed(client, secret)
    held = {each["id"]: each["document"] for each in items}
    assert {course.course.pk, *(page.pk for page in course.pages.values())} <= held.keys()
    for page_id, document in held.items():
        shown = ask(client, f"/pages/{page_id}/", secret).json()
        shown["meta"].pop("parent")
        assert document == shown
    # A sample becomes a lesson like others, and another one a sample; one is corrected, one withdrawn.
    with committed():
        publish(course.pages["sample"], sample=False)
        publish(course.pages["lesson"], sample=True)
    with committed():
        publish(course.pages["quiz"], pass_mark=80)
    told, cursor = feed(client, secret, cursor)
    assert {(each["id"], each["kind"]) for each in told} == {
        (course.pages["sample"].pk, "published"),
        (course.pages["lesson"].pk, "published"),
        (course.pages["quiz"].pk, "updated"),
    }
    with committed():
        course.pages["quiz"].unpublish()
    told, _cursor = feed(client, secret, cursor)
    assert [(each["id"], each["kind"]) for each in told] == [(course.pages["quiz"].pk, "withdrawn")]
    assert ask(client, f"/pages/{course.pages['quiz'].pk}/", secret).status_code == 404


def test_others_hear_of_samples_alone(client, course, committed):
    _items, cursor = feed(client)
    with committed():
        publish(course.pages["sample"], sample=False)
        publish(course.pages["lesson"], sample=True)
    told, _cursor = feed(client, cursor=cursor)
    assert {(each["id"], each["kind"]) for each in told} == {
        (course.pages["sample"].pk, "withdrawn"),
        (course.pages["lesson"].pk, "published"),
    }


def test_a_corrected_answer_is_told_as_a_new_version(client, course, committed):
    secret = secret_of(Scope.COURSES)
    quiz = course.pages["quiz"]
    _items, cursor = feed(client, secret)
    corrected = factories.single_choice()
    corrected["value"]["options"][0]["value"]["correct"] = False
    corrected["value"]["options"][1]["value"]["correct"] = True
    with committed():
        publish(quiz, questions=json.dumps([corrected]))
    [told], _cursor = feed(client, secret, cursor)
    assert (told["id"], told["version"]) == (quiz.pk, 2)
    assert ask(client, f"/pages/{quiz.pk}/", secret).json()["meta"]["version"] == 2


# To whom it stays closed --------------------------------------------------------------------------------------------


def someone(kind, course):
    """One of the six kinds of person, signed in where it is one that signs in."""
    if kind == "anonymous":
        return None
    if kind == "administrator":
        return factories.person(is_superuser=True, is_staff=True)
    person = factories.person()
    if kind != "registered":
        group = Group.objects.create(name=kind)
        person.groups.add(group)
        if kind == "editor of another section":
            group.permissions.add(Permission.objects.get(codename="access_admin"))
            GroupPagePermission.objects.create(
                group=group,
                page=course.course.get_parent(),
                permission=Permission.objects.get(codename="publish_page"),
            )
    return person


KINDS = (
    "anonymous",
    "registered",
    "member",
    "member of another group",
    "editor of another section",
    "administrator",
)


@pytest.mark.parametrize("kind", KINDS)
def test_no_person_reads_lessons_here(client, course, kind):
    person = someone(kind, course)
    if person is not None:
        client.force_login(person)
    shows_nothing(client, course)


@pytest.mark.parametrize(
    "scopes", [(Scope.PUBLIC,), (Scope.MEMBERS,), (Scope.PUBLIC, Scope.MEMBERS, Scope.REPORTS)]
)
def test_no_other_key_does(client, course, scopes):
    shows_nothing(client, course, secret_of(*scopes))


def test_restricted_courses_need_both(client, course, members):
    assert ContentItem.objects.get(page_id=course.pages["lesson"].pk).access_key
    stranger = Group.objects.create(name="Elsewhere")
    for secret in (
        secret_of(Scope.COURSES),
        secret_of(Scope.COURSES, Scope.MEMBERS),
        secret_of(Scope.COURSES, Scope.MEMBERS, groups=[stranger]),
        secret_of(Scope.MEMBERS, groups=[members]),
    ):
        for name in UNLISTED:
            assert ask(client, f"/pages/{course.pages[name].pk}/", secret).status_code == 404
        assert not {course.pages[name].pk for name in UNLISTED} & {
            each["id"] for each in feed(client, secret)[0]
        }
    both = secret_of(Scope.COURSES, Scope.MEMBERS, groups=[members])
    for name in UNLISTED:
        assert ask(client, f"/pages/{course.pages[name].pk}/", both).status_code == 200
    assert {course.pages[name].pk for name in UNLISTED} <= {each["id"] for each in feed(client, both)[0]}


def test_registered_people_s_courses_are_not_every_key_s(client, course, committed):
    with committed():
        PageViewRestriction.objects.create(page=course.course, restriction_type=PageViewRestriction.LOGIN)
    alone, both = secret_of(Scope.COURSES), secret_of(Scope.COURSES, Scope.MEMBERS)
    lesson = course.pages["lesson"].pk
    assert ask(client, f"/pages/{lesson}/", alone).status_code == 404
    assert lesson not in {each["id"] for each in feed(client, alone)[0]}
    assert ask(client, f"/pages/{lesson}/", both).status_code == 200
    assert lesson in {each["id"] for each in feed(client, both)[0]}


def test_restricting_withdraws_from_keys_for_courses(client, course, committed):
    secret = secret_of(Scope.COURSES)
    _items, cursor = feed(client, secret)
    with committed():
        restriction = PageViewRestriction.objects.create(
            page=course.course, restriction_type=PageViewRestriction.GROUPS
        )
    told, cursor = feed(client, secret, cursor)
    assert {each["id"] for each in told if each["kind"] == "withdrawn"} == {
        course.course.pk,
        *(page.pk for page in course.pages.values()),
    }
    with committed():
        restriction.delete()
    told, _cursor = feed(client, secret, cursor)
    assert {course.pages[name].pk for name in UNLISTED} <= {
        each["id"] for each in told if each["kind"] != "withdrawn"
    }


def test_it_ends_with_the_scope(client, course):
    key, secret = keys.issue(name="Partner", scopes=[Scope.COURSES, Scope.PUBLIC], now=timezone.now())
    lesson = course.pages["lesson"].pk
    cursor = feed(client, secret)[1]
    assert ask(client, f"/pages/{lesson}/", secret).status_code == 200
    ApiKey.objects.filter(pk=key.pk).update(scopes=[Scope.PUBLIC])
    assert ask(client, f"/pages/{lesson}/", secret).status_code == 404
    assert ask(client, f"/changes/?cursor={cursor}", secret).status_code == 410
    shows_nothing(client, course, secret)


def test_no_browser_key_has_it():
    assert keys.problems(
        kind=ApiKey.Kind.BROWSER, scopes=[Scope.COURSES], groups=[], origins=["https://partner.example"]
    )


# What it never opens ------------------------------------------------------------------------------------------------


def test_questions_of_quizzes_and_answers_never_leave(client, course):
    secret = secret_of(Scope.COURSES)
    quiz, lesson = course.pages["quiz"].pk, course.pages["lesson"].pk
    answers = [
        ask(client, path, secret).content.decode()
        for path in (
            f"/pages/{quiz}/",
            f"/pages/{quiz}/?version=1",
            f"/pages/{quiz}/?edition=1",
            f"/pages/{quiz}/?fields=*,-title",
            f"/pages/{lesson}/",
            "/pages/?fields=*&limit=100",
            "/pages/?type=learning.QuizPage&fields=*",
            "/changes/?include=document&limit=500",
            "/search/?q=which",
        )
    ]
    of_quizzes = [*answers[:4], answers[6]]
    for answer in answers:
        assert "SECRET explanation" not in answer and "SECRET remark" not in answer
        assert '"right"' not in answer and '"correct"' not in answer and '"points"' not in answer
    for answer in of_quizzes:
        assert '"questions"' not in answer and "Which one is it?" not in answer
    assert ask(client, f"/pages/{quiz}/?fields=questions", secret).json()["code"] == "unknown_field"
    # A knowledge check stands in its lesson, without what is right.
    assert "Which one is it?" in answers[4]
    found = ask(client, "/search/?q=which", secret).json()["items"]
    assert quiz not in {each["id"] for each in found}


def test_the_feed_holds_it_for_those_keys_alone(course):
    everything = changes.feed_page(
        after=0, access_keys=content.access_keys(frozenset({"courses"})), limit=500
    )
    public = changes.feed_page(after=0, access_keys=[""], limit=500)
    ids = {course.pages[name].pk for name in UNLISTED}
    assert ids <= {row.item_id for row in everything.rows}
    assert not ids & {row.item_id for row in public.rows}


# Webhooks and older deployments --------------------------------------------------------------------------------------


def test_webhooks_tell_those_keys_alone(course, committed):
    endpoints_by_scope = {}
    for scope in (Scope.COURSES, Scope.PUBLIC):
        key, _secret = keys.issue(name=scope, scopes=[scope], now=timezone.now())
        endpoints_by_scope[scope], _signing = endpoints.register(
            key=key,
            url="https://partner.example/hook",
            wanted=["content.updated", "content.withdrawn"],
            now=timezone.now(),
        )
    fanout.fan_out(timezone.now())
    with committed():
        publish(course.pages["quiz"], pass_mark=90)
    with committed():
        course.pages["lesson"].unpublish()
    fanout.fan_out(timezone.now())
    told = WebhookDelivery.objects.filter(endpoint=endpoints_by_scope[Scope.COURSES])
    assert {(each.topic, each.data["id"]) for each in told} == {
        ("content.updated", course.pages["quiz"].pk),
        ("content.withdrawn", course.pages["lesson"].pk),
    }
    ids = {course.pages[name].pk for name in UNLISTED}
    others = WebhookDelivery.objects.filter(endpoint=endpoints_by_scope[Scope.PUBLIC])
    assert not ids & {each.data["id"] for each in others}


def test_lessons_from_before_are_brought_into_the_feed(client, course, members):
    secret = secret_of(Scope.COURSES, Scope.MEMBERS, groups=[members])
    before = {each["id"] for each in feed(client, secret)[0]}
    ids = [course.pages[name].pk for name in UNLISTED]
    Change.objects.filter(item_id__in=ids).delete()
    FeedRow.objects.filter(item_id__in=ids).delete()
    assert not set(ids) & {each["id"] for each in feed(client, secret)[0]}
    import_module("cms.content.migrations.0009_tell_readers_of_courses").tell(apps, None)
    assert {each["id"] for each in feed(client, secret)[0]} == before
    assert not set(ids) & {each["id"] for each in feed(client, secret_of(Scope.COURSES))[0]}
