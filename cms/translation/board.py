"""The board: everything that is translated, in every language, with how far it is. A constant number of statements.

Rows are read light and once; states, filters and totals are values of those, so that nothing is computed twice, in SQL and here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.utils.text import capfirst
from wagtail.models import Locale, Page, get_page_models
from wagtail_localize.models import Translation, TranslationSource

from cms.content.models import ContentItem
from cms.core import languages
from cms.core.models import Language
from cms.core.pages import BasePage

from . import access
from .models import Work
from .state import State, is_overdue, is_sent_back, percentage, state_of

# The depth at which front pages stand.
FRONT = 2


@dataclass(frozen=True)
class Cell:
    """One thing in one language. `uuid` is its translation's, None where it was never submitted; `since` says from when its
    age counts: when it was handed in, for what is in review, else when it was submitted for translation. `reason` and
    `sent_back_at` are those of what a reviewer sent back."""

    locale_id: int
    code: str
    state: State
    live: bool = False
    uuid: UUID | None = None
    words_done: int = 0
    words_total: int = 0
    translator_id: int | None = None
    translator: str = ""
    due_on: date | None = None
    overdue: bool = False
    since: datetime | None = None
    reason: str = ""
    sent_back_at: datetime | None = None

    @property
    def sent_back(self) -> bool:
        return bool(self.reason)

    @property
    def percent(self) -> int | None:
        """None for what was never submitted: its words aren't counted."""
        return percentage(self.words_done, self.words_total) if self.uuid else None

    @property
    def language(self) -> str:
        return languages.name(self.code)

    @property
    def by_hand(self) -> bool:
        """Written in this language without wagtail-localize: edited where pages and snippets are."""
        return self.live and self.uuid is None


