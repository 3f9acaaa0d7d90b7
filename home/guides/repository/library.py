"""What searches are matched with: repositories and their entries, as somebody may see them. Read once, asked often."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.http import QueryDict

from cms.content import api as content
from cms.core import languages

from ..models import PracticeIndexPage, SavedSearch
from . import listing
from .listing import Practice


class Library:
    """`indexes` are the repositories' own pages, `entries` what lies below any of them, in all languages. Pure."""

    def __init__(self, indexes: Iterable[Practice], entries: Iterable[Practice]):
        self._indexes: dict[UUID, list[Practice]] = defaultdict(list)
        for index in indexes:
            self._indexes[index.key].append(index)
        self._entries = list(entries)
        self._below: dict[tuple[UUID, str], list[Practice]] = {}
        self._by_term: dict[tuple[UUID, str], dict[tuple[str, str], set[int]]] = {}
        self._matching: dict[tuple[UUID, str, str], list[Practice]] = {}

    def seen_with(self, access: Collection[str]) -> "Library":
        """What is left of it for somebody who satisfies these access keys."""
        return Library(
            [each for indexes in self._indexes.values() for each in indexes if each.access_key in access],
            [each for each in self._entries if each.access_key in access],
        )

    @property
    def access_keys(self) -> set[str]:
        """The access keys that anything in it has."""
        indexes = [each for indexes in self._indexes.values() for each in indexes]
        return {each.access_key for each in [*indexes, *self._entries]}

    def repository(self, key: UUID, locale: str) -> Practice | None:
        """The repository's page in this language, else in its fallback's."""
        return next(iter(listing.in_language(self._indexes.get(key, ()), locale)), None)

    def address(self, search: SavedSearch, locale: str) -> str:
        """Where the result of a search is, under a language's prefix; empty where the repository isn't there."""
        index = self.repository(search.repository, locale)
        if index is None:
            return ""
        path = languages.swap_prefix(index.path, locale)
        return f"{path}?{search.query}" if search.query else path

    def matching(self, search: SavedSearch) -> list[Practice]:
        """What the search finds, as its result shows it. Nothing where the repository isn't there."""
        key = (search.repository, search.locale, search.query)
        if key not in self._matching:
            chosen = listing.chosen_terms(QueryDict(search.query))
            self._matching[key] = self._fitting(search.repository, search.locale, chosen)
        return self._matching[key]

    def _fitting(self, repository: UUID, locale: str, chosen: listing.Chosen) -> list[Practice]:
        """What `listing.fits` would leave, without asking every entry for every search."""
        below = self._all(repository, locale)
        if not chosen:
            return below
        by_term = self._by_term[repository, locale]
        widened = [
            set().union(*(by_term.get((taxonomy, code), ()) for code in codes))
            for taxonomy, codes in chosen.items()
        ]
        return [below[place] for place in sorted(set.intersection(*widened))]

    def _all(self, repository: UUID, locale: str) -> list[Practice]:
        if (repository, locale) not in self._below:
            pages = {index.page_id for index in self._indexes.get(repository, ())}
            keys = {each.key for each in self._entries if each.parent_id in pages}
            found = listing.in_language([each for each in self._entries if each.key in keys], locale)
            self._below[repository, locale] = found
            by_term: dict[tuple[str, str], set[int]] = defaultdict(set)
            for place, each in enumerate(found):
                for term in each.terms:
                    by_term[term].add(place)
            self._by_term[repository, locale] = by_term
        return self._below[repository, locale]

    def told(self, keys: Collection[UUID], locale: str) -> dict[UUID, Practice]:
        """These entries by key, in this language, else in its fallback's."""
        found = listing.in_language([each for each in self._entries if each.key in keys], locale)
        return {each.key: each for each in found}


def library(
    *,
    principals: frozenset[str],
    repositories: Collection[UUID],
    queries: Iterable[str] = (),
    keys: Collection[UUID] | None = None,
) -> Library:
    """These repositories with all their entries, or those of `keys`, for these principals.

    `queries` are those of the searches that it will be asked for: of an entry's terms those are read that they choose by.

    Two statements, one more for people who are signed in (their access).
    """
    visible = content.visible(principals)
    entries = visible.filter(type__in=listing.TYPES)
    if keys is not None:
        entries = entries.filter(key__in=keys)
    indexes = visible.filter(type=PracticeIndexPage._meta.label, key__in=repositories)
    asked = {taxonomy for query in set(queries) for taxonomy in listing.chosen_terms(QueryDict(query))}
    return Library(listing.gathered(indexes, ()), listing.gathered(entries, asked))
