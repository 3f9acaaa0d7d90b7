"""What people who mark see: the queue of a course, and one attempt to mark. Without names where the quiz hides them."""

from uuid import UUID

from django.utils.translation import gettext as _

from cms.content import api as content
from learning.assessment import marking, registry
from learning.assessment.marking import Step
from learning.assessment.models import Attempt, Mark
from learning.catalogue import running
from learning.catalogue.documents import Reader
from learning.flows import marking as flows
from learning.flows.marking import Sheet, mark_value
from learning.progress.models import Learner

from . import courses


def queue(
    *, user, course_key: UUID, quiz_key: UUID | None, after: list | None, limit: int, reader: Reader
) -> dict:
    """`{course, total, items, next_place}`: handed in first comes first. Raises NotFound, NotPermitted."""
    course, total, rows = flows.queue(
        user=user,
        course_key=course_key,
        quiz_key=quiz_key,
        after=after,
        limit=limit + 1,
        reader=reader,
    )
    shown = rows[:limit]
    keys = {row.quiz_id for row in shown}
    titles = courses.titles(course.pk, content.current_edition(course.pk), keys, reader) if shown else {}
    own = Learner.objects.filter(user=user).values_list("pk", flat=True).first()
    return {
        "course": course,
        "total": total,
        "items": [_waiting(row, titles, own) for row in shown],
        "next_place": [shown[-1].submitted_at.isoformat(), shown[-1].pk] if len(rows) > limit else None,
    }


def _waiting(attempt: Attempt, titles, own: int | None) -> dict:
    rules = marking.rules_of(content.body(attempt.version)) if attempt.version else marking.rules_of({})
    marks = list(attempt.marks.all())
    questions = {each.question for each in marks}
    totals = [marking.totals(each for each in marks if each.question == question) for question in questions]
    finished = [each for each in totals if each]
    return {
        "attempt": attempt.uuid,
        "quiz": attempt.quiz_id,
        "title": titles[attempt.quiz_id]["title"] if attempt.quiz_id in titles else _("Quiz"),
        "name": _name(attempt, rules),
        "number": None if rules.anonymous else attempt.number,
        "submitted_on": attempt.submitted_at.date(),
        "language": attempt.language,
        "begun": bool(marks),
        "second_waits": rules.second and any(set(each) == {Step.FIRST} for each in finished),
        "agreement_waits": bool(finished) and all(map(_differ, finished)),
        "own_first": any(each.step == Step.FIRST and each.marker_id == own for each in marks),
    }


def _differ(finished: dict[str, int]) -> bool:
    """Whether two people gave an answer different points, and nobody has agreed on some. Of an attempt that still waits."""
    return set(finished) == {Step.FIRST, Step.SECOND} and finished[Step.FIRST] != finished[Step.SECOND]


def _name(attempt: Attempt, rules: marking.Rules) -> str | None:
    """None where the quiz hides it, or the person was erased."""
    person = attempt.enrolment.learner.user
    return None if rules.anonymous or person is None else str(person)


def sheet_value(sheet: Sheet, user) -> dict:
    """`{attempt, quiz, course, name, language, state, questions}`: an attempt for whoever marks it.

    Of each answer: question, response, rubric, the step that is to be done and `mine` to go on with. What another marker gave
    is there only for agreeing on it, or when the points are settled.
    """
    attempt = sheet.attempt
    course = attempt.enrolment.course
    own = Learner.objects.filter(user=user).first()
    decides = running.may(user, course, running.DECIDE)
    marks = running.may(user, course, running.MARK)
    return {
        "attempt": attempt.uuid,
        "quiz": attempt.quiz_id,
        "course": course.pk,
        "name": _name(attempt, sheet.rules),
        "language": attempt.language,
        "state": attempt.state,
        "questions": [_question(sheet, each, own, decides=decides, marks=marks) for each in sheet.questions],
    }


def _question(sheet: Sheet, question_id, own, *, decides: bool, marks: bool) -> dict:
    public, key = sheet.quiz.questions[question_id], sheet.quiz.keys[question_id]
    step = sheet.step(question_id)
    first = sheet.mark(question_id, Step.FIRST)
    theirs = step == Step.SECOND and own is not None and first is not None and first.marker_id == own.pk
    allowed = step is not None and not theirs and (decides if step == Step.AGREED else marks)
    draft = sheet.mark(question_id, step) if allowed else None
    told = step in (None, Step.AGREED)
    finished = [each for each in sheet.marks.get(question_id, []) if each.finished_at is not None]
    return {
        "id": question_id,
        "type": public["type"],
        "prompt": public["prompt"],
        "response": sheet.answers[question_id].response,
        "of_points": key["points"],
        "rubric": marking.rubric(key),
        "model_answer": registry.get(public["type"]).answer(key),
        "notes": key.get("notes", ""),
        "step": step,
        "allowed": allowed,
        "second_person_needed": theirs,
        "mine": mark_value(draft) if draft else None,
        "revision": draft.revision if draft else 0,
        "finished": [_finished(each) for each in finished if told and (decides or step is None)],
        "points": marking.settled(marking.totals(finished)) if step is None else None,
    }


def _finished(mark: Mark) -> dict:
    return {**mark_value(mark), "total": mark.total}
