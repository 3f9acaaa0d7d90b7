"""Reading documents: what readers may see, in few statements, whatever the length of lists."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

import orjson
from django.apps import apps
from django.db.models import Q, QuerySet

from cms.core import languages
from cms.core.audiences import COURSES

from . import contents, editions, indexes
from .access import access_keys
from .kinds import types_for_editors
from .marks import freshen
from .models import ContentItem, ContentVersion, ItemTerm, VersionEmbed, VersionLink


def visible(principals: frozenset[str], *, listed: bool = True) -> QuerySet[ContentItem]:
    """Live items that these principals may see. `listed=False` also gives what is read through learning only; readers of
    courses (keys with that scope) always get it."""
    return open_to(access_keys(principals), listed=listed and COURSES not in principals)


def open_to(access: frozenset[str], *, listed: bool = True) -> QuerySet[ContentItem]:
    """The same for whoever satisfies these access keys, where they are known already (`Reading.access`)."""
    items = ContentItem.objects.filter(status=ContentItem.Status.LIVE, access_key__in=access)
    return items.filter(listed=True) if listed else items.exclude(type__in=types_for_editors())


def users_of(items: QuerySet[ContentItem], key: UUID) -> QuerySet[ContentItem]:
    """Those of these items whose current version shows a key or links to it."""
    showing = VersionEmbed.objects.filter(key=key).values("version")
    linking = VersionLink.objects.filter(key=key).values("version")
    return items.filter(Q(current__in=showing) | Q(current__in=linking)).exclude(key=key)


def terms_of(items: QuerySet[ContentItem]) -> QuerySet[ItemTerm]:
    """The terms of these items: what facets count."""
    return ItemTerm.objects.filter(item__in=items.order_by().values("pk"))


def shows_hidden(*, version_ids: Collection[int], principals: frozenset[str]) -> set[int]:
    """Those of these versions that show or link to what these principals may not see today: not to be read by them.

    What is gone for everybody hides nothing: old versions stay citable. Two statements for nobody in particular.
    """
    hidden = ContentItem.objects.exclude(access_key__in=access_keys(principals)).values("key")
    return {
        *VersionEmbed.objects.filter(version__in=version_ids, key__in=hidden).values_list(
            "version", flat=True
        ),
        *VersionLink.objects.filter(version__in=version_ids, key__in=hidden).values_list(
            "version", flat=True
        ),
    }


def body(version: ContentVersion) -> dict:
    """The body of a version: title and fields, as in the API, with root-relative addresses."""
    return orjson.loads(version.body)


def earlier_bodies(version: ContentVersion) -> Iterator[dict]:
    """The bodies of the versions before one, the latest first, read as they are looked at. One statement."""
    rows = ContentVersion.objects.filter(item=version.item_id, number__lt=version.number)
    for earlier in rows.order_by("-number").values_list("body", flat=True).iterator(chunk_size=5):
        yield orjson.loads(earlier)


def private_part(version: ContentVersion) -> dict:
    """What only a grader may know, by public id. Never put any of it into an answer before its time."""
    return orjson.loads(version.private) if version.private else {}


def item(*, key: UUID, locale: str) -> ContentItem | None:
    """The live item of a key in exactly this language, for whoever may see everything: check access yourself."""
    return (
        ContentItem.objects.select_related("current")
        .filter(key=key, locale=locale, status=ContentItem.Status.LIVE)
        .first()
    )


def best_items(
    *, keys: Collection[UUID], locale: str, principals: frozenset[str], listed: bool = True
) -> dict[UUID, ContentItem]:
    """For each key that these principals may see the item in this language, else in the fallback's. One statement (two
    for people who are signed in)."""
    rows = visible(principals, listed=listed).select_related("current").filter(key__in=keys)
    return in_language(rows, locale)


def in_language(items: Iterable[ContentItem], locale: str) -> dict[UUID, ContentItem]:
    """Of each key the item in this language, else in the fallback's."""
    found: dict[UUID, dict[str, ContentItem]] = {}
    for item in items:
        found.setdefault(item.key, {})[item.locale] = item
    return {key: _best(by_locale, locale) for key, by_locale in found.items()}


