"""Earlier editions as readers have them: the versions that they hold, in their own structure, with the access of today.

What was retired since stays readable in the editions that hold it, as long as their root is there; what was recalled isn't.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet

from cms.core import languages
from cms.core.language_models import hidden_codes

from . import contents, editions
from .access import access_keys
from .contents import languages_of
from .models import ContentItem, ContentVersion, Edition, EditionPin, EditionRow
from .read import Reading, body, shows_hidden, visible


@dataclass(frozen=True)
class Held:
    """What an edition holds of a key in a language: a version and where it stands. `access` is that of today."""

    key: UUID
    locale: str
    source_locale: str
    access: str
    listed: bool
    page_id: int
    version: int
    digest: str
    path: str
    title: str
    own_number: int | None
    minutes: int


_PINNED = (
    *("key", "locale", "version__item__source_locale", "version__item__access_key", "version__item__listed"),
    *("version__item__page_id", "version_id", "version__digest", "path", "title", "own_number", "minutes"),
)
_CURRENT = (
    *("key", "locale", "source_locale", "access_key", "listed", "page_id", "current_id", "current__digest"),
    *("path", "title", "own_number", "minutes"),
)


@dataclass
class Kept:
    """An edition with all that it holds, and what of it somebody may read."""

    edition: Edition
    rows: list[EditionRow]
    held: dict[UUID, dict[str, Held]]
    access: frozenset[str]
    unlisted: bool = False
    # Versions that show or link to what this reader may not see today.
    hidden: set[int] = field(default_factory=set)

    @property
    def number(self) -> int:
        return self.edition.number

    @property
    def is_current(self) -> bool:
        return self.edition.frozen_at is None

    def best(self, key: UUID, chain: Iterable[str]) -> Held | None:
        found = self.held.get(key, {})
        return next((found[code] for code in chain if code in found), None)

    def chain(self, key: UUID, locale: str) -> list[str]:
        source = next((each.source_locale for each in self.held.get(key, {}).values()), None)
        return languages.fallback_chain(locale, source)

    def shows(self, held: Held | None) -> bool:
        """Whether the reader knows of it at all: its title and place, not its text."""
        return held is not None and held.access in self.access and (held.listed or self.unlisted)

    def address(self, held: Held, locale: str | None = None) -> str:
        """Where it is read, under the prefix of `locale`."""
        path = languages.swap_prefix(held.path, locale or held.locale)
        return path if self.is_current else editions.address(self.number, path)

    @cached_property
    def numbers(self) -> dict[UUID, str]:
        """The number of each place, counted over all of them, whoever reads."""
        below, found = defaultdict(list), {}
        for row in self.rows:
            below[row.parent_key].append(row.key)

        def count(key, number):
            found[key] = number
            inner = below[key]
            for each, own in zip(inner, contents.numbers(map(self._own_number, inner), number), strict=True):
                count(each, own)

        for row in self.rows:
            if row.parent_key is None:
                count(row.key, "")
        return found

    def _own_number(self, key: UUID) -> int | None:
        chosen = self.best(key, self.chain(key, ""))
        return chosen.own_number if chosen else None

    def node(self, locale: str) -> dict | None:
        """The contents of the edition as a node of `cms.content.contents`, for this reader, in a language."""
        below = defaultdict(list)
        for row in self.rows:
            below[row.parent_key].append(row)

        def make(row):
            held = self.best(row.key, self.chain(row.key, locale))
            if not self.shows(held):
                return None
            children = [node for node in map(make, below[row.key]) if node]
            if held.version in self.hidden and not children:
                return None
            return {
                "key": str(row.key),
                "id": held.page_id,
                "type": row.type,
                "title": held.title,
                "url": self.address(held, locale),
                "locale": held.locale,
                "number": self.numbers[row.key],
                "depth": row.depth,
                "minutes": held.minutes,
                "access": held.access,
                "menu": False,
                "outdated": False,
                "listed": held.listed,
                "earlier": [],
                "children": children,
                "site": False,
            }

        return next((make(row) for row in self.rows if row.key == self.edition.root_key), None)


def kept(found: Sequence[Edition], principals: frozenset[str], *, unlisted: bool = False) -> list[Kept]:
    """These editions of one root for somebody. Five statements at most whatever their number, one more for people who
    are signed in (their access).

    `unlisted` also brings what is read through learning alone.
    """
    access = access_keys(principals)
    rows, held = defaultdict(list), {edition.pk: defaultdict(dict) for edition in found}
    for row in EditionRow.objects.filter(edition__in=found).order_by("edition", "position"):
        rows[row.edition_id].append(row)
    if any(edition.frozen_at for edition in found):
        pins = EditionPin.objects.filter(edition__in=found).exclude(locale__in=hidden_codes())
        for pk, *values in pins.values_list("edition_id", *_PINNED):
            one = Held(*values)
            held[pk][one.key][one.locale] = one
    for edition in found:
        if edition.frozen_at is None:
            keys = [row.key for row in rows[edition.pk]]
            items = ContentItem.objects.filter(key__in=keys, current__isnull=False)
            items = items.exclude(locale__in=hidden_codes())
            for values in items.values_list(*_CURRENT):
                one = Held(*values)
                held[edition.pk][one.key][one.locale] = one
    versions = {
        each.version
        for all_held in held.values()
        for by_locale in all_held.values()
        for each in by_locale.values()
    }
    hidden = shows_hidden(version_ids=versions, principals=principals)
    return [
        Kept(edition, rows[edition.pk], dict(held[edition.pk]), access, unlisted, hidden) for edition in found
    ]


# Reading a page of an edition -------------------------------------------------------------------------------------


@dataclass
class EditionReading(Reading):
    """A page of an earlier edition. `reading.edition` says which; `current_url` leads to what replaces it."""

    kept: Kept | None = None
    held: dict[str, Held] = field(default_factory=dict)
    root_path: str = ""
    current_path: str = ""

    @property
    def is_superseded(self) -> bool:
        return True

    @property
    def shown_edition(self) -> int:
        return self.kept.number

    def _edition_address(self, number: int) -> str:
        return self.address

    @property
    def outdated(self) -> bool:
        return False

    @property
    def canonical(self) -> str:
        """The page of today in the language that this one is in; empty where there is none any more."""
        return self.current_path and languages.swap_prefix(self.current_path, self.language)

    @property
    def address(self) -> str:
        return self.kept.address(self.held[self.language])

    @cached_property
    def superseded(self) -> dict:
        """`{title, number, url, changes_url, languages}`: of which root, which edition replaces this one, where this page or
        else the root is read today, where it is told what the next edition changed, and which languages this one has."""
        return {
            "title": self.root["title"] if self.root else "",
            "number": self.edition["newest"],
            "url": languages.swap_prefix(self.current_path or self.root_path, self.locale),
            "changes_url": editions.changes_address(
                self.shown_edition + 1, languages.swap_prefix(self.root_path, self.locale)
            ),
            "languages": sorted(self.held),
        }

    @cached_property
    def translations(self) -> list[dict]:
        shown = self.held[self.language]
        return [
            {
                "locale": code,
                "name": languages.name(code),
                "url": self.kept.address(self.held.get(code, shown), code),
                "direction": languages.direction(code),
                "exists": code in self.held,
                "outdated": False,
                "current": code == self.locale,
            }
            for code in languages_of(self._site_document)
        ]


def _paths(path: str) -> tuple[str, list[str]]:
    """The language of an address, and the address in every language."""
    locale, _, rest = path.lstrip("/").partition("/")
    return locale, [f"/{code}/{rest}" for code in languages.codes()]


def edition_reading(*, path: str, number: int, principals: frozenset[str]) -> EditionReading | None:
    """A page of an earlier edition by the address that it had then, `"/en/guides/one/"`. Ten statements, one more for people
    who are signed in (their access).

    None for what the edition doesn't hold or these principals may not read today; for the current edition, which is read
    at its own addresses; and for editions of a root that is gone.
    """
    locale, paths = _paths(path)
    frozen = EditionPin.objects.filter(edition__frozen_at__isnull=False)
    pins = frozen.filter(edition__number=number, path__in=paths).order_by("-edition_id")
    found = sorted(pins.values_list("path", "key", "edition__root_key"), key=lambda pin: pin[0] != path)
    if not found:
        return None
    _path, key, root_key = found[0]
    known = list(Edition.objects.filter(root_key=root_key).order_by("-number"))
    today = _today([root_key, key], principals)
    edition = next((each for each in known if each.number == number and each.frozen_at), None)
    if edition is None or root_key not in today:
        return None
    [shelf] = kept([edition], principals)
    chosen = shelf.best(key, shelf.chain(key, locale))
    node = shelf.node(locale)
    if node is None or not shelf.shows(chosen) or chosen.version in shelf.hidden:
        return None
    version = ContentVersion.objects.select_related("item").defer("private", "text").get(pk=chosen.version)
    item = _as_it_was(version, chosen)
    record = editions.Record(known, {}, list(edition.errata.all()))
    document = {
        "key": str(root_key),
        "locale": locale,
        "texts": {},
        **editions.described(record, locale, item.source_locale),
        "node": node,
    }
    documents = {**contents.load([], locale), str(root_key): document}
    found = EditionReading(
        item=item,
        document=body(version),
        locale=locale,
        access=shelf.access,
        documents=documents,
        kept=shelf,
        held=shelf.held[key],
        root_path=_nearest(today[root_key], locale),
        current_path=_nearest(today[key], locale) if key in today else "",
    )
    return found if locale in found.site["languages"] else None


def _today(keys: Sequence[UUID], principals: frozenset[str]) -> dict[UUID, dict[str, str]]:
    """The addresses, by key and language, at which these are read today by these principals."""
    found: dict[UUID, dict[str, str]] = {}
    for key, locale, path in visible(principals).filter(key__in=keys).values_list("key", "locale", "path"):
        found.setdefault(key, {})[locale] = path
    return found


def _nearest(paths: dict[str, str], locale: str) -> str:
    return next(paths[code] for code in languages.fallback_chain(locale) if code in paths)


def _as_it_was(version: ContentVersion, held: Held) -> ContentItem:
    """The envelope around an old version; never saved."""
    item = version.item
    item.current = version
    item.title, item.minutes, item.published_at = held.title, held.minutes, version.created_at
    item.seo_title = item.search_description = ""
    item.partly, item.outdated, item.outdated_since, item.files = False, False, None, "[]"
    return item


def elsewhere(*, path: str, number: int, principals: frozenset[str]) -> str | None:
    """Where a page that is at an address today is read in an edition: today's address for the current edition, the one
    that it had then for an earlier one. None where there is no such page or edition. Three statements at most.
    """
    locale, paths = _paths(path)
    found = sorted(
        visible(principals).filter(path__in=paths).values_list("path", "key", "root_key"),
        key=lambda row: row[0] != path,
    )
    if not found:
        return None
    _path, key, root_key = found[0]
    edition = Edition.objects.filter(root_key=root_key, number=number).first() if root_key else None
    if edition is None:
        return None
    if edition.frozen_at is None:
        return path
    pins = dict(EditionPin.objects.filter(edition=edition, key=key).values_list("locale", "path"))
    then = _nearest(pins, locale) if pins else path
    there = languages.swap_prefix(then, locale)
    return editions.address(number, there) if there != path else None


# One document of an edition ---------------------------------------------------------------------------------------


def archived(principals: frozenset[str]) -> QuerySet[ContentItem]:
    """Items that lists hold, live or retired, that these principals may see today: what editions are read from."""
    items = ContentItem.objects.filter(access_key__in=access_keys(principals), listed=True)
    return items.exclude(locale__in=hidden_codes())


def pinned_document(
    *, page_id: int, number: int, principals: frozenset[str]
) -> tuple[EditionPin, Edition] | None:
    """What an earlier edition holds of a page, with `version`; and that edition. None like `edition_reading`."""
    item = archived(principals).filter(page_id=page_id).values("key", "locale", "root_key").first()
    if item is None or not visible(principals).filter(key=item["root_key"]).exists():
        return None
    pin = (
        EditionPin.objects.select_related("version", "edition")
        .filter(key=item["key"], locale=item["locale"])
        .filter(edition__root_key=item["root_key"], edition__number=number, edition__frozen_at__isnull=False)
        .first()
    )
    if pin is None or shows_hidden(version_ids=[pin.version_id], principals=principals):
        return None
    return pin, pin.edition
