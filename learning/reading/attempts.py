"""Attempts as their learner sees them."""

from uuid import UUID

from learning.assessment import rules, sheet
from learning.assessment.attempts import answer_value
from learning.assessment.models import Attempt
from learning.assessment.rules import shows_feedback
from learning.catalogue import documents
from learning.catalogue.documents import Reader
from learning.flows.attempts import Sitting
from learning.progress.models import Enrolment, UnitRecord


def summary(attempt: Attempt) -> dict:
    """An attempt without its questions."""
    return {
        "id": attempt.uuid,
        "quiz": attempt.quiz_id,
        "number": attempt.number,
        "state": attempt.state,
        "started_at": attempt.started_at,
        "deadline_at": attempt.deadline_at,
        "submitted_at": attempt.submitted_at,
        "score_bp": attempt.score_bp,
        "passed": attempt.passed,
    }


def attempt_value(sitting: Sitting, reader: Reader) -> dict:
    """An attempt with its questions in the reader's language or its fallback, whole; feedback where the policy allows.

    Raises NotFound where the reader may not see the quiz now.
    """
    attempt, quiz = sitting.attempt, sitting.quiz
    words = _wording(sitting, reader)
    graded = attempt.state == Attempt.State.GRADED
    feedback = None
    if shows_feedback(quiz.feedback, graded=graded, passed_ever=_passed_ever(sitting)):
        feedback = {
            question_id: sheet.feedback_on(
                quiz.questions[question_id],
                quiz.keys[question_id],
                words.secrets.get(question_id, quiz.keys[question_id]),
                answer.response if answer else None,
                answer.points if answer else None,
            )
            for question_id in attempt.questions
            for answer in [sitting.answers.get(question_id)]
        }
    return {
        **summary(attempt),
        "course": sitting.enrolment.course_id,
        "locale": words.locale,
        "fallback_for": reader.locale if words.locale != reader.locale else None,
        "pass_mark": quiz.pass_mark,
        "questions": sheet.questions(quiz, attempt.questions, attempt.seed, words),
        "answers": {question: answer_value(answer) for question, answer in sitting.answers.items()},
        "feedback": feedback,
    }


def _wording(sitting: Sitting, reader: Reader) -> sheet.Wording:
    """The quiz's texts in the reader's language, if that has all that the attempt began with."""
    unit = documents.unit(sitting.enrolment.edition, sitting.attempt.quiz_id, reader)
    source_locale = unit.item.source_locale
    translated = None
    if unit.locale != source_locale:
        translated = sheet.wording_of(unit.locale, unit.body, unit.private)
    return sheet.wording(sitting.quiz, source_locale, translated)


def _passed_ever(sitting: Sitting) -> bool:
    if sitting.attempt.passed or sitting.quiz.feedback != rules.Policy.AFTER_PASSING:
        return bool(sitting.attempt.passed)
    return UnitRecord.objects.filter(
        enrolment=sitting.enrolment, unit=sitting.attempt.quiz_id, passed_at__isnull=False
    ).exists()


def standing_at(enrolment: Enrolment, quiz_key: UUID, max_attempts: int) -> dict:
    """`{used, left, open}`: attempts begun, attempts left (None for any number), the id of the open one."""
    rows = Attempt.objects.filter(enrolment=enrolment, quiz=quiz_key).values_list("uuid", "state")
    used = dict(rows)
    opened = next((uuid for uuid, state in used.items() if state == Attempt.State.OPEN), None)
    return {
        "used": len(used),
        "left": max(0, max_attempts - len(used)) if max_attempts else None,
        "open": opened,
    }