def _best(items: dict[str, ContentItem], locale: str) -> ContentItem:
    source = next(iter(items.values())).source_locale
    return next(items[code] for code in languages.fallback_chain(locale, source) if code in items)


@dataclass
class Reading:
    """A document with everything around it that a page shows.

    `locale` is the language that was asked for (the interface's), `language` the one that the document is in.
    """

    item: ContentItem
    document: dict
    locale: str
    access: frozenset[str]
    siblings: dict[str, ContentItem] = field(default_factory=dict)
    documents: dict[str, dict] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return self.item.locale

    @property
    def direction(self) -> str:
        return languages.direction(self.language)

    @property
    def is_fallback(self) -> bool:
        return self.language != self.locale

    @property
    def outdated(self) -> bool:
        return self.item.outdated

    @property
    def version(self) -> ContentVersion | None:
        return self.item.current if self.item.current_id else None

    @property
    def address(self) -> str:
        """Where it is read, root-relative; empty for a draft that isn't in the tree yet."""
        return self.item.path

    @property
    def canonical(self) -> str:
        """The address that stands for it, in its own language."""
        return self.item.path

    @property
    def is_superseded(self) -> bool:
        """Whether it is shown as an earlier edition has it."""
        return False

    @cached_property
    def _editions(self) -> list[dict]:
        """The editions of its root, the newest first: `{number, released_at}`."""
        return self.documents.get(str(self.item.root_key), {}).get("editions", [])

    @property
    def shown_edition(self) -> int | None:
        return self._editions[0]["number"] if self._editions else None

    @cached_property
    def edition(self) -> dict | None:
        """What its title page says: `{number, released_at, url, changes_url, newest, earlier, errata}`; None for what has no
        editions.

        `url` is where this edition of it is read for good, `changes_url` where it is told what it changed, empty for
        the first; `newest` the number of the current one; `earlier` are the
        editions before that hold it, `{number, released_at, url}`; `errata` those of it and of what lies below it,
        `{text, locale, noted_on, page: {title, url, locale}}`, `page` None where one is about the whole.
        """
        shown = next((each for each in self._editions if each["number"] == self.shown_edition), None)
        if shown is None:
            return None
        path = languages.swap_prefix(self.item.path, self.locale)
        held = set(self.node["earlier"]) if self.node else set()
        return {
            **shown,
            "url": self._edition_address(shown["number"]),
            "changes_url": editions.changes_address(
                shown["number"], languages.swap_prefix(self.root["url"], self.locale)
            )
            if self.root and shown["number"] > 1
            else "",
            "newest": self._editions[0]["number"],
            "earlier": [
                {**each, "url": editions.address(each["number"], path)}
                for each in self._editions
                if each["number"] in held and each["number"] < shown["number"]
            ],
            "errata": self._errata(),
        }

    def _edition_address(self, number: int) -> str:
        return editions.address(number, self.item.path)

    def _errata(self) -> list[dict]:
        below = {node["key"]: node for node in contents.flatten(self.node)} if self.node else {}
        is_root = self.item.key == self.item.root_key
        return [
            {**each, "page": node and {name: node[name] for name in ("title", "url", "locale")}}
            for each in self.documents[str(self.item.root_key)]["errata"]
            for node in [below.get(each["key"])]
            if node or (each["key"] is None and is_root)
        ]

    @cached_property
    def translations(self) -> list[dict]:
        """All languages that readers meet, in the official order: `{locale, name, url, direction, exists, outdated, current}`."""
        return [
            {
                "locale": code,
                "name": languages.name(code),
                "url": sibling.path if sibling else languages.swap_prefix(self.item.path, code),
                "direction": languages.direction(code),
                "exists": sibling is not None,
                "outdated": bool(sibling and sibling.outdated),
                "current": code == self.locale,
            }
            for code in contents.languages_of(self._site_document)
            for sibling in [self.siblings.get(code)]
        ]

    @cached_property
    def _site_document(self) -> dict | None:
        return next((document for document in self.documents.values() if document["node"]["site"]), None)

    @cached_property
    def _home(self) -> dict | None:
        document = self._site_document
        return contents.visible_node(document["node"], self.access) if document else None

    @cached_property
    def root(self) -> dict | None:
        """The node of the contents root that this page belongs to, with everything below it that the reader may see."""
        document = self.documents.get(str(self.item.root_key))
        return contents.visible_node(document["node"], self.access) if document else None

    @cached_property
    def site(self) -> dict:
        """`{home: {title, url}, menu: [{title, url, locale, current}], languages, site_name, footer}` in the language asked
        for; `languages` are the codes of those that readers meet."""
        here = languages.swap_prefix(self.item.path, self.locale)
        return site_chrome(self._site_document, self.access, self.locale, here)

    @cached_property
    def _chain(self) -> list[dict]:
        """Nodes from the home page to this page's own; without its own where it stands in no contents."""
        home, root = self._home, self.root
        if root is None:
            return [home] if home else []
        above = []
        if home and root["key"] != home["key"]:
            above = (_path_to(home, root["key"]) or [home, root])[:-1]
        inner = _path_to(root, str(self.item.key)) or _path_to_page(root, self.item.parent_id) or [root]
        return [*above, *inner]

    @cached_property
    def node(self) -> dict | None:
        """This page's own node in its root's contents."""
        return next((node for node in reversed(self._chain) if node["key"] == str(self.item.key)), None)

    @property
    def trail(self) -> list[dict]:
        """Breadcrumbs from the home page to the parent."""
        return [node for node in self._chain if node["key"] != str(self.item.key)]

    @property
    def seen(self) -> dict[str, dict]:
        """The contents documents around it as this reader sees them: what an answer to them may depend on."""
        found = {}
        for key, document in self.documents.items():
            node = contents.visible_node(document["node"], self.access)
            if node is not None:
                keys = {each["key"] for each in contents.flatten(node)}
                found[key] = {
                    **document,
                    "node": node,
                    "indexes": {k: v for k, v in document.get("indexes", {}).items() if k in keys},
                    "errata": [e for e in document.get("errata", ()) if not e["key"] or e["key"] in keys],
                }
        return found

    @cached_property
    def indexes(self) -> dict[str, list[dict]]:
        """`{case_studies, tables, figures, abbreviations}` of this page and what lies below it, as this reader sees it.

        See `indexes.gathered`. Empty for types that show none.
        """
        loaded = self.documents.get(str(self.item.root_key), {}).get("indexes")
        if not loaded or self.node is None:
            return indexes.NONE
        return indexes.gathered(contents.flatten(self.node), loaded, self.locale)

    @property
    def children(self) -> list[dict]:
        return self.node["children"] if self.node else []

    @property
    def contents(self) -> list[dict]:
        """The nodes below the root."""
        return self.root["children"] if self.root else []

    @cached_property
    def _order(self) -> list[dict]:
        return contents.flatten(self.root)[1:] if self.root else []

    def _neighbour(self, step: int) -> dict | None:
        if self.node is None or self.node["type"] == "home.HomePage" or self.root is self._home:
            return None
        keys = [node["key"] for node in self._order]
        if self.node["key"] not in keys:
            return None
        index = keys.index(self.node["key"]) + step
        return self._order[index] if 0 <= index < len(keys) else None

    @property
    def previous(self) -> dict | None:
        return self._neighbour(-1)

    @property
    def next(self) -> dict | None:
        return self._neighbour(1)


