"""Joining, leaving, coming back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.core.errors import Conflict, NotFound
from learning.flows.enrolment import enrol, withdraw
from learning.models import Course, Enrolment, Event, SealedSyllabus, Unit
from tests.learning import factories


def join(world, user, now=None):
    return enrol(user=user, course_key=world.key, reader=factories.reader(user), now=now or timezone.now())


def leave(world, user):
    return withdraw(user=user, course_key=world.key, reader=factories.reader(user), now=timezone.now())


def test_publishing_makes_rows_for_courses_and_units(world):
    course = Course.objects.get(key=world.key)
    assert (course.source_locale, course.title) == ("en", "A course")
    kinds = dict(Unit.objects.values_list("key", "kind"))
    assert kinds == {
        world.unit("first"): "lesson",
        world.unit("quiz"): "quiz",
        world.unit("second"): "lesson",
    }


def test_enrolling_seals_the_edition_and_counts_what_is_required(world, learner):
    enrolment = join(world, learner)
    assert enrolment.state == "active"
    assert (enrolment.required_done, enrolment.required_total, enrolment.progress_bp) == (0, 3, 0)
    assert enrolment.edition.sealed_at is not None
    sealed = SealedSyllabus.objects.get(edition=enrolment.edition).rules
    assert [unit["kind"] for unit in sealed["units"]] == ["lesson", "quiz", "lesson"]
    assert Event.objects.get().verb == "enrolled"


def test_enrolling_twice_is_one_enrolment(world, learner):
    assert join(world, learner).pk == join(world, learner).pk
    assert Event.objects.count() == 1


def test_return_after_withdrawal_takes_up_the_same_enrolment(world, learner):
    first = join(world, learner)
    assert leave(world, learner).state == "withdrawn"
    assert leave(world, learner).state == "withdrawn"
    again = join(world, learner)
    assert (again.pk, again.state) == (first.pk, "active")
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "enrolled",
        "withdrawn",
        "returned",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "announced"},
        {"status": "closed"},
        {"status": "archived"},
        {"opens_on": timezone.now().date() + timedelta(days=2)},
        {"closes_on": timezone.now().date() - timedelta(days=1)},
    ],
)
def test_a_course_that_is_not_open_takes_nobody(site, committed, learner, fields):
    world = factories.course(site, committed, **fields)
    with pytest.raises(Conflict) as refused:
        join(world, learner)
    assert refused.value.code == "course_not_open"
    assert not Enrolment.objects.exists()


def test_the_last_day_is_inclusive(site, committed, learner):
    world = factories.course(site, committed, closes_on=timezone.now().date())
    assert join(world, learner).state == "active"


def test_a_restricted_course_is_not_there_for_others(world, committed, learner):
    with committed():
        PageViewRestriction.objects.create(page=world.course, restriction_type="login")
    assert join(world, learner).state == "active"
    anybody = factories.person(is_active=False)
    with pytest.raises(NotFound):
        join(world, anybody)


def test_leaving_without_being_there_is_nothing(world, learner):
    with pytest.raises(NotFound):
        leave(world, learner)
