"""What a corrected key changes in attempts that have a score. Pure.

Points are given anew to every answer that a program grades; those that people gave stay, and so does the pass mark.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from . import registry, rules
from .grading import grade_response
from .quiz import Quiz


@dataclass(frozen=True)
class Outcome:
    """One attempt before and after: `points` are those of its answers afterwards, by question."""

    attempt: int
    revision: int
    old_score_bp: int
    old_passed: bool
    new_score_bp: int
    new_passed: bool
    points: Mapping[str, int]

    @property
    def changes(self) -> bool:
        return (self.old_score_bp, self.old_passed) != (self.new_score_bp, self.new_passed)


@dataclass(frozen=True)
class Counts:
    """How many attempts a regrade looks at, changes, raises and lowers, and how many then pass or no longer do."""

    attempts: int
    changed: int
    raised: int
    lowered: int
    newly_passed: int
    no_longer: int


def regraded(attempt, quiz: Quiz, answers: Iterable[tuple[str, Mapping, int | None]]) -> Outcome:
    """What an attempt comes to by `quiz` with its corrected, merged keys. `answers` are (question, response, points now)."""
    points = {}
    for question, response, given in answers:
        if question not in quiz.questions:
            continue
        type_name = quiz.types[question]
        if registry.get(type_name).graded_by_people:
            points[question] = given or 0
        else:
            points[question] = grade_response(type_name, response, quiz.keys[question]).points
    of_points = sum(quiz.keys[question]["points"] for question in attempt.questions)
    score = rules.score_bp(min(sum(points.values()), of_points), of_points)
    return Outcome(
        attempt=attempt.pk,
        revision=attempt.revision,
        old_score_bp=attempt.score_bp,
        old_passed=attempt.passed,
        new_score_bp=score,
        new_passed=rules.has_passed(score, quiz.pass_mark),
        points=points,
    )


def counts(outcomes: Iterable[Outcome]) -> Counts:
    found = list(outcomes)
    return Counts(
        attempts=len(found),
        changed=sum(each.changes for each in found),
        raised=sum(each.new_score_bp > each.old_score_bp for each in found),
        lowered=sum(each.new_score_bp < each.old_score_bp for each in found),
        newly_passed=sum(each.new_passed and not each.old_passed for each in found),
        no_longer=sum(each.old_passed and not each.new_passed for each in found),
    )


def token(of: Iterable[object], outcomes: Iterable[Outcome]) -> str:
    """What names a plan: another attempt, grade or version makes another one."""
    digest = hashlib.sha256()
    for part in of:
        digest.update(f"{part}\n".encode())
    for each in sorted(outcomes, key=lambda outcome: outcome.attempt):
        digest.update(
            f"{each.attempt}:{each.revision}:{each.old_score_bp}:{each.new_score_bp}:{each.new_passed}\n".encode()
        )
    return digest.hexdigest()
