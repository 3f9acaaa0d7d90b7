"""What answers say about questions: difficulty, discrimination, how often what was chosen. Pure, whole numbers and fractions.

One attempt a person counts, the first that was graded: later ones know the questions.

- *Difficulty* is the facility index: the mean of the points as a share of what could be had, in basis points; an answer that was
  left out earns nothing. (Moodle's "facility index"; for questions of one point the classical p, Crocker and Algina 1986.)
- *Discrimination* is the upper-lower index D: the facility among the best 27 per cent by total score less that among the lowest 27
  per cent, in basis points from -10000 to 10000 (Kelley 1939, "The selection of upper and lower groups for the validation of
  test items", Journal of Educational Psychology 30, 17-24). Where the border runs through people of one total, each of them
  counts by the share of places that are left, so that no order among them matters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .rules import FULL_BP

#: in fewer answers somebody could be recognised
SMALLEST_GROUP = 5
#: of all, the part that is the upper and the lower group, in per cent
TAIL = 27


@dataclass(frozen=True)
class Taken:
    """One question in one person's attempt: its points (None where it was left out) and those of the whole attempt, as shares."""

    earned: Fraction | None
    total: Fraction


@dataclass(frozen=True)
class Item:
    """A question's numbers. `presented` and `omitted` are None, as the others, where fewer than `SMALLEST_GROUP` had it."""

    presented: int | None
    omitted: int | None
    difficulty_bp: int | None
    discrimination_bp: int | None


def item(taken: Sequence[Taken]) -> Item:
    """The numbers of one question from what everybody who had it earned."""
    if len(taken) < SMALLEST_GROUP:
        return Item(None, None, None, None)
    return Item(
        presented=len(taken),
        omitted=sum(each.earned is None for each in taken),
        difficulty_bp=_whole(difficulty(taken)),
        discrimination_bp=_whole(discrimination(taken)),
    )


def difficulty(taken: Sequence[Taken]) -> Fraction:
    return sum((each.earned or Fraction(0) for each in taken), Fraction(0)) / len(taken)


def discrimination(taken: Sequence[Taken]) -> Fraction:
    size = max(1, len(taken) * TAIL // 100)
    return _tail(taken, size, best=True) - _tail(taken, size, best=False)


def _tail(taken: Sequence[Taken], size: int, *, best: bool) -> Fraction:
    """The facility among the `size` best or lowest."""
    by_total: dict[Fraction, list[Fraction]] = {}
    for each in taken:
        by_total.setdefault(each.total, []).append(each.earned or Fraction(0))
    left, earned = size, Fraction(0)
    for total in sorted(by_total, reverse=best):
        group = by_total[total]
        places = min(left, len(group))
        earned += sum(group, Fraction(0)) * places / len(group)
        left -= places
        if not left:
            break
    return earned / size


def _whole(share: Fraction) -> int:
    """Basis points, rounded towards nothing."""
    return int(share * FULL_BP)


def without_keys(rows: Sequence[Mapping]) -> list[dict]:
    """Rows of `QuestionType.tally` without what tells which are right."""
    return [{**row, "right": None} for row in rows]
