"""What a page needs before it is published, told with what is done already. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .problems import Problem


@dataclass(frozen=True)
class Requirement:
    """One line of the list before publishing. It is met when no problem has one of its `codes`.

    `label` says what is so when it is met.
    """

    codes: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Checked:
    """A requirement, and what stands against it: nothing when it is met."""

    label: str
    problems: tuple[Problem, ...] = ()

    @property
    def done(self) -> bool:
        return not self.problems


def check(requirements: Sequence[Requirement], problems: Iterable[Problem], *, other: str) -> list[Checked]:
    """Each requirement with its problems, in order. Problems that no requirement tells of come last, under `other`."""
    problems = list(problems)
    checked = [
        Checked(each.label, tuple(problem for problem in problems if problem.code in each.codes))
        for each in requirements
    ]
    known = {code for each in requirements for code in each.codes}
    rest = tuple(problem for problem in problems if problem.code not in known)
    return [*checked, Checked(other, rest)] if rest else checked
