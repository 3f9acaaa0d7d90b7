"""A course with everything that somebody has in one, and those who want it. Made once for a module of tests."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from guardian.shortcuts import assign_perm
from wagtail.models import GroupPagePermission, PageViewRestriction

from learning.flows import attempts, enrolment
from learning.flows.recording import record_events
from learning.joining import keys as enrolment_keys
from learning.models import (
    Certificate,
    Course,
    CourseIndexPage,
    Enrolment,
    Invitation,
    QuestionBankPage,
    QuestionImport,
)
from learning.notebook import keeping
from tests import world as pages
from tests.learning import factories
from tests.learning.factories import check, event, reader, right, single_choice, stable
from tests.learning.flows.test_marking import ESSAY, essay

# In everything that is the victim's and nobody else's.
MARK = "zebra"
PERMISSIONS = ("view_report", "decide_for_learners", "mark_answers", "revoke_certificate")


def build(site, committed):
    now = timezone.now()
    insiders, elsewhere = (Group.objects.create(name=name) for name in ("Insiders", "Elsewhere"))
    questions = [single_choice("single"), essay()]
    lesson = {"body": [factories.text(), check(single_choice("asked")), factories.reflection("thought")]}
    main = factories.course(
        site,
        committed,
        {
            "One": [
                ("lesson", "lesson", lesson),
                ("second", "lesson", {}),
                ("quiz", "quiz", {"questions": questions, "feedback": "never"}),
                ("extra", "quiz", {"questions": [single_choice("extra")], "max_attempts": 0}),
            ]
        },
        title="Main course",
    )
    one = {"One": [("only", "lesson", {})]}
    certified = factories.course(site, committed, one, title="Certified course", certificate_offered=True)
    asked = factories.course(site, committed, one, title="Asked course", enrolment_mode="request")
    announced = factories.course(site, committed, one, title="Announced course", status="announced")
    other = factories.course(
        site,
        committed,
        {"One": [("foreign", "lesson", {}), ("foreign quiz", "quiz", {})]},
        title="Other course",
    )
    with committed():
        PageViewRestriction.objects.create(
            page=main.course, restriction_type=PageViewRestriction.GROUPS
        ).groups.add(insiders)
    people = _people(insiders, elsewhere, main, other)
    victim = people["victim"]
    for each in (victim, people["fellow"]):
        for course in (main, asked, certified):
            enrolment.enrol(user=each, course_key=course.key, reader=reader(each), now=now)
        done = event(certified, "only", "completed")
        assert record_events(user=each, events=[done], reader=reader(each), now=now)[0].status == "accepted"
    # Whoever is the first in a course seals its edition.
    first = people["boss"]
    enrolment.enrol(user=first, course_key=other.key, reader=reader(first), now=now)
    submitted, opened = _attempts(victim, main, now)
    lesson_key = main.unit("lesson")
    read = event(main, "lesson", "progressed", data={"position": 5000})
    record_events(user=victim, events=[read], reader=reader(victim), now=now)
    keeping.save_note(user=victim, unit=lesson_key, text=f"A {MARK} note", version=0, now=now)
    thought = {"block": stable("thought"), "text": f"A {MARK} thought"}
    keeping.save_note(user=victim, unit=lesson_key, **thought, version=0, now=now)
    keeping.keep_bookmark(user=victim, unit=lesson_key, now=now)
    keeping.give_feedback(
        user=victim, course=main.key, unit=lesson_key, useful=True, comment=f"A {MARK} comment", now=now
    )
    course = Course.objects.get(pk=main.key)
    boss = people["boss"]
    with committed():
        index = CourseIndexPage.objects.first()
        bank = pages.add(index, QuestionBankPage(title="A bank"))
    enrolment_key, _secret = enrolment_keys.create(
        course=course, by=boss, label=f"Key of {MARK}", last_day=None, max_uses=None, now=now
    )
    invitation = Invitation.objects.create(
        course=course,
        email=f"{MARK}-guest@example.org",
        language="en",
        invited_by=boss,
        created_at=now,
        expires_at=now.replace(year=now.year + 1),
    )
    upload = QuestionImport.objects.create(
        user=boss, bank=bank, file_name=f"{MARK}.gift", format="gift", data=b"::One:: Two {T}", created_at=now
    )
    theirs = Enrolment.objects.filter(learner__user=victim)
    return SimpleNamespace(
        **{"main": main, "certified": certified, "asked": asked, "announced": announced, "other": other},
        people=people,
        courses=[main.key, asked.key, other.key],
        units=[lesson_key, main.unit("quiz"), other.unit("foreign")],
        quizzes=[main.unit("quiz"), other.unit("foreign quiz")],
        single=stable("single"),
        essay=ESSAY,
        open=opened,
        submitted=submitted,
        attempts=[opened, submitted],
        active=theirs.get(course=main.key).uuid,
        requested=theirs.get(course=asked.key).uuid,
        enrolments=[theirs.get(course=each).uuid for each in (main.key, asked.key)],
        certificate=Certificate.objects.get(enrolment__learner__user=victim),
        bank=bank,
        upload=upload,
        enrolment_key=enrolment_key,
        invitation=invitation,
        page_ids={"question_export": main.pages["quiz"].pk},
        insiders=insiders,
    )


def _people(insiders, elsewhere, main, other) -> dict:
    """Six kinds of person, and more: those who are enrolled beside the victim, and who run another course."""

    def person(name, *groups, **fields):
        found = factories.person(f"{name}@example.org", language="en", **fields)
        found.groups.set(groups)
        return found

    admin_access = Permission.objects.get(codename="access_admin")
    trainers, editors = Group.objects.create(name="Who train"), Group.objects.create(name="Who edit")
    for group in (trainers, editors):
        group.permissions.add(admin_access)
    for action in ("add", "change", "publish"):
        GroupPagePermission.objects.create(
            group=editors,
            page=other.course,
            permission=Permission.objects.get(codename=f"{action}_page"),
        )
    found = {
        "victim": person(f"{MARK}-victim", insiders, first_name="Zebra", last_name="Mark"),
        "boss": person("boss", insiders, is_superuser=True),
        "anonymous": None,
        "registered": person("registered"),
        "member": person("member", insiders),
        "of another group": person("elsewhere", elsewhere),
        "fellow": person("fellow", insiders),
        "instructor": person("instructor", trainers),
        "fellow who instructs elsewhere": person("both", insiders, trainers),
        "editor": person("editor", editors),
    }
    for each in ("instructor", "fellow who instructs elsewhere"):
        for permission in PERMISSIONS:
            assign_perm(f"learning.{permission}", found[each], Course.objects.get(pk=other.key))
    now = timezone.now()
    both = found["fellow who instructs elsewhere"]
    enrolment.enrol(user=both, course_key=main.key, reader=reader(both), now=now)
    return found


def _attempts(victim, main, now):
    """Ids of an attempt that waits for a person, and of an open one."""

    def begin():
        found = attempts.start_attempt(
            user=victim, quiz_key=main.unit("quiz"), reader=reader(victim), now=timezone.now()
        )
        return found.attempt.uuid

    given = {stable("single"): (right("single"), None), ESSAY: ({"text": f"A {MARK} essay"}, None)}
    submitted = begin()
    attempts.submit_attempt(
        user=victim, attempt_id=submitted, given=given, reader=reader(victim), now=timezone.now()
    )
    opened = begin()
    attempts.save_answers(
        user=victim, attempt_id=opened, given=given, reader=reader(victim), now=timezone.now()
    )
    return submitted, opened


@pytest.fixture(scope="module")
def built_theirs(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), pages.built(build) as found:
        yield found


@pytest.fixture
def theirs(built_theirs, db):
    """The course and what the victim has in it. Each test undoes what it does to them."""
    return built_theirs


@pytest.fixture
def client_of(theirs):
    """`client_of("fellow")`: their browser."""

    def made(name):
        found = Client()
        if theirs.people[name] is not None:
            found.force_login(theirs.people[name])
        return found

    return made
