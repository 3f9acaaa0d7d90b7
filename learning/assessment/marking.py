"""What people give answers that no program grades: rubrics, steps, what two markers come to. Pure but for the rows it reads.

One person marks, or two without seeing each other's points. Where two differ by more than the quiz allows, somebody who
decides about the course's learners says what holds; else it is their mean, rounded down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.core.errors import BadInput, Conflict

from .grading import needs_a_person
from .models import Attempt, Mark
from .quiz import Quiz

#: the id of the one criterion of a question without a rubric
WHOLE = "points"
Step = Mark.Step


class StaleMark(Conflict):
    """Somebody has changed it since it was read: 409 `stale_mark`, with what is saved in `saved`."""

    code = "stale_mark"
    message = gettext_lazy("Somebody has saved this mark meanwhile. Look at it again.")


class MarkFinished(Conflict):
    """409 `mark_finished`."""

    code = "mark_finished"
    message = gettext_lazy("This answer is marked already.")


class BadPoints(BadInput):
    """400 `bad_points`."""

    code = "bad_points"
    message = gettext_lazy("Give each criterion a whole number of points within its limit.")


@dataclass(frozen=True)
class Rules:
    """How a version of a quiz is marked. `tolerance` in per cent of a question's points."""

    anonymous: bool
    second: bool
    tolerance: int


def rules_of(body: Mapping) -> Rules:
    """A quiz that was published before there were these rules has their defaults."""
    return Rules(
        anonymous=body.get("anonymous_marking", True),
        second=body.get("second_marker", "none") == "always",
        tolerance=body.get("marking_tolerance", 10),
    )


def rubric(key: Mapping) -> list[dict]:
    """`[{id, text, points, guidance}]` of a question's secret; one criterion for all points where it has no rubric."""
    whole = {"id": WHOLE, "text": _("Points"), "points": key["points"], "guidance": ""}
    return [dict(each) for each in key.get("rubric") or [whole]]


def checked_points(points, key: Mapping, *, complete: bool) -> dict[str, int]:
    """Points by criterion within their limits; every criterion's where the mark is to be `complete`. Raises BadPoints."""
    limits = {each["id"]: each["points"] for each in rubric(key)}
    if not isinstance(points, Mapping) or not set(points) <= set(limits):
        raise BadPoints
    for criterion, given in points.items():
        if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= limits[criterion]:
            raise BadPoints
    if complete and set(points) != set(limits):
        raise BadPoints(_("Give points for every criterion."))
    return {criterion: points[criterion] for criterion in limits if criterion in points}


def differ(first: int, second: int, *, of_points: int, tolerance: int) -> bool:
    """Whether two totals are further apart than `tolerance` per cent of what could be had."""
    return abs(first - second) * 100 > tolerance * of_points


def next_step(finished: Mapping[str, int], rules: Rules, of_points: int) -> str | None:
    """The step that has to be done next, from the totals of those that are finished; None where points are settled."""
    if Step.AGREED in finished:
        return None
    if Step.FIRST not in finished:
        return Step.FIRST
    if not rules.second:
        return None
    if Step.SECOND not in finished:
        return Step.SECOND
    first, second = finished[Step.FIRST], finished[Step.SECOND]
    return Step.AGREED if differ(first, second, of_points=of_points, tolerance=rules.tolerance) else None


def settled(finished: Mapping[str, int]) -> int:
    """The points that finished marks come to: what was agreed, else the mean of both rounded down, else the one."""
    if Step.AGREED in finished:
        return finished[Step.AGREED]
    if Step.SECOND in finished:
        return (finished[Step.FIRST] + finished[Step.SECOND]) // 2
    return finished[Step.FIRST]


def totals(marks: Iterable[Mark]) -> dict[str, int]:
    """The totals of finished marks on one answer by step."""
    return {mark.step: mark.total for mark in marks if mark.finished_at is not None}


def to_mark(attempt: Attempt, quiz: Quiz, responses: Mapping[str, Mapping]) -> list[str]:
    """The questions of an attempt that a person marks, in its order."""
    return [
        question_id
        for question_id in attempt.questions
        if needs_a_person(quiz.types[question_id], responses.get(question_id))
    ]


def for_learner(marks: Iterable[Mark], public: Mapping, texts: Mapping) -> dict | None:
    """What marks on one answer tell its learner: `{criteria: [{id, text, points, of_points}], comments}`; None without any.

    Criteria only where the learner may know them and one mark decided; notes never. `texts` is the question's secret in the
    reader's language.
    """
    finished = {mark.step: mark for mark in marks if mark.finished_at is not None}
    if not finished:
        return None
    telling = [finished[Step.AGREED]] if Step.AGREED in finished else list(finished.values())
    known = {each["id"] for each in public.get("criteria", [])}
    criteria = []
    if len(telling) == 1:
        criteria = [
            {
                "id": each["id"],
                "text": each["text"],
                "points": telling[0].points[each["id"]],
                "of_points": each["points"],
            }
            for each in rubric(texts)
            if each["id"] in known and each["id"] in telling[0].points
        ]
    return {"criteria": criteria, "comments": [mark.comment for mark in telling if mark.comment]}
