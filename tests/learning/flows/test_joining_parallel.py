"""The last use of a key, twenty times at once; one request approved twenty times at once; an invitation twenty people hold."""

from contextlib import nullcontext

import pytest
from django.utils import timezone

from learning.flows import deciding
from learning.flows.enrolment import enrol
from learning.joining import invitations, keys, tickets
from learning.joining.invitations import InvitationNotValid
from learning.joining.keys import KeyNotValid
from learning.models import Course, DecisionMail, Enrolment, EnrolmentKey, Event, Invitation
from tests.learning import factories
from tests.learning.flows.test_parallel import THREADS, at_once, unexpected

pytestmark = pytest.mark.django_db(transaction=True)
ONE_LESSON = {"M": [("one", "lesson", {})]}


@pytest.fixture
def site(transactional_db):
    from home.setup import make_site

    return make_site(title="Compendium")


def join(world, user, **brought):
    return enrol(
        user=user, course_key=world.key, reader=factories.reader(user), now=timezone.now(), **brought
    )


def test_the_last_use_of_a_key(site):
    world = factories.course(site, nullcontext, ONE_LESSON, enrolment_mode="key")
    _key, secret = keys.create(
        course=Course.objects.get(key=world.key), by=None, label="Spring", last_day=None, max_uses=3,
        now=timezone.now(),
    )  # fmt: skip
    for _ in range(2):
        join(world, factories.person(), key=secret)
    people = [factories.person() for _ in range(THREADS)]
    found = at_once(lambda number: join(world, people[number], key=secret))
    assert unexpected(found, KeyNotValid) == []
    assert sum(isinstance(each, Enrolment) for each in found) == 1
    assert Enrolment.objects.count() == Event.objects.count() == EnrolmentKey.objects.get().uses == 3


def test_one_request_approved_and_refused_from_all_sides(site):
    world = factories.course(site, nullcontext, ONE_LESSON, enrolment_mode="request")
    asked = join(world, factories.person())
    trainer = factories.person(is_superuser=True)

    def decide(_):
        return deciding.decide(by=trainer, enrolment_id=asked.uuid, decision="approve", now=timezone.now())

    found = at_once(decide)
    assert unexpected(found) == []
    assert {each.state for each in found} == {"active"}
    assert Event.objects.filter(verb="approved").count() == DecisionMail.objects.count() == 1


def test_one_invitation_in_twenty_hands(site):
    world = factories.course(site, nullcontext, ONE_LESSON, enrolment_mode="invitation")
    course, token = Course.objects.get(key=world.key), tickets.new_token()
    (row,) = invitations.invite(
        course=course, by=None, text="guest@example.org", language="en", now=timezone.now()
    )
    Invitation.objects.filter(pk=row.pk).update(digest=tickets.digest(token))
    people = [factories.person() for _ in range(THREADS)]
    found = at_once(lambda number: join(world, people[number], invitation=token))
    assert unexpected(found, InvitationNotValid) == []
    assert Enrolment.objects.count() == 1
