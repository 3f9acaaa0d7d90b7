"""The syllabus of an edition: which units, in which order, what is required and what completes it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import groupby
from uuid import UUID

from learning.assessment.quiz import questions_in

from .choices import Completion, Kind, QuizCompletion, Scoring, Sequencing


@dataclass(frozen=True)
class UnitRule:
    """A place that is learned, and what completes it.

    Of a lesson: `completion` is a `Completion`; `checks` are ids of questions, `seconds` the time that is asked for. Of a
    quiz: `completion` is a `QuizCompletion`; `scoring` a `Scoring`; `minimum_bp` the score that is asked for; `weight` says
    how much its score counts for that of its module and course.
    """

    key: UUID
    kind: str
    module: UUID | None
    required: bool
    completion: str = ""
    checks: tuple[str, ...] = ()
    seconds: int = 0
    scoring: str = Scoring.BEST.value
    minimum_bp: int = 0
    weight: int = 1


@dataclass(frozen=True)
class Needs:
    """What completes a module or a course: `at_least` so many of what counts in it (0: all), and a weighted score."""

    at_least: int = 0
    minimum_bp: int = 0


@dataclass(frozen=True)
class Part:
    """Units that stand together in a module; `module` is None for those that stand in none."""

    module: UUID | None
    units: tuple[UnitRule, ...]
    needs: Needs


@dataclass(frozen=True)
class Syllabus:
    """What an edition asks of its learners. `modules` in order; `units` in reading order; `needs` of the course, `by_module`
    of modules that don't ask for everything that counts in them."""

    sequencing: str
    modules: tuple[UUID, ...]
    units: tuple[UnitRule, ...]
    needs: Needs = Needs()
    by_module: Mapping[UUID, Needs] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[UUID, UnitRule]:
        return {unit.key: unit for unit in self.units}

    @cached_property
    def required(self) -> tuple[UnitRule, ...]:
        """What counts for completing the course. Where nothing is marked as required, everything does."""
        return tuple(unit for unit in self.units if unit.required) or self.units

    @cached_property
    def required_keys(self) -> frozenset[UUID]:
        return frozenset(unit.key for unit in self.required)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return tuple(
            Part(module, tuple(units), self.by_module.get(module, Needs()))
            for module, units in groupby(self.units, key=lambda unit: unit.module)
        )

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
            "needs": asdict(self.needs),
            "by_module": {str(key): asdict(needs) for key, needs in self.by_module.items()},
            "units": [
                {
                    "key": str(unit.key),
                    "kind": str(unit.kind),
                    "module": str(unit.module) if unit.module else None,
                    "required": unit.required,
                    "completion": str(unit.completion),
                    "checks": list(unit.checks),
                    "seconds": unit.seconds,
                    "scoring": str(unit.scoring),
                    "minimum_bp": unit.minimum_bp,
                    "weight": unit.weight,
                }
                for unit in self.units
            ],
        }

    @classmethod
    def from_json(cls, value: Mapping) -> "Syllabus":
        """Read a sealed syllabus. One that was sealed before there was a rule has that rule's default."""
        return cls(
            sequencing=value["sequencing"],
            modules=tuple(UUID(key) for key in value["modules"]),
            needs=Needs(**value.get("needs", {})),
            by_module={UUID(key): Needs(**needs) for key, needs in value.get("by_module", {}).items()},
            units=tuple(
                UnitRule(
                    **{
                        **unit,
                        "key": UUID(unit["key"]),
                        "module": UUID(unit["module"]) if unit["module"] else None,
                        "checks": tuple(unit["checks"]),
                    }
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
    modules, units, optional, by_module = [], [], set(), {}
    for row in rows:
        kind, body = KINDS.get(row.type), bodies.get(row.key)
        if kind is None or body is None:
            continue
        required = row.required and body.get("required", True)
        if kind == Kind.MODULE:
            modules.append(row.key)
            if not required:
                optional.add(row.key)
            if _needs(body) != Needs():
                by_module[row.key] = _needs(body)
            continue
        rule = _lesson(body) if kind == Kind.LESSON else _quiz(body)
        units.append(
            UnitRule(
                key=row.key,
                kind=kind.value,
                module=row.parent_key,
                required=required and row.parent_key not in optional,
                **rule,
            )
        )
    return Syllabus(
        sequencing=course_body.get("sequencing", Sequencing.FREE.value),
        modules=tuple(modules),
        units=tuple(units),
        needs=_needs(course_body),
        by_module=by_module,
    )


def _needs(body: Mapping) -> Needs:
    return Needs(at_least=body.get("at_least", 0), minimum_bp=body.get("minimum_score", 0) * 100)


def _lesson(body: Mapping) -> dict:
    completion = body.get("completion", Completion.MARK.value)
    return {
        "completion": completion,
        "checks": tuple(check["id"] for check in questions_in(body)),
        "seconds": body.get("completion_seconds", 0) if completion == Completion.TIME else 0,
    }


def _quiz(body: Mapping) -> dict:
    completion = body.get("completion", QuizCompletion.PASS.value)
    return {
        "completion": completion,
        "scoring": body.get("scoring", Scoring.BEST.value),
        "minimum_bp": body.get("minimum_score", 0) * 100 if completion == QuizCompletion.SCORE else 0,
        "weight": body.get("weight", 1),
    }
