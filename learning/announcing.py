"""What programs outside may hear of: completed enrolments, certificates and released courses. Ids only; in the transaction at work."""

from django.dispatch import receiver

from cms.changes import api as changes
from cms.content import api as content

from .credentials.signals import certificate_issued, certificate_revoked
from .models import Course
from .progress.signals import enrolment_completed

COMPLETED, RELEASED = "enrolment.completed", "course.released"
ISSUED, REVOKED = "certificate.issued", "certificate.revoked"
SCOPE = "learning:reports"

for topic in (COMPLETED, RELEASED, ISSUED, REVOKED):
    changes.register_topic(topic, scope=SCOPE)


@receiver(enrolment_completed)
def on_completed(enrolment, **kwargs):
    course = enrolment.course.key
    changes.announce(
        COMPLETED,
        subject=course,
        data={"course": str(course), "enrolment": str(enrolment.uuid)},
        at=enrolment.completed_at,
    )


@receiver(content.edition_released)
def on_released(edition, **kwargs):
    if Course.objects.filter(key=edition.root_key).exists():
        changes.announce(
            RELEASED,
            subject=edition.root_key,
            data={"course": str(edition.root_key), "edition": str(edition.number)},
            at=edition.released_at,
        )


@receiver(certificate_issued)
def on_issued(certificate, **kwargs):
    _announce(ISSUED, certificate, at=certificate.issued_at)


@receiver(certificate_revoked)
def on_revoked(certificate, **kwargs):
    _announce(REVOKED, certificate, at=certificate.revoked_at)


def _announce(topic, certificate, *, at):
    course = certificate.course_id
    changes.announce(
        topic, subject=course, data={"course": str(course), "certificate": str(certificate.uuid)}, at=at
    )
