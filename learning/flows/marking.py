"""Marking what people mark: drafts, finishing, a second marker, agreement; and grading what is marked in full.

Nobody marks their own attempt, and nobody is both markers of one. A mark is changed from the revision that its marker saw.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cms.content import api as content
from cms.core import mailing
from cms.core.errors import BadInput, NotFound, NotPermitted
from cms.core.tasks import job
from learning.assessment import attempts, marking, regrading
from learning.assessment.marking import MarkFinished, StaleMark, Step
from learning.assessment.models import Answer, Attempt, Mark
from learning.assessment.quiz import Quiz
from learning.catalogue import documents, naming, running
from learning.catalogue.documents import Reader
from learning.progress import enrolments
from learning.progress import rules as progress_rules
from learning.progress.models import Event, Learner
from learning.progress.projection import Draft, append, fact_id

from .transactions import one_transaction

MAX_WORDS = 5000


class OwnAttempt(NotPermitted):
    """403 `own_attempt`."""

    code = "own_attempt"
    message = gettext_lazy("Nobody marks their own answers.")


class SamePerson(NotPermitted):
    """403 `same_marker`."""

    code = "same_marker"
    message = gettext_lazy("You have marked this answer. A second person marks it now.")


@dataclass(frozen=True)
class Sheet:
    """An attempt as whoever marks it works on it."""

    attempt: Attempt
    quiz: Quiz
    rules: marking.Rules
    answers: Mapping[str, Answer]
    marks: Mapping[str, list[Mark]]
    questions: list[str]

    def step(self, question: str) -> str | None:
        """What has to be done next to an answer; None where its points are settled."""
        return marking.next_step(
            marking.totals(self.marks.get(question, [])), self.rules, self.quiz.keys[question]["points"]
        )

    def mark(self, question: str, step: str) -> Mark | None:
        return next((each for each in self.marks.get(question, []) if each.step == step), None)


def sheet(*, user, attempt_id: UUID) -> Sheet:
    """An attempt that was handed in, for somebody who marks in its course.

    Raises NotFound (for everybody who runs nothing of the course, too), NotPermitted, OwnAttempt.
    """
    attempt = (
        Attempt.objects.select_related(
            "version", "corrected", "enrolment__course", "enrolment__learner", "enrolment__edition"
        )
        .filter(uuid=attempt_id, state__in=[Attempt.State.SUBMITTED, Attempt.State.GRADED])
        .first()
    )
    if attempt is None:
        raise NotFound
    running.require_for_learner(user, attempt.enrolment.course, running.MARK, running.DECIDE)
    if attempt.enrolment.learner.user_id == user.pk:
        raise OwnAttempt
    return _sheet(attempt)


def _sheet(attempt: Attempt) -> Sheet:
    quiz = attempts.quiz_of_attempt(attempt)
    answers = {answer.question: answer for answer in Answer.objects.filter(attempt=attempt)}
    marks = defaultdict(list)
    for mark in Mark.objects.filter(attempt=attempt).order_by("pk"):
        marks[mark.question].append(mark)
    responses = {question: answer.response for question, answer in answers.items()}
    return Sheet(
        attempt,
        quiz,
        marking.rules_of(content.body(attempt.version)),
        answers,
        marks,
        marking.to_mark(attempt, quiz, responses),
    )


def step_for(sheet: Sheet, question: str, learner: Learner | None, *, decides: bool) -> str:
    """The step that this person does next to an answer.

    Raises MarkFinished, SamePerson, NotPermitted where a decision waits that isn't theirs.
    """
    step = sheet.step(question)
    if step is None:
        raise MarkFinished
    if step == Step.SECOND and learner is not None:
        first = sheet.mark(question, Step.FIRST)
        if first.marker_id == learner.pk:
            raise SamePerson
    if step == Step.AGREED and not decides:
        raise NotPermitted(
            _("The two marks differ; somebody who decides about learners has to agree on one.")
        )
    return step


@one_transaction
def save_mark(
    *,
    user,
    attempt_id: UUID,
    question: str,
    points,
    comment: str = "",
    notes: str = "",
    revision: int,
    finish: bool,
    now: datetime,
) -> Mark:
    """Save the mark on one answer as a draft, or finish it. `revision` is that of the mark as it was read, 0 where there was
    none. Marking the last answer grades the attempt.

    Raises NotFound, NotPermitted, OwnAttempt, SamePerson, BadPoints, BadInput `bad_words`, MarkFinished, StaleMark.
    """
    found = sheet(user=user, attempt_id=attempt_id)
    enrolment = enrolments.locked(found.attempt.enrolment_id)
    # Again, now that nobody else changes it.
    found = _sheet(Attempt.objects.select_related("version", "corrected").get(pk=found.attempt.pk))
    if question not in found.questions:
        raise NotFound
    marker, _made = Learner.objects.get_or_create(user=user, defaults={"created_at": now})
    decides = running.may(user, enrolment.course, running.DECIDE)
    step = step_for(found, question, marker, decides=decides)
    if step != Step.AGREED and not running.may(user, enrolment.course, running.MARK):
        raise NotPermitted
    checked = marking.checked_points(points, found.quiz.keys[question], complete=finish)
    _check_words(comment, notes)
    saved = found.mark(question, step)
    if revision != (saved.revision if saved else 0):
        raise StaleMark(saved=mark_value(saved) if saved else None)
    values = {
        "marker": marker,
        "points": checked,
        "comment": comment.strip(),
        "notes": notes.strip(),
        "revision": revision + 1,
        "changed_at": now,
        "finished_at": now if finish else None,
    }
    mark = _write(saved, {"attempt": found.attempt, "question": question, "step": step}, values)
    if finish:
        _grade_if_marked(found.attempt, enrolment, marker, now)
    return mark


def _write(saved: Mark | None, place: dict, values: dict) -> Mark:
    """Raises StaleMark where another writer was there in between."""
    if saved is None:
        return Mark.objects.create(**place, **values)
    if not Mark.objects.filter(pk=saved.pk, revision=saved.revision, finished_at=None).update(**values):
        raise StaleMark(saved=mark_value(Mark.objects.get(pk=saved.pk)))
    return Mark.objects.get(pk=saved.pk)


def _check_words(comment, notes) -> None:
    for words in (comment, notes):
        if not isinstance(words, str) or len(words) > MAX_WORDS or "\0" in words:
            raise BadInput(_("Comments and notes are texts of up to 5,000 characters."), code="bad_words")


def _grade_if_marked(attempt: Attempt, enrolment, marker: Learner, now: datetime) -> None:
    """Grade an attempt whose answers are all marked: score, ledger, completion and mail, once."""
    found = _sheet(attempt)
    if attempt.state != Attempt.State.SUBMITTED or any(found.step(each) for each in found.questions):
        return
    marked = [found.answers[question] for question in found.questions]
    for answer in marked:
        answer.points = marking.settled(marking.totals(found.marks[answer.question]))
    Answer.objects.bulk_update(marked, ["points"])
    _follow_corrections(found)
    attempts.grade_by_points(attempt, found.quiz)
    at = progress_rules.effective_at(attempt.submitted_at, enrolled_at=enrolment.enrolled_at, received_at=now)
    draft = Draft(
        uuid=fact_id(attempt.uuid, Event.Verb.GRADED),
        verb=Event.Verb.GRADED,
        unit=attempt.quiz_id,
        effective_at=at,
        language=attempt.language,
        data={
            "attempt": str(attempt.uuid),
            "number": attempt.number,
            "score_bp": attempt.score_bp,
            "passed": attempt.passed,
        },
        actor=marker,
    )
    append({enrolment: (enrolments.syllabus(enrolment), [draft])}, now=now)
    tell_learner.enqueue(attempt.pk)


def _follow_corrections(found: Sheet) -> None:
    """Keys that were corrected while an attempt waited for people count for what a program grades in it."""
    attempt = found.attempt
    if attempt.corrected_id is None and not attempt.drawn.exclude(corrected=None).exists():
        return
    quiz = documents.graded_by_published(found.quiz, attempt.quiz_id, {})
    given = [(each.question, each.response, each.points) for each in found.answers.values()]
    points = regrading.regraded(attempt, quiz, given).points
    for answer in found.answers.values():
        answer.points = points.get(answer.question, answer.points)
    Answer.objects.bulk_update(found.answers.values(), ["points"])


def mark_value(mark: Mark) -> dict:
    """`{step, points, comment, notes, revision, finished}`: a mark as people who mark get it."""
    return {
        "step": mark.step,
        "points": mark.points,
        "comment": mark.comment,
        "notes": mark.notes,
        "revision": mark.revision,
        "finished": mark.finished_at is not None,
    }


def erase_words(learner: Learner) -> int:
    """Empty comments and notes on a learner's answers; how many marks. What was given in points stays."""
    rows = Mark.objects.filter(attempt__enrolment__learner=learner).exclude(comment="", notes="")
    return rows.update(comment="", notes="")


