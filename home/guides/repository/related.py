"""Practices that have something to do with another: by the terms that they share."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q, QuerySet

from cms.content import api as content
from cms.content.models import ContentItem, ItemTerm
from home.vocabulary.models import Taxonomy

from ..models import GoodPracticePage

MOST = 4
#: What a shared term of a taxonomy counts. Others count nothing.
WEIGHTS = {
    Taxonomy.TARGET.value: 5,
    Taxonomy.THREAT.value: 4,
    Taxonomy.TOPIC.value: 3,
    Taxonomy.PHASE.value: 2,
    Taxonomy.COUNTRY.value: 1,
}

Terms = Collection[tuple[str, str]]


def score(one: Terms, other: Terms) -> int:
    """How much two things have in common: the weights of the terms, `(taxonomy, code)`, that both have."""
    return sum(WEIGHTS.get(taxonomy, 0) for taxonomy, _code in set(one) & set(other))


def nearest(own: Terms, others: Mapping[UUID, Terms], most: int = MOST) -> list[UUID]:
    """The keys of what has most in common with `own`, the nearest first; those with nothing are left out.

    Between equals the key decides: the same list at every call and in every language.
    """
    scores = {key: score(own, terms) for key, terms in others.items()}
    return sorted((key for key in scores if scores[key]), key=lambda key: (-scores[key], key.int))[:most]


def related(*, items: QuerySet[ContentItem], key: UUID, locale: str) -> list[ContentItem]:
    """Up to four other practices among these items that are near a key's, in this language, else in its fallback's.

    `items` are what a reader may see. Two statements, one where nothing is near.
    """
    own = ItemTerm.objects.filter(item__key=key, taxonomy__in=WEIGHTS)
    practices = items.filter(Q(type=GoodPracticePage._meta.label) | Q(key=key))
    # By code alone, which an index answers; what is a term of another taxonomy scores nothing.
    sharing = practices.filter(terms__taxonomy__in=WEIGHTS, terms__code__in=own.values("code"))
    terms: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    for each, taxonomy, code in sharing.values_list("key", "terms__taxonomy", "terms__code").distinct():
        terms[each].add((taxonomy, code))
    keys = nearest(terms.pop(key, ()), terms)
    if not keys:
        return []
    best = content.in_language(items.filter(key__in=keys), locale)
    # One can have been withdrawn since.
    return [best[each] for each in keys if each in best]
