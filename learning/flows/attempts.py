"""Taking a quiz: start, save answers one by one, hand in. The server owns the clock."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.core.errors import Conflict, DomainError, NotFound, NotPermitted
from learning.assessment import attempts, rules
from learning.assessment.attempts import AttemptClosed
from learning.assessment.models import Answer, Attempt
from learning.assessment.quiz import Quiz
from learning.catalogue import documents
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
    """An attempt with everything that showing it needs."""

    attempt: Attempt
    quiz: Quiz
    enrolment: Enrolment
    answers: dict[str, Answer] = field(default_factory=dict)


# Starting -------------------------------------------------------------------------------------------------------


@one_transaction
def start_attempt(*, user, quiz_key: UUID, reader: Reader, now: datetime) -> Sitting:
    """Begin an attempt at a quiz, or go on with the open one.

    Raises NotFound, NotEnrolled, NotPermitted `unit_locked`, Conflict `course_closed`, NoAttemptsLeft.
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
        if is_locked(enrolment, syllabus, quiz_key):
            raise NotPermitted(_("Finish what comes before it first."), code="unit_locked")
        attempt = attempts.start(
            enrolment_id=enrolment.pk,
            quiz_key=quiz_key,
            version=unit.source,
            closes_at=standing.closes_at,
            language=reader.locale,
            now=now,
        )
        _happen(enrolment, attempt, Event.Verb.ATTEMPTED, {"attempt": str(attempt.uuid)}, at=now, now=now)
    return _sitting(attempt, enrolment)


def is_locked(enrolment: Enrolment, syllabus, unit_key: UUID) -> bool:
    """Whether an ordered course keeps the unit closed to this learner. No statement for one in any order."""
    if not syllabus.ordered:
        return False
    done = set(
        UnitRecord.objects.filter(enrolment=enrolment, done_at__isnull=False).values_list(
            "unit_id", flat=True
        )
    )
    for rule in syllabus.units:
        if rule.key == unit_key:
            return False
        if rule.key in syllabus.required_keys and rule.key not in done:
            return True
    return False


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


def own_attempt(user, attempt_id: UUID, reader: Reader) -> Attempt:
    """One of this person's attempts. Raises NotFound for anybody else's, and where its course is closed to them now."""
    found = (
        Attempt.objects.select_related(
            "version", "enrolment__edition__syllabus", "enrolment__course", "enrolment__learner"
        )
        .filter(uuid=attempt_id, enrolment__learner__user=user, enrolment__state__in=enrolments.READABLE)
        .first()
    )
    if found is None or found.version is None or not documents.standing([found.enrolment.course_id], reader):
        raise NotFound
    return found


def sitting(*, user, attempt_id: UUID, reader: Reader, now: datetime) -> Sitting:
    """An attempt as it is now: one whose time is over is handed in first. Raises NotFound."""
    attempt = own_attempt(user, attempt_id, reader)
    if attempts.is_overdue(attempt, now):
        return finish_overdue(attempt_pk=attempt.pk, now=now)
    return _sitting(attempt, attempt.enrolment)


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


def _sitting(attempt, enrolment) -> Sitting:
    answers = {answer.question: answer for answer in Answer.objects.filter(attempt=attempt)}
    return Sitting(attempt, attempts.quiz_of_attempt(attempt), enrolment, answers)


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
    attempt, enrolment = _locked(user, attempt_id, reader)
    quiz = attempts.quiz_of_attempt(attempt)
    checked = _checked(attempt, quiz, given)
    if _too_late(attempt, checked, now):
        if attempt.state == Attempt.State.OPEN:
            _finish(attempt, quiz, enrolment, now)
        return {}, AttemptClosed()
    if attempt.state != Attempt.State.OPEN:
        raise AttemptClosed
    return _apply(attempt, checked, now), None


def _locked(user, attempt_id, reader) -> tuple[Attempt, Enrolment]:
    """A person's attempt, read after its enrolment was locked."""
    enrolment = enrolments.locked(own_attempt(user, attempt_id, reader).enrolment_id)
    return Attempt.objects.select_related("version").get(uuid=attempt_id), enrolment


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


def _apply(attempt, checked, now) -> dict[str, Answer]:
    saved = {
        answer.question: answer for answer in Answer.objects.filter(attempt=attempt, question__in=checked)
    }
    return {
        question: attempts.save(attempt, saved.get(question), question, response, sequence, now)
        for question, (response, sequence) in checked.items()
    }


# Handing in -----------------------------------------------------------------------------------------------------


@one_transaction
def submit_attempt(*, user, attempt_id: UUID, given: dict, reader: Reader, now: datetime) -> Sitting:
    """Hand in an attempt, with answers that are applied first: `{question: (response, sequence or None)}`.

    Handing in twice gives the same result. Raises NotFound, BadResponse, BadInput, StaleAnswer; nothing is handed in then.
    """
    attempt, enrolment = _locked(user, attempt_id, reader)
    quiz = attempts.quiz_of_attempt(attempt)
    checked = _checked(attempt, quiz, given)
    if attempt.state == Attempt.State.OPEN:
        if not _too_late(attempt, checked, now):
            _apply(attempt, checked, now)
        _finish(attempt, quiz, enrolment, now)
    return _sitting(attempt, enrolment)


@one_transaction
def finish_overdue(*, attempt_pk: int, now: datetime) -> Sitting:
    """Hand in an attempt whose time is over; one that was handed in meanwhile is left as it is."""
    enrolment = enrolments.locked(Attempt.objects.values_list("enrolment", flat=True).get(pk=attempt_pk))
    attempt = Attempt.objects.select_related("version").get(pk=attempt_pk)
    if attempts.is_overdue(attempt, now):
        _finish(attempt, attempts.quiz_of_attempt(attempt), enrolment, now)
    return _sitting(attempt, enrolment)


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
    """Versions are recalled, and with them the questions of attempts: open ones end, the scores of others stay.

    In the caller's transaction.
    """
    pinned = Attempt.objects.filter(version__in=version_ids)
    for attempt in pinned.filter(state=Attempt.State.OPEN).order_by("enrolment"):
        enrolment = enrolments.locked(attempt.enrolment_id)
        attempts.expire(attempt, at=now)
        _happen(enrolment, attempt, Event.Verb.EXPIRED, {"attempt": str(attempt.uuid)}, at=now, now=now)
    pinned.update(version=None)


def _finish(attempt: Attempt, quiz: Quiz, enrolment: Enrolment, now: datetime) -> None:
    """Grade, and let the ledger know: the learner's present edition decides what it completes."""
    finished = attempts.finish(attempt, quiz, now=now)
    data = {"attempt": str(attempt.uuid)}
    if finished.grade is None:
        verb = Event.Verb.EXPIRED
    else:
        verb = Event.Verb.GRADED
        data |= {"score_bp": finished.grade.score_bp, "passed": finished.grade.passed}
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
