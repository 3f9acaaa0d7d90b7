"""On which terms somebody comes to a course: what has to be completed before, until when, and what is credited."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cms.content import api as content
from cms.core.errors import Conflict, NotFound
from learning.catalogue import documents, rules
from learning.catalogue.documents import CourseDocument, Prerequisite
from learning.credentials import holding
from learning.progress.enrolments import Terms
from learning.progress.models import Enrolment, UnitRecord


class PrerequisitesMissing(Conflict):
    """Other courses come first: 409 `prerequisites_missing`, with `courses` as `[{key, title, url, locale, certificate}]`.

    `certificate` is true where a valid certificate is what is missing. A course that the person may not see isn't named.
    """

    code = "prerequisites_missing"
    message = _("Other courses come before this one.")


@dataclass(frozen=True)
class Standing:
    """A prerequisite and whether somebody meets it."""

    prerequisite: Prerequisite
    met: bool


def prerequisites(user, document: CourseDocument, now: datetime) -> list[Standing]:
    """Where somebody stands with what comes before a course. A completion of any edition counts, and never ends.

    Nothing for a course without prerequisites, else two statements and one for each certificate that is needed.
    """
    stated = documents.prerequisites(document)
    if not stated:
        return []
    completed = set(
        Enrolment.objects.filter(
            learner__user=user, course__in=[each.course for each in stated], completed_at__isnull=False
        ).values_list("course", flat=True)
    )
    return [
        Standing(
            each,
            each.course in completed
            and (not each.certificate or holding.current(user, each.course, now) is not None),
        )
        for each in stated
    ]


def require_prerequisites(user, document: CourseDocument, now: datetime) -> None:
    """Raises PrerequisitesMissing."""
    missing = [each.prerequisite for each in prerequisites(user, document, now) if not each.met]
    if missing:
        raise PrerequisitesMissing(courses=[prerequisite_value(each) for each in missing if each.link])


def prerequisite_value(prerequisite: Prerequisite) -> dict:
    """A prerequisite that its reader may see."""
    link = prerequisite.link
    return {
        "key": str(prerequisite.course),
        "title": link["title"],
        "url": settings.BASE_URL + link["url"],
        "locale": link["locale"],
        "certificate": prerequisite.certificate,
    }


def terms(
    course_rules: documents.CourseRules,
    edition,
    source_locale: str,
    *,
    renews: Enrolment | None,
    now: datetime,
) -> Terms:
    """What holds for somebody who is let in to an edition now. Seals the edition."""
    return Terms(
        rules=documents.seal(edition, source_locale),
        expires_at=rules.end_of_time(now, course_rules.days, settings.TIME_ZONE),
        credited=credited(renews, edition, source_locale) if renews else {},
    )


def credited(earlier: Enrolment, edition, source_locale: str) -> dict[UUID, int | None]:
    """The units that were done in an earlier enrolment and say the same in this edition, each with the best score that its
    quiz had there: by key and by the digest of what the source language has. Three statements at most."""
    syllabus = documents.syllabus_of(edition, source_locale)
    done = UnitRecord.objects.filter(enrolment=earlier, done_at__isnull=False, unit__in=list(syllabus.by_key))
    scores = dict(done.order_by("unit").values_list("unit", "peak_bp"))
    if earlier.edition_id == edition.pk or not scores:
        return scores
    before = documents.source_versions(earlier.edition, list(scores), source_locale)
    after = documents.source_versions(edition, list(scores), source_locale)
    return {
        key: score
        for key, score in scores.items()
        if key in before and key in after and before[key].digest == after[key].digest
    }


def current_edition(course_key: UUID):
    """The edition that newcomers get. Raises NotFound where none is released."""
    edition = content.current_edition(course_key)
    if edition is None:
        raise NotFound
    return edition
