"""What a file would do to a repository: practice by practice, field by field. Pure: rows and what there is in, a plan out."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext as _

from cms.core import languages
from cms.core.audiences import PUBLIC, Audience
from cms.core.tables.faults import Fault
from home.vocabulary.api import Names, folded

from ..repository import disclosure
from . import columns
from .cells import UNTOUCHED, VALUES, Bad, Reader, is_practice, is_resource, language
from .columns import Kind
from .parse import Row

REGION, COUNTRY = "region", "country"
_SLUG = re.compile(r"[-\w]{1,255}")


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    #: no good practice: exports hold resources, too
    PASSED = "passed"
    REFUSED = "refused"


class Busy(StrEnum):
    """Why nobody else may change a practice now."""

    LOCKED = "locked"
    REVIEW = "review"


@dataclass(frozen=True)
class Stored:
    """A practice as its latest draft says. `values` by column, as `cells` describes them; terms are the source page's."""

    page_id: int
    key: UUID
    locale: str
    slug: str
    revision_id: int | None
    values: Mapping[str, object]
    source: bool = True
    editable: bool = True
    #: whether whoever imports may read it as it is published: what `values` then say, if it isn't theirs to change
    readable: bool = True
    busy: Busy | None = None
    #: whether it is live and has a draft that isn't
    drafted: bool = False
    audience: Audience = PUBLIC


@dataclass(frozen=True)
class Known:
    """What there is: the repository's language, its practices that the file may mean, and what stands in the way."""

    locale: str
    names: Names
    practices: Sequence[Stored] = ()
    #: slugs of the repository's pages that are no practices
    taken: frozenset[str] = frozenset()
    #: keys of pages elsewhere
    elsewhere: frozenset[UUID] = frozenset()
    #: titles of the repository's practices, folded
    titles: frozenset[str] = frozenset()
    audience: Audience = PUBLIC


@dataclass(frozen=True)
class Change:
    column: str
    old: object
    new: object


@dataclass
class Step:
    """What one row does. `faults` are reasons against all of it, `warnings` are not."""

    line: int
    action: Action
    title: str = ""
    slug: str = ""
    stored: Stored | None = None
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        return self.action in (Action.CREATE, Action.UPDATE)

    def fault(self, column: str, message: str) -> None:
        self.faults.append(Fault(self.line, columns.title(column) if column else "", message))
        self.action = Action.REFUSED

    def warn(self, column: str, message: str) -> None:
        self.warnings.append(Fault(self.line, columns.title(column) if column else "", message))


@dataclass
class Plan:
    steps: list[Step]
    reader: Reader

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are for each action."""
        found = Counter(step.action for step in self.steps)
        return {action.value: found[action] for action in Action}

    @property
    def faults(self) -> list[Fault]:
        return [fault for step in self.steps for fault in step.faults]

    @property
    def warnings(self) -> list[Fault]:
        return [warning for step in self.steps for warning in step.warnings]

    @property
    def writing(self) -> list[Step]:
        return [step for step in self.steps if step.writes]

    def digest(self) -> str:
        """A SHA-256 over all that would be written and over what it would be written: the same plan, the same digest."""
        lines = [
            [
                step.line,
                step.action,
                step.slug,
                # What isn't changed may change meanwhile.
                [step.stored.page_id, step.stored.revision_id] if step.stored and step.writes else None,
                [[change.column, change.new] for change in step.changes],
            ]
            for step in self.steps
        ]
        return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


def plan(rows: Sequence[Row], known: Known) -> Plan:
    """The plan of a file's rows. Wrong rows are in it, with their faults."""
    reader = Reader(known.names)
    by_key = {(each.key, each.locale): each for each in known.practices}
    by_slug = {(each.slug, each.locale): each for each in known.practices}
    steps, lines, titles = [], {}, {}
    for row in rows:
        step = _step(row, known, reader, by_key, by_slug)
        if step.action != Action.PASSED:
            _once(step, lines, titles)
        steps.append(step)
    return Plan(steps, reader)


