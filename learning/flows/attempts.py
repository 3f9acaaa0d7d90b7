"""Taking a quiz: start, save answers one by one, hand in. The server owns the clock."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.content import api as content
from cms.core.errors import Conflict, DomainError, NotFound, NotPermitted
from learning.assessment import attempts, rules
from learning.assessment.attempts import AttemptClosed
from learning.assessment.models import Answer, Attempt, DrawnQuestion, Regrade
from learning.assessment.quiz import Quiz
from learning.catalogue import banks, documents
from learning.catalogue.choices import Kind
from learning.catalogue.documents import CourseRules, Reader
from learning.progress import enrolments
from learning.progress import rules as progress_rules
from learning.progress.models import Enrolment, Event, UnitRecord
from learning.progress.projection import Draft, append, fact_id

from .transactions import one_transaction

logger = logging.getLogger(__name__)


@dataclass
class Sitting:
    """An attempt with everything that showing it needs. `closes_at`: when the quiz or the course closes for everybody, but
    for attempts that are open then and have time beyond it."""

    attempt: Attempt
    quiz: Quiz
    enrolment: Enrolment
    closes_at: datetime | None = None
    answers: dict[str, Answer] = field(default_factory=dict)


# Starting -------------------------------------------------------------------------------------------------------


@one_transaction
def start_attempt(*, user, quiz_key: UUID, reader: Reader, now: datetime) -> Sitting:
    """Begin an attempt at a quiz, or go on with the open one.

    Raises NotFound, NotEnrolled, NotPermitted `unit_locked`, Conflict `course_closed`, QuizNotOpen, NoAttemptsLeft, WaitFirst.
    """
    theirs, standing = _enrolment(user, quiz_key, reader)
    enrolment = enrolments.locked(theirs.pk)
    if enrolment.state not in enrolments.READABLE:  # left meanwhile
        raise enrolments.NotEnrolled
    syllabus = enrolments.syllabus(enrolment)
    rule = syllabus.by_key.get(quiz_key)
    if rule is None or rule.kind != Kind.QUIZ:
        raise NotFound
    unit = documents.unit(enrolment.edition, quiz_key, reader)
    attempt = attempts.open_attempt(enrolment.pk, quiz_key)
    if attempt is not None and attempts.is_overdue(attempt, now):
        _finish(attempt, attempts.quiz_of_attempt(attempt), enrolment, now)
        attempt = None
    if attempt is None:
        if standing.closes_at is not None and now >= standing.closes_at:
            raise Conflict(_("The course is closed."), code="course_closed")
        if enrolments.is_over(enrolment, now):
            raise enrolments.TimeOver
        if is_locked(enrolment, syllabus, quiz_key):
            raise NotPermitted(_("Finish what comes before it first."), code="unit_locked")
        window = documents.quiz_window(unit.source_body)
        if window.at(now) != "open":
            raise attempts.QuizNotOpen
        attempt = attempts.start(
            enrolment_id=enrolment.pk,
            quiz_key=quiz_key,
            version=unit.source,
            pools=banks.pools(enrolment.edition, quiz_key, reader) if unit.source_body.get("draws") else {},
            closes_at=rules.earliest(standing.closes_at, window.closes_at, _end_of(enrolment)),
            extra=attempts.extra_time(enrolment.pk, quiz_key),
            language=reader.locale,
            now=now,
        )
        _happen(enrolment, attempt, Event.Verb.ATTEMPTED, {"attempt": str(attempt.uuid)}, at=now, now=now)
    return _sitting(attempt, enrolment, standing)


def _end_of(enrolment: Enrolment) -> datetime | None:
    """When somebody's time in the course is over; whoever has completed it has no end."""
    return enrolment.expires_at if enrolment.completed_at is None else None


def is_locked(enrolment: Enrolment, syllabus, unit_key: UUID) -> bool:
    """Whether an ordered course keeps the unit closed to this learner. No statement for one in any order."""
    if not syllabus.ordered:
        return False
    done = UnitRecord.objects.filter(enrolment=enrolment, done_at__isnull=False)
    return unit_key in progress_rules.locked_keys(syllabus, done.values_list("unit_id", flat=True))


def _enrolment(user, quiz_key, reader) -> tuple[Enrolment, CourseRules]:
    """The enrolment by which somebody takes a quiz, and the course's rules of now.

    What they may not see at all isn't there. Raises NotFound, NotEnrolled.
    """
    try:
        enrolment = enrolments.holding(user, quiz_key)
    except enrolments.NotEnrolled:
        if not documents.is_visible(quiz_key, reader):
            raise NotFound from None
        raise
    standing = documents.standing([enrolment.course_id], reader).get(enrolment.course_id)
    if standing is None:
        raise NotFound
    return enrolment, standing


# Reading --------------------------------------------------------------------------------------------------------


