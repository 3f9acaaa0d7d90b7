"""A corrected key, put into force for attempts that were graded by the wrong one.

A plan shows what it would change; whoever executes it hands back the plan's token, so that nothing else happens than what was
shown. Then the keys of attempts, pools and editions are the corrected ones at once, and scores follow in the task queue:
chunks of `CHUNK`, each one transaction, going on where they were stopped.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.content import api as content
from cms.core.errors import BadInput, Conflict
from cms.core.tasks import job
from learning.assessment import regrading
from learning.assessment.attempts import drawn_of
from learning.assessment.models import Answer, Attempt, DrawnQuestion, Regrade, RegradedAttempt
from learning.assessment.quiz import Quiz, quiz_of
from learning.assessment.regrading import Counts, Outcome
from learning.catalogue import banks, corrections, documents
from learning.catalogue.corrections import Correctable
from learning.catalogue.documents import Reader
from learning.catalogue.rows import Course
from learning.progress import enrolments
from learning.progress.models import Enrolment, Event, Learner
from learning.progress.projection import Draft, append, fact_id

from .regrade_choices import StalePlan, chosen, course_of_quiz
from .transactions import one_transaction

# How many attempts are regraded in one transaction.
CHUNK = 200
MAX_REASON = 2000
# What was handed in this long before a regrade may have been graded after it.
MEANWHILE = timedelta(hours=1)
# After so long somebody looks whether a regrade was left alone.
ABANDONED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Plan:
    """What a regrade would do. `outcomes` are those of graded attempts whose score or pass changes."""

    course: Course
    quiz: UUID
    question: UUID | None
    source_number: int
    target_number: int
    outcomes: list[Outcome]
    counts: Counts
    token: str


# Planning --------------------------------------------------------------------------------------------------------


def plan(
    *, user, quiz_key: UUID, question: UUID | None, source_number: int, target_number: int, reader: Reader
) -> Plan:
    """What it would change to grade by the published keys what was graded by those of version `source_number`.

    A number of statements that doesn't grow with that of attempts. Raises NotFound, NotPermitted, StalePlan where another
    version than `target_number` is published now, NotACorrection.
    """
    course = course_of_quiz(user, quiz_key, reader)
    wrong, target = chosen(course, quiz_key, question, source_number, target_number)
    return _plan(course, quiz_key, question, source_number, wrong, target)


def _plan(course, quiz_key, question, source_number, wrong, target) -> Plan:
    rows = _concerned(course, quiz_key, question, wrong).filter(state=Attempt.State.GRADED)
    outcomes = _outcomes(rows, course, question, target)
    return Plan(
        course=course,
        quiz=quiz_key,
        question=question,
        source_number=source_number,
        target_number=target.version.number,
        outcomes=[each for each in outcomes if each.changes],
        counts=regrading.counts(outcomes),
        token=regrading.token(
            [quiz_key, question, source_number, target.version.pk, target.version.private_digest], outcomes
        ),
    )


def _concerned(course, quiz_key, question, wrong: Iterable[int]):
    """The attempts whose keys are those of one of these versions."""
    rows = Attempt.objects.filter(quiz=quiz_key, enrolment__course=course, version__isnull=False)
    used = Q(corrected__in=wrong) | Q(corrected=None, version__in=wrong)
    if question is None:
        return rows.filter(used)
    return rows.filter(pk__in=DrawnQuestion.objects.filter(used, question=question).values("attempt"))


def _outcomes(rows, course, question, target: Correctable | None = None) -> list[Outcome]:
    """What graded attempts come to; with `target`'s keys in place of those that they have for that part."""
    found = list(rows.order_by("pk"))
    drawn = drawn_of(found)
    parts = _parts(found, drawn, target)
    answers = defaultdict(list)
    for attempt, *answer in Answer.objects.filter(attempt__in=[each.pk for each in found]).values_list(
        "attempt", "question", "response", "points"
    ):
        answers[attempt].append(tuple(answer))
    keys = _Keys(course, question, target, parts)
    return [
        regrading.regraded(attempt, keys.of(attempt, drawn.get(attempt.pk, [])), answers[attempt.pk])
        for attempt in found
        # What was recalled can't be read any more: its score stays.
        if all(each.version_id is not None for each in drawn.get(attempt.pk, []))
    ]


