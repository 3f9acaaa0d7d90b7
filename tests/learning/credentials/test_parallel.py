"""Twenty at once: real threads with connections of their own, on SQLite and PostgreSQL alike."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cms.changes.models import Announcement
from cms.core.errors import Conflict
from learning.credentials import issuing, keys, revoking
from learning.flows.enrolment import enrol
from learning.flows.recording import record_events
from learning.models import Certificate, CertificateHolder, CertificateRevocation, Enrolment, SigningKey
from tests.learning import factories
from tests.learning.factories import event

THREADS = 20
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(transactional_db):
    from home.setup import make_site

    return make_site(title="Compendium")


def at_once(act):
    barrier = threading.Barrier(THREADS)

    def run(number):
        try:
            barrier.wait(timeout=60)
            return act(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_twenty_completions_revocations_and_keys(site):
    world = factories.course(site, nullcontext, {"M": [("first", "lesson", {})]}, certificate_offered=True)
    learner = factories.person("learner@example.org")
    admin = factories.person("admin@example.org", is_superuser=True)
    reader = factories.reader(learner)
    enrol(user=learner, course_key=world.key, reader=reader, now=timezone.now() - timedelta(hours=1))

    found = at_once(
        lambda _: record_events(
            user=learner, events=[event(world, "first", "completed")], reader=reader, now=timezone.now()
        )
    )
    assert [each for each in found if isinstance(each, Exception)] == []
    certificate = Certificate.objects.get()
    assert CertificateHolder.objects.count() == 1
    assert Announcement.objects.filter(topic="certificate.issued").count() == 1

    # The task for those who lack one, twenty times.
    CertificateHolder.objects.all().delete()
    Certificate.objects.all().delete()
    found = at_once(lambda _: issuing.issue_missing.call(str(world.key)))
    assert [each for each in found if isinstance(each, Exception)] == []
    assert sum(found) == 1 or Certificate.objects.count() == 1
    certificate = Certificate.objects.get()
    assert Enrolment.objects.get().certificate == certificate

    found = at_once(
        lambda number: revoking.revoke(
            certificate_id=certificate.uuid, by=admin, reason=f"Reason {number}", now=timezone.now()
        )
    )
    assert sum(isinstance(each, Conflict) for each in found) == THREADS - 1
    assert CertificateRevocation.objects.count() == 1
    assert Announcement.objects.filter(topic="certificate.revoked").count() == 1

    found = at_once(lambda _: keys.signer(timezone.now()).kid)
    assert len(set(found)) == 1 and SigningKey.objects.count() == 1