def _path_to(node: dict, key: str) -> list[dict] | None:
    if node["key"] == key:
        return [node]
    for child in node["children"]:
        found = _path_to(child, key)
        if found:
            return [node, *found]
    return None


def _path_to_page(node: dict, page_id: int | None) -> list[dict] | None:
    if node["id"] == page_id:
        return [node]
    for child in node["children"]:
        found = _path_to_page(child, page_id)
        if found:
            return [node, *found]
    return None


def site_chrome(document: dict | None, access: frozenset[str], locale: str, here: str) -> dict:
    """What every page shows of the site, from its contents document; see `Reading.site`."""
    home = contents.visible_node(document["node"], access) if document else None
    if home is None:
        return {
            "home": {"title": "", "url": f"/{locale}/"},
            "menu": [],
            "site_name": "",
            "footer": "",
            "languages": contents.languages_of(document),
        }
    menu = [
        {
            "title": child["title"],
            "url": child["url"],
            "locale": child["locale"],
            "current": here.startswith(child["url"]),
        }
        for child in home["children"]
        if child["menu"]
    ]
    texts = {"site_name": "", "footer": "", **document["texts"]}
    return {
        "home": {"title": home["title"], "url": home["url"]},
        "menu": menu,
        "languages": contents.languages_of(document),
        **texts,
    }