# The mail --------------------------------------------------------------------------------------------------------


@job(attempts=8, queue="mail")
def tell_learner(attempt_pk: int) -> bool:
    """Write to a learner that people have marked an attempt; whether a mail went out. Running it twice sends nothing twice."""
    rows = Attempt.objects.filter(pk=attempt_pk, state=Attempt.State.GRADED, told_at=None)
    attempt = rows.select_related("enrolment__learner__user", "enrolment__course").first()
    person = attempt and attempt.enrolment.learner.user
    if person is None or not person.is_active:
        return False
    return mailing.send_once(
        claim=lambda: rows.update(told_at=timezone.now()) > 0,
        release=lambda: Attempt.objects.filter(pk=attempt_pk).update(told_at=None),
        compose=lambda: _mail(attempt, person),
    )


def _mail(attempt: Attempt, person) -> EmailMessage:
    """In the person's language, else in that of the attempt. No score and no title of what may be restricted now: a link."""
    locale = mailing.language_of(person, attempt.language)
    with override(locale):
        title, _locale = naming.title_in(attempt.enrolment.course, locale)
        return mailing.message(
            subject=_("Your answers have been marked: %(title)s") % {"title": title},
            template="attempt_marked",
            context={
                "course": title,
                "url": settings.BASE_URL + reverse("learning:attempt", kwargs={"attempt": attempt.uuid}),
            },
            to=person.email,
        )


# The queue -------------------------------------------------------------------------------------------------------


def queue(*, user, course_key: UUID, quiz_key: UUID | None, after: tuple | None, limit: int, reader: Reader):
    """`(course, total, attempts)`: what waits in a course for a person's points, handed in first comes first; not one's own.

    `after` is (submitted_at, pk) of the last one seen. Raises NotFound, NotPermitted.
    """
    course = running.course_of(user, course_key, reader, running.MARK, running.DECIDE)
    rows = Attempt.objects.filter(state=Attempt.State.SUBMITTED, enrolment__course=course)
    rows = rows.exclude(enrolment__learner__user=user)
    if quiz_key is not None:
        rows = rows.filter(quiz=quiz_key)
    total = rows.count()
    if after is not None:
        rows = rows.filter(submitted_at__gte=after[0]).exclude(submitted_at=after[0], pk__lte=after[1])
    rows = rows.select_related("version", "enrolment__learner__user").prefetch_related("marks")
    return course, total, list(rows.order_by("submitted_at", "pk")[:limit])