def own_attempt(user, attempt_id: UUID, reader: Reader) -> tuple[Attempt, CourseRules]:
    """One of this person's attempts, and its course's rules of now.

    Raises NotFound for anybody else's, and where its course is closed to them now.
    """
    found = (
        Attempt.objects.select_related(
            "version", "enrolment__edition__syllabus", "enrolment__course", "enrolment__learner"
        )
        .filter(uuid=attempt_id, enrolment__learner__user=user, enrolment__state__in=enrolments.READABLE)
        .first()
    )
    standing = documents.standing([found.enrolment.course_id], reader) if found is not None else {}
    if not standing or found.version is None:
        raise NotFound
    return found, standing[found.enrolment.course_id]


def sitting(*, user, attempt_id: UUID, reader: Reader, now: datetime) -> Sitting:
    """An attempt as it is now: one whose time is over is handed in first. Raises NotFound."""
    attempt, standing = own_attempt(user, attempt_id, reader)
    if attempts.is_overdue(attempt, now):
        finish_overdue(attempt_pk=attempt.pk, now=now)
        attempt, standing = own_attempt(user, attempt_id, reader)
    return _sitting(attempt, attempt.enrolment, standing)


def attempts_at(*, user, quiz_key: UUID, reader: Reader, now: datetime) -> tuple[Enrolment, list[Attempt]]:
    """A person's attempts at a quiz, the first first. Raises NotFound, NotEnrolled."""
    enrolment, _standing = _enrolment(user, quiz_key, reader)
    rows = list(Attempt.objects.filter(enrolment=enrolment, quiz=quiz_key).order_by("number"))
    overdue = [row for row in rows if attempts.is_overdue(row, now)]
    for row in overdue:
        finish_overdue(attempt_pk=row.pk, now=now)
    if overdue:
        rows = list(Attempt.objects.filter(enrolment=enrolment, quiz=quiz_key).order_by("number"))
    return enrolment, rows


def _sitting(attempt, enrolment, standing: CourseRules) -> Sitting:
    answers = {answer.question: answer for answer in Answer.objects.filter(attempt=attempt)}
    quiz = attempts.quiz_of_attempt(attempt)
    window = documents.quiz_window(content.body(attempt.version))
    closes_at = rules.earliest(standing.closes_at, window.closes_at)
    return Sitting(attempt, quiz, enrolment, closes_at, answers)


# Answering ------------------------------------------------------------------------------------------------------


def save_answer(
    *, user, attempt_id: UUID, question: str, response, sequence, reader: Reader, now: datetime
) -> Answer:
    """Save one answer. `sequence` None takes the next one.

    Raises NotFound, BadResponse, BadInput `bad_sequence`, StaleAnswer (with the saved answer), AttemptClosed. An answer
    that comes after the time is kept as evidence before the refusal.
    """
    saved = save_answers(
        user=user, attempt_id=attempt_id, given={question: (response, sequence)}, reader=reader, now=now
    )
    return saved[question]


def save_answers(
    *, user, attempt_id: UUID, given: dict[str, tuple], reader: Reader, now: datetime
) -> dict[str, Answer]:
    """Save several answers, `{question: (response, sequence or None)}`; all or none. Raises as `save_answer` does."""
    saved, refusal = _save_answers(user=user, attempt_id=attempt_id, given=given, reader=reader, now=now)
    if refusal is not None:
        raise refusal
    return saved


@one_transaction
def _save_answers(*, user, attempt_id, given, reader, now) -> tuple[dict[str, Answer], DomainError | None]:
    """(the saved answers, why not). A refusal for lateness is returned, not raised: what was kept must stay."""
    attempt, enrolment, _standing = _locked(user, attempt_id, reader)
    quiz = attempts.quiz_of_attempt(attempt)
    checked = _checked(attempt, quiz, given)
    if _too_late(attempt, checked, now):
        if attempt.state == Attempt.State.OPEN:
            _finish(attempt, quiz, enrolment, now)
        return {}, AttemptClosed()
    if attempt.state != Attempt.State.OPEN:
        raise AttemptClosed
    return _apply(attempt, quiz, checked, now), None


def _locked(user, attempt_id, reader) -> tuple[Attempt, Enrolment, CourseRules]:
    """A person's attempt, read after its enrolment was locked, and its course's rules of now."""
    theirs, standing = own_attempt(user, attempt_id, reader)
    enrolment = enrolments.locked(theirs.enrolment_id)
    return Attempt.objects.select_related("version").get(uuid=attempt_id), enrolment, standing


def _checked(attempt: Attempt, quiz: Quiz, given) -> dict[str, tuple[dict, int | None]]:
    return {
        question: (
            attempts.checked_response(quiz, question, response),
            attempts.checked_sequence(sequence),
        )
        for question, (response, sequence) in given.items()
    }


def _too_late(attempt: Attempt, checked, now) -> bool:
    """Whether answers come after the attempt's time; they are kept then."""
    if rules.in_time(now, attempt.deadline_at):
        return False
    if checked:
        attempts.keep_late(attempt, {question: response for question, (response, _) in checked.items()}, now)
    return True


def _apply(attempt, quiz: Quiz, checked, now) -> dict[str, Answer]:
    saved = {
        answer.question: answer for answer in Answer.objects.filter(attempt=attempt, question__in=checked)
    }
    return {
        question: attempts.save(
            attempt,
            saved.get(question),
            question,
            response,
            sequence,
            now,
            final=quiz.feedback == rules.Policy.AT_ONCE,
        )
        for question, (response, sequence) in checked.items()
    }


