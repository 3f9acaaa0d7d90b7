"""What a file would do to a bank, question by question. Pure: what was read and what there is in, a plan out."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from . import tables, values
from .faults import Unreadable
from .items import Item, LeftOut, Place, Reading, Remark


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left_out"


class Busy(StrEnum):
    """Why nobody else may change a question now."""

    LOCKED = "locked"
    REVIEW = "review"


@dataclass(frozen=True)
class Stored:
    """A bank's question as its latest draft says. `item` is None for one that no file holds, or that isn't complete."""

    page_id: int
    key: str
    external_id: str
    title: str
    revision_id: int | None
    kind: str
    prompt: str
    item: Item | None = None
    child: Mapping | None = None
    editable: bool = True
    busy: Busy | None = None
    #: whether it is live and has a draft that isn't
    drafted: bool = False


@dataclass(frozen=True)
class Known:
    """What there is: the bank's language, and its questions in their order."""

    locale: str
    questions: Sequence[Stored] = ()


@dataclass(frozen=True)
class Step:
    """What one question of the file does. `child` is what would be stored."""

    place: Place
    action: Action
    item: Item
    stored: Stored | None = None
    child: Mapping | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def title(self) -> str:
        return title_of(self.item)

    @property
    def writes(self) -> bool:
        return self.action in (Action.CREATE, Action.UPDATE)


@dataclass
class Plan:
    steps: list[Step] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    #: nothing speaks against all of a file: what can't be taken over is left out
    faults: tuple = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many questions there are for each action."""
        found = Counter(step.action for step in self.steps)
        return {action.value: found[action] for action in Action} | {
            Action.LEFT_OUT.value: len(self.left_out)
        }

    @property
    def writing(self) -> list[Step]:
        return [step for step in self.steps if step.writes]

    @property
    def losing(self) -> list[Step]:
        return [step for step in self.steps if step.remarks]

    def digest(self) -> str:
        """A SHA-256 over all that would be written and over what it would be written."""
        lines = [
            [
                [step.place.line, step.place.question],
                step.action,
                [step.stored.page_id, step.stored.revision_id] if step.stored and step.writes else None,
                tables.cells_of(step.item) if step.writes else None,
            ]
            for step in self.steps
        ]
        left = [[each.place.line, each.place.question, each.reason.code] for each in self.left_out]
        return hashlib.sha256(json.dumps([lines, left], ensure_ascii=False).encode()).hexdigest()


def title_of(item: Item) -> str:
    """What editors call it: its name, else its first words."""
    words = item.name or values.one_line(item.prompt if item.kind != "fill_in" else item.text or item.prompt)
    return words if len(words) <= 80 or item.name else f"{words[:79].rstrip()}…"


def plan(reading: Reading, known: Known) -> Plan:
    """The plan of what was read from a file."""
    made = Plan(left_out=list(reading.left_out))
    by_key = {}
    for each in known.questions:
        by_key.setdefault(each.key, each)
        if each.external_id:
            by_key.setdefault(each.external_id, each)
    by_text = {}
    for each in known.questions:
        by_text.setdefault((each.kind, _folded(each.prompt)), each)
    seen: dict = {}
    for read in reading.items:
        item = values.fitted(read, known.locale)
        try:
            step = _step(item, by_key.get(item.key), by_text, reading.silent, seen)
        except Unreadable as problem:
            made.left_out.append(LeftOut(item.place, title_of(item), Remark(problem.code, problem.words)))
        else:
            made.steps.append(step)
    made.left_out.sort(key=lambda each: (each.place.line, each.place.question))
    return made


def _folded(prompt: str) -> str:
    return values.one_line(prompt).casefold()


def _text(item: Item) -> tuple[str, str]:
    """What two questions that ask the same have in common: of blanks, the text that they stand in."""
    return item.kind, _folded(item.text if item.kind == "fill_in" else item.prompt)


def _step(item: Item, stored: Stored | None, by_text: dict, silent: frozenset, seen: dict) -> Step:
    if stored is not None:
        _once(seen, stored.page_id, item.place)
        return _update(item, stored, silent)
    _once(seen, _text(item), item.place)
    same = by_text.get(_text(item))
    if same is not None:
        remark = Remark("same_text", _("The bank has this question already: it stays as it is."))
        return Step(item.place, Action.UNCHANGED, item, same, remarks=(*item.losses, remark))
    return Step(item.place, Action.CREATE, item, child=_storable(item), remarks=item.losses)


def _once(seen: dict, what, place: Place) -> None:
    """A question stands in a file once. Raises Unreadable `twice`."""
    first = seen.setdefault(what, place)
    if first is place:
        return
    if first.line:
        words = _("The same question stands in line %(number)s.") % {"number": first.line}
    else:
        words = _("The same question stands in the file as number %(number)s.") % {"number": first.question}
    raise Unreadable("twice", words)


def _update(item: Item, stored: Stored, silent: frozenset) -> Step:
    # Whatever the file says: “unchanged” would tell the answers, one guess a file.
    if not stored.editable:
        raise Unreadable("not_permitted", _("You may not change this question."))
    if stored.kind == "categorise" and item.kind == "matching":
        item = values.as_categories(item)  # what GIFT makes of categories
    if stored.item is None or stored.kind != item.kind:
        raise Unreadable("other_type", _("The bank's question with this key is of another type."))
    kept = {name: getattr(stored.item, name) for name in silent if name not in ("kind", "prompt", "key")}
    # Where a file gives no name or tags to a question, it has nothing to say about them.
    kept |= {name: getattr(stored.item, name) for name in ("name", "tags") if not getattr(item, name)}
    item = replace(item, **kept, key=stored.item.key)
    if _comparable(item) == _comparable(stored.item):
        return Step(item.place, Action.UNCHANGED, item, stored, remarks=item.losses)
    if stored.busy == Busy.LOCKED:
        raise Unreadable("locked", _("Somebody has locked this question."))
    if stored.busy == Busy.REVIEW:
        raise Unreadable("review", _("This question is under review: wait for its end, or cancel it."))
    remarks = item.losses
    if stored.drafted:
        words = _("There is a draft that isn’t published: the import goes on from it.")
        remarks = (*remarks, Remark("drafted", words))
    return Step(item.place, Action.UPDATE, item, stored, _storable(item, stored.child), remarks)


def _comparable(item: Item) -> dict[str, str]:
    return {name: values.one_line(cell) for name, cell in tables.cells_of(item).items()}


def _storable(item: Item, former: Mapping | None = None) -> dict:
    """What would be stored. Raises Unreadable `not_valid` where the editor's form wouldn't take it."""
    child = values.stored(item, former)
    if found := values.problems(child):
        raise Unreadable("not_valid", " ".join(dict.fromkeys(found)))
    return child


def shown(step: Step) -> Iterator[tuple[str, str, str]]:
    """`(column, old, new)` of what a step changes."""
    old = tables.cells_of(step.stored.item) if step.stored and step.stored.item else {}
    new = tables.cells_of(step.item)
    for column in tables.COLUMNS:
        if values.one_line(old.get(column.name, "")) != values.one_line(new[column.name]):
            yield capfirst(str(column.label)), old.get(column.name, ""), new[column.name]
