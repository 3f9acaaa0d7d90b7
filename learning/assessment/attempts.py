"""Attempts in the database: starting, saving, finishing. Callers hold the enrolment's row."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.content import api as content
from cms.core.errors import BadInput, Conflict, NotFound

from . import registry, rules
from .grading import Grade, grade_attempt
from .models import Answer, Attempt, DrawnQuestion, ExtraTime, LateAnswer
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


class AnswerFinal(Conflict):
    """What is right was told with the saved answer: 409 `answer_final`, with the saved one in `saved`."""

    code = "answer_final"
    message = _("This question is answered; its answer can't be changed any more.")


class NoAttemptsLeft(Conflict):
    code = "no_attempts_left"
    message = _("There are no attempts left.")


class WaitFirst(Conflict):
    """The quiz asks for a pause between attempts: 409 `wait_before_next`, with the moment in `until`."""

    code = "wait_before_next"
    message = _("There is a pause between two attempts. Try again later.")


class QuizNotOpen(Conflict):
    """Outside the quiz's own window: 409 `quiz_not_open`."""

    code = "quiz_not_open"
    message = _("This quiz is not open now.")


@dataclass(frozen=True)
class Choice:
    """A bank question that an attempt may draw: its page's key and the version that its edition holds."""

    key: UUID
    version_id: int


@dataclass(frozen=True)
class Finished:
    """What finishing an attempt came to: a grade, or None where it expired without an answer.

    A grade with `pending` questions isn't final: the attempt is handed in and waits for a person.
    """

    attempt: Attempt
    grade: Grade | None


def quiz_of_attempt(attempt: Attempt) -> Quiz:
    """The quiz that the attempt began with, and what it drew: the pinned versions of the source language, with corrected keys
    where those were wrong.

    One statement where `corrected` is loaded or null. Raises NotFound where something of it was recalled.
    """
    drawn = list(attempt.drawn.select_related("version", "corrected"))
    if attempt.version is None or any(each.version is None for each in drawn):
        raise NotFound
    return quiz_of(
        content.body(attempt.version),
        content.private_part(attempt.corrected or attempt.version),
        [
            (
                str(each.question),
                content.body(each.version),
                content.private_part(each.corrected or each.version),
            )
            for each in drawn
        ],
    )


def drawn_of(attempts: Sequence[Attempt]) -> dict[int, list[DrawnQuestion]]:
    """What attempts drew, by the attempt. One statement."""
    found: dict[int, list[DrawnQuestion]] = {}
    for each in DrawnQuestion.objects.filter(attempt__in=[attempt.pk for attempt in attempts]).order_by("pk"):
        found.setdefault(each.attempt_id, []).append(each)
    return found


def open_attempt(enrolment_id: int, quiz_key: UUID) -> Attempt | None:
    return (
        Attempt.objects.select_related("version")
        .filter(enrolment=enrolment_id, quiz=quiz_key, state=Attempt.State.OPEN)
        .first()
    )


def start(
    *,
    enrolment_id: int,
    quiz_key: UUID,
    version,
    pools: Mapping[str, Sequence[Choice]],
    closes_at: datetime | None,
    extra: timedelta,
    language: str,
    now: datetime,
) -> Attempt:
    """A new attempt at a quiz without an open one.

    `pools` holds what each of the quiz's draws may give, by its id; `closes_at` is when the course or the quiz closes, `extra`
    what this person has beyond every limit. Raises NoAttemptsLeft, WaitFirst.
    """
    quiz = quiz_of(content.body(version), content.private_part(version))
    ends = list(
        Attempt.objects.filter(enrolment=enrolment_id, quiz=quiz_key).values_list("submitted_at", flat=True)
    )
    if not rules.may_start(used=len(ends), max_attempts=quiz.max_attempts):
        raise NoAttemptsLeft
    until = rules.next_start(max(filter(None, ends), default=None), quiz.wait_minutes)
    if until is not None and now < until:
        raise WaitFirst(until=until)
    seed = secrets.randbelow(2**62)
    chosen = _draw(quiz, pools, seed)
    ids = [*quiz.questions, *(str(each.key) for each in chosen)]
    attempt = Attempt.objects.create(
        enrolment_id=enrolment_id,
        quiz_id=quiz_key,
        version=version,
        number=len(ends) + 1,
        seed=seed,
        questions=rules.shuffled(ids, seed) if quiz.shuffle else ids,
        language=language,
        started_at=now,
        deadline_at=rules.deadline(now, limit_minutes=quiz.time_limit, closes_at=closes_at, extra=extra),
    )
    DrawnQuestion.objects.bulk_create(
        [DrawnQuestion(attempt=attempt, question=each.key, version_id=each.version_id) for each in chosen]
    )
    return attempt


