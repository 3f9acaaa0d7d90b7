"""Attempts in the database: starting, saving, finishing. Callers hold the enrolment's row."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.content import api as content
from cms.core.errors import BadInput, Conflict, NotFound

from . import registry, rules
from .grading import Grade, grade_attempt
from .models import Answer, Attempt, LateAnswer
from .quiz import Quiz, quiz_of
from .rules import Saving

MAX_SEQUENCE = 2**31 - 1


class StaleAnswer(Conflict):
    """A later answer is saved: 409 `stale_answer`, with the saved one in `saved`."""

    code = "stale_answer"
    message = _("A later answer to this question is saved already.")


class AttemptClosed(Conflict):
    """Handed in, or its time is over: 409 `attempt_closed`."""

    code = "attempt_closed"
    message = _("This attempt is closed.")


class NoAttemptsLeft(Conflict):
    code = "no_attempts_left"
    message = _("There are no attempts left.")


@dataclass(frozen=True)
class Finished:
    """What finishing an attempt came to: a grade, or None where it expired without an answer."""

    attempt: Attempt
    grade: Grade | None


def quiz_of_attempt(attempt: Attempt) -> Quiz:
    """The quiz that the attempt began with: the pinned version of the source language."""
    return quiz_of(content.body(attempt.version), content.private_part(attempt.version))


def open_attempt(enrolment_id: int, quiz_key: UUID) -> Attempt | None:
    return (
        Attempt.objects.select_related("version")
        .filter(enrolment=enrolment_id, quiz=quiz_key, state=Attempt.State.OPEN)
        .first()
    )


def start(
    *, enrolment_id: int, quiz_key: UUID, version, closes_at: datetime | None, language: str, now: datetime
) -> Attempt:
    """A new attempt at a quiz without an open one. Raises NoAttemptsLeft."""
    quiz = quiz_of(content.body(version), content.private_part(version))
    used = Attempt.objects.filter(enrolment=enrolment_id, quiz=quiz_key).count()
    if not rules.may_start(used=used, max_attempts=quiz.max_attempts):
        raise NoAttemptsLeft
    seed = secrets.randbelow(2**62)
    ids = list(quiz.questions)
    return Attempt.objects.create(
        enrolment_id=enrolment_id,
        quiz_id=quiz_key,
        version=version,
        number=used + 1,
        seed=seed,
        questions=rules.shuffled(ids, seed) if quiz.shuffle else ids,
        language=language,
        started_at=now,
        deadline_at=rules.deadline(now, limit_minutes=quiz.time_limit, closes_at=closes_at),
    )


def is_overdue(attempt: Attempt, now: datetime) -> bool:
    """Whether the server has to hand the attempt in."""
    return attempt.state == Attempt.State.OPEN and not rules.in_time(now, attempt.deadline_at)


def checked_response(quiz: Quiz, question_id: str, response) -> dict:
    """The response in its normal form. Raises NotFound for a question that isn't the attempt's, BadResponse."""
    question = quiz.questions.get(question_id)
    if question is None:
        raise NotFound
    return registry.get(question["type"]).check(response, question)


def checked_sequence(sequence) -> int | None:
    """A client's sequence number, None for the next one. Raises BadInput."""
    if sequence is None:
        return None
    if not isinstance(sequence, int) or isinstance(sequence, bool) or not 1 <= sequence <= MAX_SEQUENCE:
        raise BadInput(_("A sequence is a whole number from 1."), code="bad_sequence")
    return sequence


def save(
    attempt: Attempt,
    saved: Answer | None,
    question_id: str,
    response: dict,
    sequence: int | None,
    now: datetime,
) -> Answer:
    """Save a checked response. `sequence` None takes the next one. Raises StaleAnswer."""
    if sequence is None:
        sequence = min(saved.sequence + 1, MAX_SEQUENCE) if saved else 1
        if saved and saved.response == response:
            return saved
    decision = rules.saving((saved.sequence, saved.response) if saved else None, response, sequence)
    if decision == Saving.KEEP:
        return saved
    if decision == Saving.STALE:
        raise StaleAnswer(saved=answer_value(saved))
    if saved is None:
        return Answer.objects.create(
            attempt=attempt, question=question_id, response=response, sequence=sequence, saved_at=now
        )
    saved.response, saved.sequence, saved.saved_at = response, sequence, now
    saved.save(update_fields=["response", "sequence", "saved_at"])
    return saved


def keep_late(attempt: Attempt, responses: Mapping[str, dict], now: datetime) -> None:
    """Keep answers that came too late, the last one a question."""
    LateAnswer.objects.bulk_create(
        [
            LateAnswer(attempt=attempt, question=question_id, response=response, received_at=now)
            for question_id, response in responses.items()
        ],
        update_conflicts=True,
        unique_fields=["attempt", "question"],
        update_fields=["response", "received_at"],
    )


def finish(attempt: Attempt, quiz: Quiz, *, now: datetime) -> Finished:
    """Hand in an open attempt: by the learner, or by the server when it is overdue."""
    overdue = is_overdue(attempt, now)
    answers = list(attempt.answers.all())
    if overdue and not answers:
        expire(attempt, at=attempt.deadline_at)
        return Finished(attempt, None)
    grade = grade_attempt(
        {question_id: quiz.types[question_id] for question_id in attempt.questions},
        {answer.question: answer.response for answer in answers},
        quiz.keys,
        pass_mark=quiz.pass_mark,
    )
    for answer in answers:
        answer.points = grade.marks[answer.question].points
    Answer.objects.bulk_update(answers, ["points"])
    attempt.submitted_at = attempt.deadline_at if overdue else now
    attempt.state, attempt.score_bp, attempt.passed = Attempt.State.GRADED, grade.score_bp, grade.passed
    attempt.save(update_fields=["state", "score_bp", "passed", "submitted_at"])
    return Finished(attempt, grade)


def expire(attempt: Attempt, *, at: datetime) -> None:
    """End an open attempt without a grade."""
    attempt.state, attempt.passed, attempt.submitted_at = Attempt.State.EXPIRED, False, at
    attempt.save(update_fields=["state", "passed", "submitted_at"])


def answer_value(answer: Answer) -> dict:
    """`{response, sequence, saved_at}`: a saved answer as clients get it."""
    return {"response": answer.response, "sequence": answer.sequence, "saved_at": answer.saved_at}
