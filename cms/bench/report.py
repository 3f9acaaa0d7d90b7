"""What comes out: medians, ratios, budgets, a table for people and JSON for programs. Pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Budget:
    """What was promised of some work: `value` must be at most `limit`, or at least where that is said."""

    work: str
    text: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def line(self) -> list[str]:
        return ["met" if self.met else "MISSED", self.work, self.text, number(self.value)]

    def as_dict(self) -> dict:
        return {
            "work": self.work,
            "budget": self.text,
            "value": round(self.value, 4),
            "limit": self.limit,
            "at_least": self.at_least,
            "met": self.met,
        }


@dataclass
class Section:
    """A table: the first column names the work, the others hold figures or nothing."""

    title: str
    columns: list[str]
    rows: list[list[str | float | None]] = field(default_factory=list)

    def add(self, name: str, *figures: float | None) -> None:
        self.rows.append([name, *figures])

    def as_dict(self) -> dict:
        return {
            row[0]: {
                column: None if value is None else round(value, 4)
                for column, value in zip(self.columns[1:], row[1:], strict=True)
            }
            for row in self.rows
        }


@dataclass
class Report:
    machine: dict
    sections: list[Section] = field(default_factory=list)
    budgets: list[Budget] = field(default_factory=list)
    raw: dict[str, list] = field(default_factory=dict)

    @property
    def missed(self) -> list[Budget]:
        return [budget for budget in self.budgets if not budget.met]

    def as_text(self) -> str:
        parts = [", ".join(f"{name}: {value}" for name, value in self.machine.items())]
        for section in self.sections:
            parts.append(f"{section.title}\n" + table(section.columns, section.rows))
        parts.append(
            "Budgets\n" + table(["", "work", "budget", "measured"], [each.line for each in self.budgets])
        )
        return "\n\n".join(parts)

    def as_dict(self) -> dict:
        """For `bench.json`. `rounds` holds what each round saw, in their order."""
        return {
            "machine": self.machine,
            "figures": {section.title: section.as_dict() for section in self.sections},
            "budgets": [budget.as_dict() for budget in self.budgets],
            "rounds": self.raw,
        }


def median(values: Sequence[float]) -> float:
    """The middle one. Raises ValueError for none: a row without a figure must not look like one."""
    if not values:
        raise ValueError("nothing was measured")
    return statistics.median(values)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times theirs ours is: round by round, since both were measured side by side, then the median.

    Raises ValueError where the rounds don't pair.
    """
    return median([mine / other for mine, other in zip(ours, theirs, strict=True)])


def number(value: float | None) -> str:
    """Three digits that mean something: `12,345`, `42.1`, `0.123`; a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, int) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def table(columns: Sequence[str], rows: Sequence[Sequence[str | float | None]]) -> str:
    """Columns of equal width: texts to the left, figures to the right."""
    texts = [[each if isinstance(each, str) else number(each) for each in row] for row in rows]
    widths = [max(len(row[index]) for row in [list(columns), *texts]) for index in range(len(columns))]
    right = [
        bool(rows) and not any(isinstance(row[index], str) for row in rows) for index in range(len(columns))
    ]

    def line(cells):
        fitted = [
            cell.rjust(width) if is_figure else cell.ljust(width)
            for cell, width, is_figure in zip(cells, widths, right, strict=True)
        ]
        return "  " + "  ".join(fitted).rstrip()

    return "\n".join([line(columns), line(["-" * width for width in widths]), *map(line, texts)])