@dataclass(frozen=True)
class Item:
    """Something that is translated: its title in the language that it was written in, and a cell for each other language."""

    key: UUID
    title: str
    kind: str
    code: str
    path: str = ""
    cells: dict[int, Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class Filters:
    """What is asked for; empty: everything. `language` is a code, `guide` the tree path of a guide, compendium or course."""

    language: str = ""
    translator: int | None = None
    guide: str = ""
    state: str = ""
    sent_back: bool = False

    def shows(self, cell: Cell) -> bool:
        return (
            (not self.state or cell.state == self.state)
            and (self.translator is None or cell.translator_id == self.translator)
            and (cell.sent_back or not self.sent_back)
        )

    @property
    def of_cells(self) -> bool:
        """Whether anything is asked of cells."""
        return bool(self.language or self.state or self.translator or self.sent_back)


@dataclass(frozen=True)
class Total:
    """A language's: things by state, and the words of what was submitted."""

    code: str
    states: dict[State, int]
    words_done: int
    words_total: int

    @property
    def language(self) -> str:
        return languages.name(self.code)

    @property
    def percent(self) -> int:
        return percentage(self.words_done, self.words_total)

    @property
    def counts(self) -> list[tuple[State, int]]:
        return [(state, self.states.get(state, 0)) for state in State]


@dataclass(frozen=True)
class _Row:
    """A page or snippet as it is stored, which may be an original."""

    key: UUID
    locale_id: int
    title: str
    kind: str
    path: str = ""


class Board:
    """What one person sees of the desk at a moment. Everything is read once, when it is first asked for."""

    def __init__(self, user, now: datetime):
        self.user, self.now = user, now
        self.rights = access.rights_of(user)

    @cached_property
    def locales(self) -> dict[int, str]:
        """The languages that this person sees, in the official order: codes by primary key."""
        order = {code: position for position, code in enumerate(languages.codes())}
        shown = sorted((order.get(code, len(order)), pk) for pk, code in self._codes.items())
        return {pk: self._codes[pk] for _position, pk in shown if self.rights.may_see(pk)}

    @cached_property
    def items(self) -> list[Item]:
        """Everything, pages in the order of the tree, then snippets by kind and title."""
        return [self._item(row) for row in self._originals]

    @cached_property
    def guides(self) -> list[tuple[str, str]]:
        """`(tree path, title)` of what holds others in the two levels below the front page: guides, courses, and what they
        stand in."""
        parents = {row.path[: -Page.steplen] for row in self._originals if row.path}
        return [
            (row.path, row.title)
            for row in self._originals
            if row.path in parents and FRONT < len(row.path) // Page.steplen <= FRONT + 2
        ]

    @cached_property
    def translators(self) -> list[tuple[int, str]]:
        """Whoever has something in hand that is seen: `(primary key, name)`, by name."""
        return sorted(self._names.items(), key=lambda each: each[1].casefold())

    def chosen(self, filters: Filters) -> list[Item]:
        """Those in which a cell of the language, or of any, is what is asked for."""
        found = []
        for item in self.within(filters.guide):
            cells = [each for each in item.cells.values() if filters.language in ("", each.code)]
            if any(map(filters.shows, cells)) or not filters.of_cells:
                found.append(item)
        return found

    def within(self, guide: str) -> list[Item]:
        return [item for item in self.items if item.path.startswith(guide)] if guide else self.items

    def totals(self, items: Iterable[Item]) -> list[Total]:
        """For each language, over these things."""
        states: dict[int, dict[State, int]] = {pk: defaultdict(int) for pk in self.locales}
        done, total = defaultdict(int), defaultdict(int)
        for item in items:
            for pk, cell in item.cells.items():
                states[pk][cell.state] += 1
                done[pk] += cell.words_done
                total[pk] += cell.words_total
        return [Total(code, states[pk], done[pk], total[pk]) for pk, code in self.locales.items()]

    # What is read ---------------------------------------------------------------------------------------------------

    @cached_property
    def _codes(self) -> dict[int, str]:
        return {pk: code for pk, (code, _hidden) in self._languages.items()}

    @cached_property
    def _languages(self) -> dict[int, tuple[str, bool]]:
        """By primary key the code, and whether it is hidden from readers: no document in it is live then."""
        hidden = Exists(Language.objects.filter(locale=OuterRef("pk"), hidden=True))
        rows = Locale.objects.annotate(hidden=hidden).values_list("pk", "language_code", "hidden")
        return {pk: (code, is_hidden) for pk, code, is_hidden in rows}

    @cached_property
    def _originals(self) -> list[_Row]:
        self._written: set[tuple[UUID, int]] = set()
        rows = [*self._pages(), *self._snippets()]
        sources = dict(TranslationSource.objects.order_by("-pk").values_list("object_id", "locale_id"))
        ranks = {code: rank for rank, code in enumerate(languages.fallback_chain(""))}
        best: dict[UUID, tuple[int, _Row]] = {}
        for row in rows:
            # As `cms.content` has it: where it was submitted from, else the first language of the fallback.
            if row.key in sources:
                rank = 0 if row.locale_id == sources[row.key] else None
            else:
                rank = ranks.get(self._codes[row.locale_id], len(ranks))
            if rank is not None and (row.key not in best or rank < best[row.key][0]):
                best[row.key] = (rank, row)
        return [row for row in rows if row.key in best and best[row.key][1] is row]

    def _pages(self) -> Iterable[_Row]:
        models = [model for model in get_page_models() if issubclass(model, BasePage)]
        kinds = {kind.pk: model for model, kind in ContentType.objects.get_for_models(*models).items()}
        pages = Page.objects.filter(alias_of=None, content_type__in=kinds, depth__gt=1)
        rows = access.seen_pages(self.user, pages).order_by("path")
        names = {pk: capfirst(str(model._meta.verbose_name)) for pk, model in kinds.items()}
        for key, locale_id, title, kind, path, live in rows.values_list(
            "translation_key", "locale_id", "title", "content_type_id", "path", "live"
        ):
            if live:
                self._written.add((key, locale_id))
            yield _Row(key, locale_id, title, names[kind], path)

    def _snippets(self) -> Iterable[_Row]:
        for model in access.seen_snippets(self.user):
            name = capfirst(str(model._meta.verbose_name))
            found = [
                _Row(each.translation_key, each.locale_id, str(each), name) for each in model.objects.all()
            ]
            self._written |= {(row.key, row.locale_id) for row in found}
            yield from sorted(found, key=lambda row: row.title.casefold())

    @cached_property
    def _documents(self) -> dict[tuple[UUID, str], bool]:
        """Whether each document that readers have is outdated, by key and language; in a language that they don't meet, each
        that there was or would be."""
        hidden = {code for code, is_hidden in self._languages.values() if is_hidden}
        found = ContentItem.objects.filter(
            Q(status=ContentItem.Status.LIVE) | Q(locale__in=hidden), locale__in=set(self.locales.values())
        )
        return {
            (key, code): outdated for key, code, outdated in found.values_list("key", "locale", "outdated")
        }

    @cached_property
    def _works(self) -> dict[tuple[UUID, int, int], dict]:
        """By key, source's locale and target's. What isn't counted yet can't be opened: whoever starts it has it counted."""
        rows = Translation.objects.filter(enabled=True, target_locale__in=self.locales, work__isnull=False)
        return {
            (row["source__object_id"], row["source__locale_id"], row["target_locale_id"]): row
            for row in rows.values(
                *("source__object_id", "source__locale_id", "target_locale_id", "uuid", "created_at"),
                *("work__stage", "work__words_done", "work__words_total", "work__translator_id"),
                *("work__due_on", "work__submitted_at", "work__published_at", "work__behind"),
                *("work__reason", "work__decided_at"),
            )
        }

    @cached_property
    def _names(self) -> dict[int, str]:
        seen = {
            self._works[row.key, row.locale_id, pk]["work__translator_id"]
            for row in self._originals
            for pk in self.locales
            if (row.key, row.locale_id, pk) in self._works
        } - {None}
        people = get_user_model().objects.filter(pk__in=seen)
        return {person.pk: str(person) for person in people}

    def _item(self, row: _Row) -> Item:
        cells = {pk: self._cell(row, pk) for pk in self.locales if pk != row.locale_id}
        return Item(row.key, row.title, row.kind, self._codes[row.locale_id], row.path, cells)

    def _cell(self, row: _Row, locale_id: int) -> Cell:
        code = self.locales[locale_id]
        work = self._works.get((row.key, row.locale_id, locale_id))
        if row.path:
            outdated = self._documents.get((row.key, code))
            _code, hidden = self._languages[locale_id]
            live = (row.key, locale_id) in self._written if hidden else outdated is not None
        else:
            live = (row.key, locale_id) in self._written and (
                not work or work["work__published_at"] is not None
            )
            outdated = bool(work and work["work__behind"])
        if work is None:
            state = state_of(stage=Work.Stage.OPEN, words_done=0, live=live, outdated=bool(outdated))
            return Cell(locale_id, code, state, live)
        stage, done = work["work__stage"] or Work.Stage.OPEN, work["work__words_done"] or 0
        state = state_of(stage=stage, words_done=done, live=live, outdated=bool(outdated))
        sent_back = is_sent_back(stage, work["work__reason"] or "")
        submitted_at = work["work__submitted_at"] if state == State.IN_REVIEW else None
        return Cell(
            locale_id,
            code,
            state,
            live,
            uuid=work["uuid"],
            words_done=done,
            words_total=work["work__words_total"] or 0,
            translator_id=work["work__translator_id"],
            translator=self._names.get(work["work__translator_id"], ""),
            due_on=work["work__due_on"],
            overdue=is_overdue(work["work__due_on"], state, self.now.date()),
            since=submitted_at or work["created_at"],
            reason=work["work__reason"] if sent_back else "",
            sent_back_at=work["work__decided_at"] if sent_back else None,
        )


def live_and_outdated(translation: Translation) -> tuple[bool, bool]:
    """Of one translation with its work: whether readers meet it (or will, when its language is ready), and whether its source
    means something else by now. One statement for a page, two where readers don't meet it; none for a snippet."""
    if issubclass(translation.source.specific_content_type.model_class(), Page):
        document = ContentItem.objects.filter(
            key=translation.source.object_id, locale=translation.target_locale.language_code
        ).first()
        if document is None or document.status != ContentItem.Status.LIVE:
            waits = _waits_for_its_language(translation)
            return waits, waits and document is not None and document.outdated
        return True, document.outdated
    return translation.work.published_at is not None, translation.work.behind


def _waits_for_its_language(translation: Translation) -> bool:
    hidden = Language.objects.filter(hidden=True).values("locale")
    return Page.objects.filter(
        translation_key=translation.source.object_id,
        locale=translation.target_locale_id,
        locale__in=hidden,
        live=True,
        alias_of=None,
    ).exists()
