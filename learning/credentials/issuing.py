"""Issuing certificates: one for each completed enrolment of a course that offers them, whatever arrives when.

The constraint on the enrolment makes it once. What the course says is read from the document that the enrolment's edition
holds: for a frozen edition the pinned one.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cms.content import api as content
from cms.core.tasks import job
from learning.catalogue import documents
from learning.progress import enrolments
from learning.progress.models import Enrolment

from . import rules
from .models import Certificate, CertificateHolder
from .signals import certificate_issued

BATCH = 200


@dataclass(frozen=True)
class Offer:
    """What an edition of a course says of its certificate, in a language. `months` is None without a limit."""

    months: int | None
    title: str
    locale: str
    signatory: str
    signatory_role: str


def offer(edition, course, language: str) -> Offer | None:
    """What somebody who completes an edition gets; None where it offers no certificate. Two statements at most."""
    key = course.key
    source = documents.source_bodies(edition, [key], course.source_locale).get(key)
    if source is None or not source.get("certificate_offered"):
        return None
    body, locale = source, course.source_locale
    if language and language != locale:
        version = content.pinned_versions(edition=edition, keys=[key], locale=language).get(key)
        if version is not None:
            body, locale = content.body(version), version.item.locale
    return Offer(
        months=source.get("certificate_months"),
        title=body["title"],
        locale=locale,
        signatory=body.get("certificate_signatory", ""),
        signatory_role=body.get("certificate_signatory_role", ""),
    )


def issue(enrolment: Enrolment, now: datetime) -> Certificate | None:
    """The certificate of a completed enrolment, issued now unless it was before; None where its course offers none.

    In the transaction of the completion. It follows the learner's earlier certificate of the course, where there is one.
    """
    zone = settings.TIME_ZONE
    found = offer(enrolment.edition, enrolment.course, enrolment.language)
    if found is None:
        return None
    completed_on = rules.day_of(enrolment.completed_at, zone)
    expires_on = rules.last_day(completed_on, found.months)
    certificate, is_new = Certificate.objects.get_or_create(
        enrolment=enrolment,
        defaults={
            "course": enrolment.course,
            "edition": enrolment.edition,
            "renews": _earlier(enrolment),
            "language": enrolment.language or found.locale,
            "title": found.title,
            "title_locale": found.locale,
            "signatory": found.signatory,
            "signatory_role": found.signatory_role,
            "completed_at": enrolment.completed_at,
            "completed_on": completed_on,
            "issued_at": now,
            "expires_on": expires_on,
            "expires_at": rules.end_of(expires_on, zone),
        },
    )
    if is_new:
        person = enrolment.learner.user
        if person is not None:
            CertificateHolder.objects.create(
                certificate=certificate, name=person.get_full_name(), salt=secrets.token_hex(16)
            )
        certificate_issued.send(sender=Certificate, certificate=certificate)
    return certificate


def _earlier(enrolment: Enrolment) -> Certificate | None:
    rows = Certificate.objects.filter(enrolment__learner=enrolment.learner_id, course=enrolment.course_id)
    return rows.exclude(enrolment=enrolment.pk).order_by("-completed_at", "-pk").first()


def completed_without(course_key=None):
    """Completed enrolments that have no certificate; of one course or of all."""
    rows = Enrolment.objects.filter(completed_at__isnull=False, certificate=None)
    return rows if course_key is None else rows.filter(course=course_key)


def follow_offer(item, version, previous) -> None:
    """A course's document changed: where it offers certificates only now, those who have completed it get theirs.

    In the transaction of the publication; the work is a task.
    """
    if item.type != documents.COURSE or item.locale != item.source_locale or version is None:
        return
    offered = content.body(version).get("certificate_offered")
    offered_before = previous is not None and content.body(previous).get("certificate_offered")
    if offered and not offered_before and completed_without(item.key).exists():
        issue_missing.enqueue(str(item.key))


@job()
def issue_missing(course_key: str) -> int:
    """Issue what completed enrolments of a course lack; how many. Running it twice issues nothing twice."""
    issued, last = 0, 0
    while True:
        keys = list(
            completed_without(course_key)
            .filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", flat=True)[:BATCH]
        )
        if not keys:
            return issued
        with transaction.atomic():
            for enrolment in enrolments.with_rules().select_related("learner__user").filter(pk__in=keys):
                issued += issue(enrolment, timezone.now()) is not None
        last = keys[-1]
