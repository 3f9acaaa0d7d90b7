"""The repository's list: practices by their terms. Pure, but for `practices`, which reads in three statements.

Terms of one taxonomy widen a choice, taxonomies narrow it: (religious site or urban centre) and prevent. The count
beside a term says how many practices there would be with it among those chosen in its taxonomy alone.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import FilteredRelation, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cms.content import api as content
from cms.core import languages
from cms.core.errors import BadInput
from home.vocabulary import api as vocabulary
from home.vocabulary.models import Taxonomy

from ..models import GoodPracticePage, ResourcePage

TYPES = (GoodPracticePage._meta.label, ResourcePage._meta.label)
#: What the list is filtered by, in the order in which readers meet it.
FACETS = (
    Taxonomy.TARGET.value,
    Taxonomy.THREAT.value,
    Taxonomy.PHASE.value,
    Taxonomy.TOPIC.value,
    Taxonomy.STAKEHOLDER.value,
    Taxonomy.RESOURCE_TYPE.value,
    Taxonomy.REGION.value,
    Taxonomy.COUNTRY.value,
    "evidence",
    "instrument",
    "organisation",
    "year",
    "language",
)
#: Facets that are folded until something in them is chosen: few readers begin with them.
FOLDED = frozenset(FACETS[5:])
ORDERS = ("title", "newest", "year")
MATRIX = (Taxonomy.TARGET.value, Taxonomy.PHASE.value)
#: Three questions that lead to what applies to one's kind of place and part in it.
QUESTIONS = (
    (Taxonomy.TARGET.value, _("What kind of place?")),
    (Taxonomy.STAKEHOLDER.value, _("What is your part in it?")),
    (Taxonomy.PHASE.value, _("What do you want to do?")),
)

PAGE_SIZE = 20
# Nobody chooses more; an address with more is no reader's.
MOST_TERMS = 40

Chosen = Mapping[str, frozenset[str]]


@dataclass
class Practice:
    """One practice in one language, with the terms that it is found by."""

    key: UUID
    locale: str
    source_locale: str
    title: str
    path: str
    page_id: int
    parent_id: int
    access_key: str
    published_at: datetime
    terms: set[tuple[str, str]] = field(default_factory=set)

    @property
    def restricted(self) -> bool:
        return bool(self.access_key)


@dataclass
class Listing:
    """What the template shows. `rows` of one page, `facets` and `chosen` with the addresses that change the choice.

    `canonical` is the choice alone: what a search is saved as.
    """

    rows: list[dict]
    pages: dict
    total: int
    all: int
    facets: list[dict]
    chosen: list[dict]
    query: str
    canonical: str = ""
    order: str = ORDERS[0]
    orders: list[dict] = field(default_factory=list)
    matrix: dict = field(default_factory=dict)
    questions: list[dict] = field(default_factory=list)
    exports: list[dict] = field(default_factory=list)


def chosen_terms(query: QueryDict) -> Chosen:
    """The terms that an address chooses. Raises BadInput for more than anybody would."""
    # The questions are a form: a select that was left alone sends an empty value.
    chosen = {name: frozenset(query.getlist(name)) - {""} for name in FACETS}
    if sum(map(len, chosen.values())) > MOST_TERMS:
        raise BadInput()
    return {taxonomy: codes for taxonomy, codes in chosen.items() if codes}


def fits(terms: Collection[tuple[str, str]], chosen: Chosen) -> bool:
    """Whether something with these terms belongs to the choice: one of each taxonomy that anything is chosen in."""
    return all(any((taxonomy, code) in terms for code in codes) for taxonomy, codes in chosen.items())


def counts(all_terms: Iterable[Collection[tuple[str, str]]], chosen: Chosen) -> dict[tuple[str, str], int]:
    """How many things there are for each term, given what is chosen in the other taxonomies."""
    others = {taxonomy: {t: codes for t, codes in chosen.items() if t != taxonomy} for taxonomy in FACETS}
    found: dict[tuple[str, str], int] = defaultdict(int)
    for terms in all_terms:
        for taxonomy, code in terms:
            found[taxonomy, code] += fits(terms, others.get(taxonomy, chosen))
    return found


def toggled(chosen: Chosen, taxonomy: str, code: str) -> str:
    """The query of the choice with this term put in, or taken out if it is in."""
    codes = chosen.get(taxonomy, frozenset()) ^ {code}
    return query_of({**chosen, taxonomy: codes})


def query_of(chosen: Chosen) -> str:
    """A choice as a query, always in the same order: one address for one list."""
    return urlencode([(name, code) for name in FACETS for code in sorted(chosen.get(name, ()))])


def practices(page_ids: Collection[int], locale: str, principals: frozenset[str]) -> list[Practice]:
    """The practices below these index pages that these principals may see, by title. One statement for anybody."""
    items = content.visible(principals).filter(type__in=TYPES)
    # By key: a translation can hang below an index that isn't translated itself.
    return in_language(
        gathered(items.filter(key__in=items.filter(parent_id__in=page_ids).values("key"))), locale
    )


def gathered(items: QuerySet, taxonomies: Collection[str] | None = None) -> list[Practice]:
    """These items, each with its own terms, or those of some taxonomies. One statement."""
    asked = Q() if taxonomies is None else Q(terms__taxonomy__in=["", *sorted(taxonomies)])
    rows = items.annotate(asked=FilteredRelation("terms", condition=asked)).values_list(
        "page_id",
        "key",
        "locale",
        "source_locale",
        "title",
        "path",
        "parent_id",
        "access_key",
        "published_at",
        "asked__taxonomy",
        "asked__code",
    )
    found: dict[int, Practice] = {}
    for page_id, key, own, source, title, path, parent_id, access_key, published_at, taxonomy, code in rows:
        practice = found.get(page_id)
        if practice is None:
            practice = found[page_id] = Practice(
                key, own, source, title, path, page_id, parent_id, access_key, published_at
            )
        if taxonomy:
            practice.terms.add((taxonomy, code))
    return list(found.values())


def in_language(found: Iterable[Practice], locale: str) -> list[Practice]:
    """One of each key, in this language, else in its fallback; its languages are among its terms. Pure."""
    by_key: dict[UUID, dict[str, Practice]] = defaultdict(dict)
    for practice in found:
        by_key[practice.key][practice.locale] = practice
    best = []
    for by_locale in by_key.values():
        source = next(iter(by_locale.values())).source_locale
        chain = languages.fallback_chain(locale, source)
        practice = next(by_locale[code] for code in chain if code in by_locale)
        spoken = {("language", code) for code in by_locale}
        best.append(replace(practice, terms=practice.terms | spoken))
    # What is in the reader's own language first.
    return sorted(best, key=lambda each: (each.locale != locale, each.title.casefold()))


def labels(locale: str) -> dict[tuple[str, str], str]:
    """The label of every term in a language, else in the nearest that has one. In the terms' order."""
    named = vocabulary.labels_of([name for name in FACETS if name in vocabulary.FACETS], locale)
    found = {(name, code): label for name, codes in named.items() for code, label in codes.items()}
    # An instrument is known by its symbol.
    found |= {(name, code): code for name, code in found if name == "instrument"}
    found |= {("evidence", value): label for value, label in GoodPracticePage.Evidence.choices}
    found |= {(Taxonomy.RESOURCE_TYPE.value, value): label for value, label in ResourcePage.Kind.choices}
    found[Taxonomy.RESOURCE_TYPE.value, GoodPracticePage.resource_type_code] = _("Good practice")
    found |= {("language", code): languages.name(code) for code in languages.codes()}
    return found