def _once(step: Step, lines: dict, titles: dict) -> None:
    """A practice stands in a file once."""
    identity = step.stored.page_id if step.stored else step.slug
    if identity:
        first = lines.setdefault(identity, step.line)
        if first != step.line:
            step.fault("", _("This is the same practice as in line %(line)s.") % {"line": first})
            return
    first = titles.setdefault(folded(step.title), step.line) if step.title else step.line
    if first != step.line:
        step.warn("title", _("Line %(line)s has the same title.") % {"line": first})


def _step(row: Row, known: Known, reader: Reader, by_key, by_slug) -> Step:
    cells = row.cells
    step = Step(row.line, Action.CREATE, title=cells.get("title", "")[:255])
    kind = cells.get("kind", "")
    if kind and not is_practice(kind):
        if is_resource(kind):
            step.action = Action.PASSED
        else:
            step.fault("kind", _("“%(value)s” is no kind of resource.") % {"value": kind[:80]})
        return step
    locale = language(cells["language"]) if cells.get("language") else known.locale
    if locale is None:
        step.fault(
            "language", _("“%(value)s” is no language of this site.") % {"value": cells["language"][:80]}
        )
        return step
    _find(step, cells, locale, known, by_key, by_slug)
    if step.faults:
        return step
    values, bad = _values(step, cells, reader, locale)
    if step.stored:
        step.title = step.title or str(step.stored.values["title"])
        _update(step, values, known)
        if step.changes and not (cells.get("key") or cells.get("slug")):
            step.warn(
                "title",
                _("The repository has a practice of this title already: it is this one that changes."),
            )
    else:
        _create(step, values, bad, locale, known)
    if step.changes and not step.faults:
        _whole(step, known)
    return step


def _find(step, cells, locale, known, by_key, by_slug) -> None:
    """The practice that a row means: by its key, else by its slug, else by the slug that its title makes."""
    slug = step.slug = cells.get("slug", "")
    if slug and not _SLUG.fullmatch(slug):
        step.fault("slug", _("A slug has letters, digits, hyphens and underscores, at most 255."))
        return
    if cells.get("key"):
        try:
            key = UUID(cells["key"])
        except ValueError:
            step.fault("key", _("“%(value)s” is no key.") % {"value": cells["key"][:80]})
            return
        step.stored = by_key.get((key, locale))
        if step.stored is None:
            step.fault("key", _missing_key(key, locale, known))
        elif slug and slug != step.stored.slug:
            step.fault("slug", _("The slug of an existing practice isn’t changed by a file."))
        return
    if not slug:
        slug = step.slug = slugify(cells.get("title", ""), allow_unicode=True)[:255].strip("-")
    step.stored = by_slug.get((slug, locale)) if slug else None


def _missing_key(key, locale, known) -> str:
    if any(each.key == key for each in known.practices):
        return _("This practice isn’t there in %(language)s.") % {"language": languages.name(locale)}
    if key in known.elsewhere:
        return _("This is the key of something else, or of a practice of another repository.")
    return _("No practice has this key. Leave the cell empty for a new one.")


def _values(step, cells, reader, locale) -> tuple[dict[str, object], set[str]]:
    """The values of a row by column, without those that are left alone; the columns of those that are none."""
    values, bad = {}, set()
    for column in VALUES:
        if column.name in cells:
            try:
                value = reader.read(column, cells[column.name], locale)
            except Bad as error:
                step.fault(column.name, str(error))
                bad.add(column.name)
                continue
            if value is not UNTOUCHED:
                values[column.name] = value
    return values, bad


