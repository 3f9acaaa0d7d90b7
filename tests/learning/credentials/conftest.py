from datetime import timedelta

import pytest
from django.utils import timezone

from learning.flows.enrolment import enrol
from learning.flows.recording import record_events
from learning.models import Certificate
from tests import world as pages
from tests.learning import factories
from tests.learning.factories import event

ONLY = {"Only": [("first", "lesson", {})]}


def build_offering(site, committed):
    return factories.course(
        site,
        committed,
        ONLY,
        certificate_offered=True,
        certificate_months=12,
        certificate_signatory="The course team",
        certificate_signatory_role="Training",
    )


@pytest.fixture(scope="module")
def built_offering(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), pages.built(build_offering) as found:
        yield found


@pytest.fixture
def offering(built_offering, db):
    """A course of one lesson that earns a certificate for a year."""
    return built_offering.as_stored()


@pytest.fixture
def complete():
    """`complete(world, user, at=…)`: enrol and do the one lesson; the enrolment's certificate, or None."""

    def act(world, user, at=None, locale="en"):
        at = at or timezone.now()
        reader = factories.reader(user, locale)
        enrolment = enrol(user=user, course_key=world.key, reader=reader, now=at - timedelta(hours=1))
        done = event(world, "first", "completed", occurred_at=at.isoformat(), language=locale)
        (taken,) = record_events(user=user, events=[done], reader=reader, now=at)
        assert taken.status == "accepted"
        return Certificate.objects.filter(enrolment=enrolment).first()

    return act


@pytest.fixture
def holder(db):
    return factories.person("holder@example.org", first_name="Ada", last_name="Example")


@pytest.fixture
def certificate(offering, holder, complete):
    return complete(offering, holder)