def named(name: str) -> str:
    """What a facet is called."""
    others = {
        "evidence": _("Evidence"),
        "instrument": _("Legal instrument"),
        "organisation": _("Organisation"),
        "year": _("Year"),
        "language": _("Language"),
    }
    return others.get(name) or Taxonomy(name).label


def ordered(rows: Iterable[Practice], order: str) -> list[Practice]:
    """Rows in an order of `ORDERS`; the rest by title, as they came."""
    if order == "newest":
        return sorted(rows, key=lambda row: row.published_at, reverse=True)
    if order == "year":
        return sorted(
            rows, key=lambda row: max((c for t, c in row.terms if t == "year"), default=""), reverse=True
        )
    return list(rows)


def matrix(all_terms: Iterable[Collection[tuple[str, str]]], chosen: Chosen) -> dict[tuple[str, str], int]:
    """How many things there are for each target and phase, given what is chosen elsewhere."""
    one, two = MATRIX
    others = {name: codes for name, codes in chosen.items() if name not in MATRIX}
    found: dict[tuple[str, str], int] = defaultdict(int)
    for terms in all_terms:
        if fits(terms, others):
            for name, code in terms:
                if name == one:
                    for other, second in terms:
                        if other == two:
                            found[code, second] += 1
    return found


def listing(
    *, page_ids: Collection[int], locale: str, principals: frozenset[str], query: QueryDict, url: str
) -> Listing:
    """The list at an address. The same few statements whatever its length. Raises BadInput for a page that isn't one."""
    chosen = chosen_terms(query)
    order = query.get("order", ORDERS[0])
    everything = practices(page_ids, locale, principals)
    fitting = [each for each in everything if fits(each.terms, chosen)]
    if order not in ORDERS:
        raise BadInput()
    fitting = ordered(fitting, order)
    names = labels(locale)
    number, count = _page_asked(query, len(fitting))
    on_page = fitting[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    bodies = bodies_of(on_page, principals)
    counted = counts((each.terms for each in everything), chosen)
    asked = query_of(chosen)

    def address(changed: str, **more) -> str:
        parts = [changed, urlencode(more)] if more else [changed]
        joined = "&".join(part for part in parts if part)
        return f"{url}?{joined}" if joined else url

    return Listing(
        rows=[_row(each, bodies.get(each.page_id, {}), locale, names) for each in on_page],
        pages={
            "number": number,
            "count": count,
            "previous": number - 1 if number > 1 else None,
            "next": number + 1 if number < count else None,
        },
        total=len(fitting),
        all=len(everything),
        facets=_facets(counted, names, chosen, address),
        chosen=[
            {"label": names.get((name, code), code), "url": address(toggled(chosen, name, code))}
            for name in FACETS
            for code in sorted(chosen.get(name, ()))
        ],
        query="".join(
            f"{part}&" for part in (asked, urlencode({"order": order}) * (order != ORDERS[0])) if part
        ),
        canonical=asked,
        order=order,
        orders=[
            {"label": label, "url": address(asked, order=name), "chosen": name == order}
            for name, label in zip(ORDERS, (_("By title"), _("Newest first"), _("By year")), strict=True)
        ],
        matrix=_matrix_rows(everything, names, chosen, address),
        questions=[
            {
                "name": name,
                "label": label,
                "options": [
                    {"code": code, "label": named_, "chosen": code in chosen.get(name, ())}
                    for (own, code), named_ in names.items()
                    if own == name and (own, code) in counted
                ],
            }
            for name, label in QUESTIONS
        ],
        exports=[{"label": kind.upper(), "url": address(asked, format=kind)} for kind in ("csv", "json")],
    )


def _page_asked(query: QueryDict, total: int) -> tuple[int, int]:
    """`(number, count)` of the page. Raises BadInput for one that isn't there."""
    count = max(1, -(-total // PAGE_SIZE))
    asked = query.get("page", "1")
    if not (asked.isdecimal() and asked.isascii() and len(asked) < 6) or not 1 <= int(asked) <= count:
        raise BadInput()
    return int(asked), count


def bodies_of(rows: Collection[Practice], principals: frozenset[str]) -> dict[int, dict]:
    """The documents of these rows by page. One statement."""
    shown = content.visible(principals).filter(page_id__in=[each.page_id for each in rows])
    items = shown.select_related("current").only("page_id", "current__body")
    return {item.page_id: content.body(item.current) for item in items}


def _facets(counted, names, chosen: Chosen, address: Callable[..., str]) -> list[dict]:
    found = []
    years = sorted({code for name, code in counted if name == "year"}, reverse=True)
    names = {**names, **{("year", code): code for code in years}}
    for facet in FACETS:
        terms = [
            {
                "code": code,
                "label": label,
                "count": counted.get((facet, code), 0),
                "chosen": code in chosen.get(facet, ()),
                "url": address(toggled(chosen, facet, code)),
            }
            for (own, code), label in names.items()
            if own == facet and (own, code) in counted
        ]
        if len(terms) > 1 or any(term["chosen"] for term in terms):
            folded = facet in FOLDED and facet not in chosen
            found.append({"taxonomy": facet, "label": named(facet), "terms": terms, "folded": folded})
    return found


def _matrix_rows(everything, names, chosen: Chosen, address: Callable[..., str]) -> dict:
    """`{columns: [label], rows: [{label, cells: [{count, url}]}]}` of the kinds of place and phases that there are."""
    cells = matrix((each.terms for each in everything), chosen)
    one, two = MATRIX
    rows = [code for name, code in names if name == one and any(code == place for place, _phase in cells)]
    columns = [code for name, code in names if name == two and any(code == phase for _place, phase in cells)]
    others = {name: codes for name, codes in chosen.items() if name not in MATRIX}
    return {
        "columns": [names[two, code] for code in columns],
        "rows": [
            {
                "label": names[one, row],
                "cells": [
                    {
                        "count": cells.get((row, column), 0),
                        "url": address(query_of({**others, one: {row}, two: {column}})),
                        "label": f"{names[one, row]}, {names[two, column]}",
                    }
                    for column in columns
                ],
            }
            for row in rows
        ],
    }


def _row(practice: Practice, body: dict, locale: str, names: Mapping[tuple[str, str], str]) -> dict:
    shown = ("phase", "target")
    evidence = body.get("evidence")
    kind = body.get("resource_type", GoodPracticePage.resource_type_code)
    return {
        "title": practice.title,
        "url": languages.swap_prefix(practice.path, locale),
        "locale": practice.locale,
        "kind": "" if "evidence" in body else names.get((Taxonomy.RESOURCE_TYPE.value, kind), ""),
        "summary": body.get("summary", ""),
        "place": body.get("place") or body.get("publisher", ""),
        "evidence_label": GoodPracticePage.Evidence(evidence).label
        if evidence in GoodPracticePage.Evidence.values
        else "",
        "restricted": practice.restricted,
        "terms": [
            {"label": label}
            for taxonomy in shown
            for (own, code), label in names.items()
            if own == taxonomy and (own, code) in practice.terms
        ],
    }
