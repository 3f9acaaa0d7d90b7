"""Attempts as their learner sees them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from cms.core.errors import NotFound
from learning.assessment import registry, rules, sheet
from learning.assessment.attempts import answer_value, extra_time
from learning.assessment.grading import grade_response
from learning.assessment.models import Attempt, Mark
from learning.assessment.quiz import taken_from_bank
from learning.assessment.rules import Shown
from learning.catalogue import banks, documents
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


def attempt_value(sitting: Sitting, reader: Reader, now: datetime) -> dict:
    """An attempt with its questions in the reader's language or its fallback, whole; feedback where the policy allows.

    Raises NotFound where the reader may not see the quiz, or something that it drew, now.
    """
    attempt, quiz = sitting.attempt, sitting.quiz
    unit = documents.unit(sitting.enrolment.edition, attempt.quiz_id, reader)
    words = _wording(sitting, unit, reader)
    return {
        **summary(attempt),
        "course": sitting.enrolment.course_id,
        "locale": words.locale,
        "fallback_for": reader.locale if words.locale != reader.locale else None,
        "pass_mark": quiz.pass_mark,
        "final_answers": quiz.feedback == rules.Policy.AT_ONCE,
        "questions": sheet.questions(quiz, attempt.questions, attempt.seed, words),
        "answers": {question: answer_value(answer) for question, answer in sitting.answers.items()},
        "feedback": _feedback(sitting, words, unit.item.source_locale, now),
    }


def _feedback(sitting: Sitting, words: sheet.Wording, source_locale: str, now: datetime) -> dict | None:
    """By question what may be shown now; None where nothing may."""
    attempt, quiz = sitting.attempt, sitting.quiz
    shown = rules.feedback_shown(
        quiz.feedback,
        graded=attempt.state == Attempt.State.GRADED,
        passed_ever=_passed_ever(sitting),
        closed=quiz.feedback == rules.Policy.AFTER_CLOSING and _closed(sitting, now),
    )
    if shown == Shown.NONE:
        return None
    keys = documents.graded_by(quiz, sitting.enrolment.edition, attempt.quiz_id, source_locale).keys
    marks = _marks(sitting)
    return {
        question_id: sheet.feedback_on(
            words.questions[question_id],
            keys[question_id],
            words.secrets.get(question_id, quiz.keys[question_id]),
            answer.response if answer else None,
            _points(quiz.types[question_id], keys[question_id], answer),
            marks.get(question_id, ()),
        )
        for question_id in attempt.questions
        for answer in [sitting.answers.get(question_id)]
        if shown == Shown.ALL or (answer is not None and not _by_people(quiz.types[question_id]))
    }


def _closed(sitting: Sitting, now: datetime) -> bool:
    """Whether nobody can answer this quiz of the course any more: whoever has extra time answers after it has closed.

    One statement once it has closed.
    """
    if sitting.closes_at is None or now <= sitting.closes_at + rules.GRACE:
        return False
    under_way = Attempt.objects.filter(
        quiz=sitting.attempt.quiz_id,
        enrolment__course=sitting.enrolment.course_id,
        state=Attempt.State.OPEN,
    )
    return not under_way.filter(Q(deadline_at=None) | Q(deadline_at__gte=now - rules.GRACE)).exists()


def _marks(sitting: Sitting) -> dict[str, list[Mark]]:
    """What people gave the answers of a graded attempt. No statement for a quiz that no person marks."""
    if sitting.attempt.state != Attempt.State.GRADED or not any(map(_by_people, sitting.quiz.types.values())):
        return {}
    found: dict[str, list[Mark]] = {}
    for mark in Mark.objects.filter(attempt=sitting.attempt).order_by("pk"):
        found.setdefault(mark.question, []).append(mark)
    return found


def _by_people(type_name: str) -> bool:
    return registry.get(type_name).graded_by_people


def _points(type_name: str, key, answer) -> int | None:
    """What an answer earned; worked out where the attempt is still under way."""
    if answer is None or answer.points is not None or _by_people(type_name):
        return answer and answer.points
    return grade_response(type_name, answer.response, key).points


def _wording(sitting: Sitting, unit: documents.UnitDocument, reader: Reader) -> sheet.Wording:
    """The quiz's texts in the reader's language, if that has all that the attempt began with and drew."""
    source_locale = unit.item.source_locale
    drawn = [UUID(question) for question in sitting.attempt.questions if question in sitting.quiz.drawn]
    in_words = banks.wording(drawn, reader.locale, reader) if drawn else {}
    if in_words is None:
        raise NotFound
    translated = None
    if unit.locale != source_locale:
        translated = sheet.wording_of(unit.locale, unit.body, unit.private)
        for key, (body, private) in in_words.items():
            question_id, question, secret = taken_from_bank(str(key), body, private)
            translated.questions[question_id], translated.secrets[question_id] = question, secret
    return sheet.wording(sitting.quiz, source_locale, translated)


def _passed_ever(sitting: Sitting) -> bool:
    if sitting.attempt.passed or sitting.quiz.feedback != rules.Policy.AFTER_PASSING:
        return bool(sitting.attempt.passed)
    return UnitRecord.objects.filter(
        enrolment=sitting.enrolment, unit=sitting.attempt.quiz_id, passed_at__isnull=False
    ).exists()


def question_count(body) -> int:
    """How many questions an attempt at a quiz has."""
    return len(body["questions"]) + sum(draw["count"] for draw in body.get("draws", []))


def when_to_start(body, rows, now: datetime) -> dict:
    """`{window, opens_at, closes_at, next_at}` of a quiz's body for somebody with these attempts.

    `window` is `ahead`, `open` or `over`; `next_at` is when the pause after the last attempt ends, None where it has or there is none.
    """
    window = documents.quiz_window(body)
    last = max((row.submitted_at for row in rows if row.submitted_at is not None), default=None)
    next_at = rules.next_start(last, body.get("wait_minutes", 0))
    return {
        "window": window.at(now),
        "opens_at": window.opens_at,
        "closes_at": window.closes_at,
        "next_at": next_at if next_at is not None and next_at > now else None,
    }


def minutes_allowed(body, enrolment: Enrolment, quiz_key: UUID) -> int | None:
    """The minutes that somebody has for a quiz, with what they were given beyond its limit; None without a limit. One
    statement where there is one."""
    limit = body.get("time_limit")
    return limit and limit + int(extra_time(enrolment.pk, quiz_key).total_seconds()) // 60


def standing_at(enrolment: Enrolment, quiz_key: UUID, body, now: datetime) -> dict:
    """`{used, left, open, …when_to_start}`: attempts begun, attempts left (None for any number), the id of the open one."""
    rows = list(Attempt.objects.filter(enrolment=enrolment, quiz=quiz_key))
    most = body["max_attempts"]
    return {
        "used": len(rows),
        "left": max(0, most - len(rows)) if most else None,
        "open": next((row.uuid for row in rows if row.state == Attempt.State.OPEN), None),
        **when_to_start(body, rows, now),
    }