def _parts(found, drawn, target) -> dict[int, Correctable]:
    """The versions that all of them need, once each. One statement."""
    pinned = [*found, *(each for rows in drawn.values() for each in rows)]
    ids = {pk for each in pinned for pk in (each.version_id, each.corrected_id) if pk is not None}
    known = {each.version.pk: each for each in corrections.versions(ids)}
    return known | ({target.version.pk: target} if target else {})


class _Keys:
    """Quizzes of attempts with the keys that grade them; attempts with the same versions share one."""

    def __init__(self, course, question, target, parts):
        self.course, self.question, self.target, self.parts = course, question, target, parts
        self.quizzes: dict[tuple, Quiz] = {}
        self.others: dict[UUID, list] = {}

    def of(self, attempt, drawn) -> Quiz:
        own = self._keys_of(attempt, None)
        more = [(str(each.question), each.version_id, self._keys_of(each, each.question)) for each in drawn]
        place = (attempt.version_id, own, *sorted(more))
        if place not in self.quizzes:
            quiz = quiz_of(
                self.parts[attempt.version_id].body,
                self.parts[own].private,
                [(key, self.parts[version].body, self.parts[keys].private) for key, version, keys in more],
            )
            self.quizzes[place] = documents.graded_by_published(quiz, attempt.quiz_id, self.others)
        return self.quizzes[place]

    def _keys_of(self, pinned, question) -> int:
        if self.target is not None and question == self.question:
            return self.target.version.pk
        return pinned.corrected_id or pinned.version_id


# Executing -------------------------------------------------------------------------------------------------------


@one_transaction
def execute(
    *,
    user,
    quiz_key: UUID,
    question: UUID | None,
    source_number: int,
    target_number: int,
    token: str,
    reason: str,
    reader: Reader,
    now: datetime,
) -> Regrade:
    """Put the corrected keys into force, and leave what changes by them to the task queue.

    Raises NotFound, NotPermitted, BadInput `reason_missing`, StalePlan, NotACorrection, Conflict `regrade_under_way`.
    """
    course = course_of_quiz(user, quiz_key, reader)
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise BadInput(_("Say why, in up to 2,000 characters."), code="reason_missing")
    course = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    if Regrade.objects.filter(course=course, finished_at=None).exists():
        raise Conflict(_("Another regrade of this course is under way."), code="regrade_under_way")
    wrong, target = chosen(course, quiz_key, question, source_number, target_number)
    found = _plan(course, quiz_key, question, source_number, wrong, target)
    if token != found.token:
        raise StalePlan
    actor, _made = Learner.objects.get_or_create(user=user, defaults={"created_at": now})
    regrade = Regrade.objects.create(
        course=course,
        quiz_id=quiz_key,
        question=question,
        wrong=wrong,
        source_number=source_number,
        target_number=target_number,
        target=target.version,
        reason=reason,
        actor=actor,
        decided_at=now,
    )
    _note(regrade, found.outcomes)
    _put_into_force(regrade)
    carry_on.enqueue(str(regrade.uuid))
    return regrade


def _note(regrade: Regrade, outcomes: Iterable[Outcome]) -> None:
    RegradedAttempt.objects.bulk_create(
        [
            RegradedAttempt(
                regrade=regrade,
                attempt_id=each.attempt,
                old_score_bp=each.old_score_bp,
                old_passed=each.old_passed,
                new_score_bp=each.new_score_bp,
                new_passed=each.new_passed,
            )
            for each in outcomes
        ],
        batch_size=500,
    )


