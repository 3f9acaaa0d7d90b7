"""What a file would do to translations, paragraph by paragraph. Pure: what was read and what there is in, a plan out."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from cms.core import languages
from cms.core.tables.faults import Fault

from . import inline
from .contents import Paragraph, Part, Thing, Unit, base_of, same_language
from .inline import Broken


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    #: changed here since the export: shown, and left alone unless somebody says otherwise
    CONFLICT = "conflict"
    UNCHANGED = "unchanged"
    #: without a translation, or not finished
    UNFINISHED = "unfinished"


@dataclass(frozen=True)
class Step:
    """What one paragraph of a file does. `new` is HTML, as it would be stored; empty where nothing would be."""

    line: int
    action: Action
    thing: Thing
    paragraph: Paragraph
    new: str = ""

    @property
    def title(self) -> str:
        return shortened(self.paragraph.source)

    @property
    def writes(self) -> bool:
        return self.action in (Action.CREATE, Action.UPDATE)


@dataclass
class Plan:
    steps: list[Step] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def writing(self) -> list[Step]:
        return [step for step in self.steps if step.writes]

    @property
    def conflicts(self) -> list[Step]:
        return [step for step in self.steps if step.action == Action.CONFLICT]

    @property
    def counts(self) -> dict[str, int]:
        """How many paragraphs there are for each action."""
        found = Counter(step.action for step in self.steps)
        return {action.value: found[action] for action in Action}

    def digest(self) -> str:
        """A SHA-256 over all that would be written, over what it would be written, and over what would be left alone."""
        lines = [
            [step.action, step.thing.translation_id, step.paragraph.id, step.paragraph.target, step.new]
            for step in self.steps
            if step.action not in (Action.UNCHANGED, Action.UNFINISHED)
        ]
        return hashlib.sha256(json.dumps([lines, self.counts], ensure_ascii=False).encode()).hexdigest()


def plan(
    parts: Sequence[Part], known: Mapping[str, Thing], target: str, *, overwrite: bool, reviews: bool = False
) -> Plan:
    """The plan of what was read from a file, into the language `target`. `known` are the things that it may be about, by key.

    `overwrite`: what was changed here since the export gives way to what the file says. `reviews`: whoever asks reviews what is
    translated into this language, and may write what a reviewer decides about.
    """
    made = Plan()
    seen: dict[tuple[str, str], int] = {}
    for part in parts:
        if faults := list(_against(part, known, target)):
            made.faults += faults
            continue
        thing, steps = known[part.key], []
        for unit in part.units:
            try:
                paragraph = _paragraph(unit, part, thing, seen)
                steps.append(_step(unit, thing, paragraph, overwrite))
            except Broken as error:
                made.faults.append(Fault(unit.line, "", str(error)))
        made.steps += steps
        if thing.in_review and not reviews and any(step.writes for step in steps):
            made.faults.append(_waiting(part, thing))
    made.faults = sorted(dict.fromkeys(made.faults), key=lambda fault: fault.line or 0)
    return made


def _waiting(part: Part, thing: Thing) -> Fault:
    """Of what a reviewer decides about: written into now, it would be published as nobody has read it."""
    told = _("“%(title)s” waits for a reviewer: nothing can be written into it until that is decided.")
    return Fault(part.line, "", told % {"title": thing.title})


def shortened(html: str, most: int = 80) -> str:
    """The first words of a text, for people."""
    words = " ".join(inline.plain(inline.from_html(html)).split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _against(part: Part, known: Mapping[str, Thing], target: str) -> Iterator[Fault]:
    """Why a part can't be taken over at all."""
    if not same_language(part.target_language, target):
        told = _("The file is a translation into “%(theirs)s”, not into %(ours)s (%(code)s).")
        about = {"theirs": part.target_language[:20], "ours": languages.name(target), "code": target}
        yield Fault(part.language_line, "", told % about)
        return
    thing = known.get(part.key)
    if thing is None:
        yield Fault(part.line, "", _("This is about something else than what you are importing into."))
    elif not same_language(part.source_language, thing.source_language):
        told = _("The file is a translation from “%(theirs)s”; “%(title)s” was written in %(ours)s.")
        about = {
            "theirs": part.source_language[:20],
            "title": thing.title,
            "ours": languages.name(thing.source_language),
        }
        yield Fault(part.language_line, "", told % about)


def _paragraph(unit: Unit, part: Part, thing: Thing, seen: dict) -> Paragraph:
    """The paragraph that a unit is about. Raises Broken."""
    if unit.fault:
        raise Broken(unit.fault)
    paragraph = thing.by_id.get(unit.id)
    if paragraph is None and part.digest == thing.digest:
        raise Broken(_("The source of this paragraph was changed in the file."))
    if paragraph is None:
        raise Broken(
            _(
                "The source of this paragraph was changed here since the export. Export it again, or take the paragraph "
                "out of the file."
            )
        )
    if (thing.key, unit.id) in seen:
        told = _("The same paragraph stands in line %(number)s.")
        raise Broken(told % {"number": seen[thing.key, unit.id]})
    seen[thing.key, unit.id] = unit.line
    return paragraph


def _step(unit: Unit, thing: Thing, paragraph: Paragraph, overwrite: bool) -> Step:
    codes = inline.names(unit.source, paragraph.source_inline)
    if codes is None:
        raise Broken(_("The source of this paragraph was changed in the file."))
    new = "" if unit.target is None else inline.canonical(inline.renamed(unit.target, codes))
    if not inline.plain(inline.from_html(new)).strip():
        return Step(unit.line, Action.UNFINISHED, thing, paragraph)
    # What a file has as it was exported says nothing about what was done here meanwhile.
    if new == paragraph.current or (paragraph.target and base_of(new) == unit.base):
        return Step(unit.line, Action.UNCHANGED, thing, paragraph)
    if not unit.finished:
        return Step(unit.line, Action.UNFINISHED, thing, paragraph)
    if "\0" in new:
        raise Broken(_("The text has a NUL character."))
    inline.check(new, paragraph.source)
    return Step(unit.line, _action(unit, paragraph, overwrite), thing, paragraph, new)


def _action(unit: Unit, paragraph: Paragraph, overwrite: bool) -> Action:
    if paragraph.base != unit.base and paragraph.target and not overwrite:
        return Action.CONFLICT
    return Action.UPDATE if paragraph.target else Action.CREATE
