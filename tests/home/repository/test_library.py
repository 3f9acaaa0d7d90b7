"""What searches are matched with finds what asking every entry would find."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from home.guides.models import SavedSearch
from home.guides.repository import listing
from home.guides.repository.library import Library
from home.guides.repository.listing import Practice

REPOSITORY = UUID(int=1)
TERMS = [(taxonomy, code) for taxonomy in ("target", "phase", "language") for code in ("en", "fr", "x")]


def practice(number, locale, terms=(), parent=0):
    moment = datetime(2022, 1, 1, tzinfo=UTC)
    title, page_id = f"Practice {number}", 10 * number + len(locale)
    path = f"/{locale}/{number}/"
    return Practice(UUID(int=number), locale, "en", title, path, page_id, parent, "", moment, set(terms))


@given(
    held=st.lists(st.sets(st.sampled_from(TERMS)), max_size=6),
    chosen=st.lists(st.sampled_from(TERMS), max_size=4),
)
def test_a_search_finds_what_fits_in_its_order(held, chosen):
    index = practice(1, "en")
    entries = [practice(number, "en", terms, index.page_id) for number, terms in enumerate(held, 2)]
    query = listing.query_of(
        {name: frozenset(code for each, code in chosen if each == name) for name, _code in chosen}
    )
    found = Library([index], entries).matching(SavedSearch(repository=REPOSITORY, locale="en", query=query))
    wanted = listing.chosen_terms(QueryDict(query))
    assert found == [each for each in listing.in_language(entries, "en") if listing.fits(each.terms, wanted)]
