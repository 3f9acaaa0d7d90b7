"""A result of the repository to take along, as CSV or JSON: what the list shows, whole, and nothing else."""

import csv
from collections import Counter
from collections.abc import Collection, Mapping
from io import StringIO

import orjson
from django.conf import settings
from django.http import HttpResponse, QueryDict

from cms.core.errors import BadInput
from cms.core.tables.spreadsheets import guarded
from home.vocabulary.api import folded

from .listing import FACETS, bodies_of, chosen_terms, fits, labels, practices

MOST = 5_000
FIELDS = (
    "key",
    "slug",
    "title",
    "url",
    "language",
    "kind",
    "summary",
    "place",
    "evidence",
    "scale",
    "period_from",
    "period_to",
)
LISTED = tuple(name for name in FACETS if name not in ("language", "evidence", "year"))
# What separates the values of a cell where it is read again (`home.guides.importing`).
SEPARATORS = (";", "|")


def export(
    *, kind: str, page_ids: Collection[int], locale: str, principals: frozenset[str], query: QueryDict
) -> HttpResponse:
    """The whole result at an address in a format. Raises BadInput for another format than `csv` and `json`."""
    if kind not in ("csv", "json"):
        raise BadInput()
    chosen = chosen_terms(query)
    fitting = [each for each in practices(page_ids, locale, principals) if fits(each.terms, chosen)][:MOST]
    bodies = bodies_of(fitting, principals)
    names = _readable(labels(locale))
    rows = [_row(each, bodies.get(each.page_id, {}), names) for each in fitting]
    if kind == "json":
        response = HttpResponse(
            orjson.dumps({"total": len(rows), "items": rows}), content_type="application/json"
        )
    else:
        # The mark tells spreadsheets that it is UTF-8.
        response = HttpResponse("\ufeff" + _csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="practices-{locale}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _row(practice, body, names) -> dict:
    terms = {
        name: [names.get((name, code), code) for own, code in sorted(practice.terms) if own == name]
        for name in LISTED
    }
    return {
        "key": str(practice.key),
        "slug": practice.path.strip("/").rpartition("/")[2],
        "title": practice.title,
        "url": settings.BASE_URL + practice.path,
        "language": practice.locale,
        "kind": body.get("resource_type", "good-practice"),
        "summary": body.get("summary", ""),
        "place": body.get("place") or body.get("publisher", ""),
        "evidence": body.get("evidence", ""),
        "scale": body.get("scale", ""),
        "period_from": body.get("period_from") or body.get("year"),
        "period_to": body.get("period_to"),
        **terms,
    }


def _readable(names: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Labels, but codes where a label couldn't be read again: with a separator in it, or of two terms of one list."""
    often = Counter((name, folded(str(label))) for (name, _code), label in names.items())
    return {
        (name, code): code
        if often[name, folded(str(label))] > 1 or any(sign in str(label) for sign in SEPARATORS)
        else str(label)
        for (name, code), label in names.items()
    }


def _csv(rows) -> str:
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow([*FIELDS, *LISTED])
    for row in rows:
        writer.writerow(
            [*(guarded(row[name]) for name in FIELDS), *(guarded("; ".join(row[name])) for name in LISTED)]
        )
    return target.getvalue()
