"""Lessons and quizzes as their learners see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cms.content import api as content
from cms.core.errors import NotFound, NotPermitted
from learning.assessment import sheet
from learning.assessment.models import CheckAnswer
from learning.assessment.quiz import by_id, covers, questions_in
from learning.catalogue import documents
from learning.catalogue.choices import Kind
from learning.catalogue.documents import Reader, UnitDocument
from learning.catalogue.syllabus import UnitRule
from learning.flows.attempts import is_locked
from learning.progress import enrolments
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

    @property
    def kind(self) -> str:
        return str(self.rule.kind) if self.rule else Kind.LESSON.value

    @property
    def body(self) -> dict:
        """What may be read: a quiz's questions appear in attempts alone."""
        return {name: value for name, value in self.document.body.items() if name != "questions"}


def unit_reading(*, user, key: UUID, reader: Reader, now: datetime) -> UnitReading:
    """A unit as somebody reads it: learners through their edition, others if it is a sample.

    Raises NotFound, NotEnrolled, NotPermitted `unit_locked`.
    """
    signed_in = user is not None and user.is_authenticated
    try:
        enrolment = enrolments.holding(user, key) if signed_in else None
    except NotEnrolled:
        enrolment = None
    if enrolment is None:
        return _sample(key, reader)
    if not documents.standing([enrolment.course_id], reader):
        raise NotFound
    syllabus = enrolments.syllabus(enrolment)
    rule = syllabus.by_key.get(key)
    if rule is None:
        raise NotFound
    document = documents.unit(enrolment.edition, key, reader)
    if is_locked(enrolment, syllabus, key):
        raise NotPermitted(code="unit_locked")
    record = UnitRecord.objects.filter(enrolment=enrolment, unit=key).values_list("state", flat=True).first()
    return UnitReading(document, enrolment, rule, str(record or UnitRecord.State.OPEN))


def _sample(key, reader) -> UnitReading:
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
    if not documents.may_see_embeds(version, reader):
        raise NotFound
    document = UnitDocument(
        version=version, body=content.body(version), source=version, reader_locale=reader.locale
    )
    return UnitReading(document, None, None, UnitRecord.State.OPEN.value)


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
        "checks": {},
        "attempts": None,
    }
    if enrolment is not None:
        value["previous"], value["next"] = enrolments.syllabus(enrolment).neighbours(document.item.key)
        if reading.kind == Kind.QUIZ:
            value["attempts"] = standing_at(
                enrolment, document.item.key, document.source_body["max_attempts"]
            )
        else:
            value["checks"] = check_values(reading)
    return value


def check_values(reading: UnitReading) -> dict[str, dict]:
    """The learner's last answers to the lesson's checks, with feedback, by question id. One statement, or none."""
    questions = by_id(questions_in(reading.document.body))
    if not questions or reading.enrolment is None:
        return {}
    rows = CheckAnswer.objects.filter(enrolment=reading.enrolment, unit=reading.document.item.key)
    return {
        row.question: check_value(reading.document, row.question, row.response, row.points)
        for row in rows
        if row.question in questions and row.question in reading.document.source_private
    }


def check_value(document: UnitDocument, question_id: str, response: dict, points: int) -> dict:
    """An answered check: `{question, response, …feedback}`; what is right is told at once."""
    source = by_id(questions_in(document.source_body))
    own = by_id(questions_in(document.body))
    key = document.source_private[question_id]
    texts = document.private.get(question_id, key) if covers(own, {question_id: source[question_id]}) else key
    return {
        "question": question_id,
        "response": response,
        **sheet.feedback_on(source[question_id], key, texts, response, points),
    }