def _draw(quiz: Quiz, pools: Mapping[str, Sequence[Choice]], seed: int) -> list[Choice]:
    """What an attempt gets from the pools: no question twice, even where pools overlap."""
    chosen: dict[UUID, Choice] = {}
    for draw in quiz.draws:
        pool = {str(each.key): each for each in pools.get(draw.id, ()) if each.key not in chosen}
        chosen |= {pool[key].key: pool[key] for key in rules.drawn(pool, draw.count, seed)}
    return list(chosen.values())


def extra_time(enrolment_id: int, quiz_key: UUID) -> timedelta:
    """What a person has beyond the limits of a quiz: what was given for it, else for all quizzes of the course."""
    rows = dict(
        ExtraTime.objects.filter(Q(quiz=quiz_key) | Q(quiz=None), enrolment=enrolment_id).values_list(
            "quiz_id", "minutes"
        )
    )
    return timedelta(minutes=rows.get(quiz_key, rows.get(None, 0)))


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
    *,
    final: bool = False,
) -> Answer:
    """Save a checked response. `sequence` None takes the next one. Raises StaleAnswer, AnswerFinal.

    `final`: a saved answer can't be changed, for what is right was told with it.
    """
    if sequence is None:
        sequence = min(saved.sequence + 1, MAX_SEQUENCE) if saved else 1
        if saved and saved.response == response:
            return saved
    decision = rules.saving(
        (saved.sequence, saved.response) if saved else None, response, sequence, final=final
    )
    if decision == Saving.KEEP:
        return saved
    if decision == Saving.FINAL:
        raise AnswerFinal(saved=answer_value(saved))
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
    """Hand in an open attempt: by the learner, or by the server when it is overdue. `quiz` with merged keys."""
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
    marked = [answer for answer in answers if answer.question in grade.marks]
    for answer in marked:
        answer.points = grade.marks[answer.question].points
    Answer.objects.bulk_update(marked, ["points"])
    attempt.submitted_at = attempt.deadline_at if overdue else now
    if grade.pending:
        attempt.state = Attempt.State.SUBMITTED
    else:
        attempt.state, attempt.score_bp, attempt.passed = Attempt.State.GRADED, grade.score_bp, grade.passed
    attempt.save(update_fields=["state", "score_bp", "passed", "submitted_at"])
    return Finished(attempt, grade)


def grade_by_points(attempt: Attempt, quiz: Quiz) -> None:
    """Grade an attempt that was handed in by the points that its answers have. `quiz` is the attempt's."""
    points = sum(attempt.answers.filter(points__isnull=False).values_list("points", flat=True))
    of_points = sum(quiz.keys[question_id]["points"] for question_id in attempt.questions)
    attempt.score_bp = rules.score_bp(min(points, of_points), of_points)
    attempt.passed = rules.has_passed(attempt.score_bp, quiz.pass_mark)
    attempt.state = Attempt.State.GRADED
    attempt.save(update_fields=["state", "score_bp", "passed"])


def expire(attempt: Attempt, *, at: datetime) -> None:
    """End an open attempt without a grade."""
    attempt.state, attempt.passed, attempt.submitted_at = Attempt.State.EXPIRED, False, at
    attempt.save(update_fields=["state", "passed", "submitted_at"])


def answer_value(answer: Answer) -> dict:
    """`{response, sequence, saved_at}`: a saved answer as clients get it."""
    return {"response": answer.response, "sequence": answer.sequence, "saved_at": answer.saved_at}
