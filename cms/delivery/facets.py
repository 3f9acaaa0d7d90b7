"""Facets of a list: for each term how many documents there would be with it, after the other filters and after access."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from cms.content import api as content
from cms.core import languages
from cms.rest.parameters import refuse
from home.vocabulary.api import labels_of

MOST = 10


def asked(value: str | None, known: Collection[str]) -> list[str]:
    """The names in `facets=a,b`. Raises BadInput for one that there is not, and for more than anybody shows."""
    names = list(dict.fromkeys(name for name in (value or "").split(",") if name))
    unknown = [name for name in names if name not in known]
    if unknown or len(names) > MOST:
        raise refuse(
            "facets", _("There is no such field: %(names)s.") % {"names": ", ".join(unknown or names)[:60]}
        )
    return names


def counted(names: Collection[str], rows: QuerySet, without: dict[str, QuerySet], locale: str | None) -> dict:
    """`{name: [{code, label, count}]}` in the terms' order.

    `rows` are what all filters leave; `without` gives for each facet that is filtered by the rows that its own filter isn't
    applied to. One statement for all facets that aren't, one for each that is, and one for the labels.
    """
    found: dict[str, dict[str, int]] = defaultdict(dict)
    plain = [name for name in names if name not in without]
    for group, base in [(plain, rows), *(([name], without[name]) for name in names if name in without)]:
        if group:
            for name, code, count in _counts(group, base):
                found[name][code] = count
    labels = labels_of(names, locale or languages.codes()[0]) if names else {}
    return {name: _sorted(found[name], labels.get(name, {})) for name in names}


def _counts(names, rows):
    terms = content.terms_of(rows).filter(taxonomy__in=names)
    return (
        terms.values("taxonomy", "code")
        .annotate(count=Count("item", distinct=True))
        .order_by()
        .values_list("taxonomy", "code", "count")
    )


def _sorted(counts: dict[str, int], labels: dict[str, str]) -> list[dict]:
    order = {code: place for place, code in enumerate(labels)}
    codes = sorted(counts, key=lambda code: (order.get(code, len(order)), code))
    return [{"code": code, "label": labels.get(code, code), "count": counts[code]} for code in codes]
