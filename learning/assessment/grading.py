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
    """An attempt's result: the marks by question id and the score."""

    marks: dict[str, Mark]
    score_bp: int
    passed: bool


def grade_response(type_name: str, response: Mapping, key: Mapping) -> Mark:
    """One response. Points stay within 0 and the question's, whatever a type computes."""
    points = registry.get(type_name).grade(response, key)
    return Mark(points=min(max(int(points), 0), key["points"]), of_points=key["points"])


def grade_attempt(
    types: Mapping[str, str], responses: Mapping[str, Mapping], keys: Mapping[str, Mapping], *, pass_mark: int
) -> Grade:
    """The questions `types` (id to type name) with what was answered; a question without a response earns nothing."""
    marks = {
        question_id: grade_response(type_name, responses[question_id], keys[question_id])
        if question_id in responses
        else Mark(points=0, of_points=keys[question_id]["points"])
        for question_id, type_name in types.items()
    }
    score = rules.score_bp(
        sum(mark.points for mark in marks.values()), sum(mark.of_points for mark in marks.values())
    )
    return Grade(marks=marks, score_bp=score, passed=rules.has_passed(score, pass_mark))
