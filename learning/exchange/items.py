"""A question as files describe it, whatever the format: what formats are read into and written from. Pure values.

Shares are fractions of a question's points: 1 is right, 0 wrong, a negative one costs something.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

RIGHT, WRONG = Fraction(1), Fraction(0)


@dataclass(frozen=True)
class Place:
    """Where something stands in its file, as people count: a line, or the number of a question."""

    line: int = 0
    question: int = 0


@dataclass(frozen=True)
class Remark:
    """Something to tell whoever imports: `code` is stable, `words` are a sentence. Kept apart: losses and faults."""

    code: str
    words: str


@dataclass(frozen=True)
class Choice:
    """A text that earns a share: an option to choose, or words to type."""

    text: str
    share: Fraction = WRONG
    feedback: str = ""
    id: str = ""


@dataclass(frozen=True)
class Number:
    """A number that earns a share: `value` give or take `tolerance`, or from `lowest` to `highest`."""

    share: Fraction = RIGHT
    value: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    in_percent: bool = False
    lowest: Decimal | None = None
    highest: Decimal | None = None


@dataclass(frozen=True)
class Unit:
    """A unit beside numbers: `factor` of the unit in which the numbers are written make one of it."""

    symbol: str
    factor: Decimal = Decimal(1)


@dataclass(frozen=True)
class Gap:
    """A blank in a text: typed where `options` is empty, else chosen. `accepted` earn shares of what the gap is worth:
    `points` is its weight among the gaps. `case` says whether capitals count in what is typed."""

    accepted: tuple[Choice, ...] = ()
    options: tuple[Choice, ...] = ()
    points: int = 1
    case: bool = False


@dataclass(frozen=True)
class Criterion:
    """What an essay is graded by."""

    text: str
    points: int
    description: str = ""


@dataclass(frozen=True)
class Item:
    """One question. `kind` is the name of a question type; which of the parts it has follows from that.

    single_choice, multiple_choice  options
    true_false                      truth
    short_answer                    options (the accepted texts), case
    numeric                         numbers, units
    matching                        pairs, extras (right sides that match nothing)
    ordering                        sequence (in the right order)
    categorise                      groups (category, items)
    fill_in                         text with `[[1]]`, `[[2]]`, … where gaps are; gaps. The prompt may be empty
    essay                           criteria, show_criteria, max_words, model_answer, notes
    """

    kind: str
    prompt: str
    place: Place = Place()
    name: str = ""
    key: str = ""
    explanation: str = ""
    points: int = 1
    category: str = ""
    tags: tuple[str, ...] = ()
    options: tuple[Choice, ...] = ()
    truth: bool = True
    case: bool = False
    numbers: tuple[Number, ...] = ()
    units: tuple[Unit, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    extras: tuple[str, ...] = ()
    sequence: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    text: str = ""
    gaps: tuple[Gap, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    show_criteria: bool = True
    max_words: int = 0
    model_answer: str = ""
    notes: str = ""
    losses: tuple[Remark, ...] = field(default=(), compare=False)

    def losing(self, *remarks: Remark) -> "Item":
        return replace(self, losses=(*self.losses, *remarks))


@dataclass(frozen=True)
class LeftOut:
    """A question that can't be taken over, and why; the others of its file can."""

    place: Place
    name: str
    reason: Remark


@dataclass(frozen=True)
class Reading:
    """What a file holds. `silent` names the parts of items that it can't tell: a question that is there keeps its own."""

    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...] = ()
    silent: frozenset[str] = frozenset()
