"""Joining a course, leaving it, coming back."""

from datetime import datetime
from uuid import UUID

from cms.content import api as content
from cms.core.errors import Conflict, NotFound
from learning.catalogue import documents
from learning.catalogue.documents import Reader
from learning.catalogue.rows import Course
from learning.progress import enrolments
from learning.progress.models import Enrolment, Learner

from .transactions import one_transaction


@one_transaction
def enrol(*, user, course_key: UUID, reader: Reader, now: datetime) -> Enrolment:
    """Enrol a person in an open course, or return the enrolment that they have; after a withdrawal it is taken up again.

    Raises NotFound where they see no such course, Conflict `course_not_open` where it takes nobody now.
    """
    document = documents.course(reader, course_key)
    learner, _ = Learner.objects.get_or_create(user=user, defaults={"created_at": now})
    # People have few enrolments and click twice: the learner's row is where those requests meet.
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    existing = enrolments.find(user, course_key)
    if existing is not None and existing.state in (*Enrolment.LIVE, Enrolment.State.COMPLETED):
        return existing
    if not document.rules.is_open(now):
        raise Conflict(code="course_not_open")
    if existing is not None and existing.state == Enrolment.State.WITHDRAWN:
        existing = enrolments.locked(existing.pk)
        if existing.state == Enrolment.State.WITHDRAWN:
            enrolments.reactivate(existing, language=reader.locale, now=now)
        return existing
    edition = content.current_edition(course_key)
    if edition is None:
        raise NotFound
    source_locale = document.item.source_locale
    course, _ = Course.objects.get_or_create(
        key=course_key,
        defaults={"source_locale": source_locale, "title": document.item.title, "created_at": now},
    )
    enrolment = enrolments.create(
        learner=learner,
        course=course,
        edition=edition,
        rules=documents.seal(edition, source_locale),
        language=reader.locale,
        now=now,
    )
    return enrolments.with_rules().get(pk=enrolment.pk)


@one_transaction
def withdraw(*, user, course_key: UUID, reader: Reader, now: datetime) -> Enrolment:
    """Leave a course; what was done is kept for a return. Leaving twice changes nothing.

    Raises NotFound without an enrolment, Conflict `already_completed` for a completed one.
    """
    found = enrolments.find(user, course_key)
    if found is None:
        raise NotFound
    enrolment = enrolments.locked(found.pk)
    if enrolment.state == Enrolment.State.COMPLETED:
        raise Conflict(code="already_completed")
    if enrolment.state == Enrolment.State.ACTIVE:
        enrolments.withdraw(enrolment, language=reader.locale, now=now)
    return enrolment
