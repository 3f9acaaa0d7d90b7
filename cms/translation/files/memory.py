"""The memory in files: TMX out for whoever may see where a unit comes from, TMX in for everybody at the desk."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Locale

from cms.core.errors import NotFound, NotPermitted
from cms.core.tables.faults import refused
from cms.translation import access
from cms.translation.models import MemoryUnit

from . import elements, inline, tmx
from .exporting import Export
from .plan import Action, shortened
from .tmx import Pair, Unreadable

ROWS = 500
# What may be written in more than one way, or isn't the text's own.
_NO_LETTERS = re.compile(r"<[^>]*>|&#?\w{1,10};|[\W_]+")


@dataclass(frozen=True)
class Step:
    """What one unit of a file does to the memory of files; `stored` is the translation that it has now."""

    line: int
    action: Action
    pair: Pair
    stored: str = ""

    @property
    def title(self) -> str:
        return shortened(self.pair.source)


@dataclass
class Plan:
    source_language: str
    steps: list[Step] = field(default_factory=list)
    left_out: list[Unreadable] = field(default_factory=list)
    #: nothing speaks against all of a memory: what can't be read is left out
    faults: tuple = ()

    @property
    def writing(self) -> list[Step]:
        return [step for step in self.steps if step.action in (Action.CREATE, Action.UPDATE)]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(step.action for step in self.steps)
        return {
            **{action.value: found[action] for action in (Action.CREATE, Action.UPDATE, Action.UNCHANGED)},
            "left_out": len(self.left_out),
        }

    def digest(self) -> str:
        lines = [[step.action, step.pair.source, step.pair.target, step.stored] for step in self.writing]
        written = json.dumps([self.source_language, lines, self.counts], ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()


def digest_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def plan(
    memory: tmx.Memory, known: Mapping[str, str], published: Collection[tuple[str, str]] = frozenset()
) -> Plan:
    """What a memory would change, where `known` are the translations of files by the digest of their source, and `published` the
    units `(source, target)` of things. Pure.

    What a thing says stays that thing's: brought back in a file it would be everybody's, and stay when the thing is recalled
    or restricted.
    """
    made = Plan(memory.source_language, left_out=list(memory.left_out))
    pairs = [pair for pair in memory.pairs if (pair.source, pair.target) not in published]
    # What a file says last of a text is what was done last.
    written = {pair.source: pair for pair in pairs}
    for pair in ({pair.source: pair for pair in memory.pairs} | written).values():
        stored = known.get(digest_of(pair.source), "")
        unchanged = pair.source not in written or stored == pair.target
        action = Action.UNCHANGED if unchanged else Action.UPDATE if stored else Action.CREATE
        made.steps.append(Step(pair.line, action, pair, stored))
    return made


def planned(record) -> Plan:
    """The plan of an uploaded memory, for its person. Three statements beside those of rights. Raises FileRefused, and
    NotPermitted."""
    memory = tmx.read(bytes(record.data), record.locale.language_code)
    source = Locale.objects.filter(language_code=memory.source_language).first()
    if source is None:
        raise refused(_("Nothing is written in the language of this memory."))
    known = dict(_of_files(source, record.locale).values_list("source_digest", "target"))
    return plan(memory, known, _published(record.user, source, record.locale, memory.pairs))


def _published(user, source: Locale, target: Locale, pairs: Collection[Pair]) -> set[tuple[str, str]]:
    """Those of these pairs that are units of things which somebody may see, as `(source, target)`. One statement."""
    wanted = {_letters(pair.source) for pair in pairs}
    units = seen(user, target).filter(source_locale=source).exclude(origin=None)
    found = _readable(units, lambda text: _letters(text) in wanted)
    return {(_as_read(pair.source), _as_read(pair.target)) for pair in found}


def _as_read(html: str) -> str:
    """A text as it is read from a file that `export` wrote."""
    return inline.canonical(inline.from_html(elements.writable(html)))


def _letters(html: str) -> str:
    """What is the same in every way to write a text; asked first, since reading a whole memory takes seconds."""
    return _NO_LETTERS.sub("", html)


def write(record, plan: Plan, now: datetime, told) -> None:
    """Some hundreds of rows a statement."""
    source = Locale.objects.get(language_code=plan.source_language)
    stored = {unit.source_digest: unit for unit in _of_files(source, record.locale).defer("source")}
    new, changed = [], []
    for step in plan.writing:
        unit = stored.get(digest_of(step.pair.source))
        if unit is None:
            new.append(_unit(step.pair, source, record.locale, now))
        else:
            unit.target, unit.updated_at = step.pair.target, now
            changed.append(unit)
    MemoryUnit.objects.bulk_create(new, batch_size=ROWS)
    MemoryUnit.objects.bulk_update(changed, ["target", "updated_at"], batch_size=ROWS)
    told(len(plan.writing), len(plan.writing))


def _unit(pair: Pair, source: Locale, target: Locale, now: datetime) -> MemoryUnit:
    return MemoryUnit(
        source_locale=source,
        target_locale=target,
        source=pair.source,
        source_digest=digest_of(pair.source),
        length=len(inline.plain(inline.from_html(pair.source))),
        target=pair.target,
        origin=None,
        updated_at=now,
    )


def _of_files(source: Locale, target: Locale) -> QuerySet[MemoryUnit]:
    return MemoryUnit.objects.filter(source_locale=source, target_locale=target, origin=None)


def seen(user, target: Locale) -> QuerySet[MemoryUnit]:
    """The units into a language whose origin somebody may see, and those of files. Nothing of a language that isn't theirs."""
    if not access.rights_of(user).may_translate(target.pk):
        raise NotPermitted()
    origins = access.seen_sources(user).values("object_id")
    return MemoryUnit.objects.filter(Q(origin=None) | Q(origin__in=origins), target_locale=target)


def sources(user, target: Locale) -> list[Locale]:
    """The languages from which there is something in the memory that somebody may see."""
    return list(Locale.objects.filter(pk__in=seen(user, target).values("source_locale")).order_by("pk"))


def export(user, source: Locale, target: Locale) -> Export:
    """The memory of a pair of languages as TMX. Raises NotPermitted, and NotFound `no_paragraphs`. Two statements beside those
    of rights."""
    units = seen(user, target).filter(source_locale=source).order_by("pk")
    pairs = list(_readable(units))
    if not pairs:
        raise NotFound(code="no_paragraphs")
    return Export(tmx.write(pairs, source.language_code, target.language_code), len(pairs))


def _readable(
    units: QuerySet[MemoryUnit], wanted: Callable[[str], bool] = lambda source: True
) -> Iterator[Pair]:
    """Those whose source is wanted. What was typed elsewhere may have tags that no file can hold."""
    for source, target in units.values_list("source", "target"):
        if not wanted(source):
            continue
        try:
            yield Pair(inline.canonical(inline.from_html(source)), inline.canonical(inline.from_html(target)))
        except inline.Broken:
            continue
