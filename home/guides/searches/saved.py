"""Saved searches: keeping, changing and forgetting one's own. Somebody else's isn't there."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cms.core.audiences import principals_of
from cms.core.errors import BadInput, Conflict, NotFound

from ..models import KnownEntry, SavedSearch
from ..repository import listing
from ..repository.library import Library, library
from .alerting import Alert, news

MOST = 50
LONGEST_NAME = SavedSearch._meta.get_field("name").max_length
LONGEST_QUERY = SavedSearch._meta.get_field("query").max_length


@transaction.atomic
def save(
    *, owner, name: str, query: QueryDict, repository: UUID, locale: str, alert: str, now: datetime
) -> SavedSearch:
    """Keep a choice in a repository under a name. What it finds now counts as known.

    Raises NotFound for a repository that the owner doesn't see, BadInput for a name or a choice that is none, Conflict
    for a name that is taken (`name_taken`) and for one search too many (`too_many`).
    """
    name = " ".join(name.split())
    canonical = listing.query_of(listing.chosen_terms(query))
    if not 0 < len(name) <= LONGEST_NAME or len(canonical) > LONGEST_QUERY or alert not in Alert.values:
        raise BadInput()
    # Two at once would both count the same.
    get_user_model().objects.select_for_update().get(pk=owner.pk)
    names = set(SavedSearch.objects.filter(owner=owner).values_list("name", flat=True))
    if name in names:
        raise Conflict(_("You have a saved search of that name already."), code="name_taken")
    if len(names) >= MOST:
        raise Conflict(
            _("You have %(most)s saved searches, and there can't be more.") % {"most": MOST}, code="too_many"
        )
    found = library(principals=principals_of(owner), repositories=[repository], queries=[canonical])
    if found.repository(repository, locale) is None:
        raise NotFound
    search = SavedSearch.objects.create(
        owner=owner,
        name=name,
        query=canonical,
        locale=locale,
        repository=repository,
        alert=alert,
        created_at=now,
        last_alert_at=now,
    )
    note(_entries(search, _keys(found, search)), announced=True, seen=True)
    return search


@transaction.atomic
def change_alert(*, owner, search: UUID, alert: str, now: datetime) -> SavedSearch:
    """Set how often somebody hears of a search. An alert that is turned on tells of what comes from now on.

    Raises NotFound for what isn't theirs, BadInput for an alert that is none.
    """
    if alert not in Alert.values:
        raise BadInput()
    own = _own(owner, search, lock=True)
    if own.alert == Alert.NONE and alert != Alert.NONE:
        found = library(principals=principals_of(owner), repositories=[own.repository], queries=[own.query])
        note(_entries(own, _keys(found, own)), announced=True)
        own.last_alert_at = now
    own.alert = alert
    own.save(update_fields=["alert", "last_alert_at"])
    return own


def stop_alerts(search_pks: Collection[int]) -> int:
    """Turn the alerts of these searches off, whoever asks; how many were on."""
    return SavedSearch.objects.filter(pk__in=search_pks).exclude(alert=Alert.NONE).update(alert=Alert.NONE)


def forget(*, owner, search: UUID) -> None:
    """Delete a search. Raises NotFound for what isn't theirs."""
    if not SavedSearch.objects.filter(owner=owner, uuid=search).delete()[0]:
        raise NotFound


@transaction.atomic
def visit(*, owner, search: UUID, locale: str) -> str:
    """The address of a search's result, in a language; what it finds now is no longer new.

    Raises NotFound for what isn't theirs, and where the repository isn't there for them.
    """
    own = _own(owner, search)
    found = library(principals=principals_of(owner), repositories=[own.repository], queries=[own.query])
    address = found.address(own, locale)
    if not address:
        raise NotFound
    seen = _known([own.pk], seen=True)[own.pk]
    note(_entries(own, news(_keys(found, own), seen)), seen=True)
    return address


@dataclass(frozen=True)
class Shown:
    """A search in its owner's list. `found` and `new` are None where the repository isn't there for them."""

    search: SavedSearch
    terms: list[str]
    found: int | None
    new: int | None


def overview(*, owner, locale: str) -> list[Shown]:
    """Somebody's searches by name. The same few statements for any number of them."""
    searches = list(SavedSearch.objects.filter(owner=owner))
    if not searches:
        return []
    everything = library(
        principals=principals_of(owner),
        repositories={search.repository for search in searches},
        queries=[search.query for search in searches],
    )
    seen = _known([search.pk for search in searches], seen=True)
    labels = listing.labels(locale)
    return [_shown(search, everything, seen[search.pk], labels, locale) for search in searches]


def _shown(search: SavedSearch, everything: Library, seen: set[UUID], labels, locale: str) -> Shown:
    chosen = listing.chosen_terms(QueryDict(search.query))
    terms = [
        str(labels.get((name, code), code))
        for name in listing.FACETS
        for code in sorted(chosen.get(name, ()))
    ]
    if everything.repository(search.repository, locale) is None:
        return Shown(search, terms, None, None)
    keys = _keys(everything, search)
    return Shown(search, terms, len(keys), len(news(keys, seen)))


def note(entries: Iterable[tuple[int, UUID]], **known: bool) -> None:
    """Remember that owners know of entries, `(search's primary key, key)`: `announced`, `seen` or both.

    What was known stays known.
    """
    KnownEntry.objects.bulk_create(
        [KnownEntry(search_id=search, key=key, **known) for search, key in entries],
        update_conflicts=True,
        unique_fields=["search", "key"],
        update_fields=list(known),
    )


def announced(search_pks: Collection[int]) -> dict[int, set[UUID]]:
    """What was told of each of these searches. One statement."""
    return _known(search_pks, announced=True)


def _known(search_pks: Collection[int], **known: bool) -> dict[int, set[UUID]]:
    found: dict[int, set[UUID]] = defaultdict(set)
    rows = KnownEntry.objects.filter(search__in=search_pks, **known)
    for search_id, key in rows.values_list("search", "key"):
        found[search_id].add(key)
    return found


def _keys(found: Library, search: SavedSearch) -> list[UUID]:
    return [practice.key for practice in found.matching(search)]


def _entries(search: SavedSearch, keys: Iterable[UUID]) -> list[tuple[int, UUID]]:
    return [(search.pk, key) for key in keys]


def _own(owner, search: UUID, *, lock: bool = False) -> SavedSearch:
    own = SavedSearch.objects.filter(owner=owner, uuid=search)
    found = (own.select_for_update() if lock else own).first()
    if found is None:
        raise NotFound
    return found
