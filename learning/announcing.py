"""What programs outside may hear of: completed enrolments and released courses. Ids only; in the transaction at work."""

from django.dispatch import receiver

from cms.changes import api as changes
from cms.content import api as content

from .models import Course
from .progress.signals import enrolment_completed

COMPLETED, RELEASED = "enrolment.completed", "course.released"
SCOPE = "learning:reports"

for topic in (COMPLETED, RELEASED):
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
