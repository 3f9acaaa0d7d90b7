"""A certificate for each completed enrolment of a course that offers them: once, in the transaction, whatever arrives when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cms.changes.models import Announcement
from cms.core.invariants import violations
from learning.credentials import holding, issuing
from learning.flows.recording import record_events
from learning.models import Certificate, CertificateHolder, Enrolment, Event
from tests.learning import factories
from tests.learning.factories import event
from tests.world import publish

ONLY = {"Only": [("first", "lesson", {})]}


def broken():
    return [sentence for name, sentence in violations() if name.startswith("learning")]


def test_completing_earns_a_certificate(offering, holder, complete):
    done = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    certificate = complete(offering, holder, at=done)
    assert certificate.title == "A course"
    assert (certificate.language, certificate.title_locale) == ("en", "en")
    assert certificate.completed_on == date(2026, 3, 31)
    assert certificate.expires_on == date(2027, 3, 31)
    assert certificate.expires_at == datetime(2027, 4, 1, tzinfo=UTC)
    assert certificate.edition.number == 1
    assert (certificate.signatory, certificate.signatory_role) == ("The course team", "Training")
    assert (certificate.holder.name, certificate.holder.name_shown) == ("Ada Example", False)
    assert certificate.renews is None
    assert broken() == []


def test_a_course_that_offers_none(site, committed, holder, complete):
    world = factories.course(site, committed, ONLY)
    assert complete(world, holder) is None
    assert not Certificate.objects.exists()
    assert broken() == []


def test_a_certificate_without_end(site, committed, holder, complete):
    world = factories.course(site, committed, ONLY, certificate_offered=True)
    certificate = complete(world, holder)
    assert (certificate.expires_on, certificate.expires_at) == (None, None)


def test_sending_again_issues_nothing_again(offering, holder, complete):
    certificate = complete(offering, holder)
    for _ in range(3):
        record_events(
            user=holder,
            events=[event(offering, "first", "completed")],
            reader=factories.reader(holder),
            now=timezone.now(),
        )
    assert issuing.issue(certificate.enrolment, timezone.now()) == certificate
    assert Certificate.objects.get() == certificate
    assert [each.topic for each in Announcement.objects.order_by("pk")].count("certificate.issued") == 1


def test_an_enrolment_has_one_certificate_whoever_writes(certificate):
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            enrolment=certificate.enrolment,
            course=certificate.course,
            edition=certificate.edition,
            completed_at=certificate.completed_at,
            completed_on=certificate.completed_on,
            issued_at=certificate.issued_at,
        )
    assert Certificate.objects.count() == 1


def test_what_is_undone_issues_nothing(offering, holder, complete):
    with pytest.raises(RuntimeError), transaction.atomic():
        complete(offering, holder)
        raise RuntimeError
    assert not Certificate.objects.exists() and not CertificateHolder.objects.exists()
    assert not Event.objects.exists()


def test_it_is_announced_with_ids_alone(certificate, holder):
    said = Announcement.objects.get(topic="certificate.issued")
    assert said.data == {"course": str(certificate.course_id), "certificate": str(certificate.uuid)}
    assert certificate.code not in str(said.data) and holder.email not in str(said.data)


def test_the_title_is_in_the_learners_language(offering, committed, holder, complete):
    factories.translated_course(committed, offering, "fr")
    certificate = complete(offering, holder, locale="fr")
    assert (certificate.title, certificate.title_locale, certificate.language) == ("Un cours", "fr", "fr")


def test_a_missing_translation_is_said_to_be_one(offering, holder, complete):
    certificate = complete(offering, holder, locale="ar")
    assert (certificate.title, certificate.title_locale, certificate.language) == ("A course", "en", "ar")


def test_who_completed_it_before_it_was_offered_gets_one_too(site, committed, holder, complete):
    world = factories.course(site, committed, ONLY)
    complete(world, holder)
    other = factories.person("other@example.org")
    complete(world, other)
    with committed():
        publish(world.course, certificate_offered=True)
    assert len(broken()) == 2  # until the task has run
    assert issuing.issue_missing.call(str(world.key)) == 2
    assert issuing.issue_missing.call(str(world.key)) == 0
    assert set(Certificate.objects.values_list("enrolment__learner__user", flat=True)) == {
        holder.pk,
        other.pk,
    }
    assert broken() == []


def test_a_course_that_stops_offering_leaves_what_it_issued(offering, committed, holder, complete):
    certificate = complete(offering, holder)
    with committed():
        publish(offering.course, certificate_offered=False)
    assert complete(offering, factories.person("late@example.org")) is None
    assert Certificate.objects.get() == certificate
    assert broken() == []


def test_a_renewal_follows_the_earlier_certificate(offering, holder, complete):
    now = timezone.now()
    first = complete(offering, holder, at=now - timedelta(days=400))
    assert holding.current(holder, offering.key, now) is None
    assert holding.renewable(holder, offering.key, now) == first
    earlier = first.enrolment
    renewal = Enrolment.objects.create(
        learner=earlier.learner,
        course=earlier.course,
        edition=earlier.edition,
        enrolled_at=now,
        language="en",
        state=Enrolment.State.COMPLETED,
        completed_at=now,
    )
    second = issuing.issue(renewal, now)
    assert second.renews == first
    assert second.code != first.code
    assert holding.current(holder, offering.key, now) == second
    assert holding.renewable(holder, offering.key, now) is None


def test_somebody_erased_holds_nothing_and_it_stays_issued(certificate, holder):
    learner = certificate.enrolment.learner
    assert holding.forget(learner) == 1
    assert holding.forget(learner) == 0
    certificate = Certificate.objects.get()
    assert holding.holder_of(certificate) is None
    assert "Ada" not in str(vars(certificate))


def test_an_invariant_sees_a_certificate_that_is_missing(certificate):
    Certificate.objects.all().delete()
    assert any("has none" in sentence for sentence in broken())