def _put_into_force(regrade: Regrade) -> None:
    """From now on attempts, whether graded or under way, pools and editions have the corrected keys."""
    target = regrade.target
    if regrade.question is None:
        content.correct_pins(regrade.quiz_id, regrade.wrong, target)
        _let_translations_flow(regrade)
    else:
        banks.correct(regrade.question, regrade.wrong, target)
    _correct_attempts(regrade)


def _correct_attempts(regrade: Regrade) -> None:
    used = Q(corrected__in=regrade.wrong) | Q(corrected=None, version__in=regrade.wrong)
    rows = Attempt.objects.filter(quiz=regrade.quiz_id, enrolment__course=regrade.course)
    if regrade.question is None:
        rows.filter(used).update(corrected=regrade.target)
    else:
        drawn = DrawnQuestion.objects.filter(used, question=regrade.question, attempt__in=rows.values("pk"))
        drawn.update(corrected=regrade.target)


def _let_translations_flow(regrade: Regrade) -> None:
    """What other languages accept is corrected with the source, where it waited as well."""
    edition = content.current_edition(regrade.course.key)
    held = content.held_back(edition) if edition else {}
    for (key, _locale), version in held.items():
        if key == regrade.quiz_id and version.item.current_id is not None:
            before, after = corrections.versions([version.pk, version.item.current_id])
            if corrections.corrects(before, after):
                content.let_flow(edition, version.item)


@job()
def carry_on(regrade_id: str) -> int:
    """Regrade what a regrade has left. A second run does no harm."""
    return finish(UUID(regrade_id), timezone.now())


def finish(regrade_id: UUID, now: datetime) -> int:
    """Regrade all attempts that a regrade concerns and that aren't done yet; how many.

    Chunks of `CHUNK`, each in one transaction with a number of statements that doesn't grow.
    """
    regrade = Regrade.objects.select_related("course", "actor", "target__item").get(uuid=regrade_id)
    if regrade.finished_at is not None:
        return 0
    total = 0
    while done := _regrade_some(regrade, now):
        total += done
    _catch_up(regrade)
    while done := _regrade_some(regrade, now):
        total += done
    Regrade.objects.filter(pk=regrade.pk, finished_at=None).update(finished_at=now)
    return total


@one_transaction
def _catch_up(regrade: Regrade) -> None:
    """What was begun or handed in with the wrong keys while the right ones were put into force."""
    if regrade.target_id is None:
        return
    _correct_attempts(regrade)
    rows = _concerned(regrade.course, regrade.quiz_id, regrade.question, [regrade.target_id])
    late = rows.filter(state=Attempt.State.GRADED, submitted_at__gte=regrade.decided_at - MEANWHILE)
    late = late.exclude(regrades__regrade=regrade)
    _note(regrade, [each for each in _outcomes(late, regrade.course, regrade.question) if each.changes])