def _create(step, values, bad, locale, known) -> None:
    if locale != known.locale:
        step.fault(
            "language",
            _("This repository is in %(language)s: a new practice belongs into one of its own language.")
            % {"language": languages.name(known.locale)},
        )
    if not values.get("title"):
        if "title" not in bad:
            step.fault("title", _("A new practice needs a title."))
    elif not step.slug:
        step.fault("slug", _("The title makes no slug: give one."))
    elif step.slug in known.taken:
        step.fault(
            "slug", _("Another page of this repository has the slug “%(slug)s”.") % {"slug": step.slug[:80]}
        )
    if "consent" not in values and "consent" not in bad:
        step.fault("consent", _("Only a practice whose source agreed to publication is imported: yes."))
    if step.title and folded(step.title) in known.titles:
        step.warn("title", _("The repository has a practice of this title already."))
    _set_regions(values, {}, known.names)
    step.changes = [
        Change(name, None, value) for name, value in values.items() if value not in (None, "", ())
    ]


def _update(step, values, known) -> None:
    stored = step.stored
    if not stored.editable and not stored.readable:
        # Whatever the row says: “unchanged” would tell what stands in it, one guess a row.
        step.fault("", _("You may not change this practice."))
        return
    if values.get("title") == "":
        step.fault("title", _("A practice needs a title."))
    _set_regions(values, stored.values, known.names)
    step.changes = [
        Change(name, stored.values.get(name), value)
        for name, value in values.items()
        if value != stored.values.get(name)
    ]
    if not step.changes:
        if not step.faults:
            step.action = Action.UNCHANGED
        return
    if not step.faults:
        step.action = Action.UPDATE
    if not stored.source:
        step.fault(
            step.changes[0].column, _("This is a translation: it changes where its source is translated.")
        )
    elif not stored.editable:
        step.fault("", _("You may not change this practice."))
    elif stored.busy == Busy.LOCKED:
        step.fault("", _("Somebody has locked this practice."))
    elif stored.busy == Busy.REVIEW:
        step.fault("", _("This practice is under review: wait for its end, or cancel it."))
    if stored.drafted:
        step.warn("", _("There is a draft that isn’t published: the import goes on from it."))


def _set_regions(values: dict, stored: Mapping, names: Names) -> None:
    """What a region's cell says beyond the regions of the countries.

    Exports list the regions of a practice's countries, which aren't terms of its own. A cell that says of them what is
    true already changes nothing.
    """
    if REGION not in values:
        return
    given, own = set(values[REGION]), set(stored.get(REGION, ()))
    before, after = stored.get(COUNTRY, ()), values.get(COUNTRY, stored.get(COUNTRY, ()))
    if tuple(before) == tuple(after) and _with_above(given, after, names) == _with_above(own, after, names):
        values[REGION] = tuple(sorted(own))
        return
    implied = _above(COUNTRY, after, names) | _above(REGION, given, names)
    values[REGION] = tuple(sorted(given - implied))


def _above(name: str, codes, names: Names) -> set[str]:
    return {above for code in codes for own, above in names.above(name, code) if own == REGION}


def _with_above(regions: set[str], countries, names: Names) -> set[str]:
    return regions | _above(REGION, regions, names) | _above(COUNTRY, countries, names)


def _whole(step: Step, known: Known) -> None:
    """What must be right between columns, of the practice as it would be."""
    values = {
        **(step.stored.values if step.stored else {}),
        **{each.column: each.new for each in step.changes},
    }
    first, last = values.get("period_from"), values.get("period_to")
    if first and last and first > last:
        step.fault("period_to", _("The period ends before it begins."))
    audience = step.stored.audience if step.stored else known.audience
    if not disclosure.allowed(values.get("tlp") or "CLEAR", audience):
        step.fault("tlp", _("More people can read this repository than the label allows."))
    if not values.get("human_rights"):
        step.warn("human_rights", _("It can’t be published without this section."))


def shown(plan: Plan, step: Step, locale: str) -> Iterator[tuple[str, str, str]]:
    """`(column, old, new)` of what a step changes, in words of a language."""
    for change in step.changes:
        column = columns.BY_NAME[change.column]
        old = "" if change.old is None else plan.reader.shown(column, change.old, locale)
        yield columns.title(change.column), old, plan.reader.shown(column, change.new, locale)


__all__ = ["Action", "Busy", "Change", "Kind", "Known", "Plan", "Step", "Stored", "plan", "shown"]
