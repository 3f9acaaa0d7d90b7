"""From responses and keys to points. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from . import registry, rules


@dataclass(frozen=True)
class Mark:
    """What one question earned."""

    points: int
    of_points: int

    @property
    def verdict(self) -> str:
        """`right`, `partly` or `wrong`."""
        if self.points >= self.of_points:
            return "right"
        return "partly" if self.points else "wrong"


@dataclass(frozen=True)
class Grade:
    """An attempt's result: the marks by question id and the score.

    `pending` are the ids of questions that wait for a person's points. While there are any, they have no mark, and score
    and `passed` say nothing final: what the rest has earned so far.
    """

    marks: dict[str, Mark]
    score_bp: int
    passed: bool
    pending: frozenset[str] = frozenset()


def grade_response(type_name: str, response: Mapping, key: Mapping) -> Mark:
    """One response. Points stay within 0 and the question's, whatever a type computes."""
    points = registry.get(type_name).grade(response, key)
    return Mark(points=min(max(int(points), 0), key["points"]), of_points=key["points"])


def needs_a_person(type_name: str, response: Mapping | None) -> bool:
    """Whether somebody has to read the response before it has points. What was left empty earns nothing as it is."""
    question_type = registry.get(type_name)
    return question_type.graded_by_people and response is not None and response != question_type.nothing()


def grade_attempt(
    types: Mapping[str, str], responses: Mapping[str, Mapping], keys: Mapping[str, Mapping], *, pass_mark: int
) -> Grade:
    """The questions `types` (id to type name) with what was answered; a question without a response earns nothing."""
    pending = frozenset(
        question_id
        for question_id, type_name in types.items()
        if needs_a_person(type_name, responses.get(question_id))
    )
    marks = {
        question_id: _mark(type_name, responses.get(question_id), keys[question_id])
        for question_id, type_name in types.items()
        if question_id not in pending
    }
    score = rules.score_bp(
        sum(mark.points for mark in marks.values()), sum(keys[question_id]["points"] for question_id in types)
    )
    passed = not pending and rules.has_passed(score, pass_mark)
    return Grade(marks=marks, score_bp=score, passed=passed, pending=pending)


def _mark(type_name, response, key) -> Mark:
    if response is None or registry.get(type_name).graded_by_people:
        return Mark(points=0, of_points=key["points"])
    return grade_response(type_name, response, key)
