"""Knowledge checks in lessons: one question each, graded at once, the last answer kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from cms.content import api as content

from . import registry
from .grading import Mark, grade_response
from .models import CheckAnswer
from .quiz import by_id, merged_keys, needs_merging, questions_in


@dataclass(frozen=True)
class Graded:
    """An answer to a check with what it earned; `by` says whose."""

    question: str
    response: Mapping
    mark: Mark
    enrolment_id: int = 0
    unit: UUID | None = None
    at: datetime | None = None

    def by(self, enrolment, unit: UUID, at: datetime) -> "Graded":
        return replace(self, enrolment_id=enrolment.pk, unit=unit, at=at)


@dataclass(frozen=True)
class Checks:
    """The checks of a version of a lesson: public questions and keys by id."""

    questions: Mapping[str, Mapping]
    keys: Mapping[str, Mapping]

    def grade(self, question_id: str, response) -> Graded | None:
        """Grade a response; None for a question that isn't here. Raises registry.BadResponse."""
        question = self.questions.get(question_id)
        if question is None or question_id not in self.keys:
            return None
        question_type = registry.get(question["type"])
        if question_type.graded_by_people:
            return None
        checked = question_type.check(response, question)
        return Graded(question_id, checked, grade_response(question["type"], checked, self.keys[question_id]))

    @property
    def need_merging(self) -> bool:
        return needs_merging(self.questions)

    def merged(self, others: Iterable[Mapping[str, Mapping]]) -> "Checks":
        """With the accepted texts of the other languages' private parts."""
        return replace(self, keys=merged_keys(self.questions, self.keys, others))


def checks_of(version) -> Checks:
    """The checks of a lesson's version, from its body and private part."""
    return Checks(questions=by_id(questions_in(content.body(version))), keys=content.private_part(version))


def store(graded: list[Graded]) -> None:
    """Keep the latest answer to each check, by the moment that counts. Two statements, however many."""
    latest: dict[tuple[int, UUID, str], Graded] = {}
    for each in graded:
        place = (each.enrolment_id, each.unit, each.question)
        if place not in latest or latest[place].at <= each.at:
            latest[place] = each
    rows = CheckAnswer.objects.filter(
        enrolment__in={each.enrolment_id for each in graded}, unit__in={each.unit for each in graded}
    )
    saved = {(row.enrolment_id, row.unit_id, row.question): row.answered_at for row in rows}
    newer = [each for place, each in latest.items() if place not in saved or saved[place] <= each.at]
    CheckAnswer.objects.bulk_create(
        [
            CheckAnswer(
                enrolment_id=each.enrolment_id,
                unit_id=each.unit,
                question=each.question,
                response=each.response,
                points=each.mark.points,
                of_points=each.mark.of_points,
                answered_at=each.at,
            )
            for each in newer
        ],
        update_conflicts=True,
        unique_fields=["enrolment", "unit", "question"],
        update_fields=["response", "points", "of_points", "answered_at"],
    )
