from dataclasses import dataclass

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from guardian.shortcuts import assign_perm

from learning.models import Course
from tests.learning import factories
from tests.learning.factories import check, reflection, text
from tests.learning.flows.test_joining import before
from tests.learning.flows.test_sources import heading
from tests.learning.parity.twins import Clock, Twins

ONE_LESSON = {"M": [("one", "lesson", {})]}


@pytest.fixture
def clock(monkeypatch):
    """Time stands still, and moves when a test says so: what two people do, they do at the same moments."""
    found = Clock(timezone.now())
    monkeypatch.setattr(timezone, "now", found)
    return found


@dataclass
class Worlds:
    """A course for each way to join and to go on."""

    main: factories.CourseWorld
    request: factories.CourseWorld
    key: factories.CourseWorld
    invitation: factories.CourseWorld
    announced: factories.CourseWorld
    ordered: factories.CourseWorld
    after: factories.CourseWorld
    timed: factories.CourseWorld
    changing: factories.CourseWorld


@pytest.fixture
def worlds(site, committed):
    def make(title, modules=None, **fields):
        return factories.course(site, committed, modules or ONE_LESSON, title=title, **fields)

    body = [heading("How to begin", "beginning"), text("Some words. " * 40), check(name="asked"), text()]
    body.append(reflection("thought"))
    quiz = {"max_attempts": 3, "wait_minutes": 10, "time_limit": 15, "pass_mark": 60}
    main = make(
        "A course",
        {
            "One": [("first", "lesson", {"body": body}), ("read", "lesson", {"completion": "view"})],
            "Two": [("quiz", "quiz", quiz), ("last", "lesson", {})],
        },
        certificate_offered=True,
        certificate_months=2,
    )
    return Worlds(
        main=main,
        request=make("By request", enrolment_mode="request"),
        key=make("By key", enrolment_mode="key"),
        invitation=make("By invitation", enrolment_mode="invitation"),
        announced=make("Announced", status="announced"),
        ordered=make(
            "In order",
            {"M": [("one", "lesson", {}), ("two", "lesson", {}), ("end", "quiz", {})]},
            sequencing="ordered",
        ),
        after=make("Afterwards", prerequisites=before(main)),
        timed=make("In days", days_allowed=5),
        changing=make("Changing", {"Two": [("one", "lesson", {}), ("two", "lesson", {})]}),
    )


@pytest.fixture
def trainer(db, worlds):
    found = factories.person("trainer@example.org")
    assign_perm("learning.decide_for_learners", found, Course.objects.get(key=worlds.request.key))
    return found


@pytest.fixture
def twins(db, clock):
    people = [factories.person(f"{name}@example.org") for name in ("pages", "app")]
    for user in people:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return Twins(*people, clock)
