"""The syllabus of an edition: which units, in which order, what is required and what completes it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from learning.assessment.quiz import questions_in

from .choices import Completion, Kind, Sequencing


@dataclass(frozen=True)
class UnitRule:
    """A place that is learned. `checks` are ids of questions; `completion` is empty for a quiz: passing completes it."""

    key: UUID
    kind: str
    module: UUID | None
    required: bool
    completion: str = ""
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Syllabus:
    """What an edition asks of its learners. `modules` in order; `units` in reading order."""

    sequencing: str
    modules: tuple[UUID, ...]
    units: tuple[UnitRule, ...]

    @cached_property
    def by_key(self) -> dict[UUID, UnitRule]:
        return {unit.key: unit for unit in self.units}

    @cached_property
    def required(self) -> tuple[UnitRule, ...]:
        """What completes the course. Where nothing is marked as required, everything is."""
        return tuple(unit for unit in self.units if unit.required) or self.units

    @cached_property
    def required_keys(self) -> frozenset[UUID]:
        return frozenset(unit.key for unit in self.required)

    @property
    def ordered(self) -> bool:
        return self.sequencing == Sequencing.ORDERED

    def neighbours(self, key: UUID) -> tuple[UUID | None, UUID | None]:
        """The keys before and after a unit in reading order."""
        keys = [unit.key for unit in self.units]
        index = keys.index(key)
        return (keys[index - 1] if index else None, keys[index + 1] if index + 1 < len(keys) else None)

    def to_json(self) -> dict:
        return {
            "sequencing": str(self.sequencing),
            "modules": [str(key) for key in self.modules],
            "units": [
                {
                    "key": str(unit.key),
                    "kind": str(unit.kind),
                    "module": str(unit.module) if unit.module else None,
                    "required": unit.required,
                    "completion": str(unit.completion),
                    "checks": list(unit.checks),
                }
                for unit in self.units
            ],
        }

    @classmethod
    def from_json(cls, value: Mapping) -> "Syllabus":
        return cls(
            sequencing=value["sequencing"],
            modules=tuple(UUID(key) for key in value["modules"]),
            units=tuple(
                UnitRule(
                    key=UUID(unit["key"]),
                    kind=unit["kind"],
                    module=UUID(unit["module"]) if unit["module"] else None,
                    required=unit["required"],
                    completion=unit["completion"],
                    checks=tuple(unit["checks"]),
                )
                for unit in value["units"]
            ),
        )


KINDS = {
    "learning.ModulePage": Kind.MODULE,
    "learning.LessonPage": Kind.LESSON,
    "learning.QuizPage": Kind.QUIZ,
}


def build(course_body: Mapping, rows: Iterable, bodies: Mapping[UUID, Mapping]) -> Syllabus:
    """The syllabus of an edition from its rows (`key, parent_key, type`, in order) and the source language's bodies.

    A row without a body (recalled) is left out. What stands in an optional module is optional.
    """
    modules, units, optional = [], [], set()
    for row in rows:
        kind, body = KINDS.get(row.type), bodies.get(row.key)
        if kind is None or body is None:
            continue
        required = row.required and body.get("required", True)
        if kind == Kind.MODULE:
            modules.append(row.key)
            if not required:
                optional.add(row.key)
            continue
        units.append(
            UnitRule(
                key=row.key,
                kind=kind.value,
                module=row.parent_key,
                required=required and row.parent_key not in optional,
                completion=body.get("completion", Completion.MARK.value) if kind == Kind.LESSON else "",
                checks=tuple(check["id"] for check in questions_in(body)) if kind == Kind.LESSON else (),
            )
        )
    return Syllabus(
        sequencing=course_body.get("sequencing", Sequencing.FREE.value),
        modules=tuple(modules),
        units=tuple(units),
    )
