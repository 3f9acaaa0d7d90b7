"""What editions changed, as somebody may see it: loads what `comparison` compares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import orjson
from django.db.models import OuterRef, Subquery
from wagtail.models import Page

from cms.core import audiences, languages

from . import comparison
from .archive import Held, Kept, kept
from .comparison import Change, Comparison, Place
from .compile import compile_page
from .marks import freshen
from .models import ContentItem, ContentVersion, Edition
from .read import visible


@dataclass(frozen=True)
class Changes:
    """What an edition changed: `before` is None for the first, which has nothing to be compared with."""

    edition: Edition
    before: Edition | None
    comparison: Comparison | None


def changes_of(
    found: Sequence[Edition], *, locale: str, principals: frozenset[str], unlisted: bool = False
) -> list[Changes]:
    """What each of these editions of a root, the newest first, changed from the next in the list; nothing for the last.

    Texts are compared in the language asked for where both have it, else in another that both have. Eight statements at
    most, one more for people who are signed in.
    """
    _freshen(found)
    shelves = kept(found, principals, unlisted=unlisted)
    pairs = list(zip(shelves[1:], shelves, strict=False))
    placed = [_placed(before, after, locale) for before, after in pairs]
    texts = _texts(placed, shelves)
    made = [
        Changes(after.edition, before.edition, comparison.compare(old, new, texts))
        for (before, after), (old, new) in zip(pairs, placed, strict=True)
    ]
    return [*made, Changes(shelves[-1].edition, None, None)] if shelves else []


def edition_changes(*, path: str, number: int, principals: frozenset[str]) -> tuple[Changes, dict] | None:
    """What edition `number` of the root at an address changed, and `{title, url, locale, source_locale, type}` of the root.

    None where these principals see no such root, for an unknown number and for the first edition.
    """
    locale, _, rest = path.lstrip("/").partition("/")
    paths = [f"/{code}/{rest}" for code in languages.codes()]
    roots = visible(principals).filter(path__in=paths, edition_number__isnull=False)
    values = roots.values("key", "locale", "title", "path", "source_locale", "type")
    rows = {row["locale"]: row for row in values}
    chain = languages.fallback_chain(locale, next((row["source_locale"] for row in rows.values()), None))
    root = next((rows[code] for code in chain if code in rows), None)
    if root is None:
        return None
    both = Edition.objects.filter(root_key=root["key"], number__in=(number - 1, number))
    found = list(both.order_by("-number"))
    if len(found) < 2:
        return None
    changes = changes_of(found, locale=locale, principals=principals)[0]
    url = languages.swap_prefix(root["path"], locale)
    return changes, {
        **{name: root[name] for name in ("title", "locale", "source_locale", "type")},
        "url": url,
    }


def _freshen(found: Iterable[Edition]) -> None:
    """What waits to be compiled without what was withdrawn is compiled before its text is shown."""
    for edition in found:
        if edition.frozen_at is None:
            keys = edition.rows.values("key")
            freshen(list(ContentItem.objects.filter(key__in=keys, stale=True, status="live")))


def _placed(before: Kept, after: Kept, locale: str) -> tuple[list[Place], list[Place]]:
    """The places of both editions that the reader may know of, in reading order, in languages that can be compared."""
    chosen: dict[UUID, tuple[Held | None, Held | None]] = {}
    for key in {row.key for row in [*before.rows, *after.rows]}:
        chain = (after if key in after.held else before).chain(key, locale)
        both = [
            code for code in chain if code in before.held.get(key, {}) and code in after.held.get(key, {})
        ]
        chosen[key] = (before.best(key, both[:1] or chain), after.best(key, both[:1] or chain))
    return (
        [
            _place(before, row, chosen[row.key][0], locale)
            for row in before.rows
            if before.shows(chosen[row.key][0])
        ],
        [
            _place(after, row, chosen[row.key][1], locale)
            for row in after.rows
            if after.shows(chosen[row.key][1])
        ],
    )


def _place(shelf: Kept, row, held: Held, locale: str) -> Place:
    readable = held.version not in shelf.hidden
    return Place(
        key=row.key,
        parent=row.parent_key,
        title=held.title,
        locale=held.locale,
        number=shelf.numbers[row.key],
        url=shelf.address(held, locale) if readable else "",
        version=held.version,
        digest=held.digest,
    )


def _texts(placed, shelves: Sequence[Kept]) -> dict[int, list[str]]:
    """The paragraphs of the versions that differ and that the reader may read. One statement, none where nothing differs."""
    hidden = {version for shelf in shelves for version in shelf.hidden}
    wanted = set()
    for old, new in placed:
        was = {place.key: place for place in old}
        for place in new:
            before = was.get(place.key)
            if before and before.digest != place.digest and before.locale == place.locale:
                wanted |= {before.version, place.version}
    wanted -= hidden
    if not wanted:
        return {}
    bodies = ContentVersion.objects.filter(pk__in=wanted).values_list("pk", "body")
    return {pk: comparison.paragraphs(orjson.loads(body)) for pk, body in bodies}


# Before a release -------------------------------------------------------------------------------------------------

# Editors of a root are told of everything in it.
SEES_EVERYTHING = frozenset({audiences.EVERYTHING})


def since_release(edition: Edition, locale: str) -> Comparison:
    """What the current edition has changed since the day of its release, for its editors."""
    earlier = Edition.objects.filter(root_key=edition.root_key, number=edition.number - 1).first()
    if earlier is not None:
        changes = changes_of([edition, earlier], locale=locale, principals=SEES_EVERYTHING, unlisted=True)
        return changes[0].comparison
    [now] = kept([edition], SEES_EVERYTHING, unlisted=True)
    then, texts = _as_released(now)
    old, new = _placed(then, now, locale)
    return comparison.compare(old, new, {**texts, **_texts([(old, new)], [now])})


def _as_released(now: Kept) -> tuple[Kept, dict[int, list[str]]]:
    """The first edition as it was on the day of its release, as far as versions tell: what there is now, as it was then.

    And the paragraphs of the versions that were replaced.
    """
    versions = ContentVersion.objects.filter(
        item=OuterRef("pk"), created_at__lte=now.edition.released_at
    ).order_by("-number")
    items = ContentItem.objects.filter(key__in=list(now.held)).annotate(
        then=Subquery(versions.values("pk")[:1])
    )
    ids = {(item.key, item.locale): item.then for item in items if item.then}
    current = {each.version for by_locale in now.held.values() for each in by_locale.values()}
    replaced = ContentVersion.objects.filter(pk__in=set(ids.values()) - current)
    bodies = {version.pk: (orjson.loads(version.body), version.digest) for version in replaced}
    held: dict[UUID, dict[str, Held]] = {}
    for key, by_locale in now.held.items():
        for code, each in by_locale.items():
            pk = ids.get((key, code))
            if pk in bodies:
                body, digest = bodies[pk]
                each = replace(each, version=pk, digest=digest, title=body["title"])
            if pk is not None:
                held.setdefault(key, {})[code] = each
    rows = [row for row in now.rows if row.key in held]
    texts = {pk: comparison.paragraphs(body) for pk, (body, _digest) in bodies.items()}
    return replace(now, rows=rows, held=held), texts


def draft_changes(page: Page) -> tuple[Change, ...] | None:
    """What the text of a page's draft changes in what is published; None for a page that isn't published yet."""
    item = ContentItem.objects.select_related("current").filter(page_id=page.pk, status="live").first()
    if item is None:
        return None
    draft = compile_page(page.get_latest_revision_as_object()).body
    published = orjson.loads(item.current.body)
    return comparison.revision(tuple(comparison.paragraphs(published)), tuple(comparison.paragraphs(draft)))
