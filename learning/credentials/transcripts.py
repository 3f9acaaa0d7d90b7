"""What somebody has done, in one table: every enrolment, what is completed first, with its certificate."""

from datetime import datetime

from learning.catalogue import documents
from learning.catalogue.documents import Reader
from learning.progress.models import Enrolment

from . import holding
from .models import Certificate


def transcript(*, user, reader: Reader, now: datetime) -> dict:
    """Somebody's own record, in their language where there is one: three statements whatever its length, two more where a
    course is restricted.

    A course that they may not see any more is there only if they completed it: that stays theirs.
    """
    rows = Enrolment.objects.filter(learner__user=user).select_related("course", "edition", "learner")
    found = sorted(rows, key=_order)
    certificates = {each.enrolment_id: each for each in holding.own(user)} if found else {}
    keys = {each.course_id for each in found}
    seen = {each.key: each for each in documents.courses(reader, keys)} if keys else {}
    items = [
        _item(each, seen.get(each.course_id), certificates.get(each.pk), now)
        for each in found
        if each.course_id in seen or each.completed_at is not None
    ]
    return {
        "learner": found[0].learner.uuid if found else None,
        "name": user.get_full_name(),
        "locale": reader.locale,
        "made_at": now,
        "items": items,
    }


def _order(enrolment: Enrolment):
    done = enrolment.completed_at
    return (done is None, -(done or enrolment.enrolled_at).timestamp(), -enrolment.pk)


def _item(enrolment: Enrolment, document, certificate: Certificate | None, now: datetime) -> dict:
    if document is not None:
        title, locale, code = document.item.title, document.item.locale, document.body["code"]
    elif certificate is not None:
        title, locale, code = certificate.title, certificate.title_locale, ""
    else:
        title, locale, code = enrolment.course.title, enrolment.course.source_locale, ""
    return {
        "enrolment": enrolment.uuid,
        "course": enrolment.course_id,
        "title": title,
        "locale": locale,
        "code": code,
        "edition": enrolment.edition.number,
        "state": enrolment.state,
        "enrolled_at": enrolment.enrolled_at,
        "completed_at": enrolment.completed_at,
        "progress_bp": enrolment.progress_bp,
        "score_bp": enrolment.score_bp,
        "certificate": certificate
        and {
            "id": certificate.uuid,
            "code": str(certificate),
            "status": certificate.status(now),
            "expires_on": certificate.expires_on,
        },
    }