# Handing in -----------------------------------------------------------------------------------------------------


@one_transaction
def submit_attempt(*, user, attempt_id: UUID, given: dict, reader: Reader, now: datetime) -> Sitting:
    """Hand in an attempt, with answers that are applied first: `{question: (response, sequence or None)}`.

    Handing in twice gives the same result. Raises NotFound, BadResponse, BadInput, StaleAnswer; nothing is handed in then.
    """
    attempt, enrolment, standing = _locked(user, attempt_id, reader)
    quiz = attempts.quiz_of_attempt(attempt)
    checked = _checked(attempt, quiz, given)
    late = _too_late(attempt, checked, now)
    if attempt.state == Attempt.State.OPEN:
        if not late:
            _apply(attempt, quiz, checked, now)
        _finish(attempt, quiz, enrolment, now)
    return _sitting(attempt, enrolment, standing)


@one_transaction
def finish_overdue(*, attempt_pk: int, now: datetime) -> None:
    """Hand in an attempt whose time is over; one that was handed in meanwhile is left as it is."""
    enrolment = enrolments.locked(Attempt.objects.values_list("enrolment", flat=True).get(pk=attempt_pk))
    attempt = Attempt.objects.select_related("version").get(pk=attempt_pk)
    if attempts.is_overdue(attempt, now):
        _finish(attempt, attempts.quiz_of_attempt(attempt), enrolment, now)


def finish_all_overdue(now: datetime, limit: int = 500) -> int:
    """Hand in what nobody touches any more. Returns how many; each is its own transaction."""
    due = Attempt.objects.filter(state=Attempt.State.OPEN, deadline_at__lt=now - rules.GRACE).order_by(
        "deadline_at"
    )
    ids = list(due.values_list("pk", flat=True)[:limit])
    for pk in ids:
        try:
            finish_overdue(attempt_pk=pk, now=now)
        except Exception:
            # One that can't be finished must not stand in the way of everybody's.
            logger.exception("attempt %s could not be handed in", pk)
    return len(ids)


def let_go(version_ids: list[int], now: datetime) -> None:
    """Versions are recalled, and with them the questions of attempts: those without a score end, the scores of others stay.

    In the caller's transaction.
    """
    pinned = Attempt.objects.filter(version__in=version_ids)
    drawn = DrawnQuestion.objects.filter(version__in=version_ids)
    touched = Attempt.objects.filter(Q(version__in=version_ids) | Q(pk__in=drawn.values("attempt")))
    ungraded = [Attempt.State.OPEN, Attempt.State.SUBMITTED]
    waiting = touched.filter(state__in=ungraded).order_by("enrolment", "pk")
    for pk, enrolment_id in list(waiting.values_list("pk", "enrolment")):
        enrolment = enrolments.locked(enrolment_id)
        # Again, now that nobody else changes it: it may have been graded meanwhile.
        attempt = Attempt.objects.filter(pk=pk, state__in=ungraded).first()
        if attempt is None:
            continue
        attempts.expire(attempt, at=now)
        _happen(enrolment, attempt, Event.Verb.EXPIRED, {"attempt": str(attempt.uuid)}, at=now, now=now)
    pinned.update(version=None)
    drawn.update(version=None)
    Attempt.objects.filter(corrected__in=version_ids).update(corrected=None)
    DrawnQuestion.objects.filter(corrected__in=version_ids).update(corrected=None)
    Regrade.objects.filter(target__in=version_ids).update(target=None, finished_at=now)
    banks.forget(version_ids)


def _finish(attempt: Attempt, quiz: Quiz, enrolment: Enrolment, now: datetime) -> None:
    """Grade, and let the ledger know: the learner's present edition decides what it completes.

    What waits for a person isn't in the ledger before it has its points.
    """
    quiz = documents.graded_by(quiz, enrolment.edition, attempt.quiz_id, enrolment.course.source_locale)
    finished = attempts.finish(attempt, quiz, now=now)
    data = {"attempt": str(attempt.uuid)}
    if finished.grade is not None and finished.grade.pending:
        return
    if finished.grade is None:
        verb = Event.Verb.EXPIRED
    else:
        verb = Event.Verb.GRADED
        data |= {
            "number": attempt.number,
            "score_bp": finished.grade.score_bp,
            "passed": finished.grade.passed,
        }
    at = progress_rules.effective_at(attempt.submitted_at, enrolled_at=enrolment.enrolled_at, received_at=now)
    _happen(enrolment, attempt, verb, data, at=at, now=now)


def _happen(enrolment, attempt, verb, data, *, at, now):
    draft = Draft(
        uuid=fact_id(attempt.uuid, verb),
        verb=verb,
        unit=attempt.quiz_id,
        effective_at=at,
        language=attempt.language,
        data=data,
        actor=enrolment.learner,
    )
    append({enrolment: (enrolments.syllabus(enrolment), [draft])}, now=now)
