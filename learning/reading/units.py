"""Lessons and quizzes as their learners see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cms.content import api as content
from cms.core.errors import NotFound, NotPermitted
from learning.assessment import sheet
from learning.assessment.models import CheckAnswer
from learning.assessment.quiz import by_id, covers, merged_keys, needs_merging, questions_in
from learning.catalogue import documents
from learning.catalogue.choices import Kind
from learning.catalogue.documents import Reader, UnitDocument
from learning.catalogue.syllabus import UnitRule
from learning.flows.attempts import is_locked
from learning.progress import enrolments, places
from learning.progress.enrolments import NotEnrolled
from learning.progress.models import Enrolment, UnitRecord

from .attempts import standing_at


@dataclass(frozen=True)
class UnitReading:
    """A unit with its place and the reader's state in it. `enrolment` and `rule` are None for a sample read by others."""

    document: UnitDocument
    enrolment: Enrolment | None
    rule: UnitRule | None
    state: str
    now: datetime

    @property
    def kind(self) -> str:
        return str(self.rule.kind) if self.rule else Kind.LESSON.value

    @property
    def body(self) -> dict:
        """What may be read: a quiz's questions appear in attempts alone."""
        return {name: value for name, value in self.document.body.items() if name != "questions"}


def unit_reading(*, user, key: UUID, reader: Reader, now: datetime) -> UnitReading:
    """A unit as somebody reads it: learners through their edition, others if it is a sample.

    Raises NotFound, NotEnrolled, TimeOver, NotPermitted `unit_locked`.
    """
    signed_in = user is not None and user.is_authenticated
    try:
        enrolment = enrolments.holding(user, key) if signed_in else None
    except NotEnrolled:
        enrolment = None
    if enrolment is None:
        return _sample(key, reader, now)
    if not documents.standing([enrolment.course_id], reader):
        raise NotFound
    if enrolments.is_over(enrolment, now):
        raise enrolments.TimeOver
    syllabus = enrolments.syllabus(enrolment)
    rule = syllabus.by_key.get(key)
    if rule is None:
        raise NotFound
    document = documents.unit(enrolment.edition, key, reader)
    if is_locked(enrolment, syllabus, key):
        raise NotPermitted(code="unit_locked")
    record = UnitRecord.objects.filter(enrolment=enrolment, unit=key).values_list("state", flat=True).first()
    return UnitReading(document, enrolment, rule, str(record or UnitRecord.State.OPEN), now)


def _sample(key, reader, now) -> UnitReading:
    """A lesson that may be read without enrolling. For what is there but for learners only: NotEnrolled."""
    if not documents.is_visible(key, reader):
        raise NotFound
    try:
        item = documents.sample(key, reader)
    except NotFound:
        raise NotEnrolled from None
    if content.freshen([item]):
        item = documents.sample(key, reader)
    version = item.current
    body = documents.visible_body(version, reader)
    document = UnitDocument(version=version, body=body, source=version, reader_locale=reader.locale)
    return UnitReading(document, None, None, UnitRecord.State.OPEN.value, now)


def unit_value(reading: UnitReading) -> dict:
    """The unit for the API. `document` has root-relative addresses."""
    document, enrolment, rule = reading.document, reading.enrolment, reading.rule
    value = {
        "key": document.item.key,
        "kind": reading.kind,
        "course": enrolment.course_id if enrolment else document.item.root_key,
        "edition": enrolment.edition.number if enrolment else None,
        "title": document.body["title"],
        "state": reading.state,
        "required": rule.required if rule else False,
        "completion": rule.completion if rule else "",
        "minutes": document.item.minutes,
        "locale": document.locale,
        "fallback_for": document.reader_locale if document.is_fallback else None,
        "version": document.version.number,
        "digest": document.version.digest,
        "document": reading.body,
        "previous": None,
        "next": None,
        "position": None,
        "checks": {},
        "attempts": None,
    }
    if enrolment is not None:
        value["previous"], value["next"] = enrolments.syllabus(enrolment).neighbours(document.item.key)
        if reading.kind == Kind.QUIZ:
            value["attempts"] = standing_at(enrolment, document.item.key, document.source_body, reading.now)
        else:
            value["position"] = places.position(enrolment, document.item.key)
            value["checks"] = check_values(reading)
    return value


def check_values(reading: UnitReading) -> dict[str, dict]:
    """The learner's last answers to the lesson's checks, with feedback, by question id. One statement, or none."""
    questions = by_id(questions_in(reading.document.body))
    if not questions or reading.enrolment is None:
        return {}
    rows = [
        row
        for row in CheckAnswer.objects.filter(enrolment=reading.enrolment, unit=reading.document.item.key)
        if row.question in questions and row.question in reading.document.source_private
    ]
    keys = _check_keys(reading, {row.question for row in rows})
    return {
        row.question: check_value(reading.document, keys, row.question, row.response, row.points)
        for row in rows
    }


def _check_keys(reading: UnitReading, answered: set[str]) -> dict[str, dict]:
    """What answered checks were graded by. One statement where one of them was answered in words, else none."""
    document = reading.document
    asked = by_id(questions_in(document.source_body))
    keys = document.source_private
    if not needs_merging({name: question for name, question in asked.items() if name in answered}):
        return keys
    others = documents.secrets_in_other_languages(
        reading.enrolment.edition, [document.item.key], document.item.source_locale
    )
    return merged_keys(asked, keys, others.get(document.item.key, []))


def check_value(
    document: UnitDocument, keys: dict[str, dict], question_id: str, response: dict, points: int
) -> dict:
    """An answered check: `{question, response, …feedback}`; what is right is told at once."""
    source = by_id(questions_in(document.source_body))
    own = by_id(questions_in(document.body))
    key = keys[question_id]
    texts = document.private.get(question_id, key) if covers(own, {question_id: source[question_id]}) else key
    return {
        "question": question_id,
        "response": response,
        **sheet.feedback_on(source[question_id], key, texts, response, points),
    }