@one_transaction
def _regrade_some(regrade: Regrade, now: datetime) -> int:
    left = RegradedAttempt.objects.filter(regrade=regrade, regraded_at=None).order_by("attempt__enrolment")
    ids = list(left.values_list("attempt__enrolment", flat=True)[:CHUNK])
    locked = enrolments.with_rules().filter(pk__in=set(ids)).order_by("pk")
    theirs = {each.pk: each for each in locked.select_for_update(of=("self",), no_key=True)}
    # All of these learners' at once: several attempts of one are one change of where they stand.
    rows = list(left.filter(attempt__enrolment__in=theirs).select_related("attempt"))
    if not rows:
        return 0
    attempts = {row.attempt_id: row.attempt for row in rows}
    outcomes = {
        each.attempt: each
        for each in _outcomes(Attempt.objects.filter(pk__in=attempts), regrade.course, regrade.question)
    }
    drafts: dict[Enrolment, list[Draft]] = defaultdict(list)
    lost = [row for row in rows if row.attempt_id not in outcomes]
    RegradedAttempt.objects.filter(pk__in=[row.pk for row in lost]).delete()
    rows = [row for row in rows if row.attempt_id in outcomes]
    for row in rows:
        attempt, outcome = row.attempt, outcomes[row.attempt_id]
        row.old_score_bp, row.old_passed = attempt.score_bp, attempt.passed
        attempt.score_bp, attempt.passed = outcome.new_score_bp, outcome.new_passed
        attempt.revision += 1
        row.new_score_bp, row.new_passed = attempt.score_bp, attempt.passed
        row.revision, row.regraded_at = attempt.revision, now
        drafts[theirs[attempt.enrolment_id]].append(_draft(regrade, attempt, now))
    _save_points(outcomes)
    Attempt.objects.bulk_update(attempts.values(), ["score_bp", "passed", "revision"])
    RegradedAttempt.objects.bulk_update(
        rows, ["old_score_bp", "old_passed", "new_score_bp", "new_passed", "revision", "regraded_at"]
    )
    append({each: (enrolments.syllabus(each), new) for each, new in drafts.items()}, now=now)
    return len(rows) + len(lost)


def _draft(regrade: Regrade, attempt: Attempt, now: datetime) -> Draft:
    return Draft(
        uuid=fact_id(attempt.uuid, f"{Event.Verb.REGRADED}:{attempt.revision}"),
        verb=Event.Verb.REGRADED,
        unit=attempt.quiz_id,
        effective_at=now,
        language=attempt.language,
        data={
            "attempt": str(attempt.uuid),
            "number": attempt.number,
            "revision": attempt.revision,
            "score_bp": attempt.score_bp,
            "passed": attempt.passed,
        },
        actor=regrade.actor,
    )


def _save_points(outcomes: dict[int, Outcome]) -> None:
    changed = []
    for answer in Answer.objects.filter(attempt__in=outcomes).only("attempt_id", "question", "points"):
        points = outcomes[answer.attempt_id].points.get(answer.question, answer.points)
        if points != answer.points:
            answer.points = points
            changed.append(answer)
    Answer.objects.bulk_update(changed, ["points"], batch_size=500)


def resume(now: datetime) -> int:
    """Go on with regrades that no task works on any more; how many attempts were regraded."""
    left = Regrade.objects.filter(finished_at=None, decided_at__lt=now - ABANDONED_AFTER)
    return sum(finish(each, now) for each in left.values_list("uuid", flat=True))


# Reading ---------------------------------------------------------------------------------------------------------


def people(plan: Plan) -> list[dict]:
    """`[{name, number, outcome}]` of a plan, by name; None for somebody who was erased. One statement."""
    rows = Attempt.objects.filter(pk__in=[each.attempt for each in plan.outcomes])
    known = {row.pk: row for row in rows.select_related("enrolment__learner__user")}
    found = [
        {
            "name": str(known[each.attempt].enrolment.learner.user or "") or None,
            "number": known[each.attempt].number,
            "attempt": known[each.attempt].uuid,
            "outcome": each,
        }
        for each in plan.outcomes
    ]
    return sorted(found, key=lambda each: ((each["name"] or "").casefold(), each["number"]))


def history(*, user, quiz_key: UUID, reader: Reader) -> list[Regrade]:
    """The regrades of a quiz, the latest first. Raises NotFound, NotPermitted."""
    course = course_of_quiz(user, quiz_key, reader)
    rows = Regrade.objects.filter(course=course, quiz=quiz_key).select_related("actor__user")
    return list(rows.order_by("-decided_at", "-pk"))


def of_attempts(attempt_ids: Iterable[int]) -> list[RegradedAttempt]:
    """What regrades did to these attempts, the first first."""
    rows = RegradedAttempt.objects.filter(attempt__in=attempt_ids).exclude(regraded_at=None)
    return list(rows.select_related("regrade").annotate(number=F("attempt__number")).order_by("regraded_at"))