def site_contents(
    *, locale: str, principals: frozenset[str] = frozenset(), here: str = "", document: dict | None = None
) -> dict:
    """The same for pages that are no documents (search, accounts): one statement for nobody in particular, none where the
    site's contents `document` in that language was loaded before."""
    document = document or next(iter(contents.load([], locale).values()), None)
    return site_chrome(document, access_keys(principals), locale, here)


def reading(*, path: str, principals: frozenset[str]) -> Reading | None:
    """What a page shows at an address, or None where these principals see nothing there.

    A language in which the page is missing answers with its fallback: `is_fallback` says so. One that isn't ready has no
    pages. Three statements for nobody
    in particular, one more for people who are signed in (their access).
    """
    locale, _, rest = path.lstrip("/").partition("/")
    if locale not in languages.codes():
        return None
    access = access_keys(principals)
    live = ContentItem.objects.filter(status=ContentItem.Status.LIVE, access_key__in=access)
    paths = [f"/{code}/{rest}" for code in languages.codes()]
    rows = list(live.filter(key__in=live.filter(path__in=paths).values("key")))
    if not rows:
        return None
    if freshen(rows):
        rows = [
            row for row in live.filter(key__in=live.filter(path__in=paths).values("key")) if not row.stale
        ]
        if not any(row.path in paths for row in rows):
            return None
    # Two keys can share the rest of an address in different languages: the one at this very address goes first.
    at_path = sorted((row for row in rows if row.path in paths), key=lambda row: row.path != path)
    siblings = {row.locale: row for row in rows if row.key == at_path[0].key}
    chosen = _best(siblings, locale)
    chosen.current = ContentVersion.objects.defer("private", "text").get(pk=chosen.current_id)
    document = body(chosen.current)
    found = Reading(chosen, document, locale, access, siblings, _surroundings(chosen, document, locale))
    return found if locale in found.site["languages"] else None


def _surroundings(item: ContentItem, document: dict, locale: str) -> dict[str, dict]:
    shows_indexes = apps.get_model(item.type).shows_indexes
    return contents.load(_shown_roots(item, document), locale, indexes=shows_indexes)


def _shown_roots(item: ContentItem, document: dict) -> set[UUID]:
    """The roots whose contents a page shows: its own and, on the front page, those that it leads to."""
    keys = {item.root_key} - {None}
    if item.depth == contents.SITE_DEPTH:
        keys |= {UUID(key) for key in _linked_keys(document)}
    return keys


def _linked_keys(value) -> Iterator[str]:
    """The keys of the pages that a compiled value links to."""
    if isinstance(value, dict):
        if "key" in value and "url" in value:
            yield value["key"]
        for inner in value.values():
            yield from _linked_keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _linked_keys(inner)


def draft_reading(*, item: ContentItem, document: dict, locale: str, principals: frozenset[str]) -> Reading:
    """A document compiled from a draft, with the same surroundings: what a preview shows."""
    access = access_keys(principals) | {item.access_key}
    rows = ContentItem.objects.filter(key=item.key, status=ContentItem.Status.LIVE, access_key__in=access)
    siblings = {row.locale: row for row in rows} | {item.locale: item}
    documents = _surroundings(item, document, locale)
    return Reading(item, document, locale, access, siblings, documents)
