"""Lists of items: Wagtail's parameters over items, and ours. Which rows, in which order; not how they are shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, JSONField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.content import api as content
from cms.rest import parameters
from cms.rest.paging import limit_and_offset
from cms.rest.parameters import refuse
from home.vocabulary.api import FACETS
from search import api as search

from . import facets
from .documents import wants_markdown
from .fields import Selection, select
from .queries import LARGEST_ID
from .rows import ORIGINAL, OUTDATED, STATES
from .types import DocumentType, types_open_to

# Columns of the envelope that lists filter by (equal) and sort by, under their names in the API.
_TEXTS = ("title", "slug", "seo_title", "search_description")
_SORTABLE = {
    "id": "page_id",
    "title": "title",
    "slug": "slug",
    "show_in_menus": "show_in_menus",
    "seo_title": "seo_title",
    "search_description": "search_description",
    "first_published_at": "first_published_at",
    "published_at": "published_at",
    "updated_at": "updated_at",
    "locale": "locale",
}
TREE = ("child_of", "descendant_of", "ancestor_of", "translation_of")
TAXONOMIES = FACETS

PARAMETERS = frozenset(
    {
        *_TEXTS,
        *TREE,
        *TAXONOMIES,
        "id",
        "key",
        "show_in_menus",
        "first_published_at",
        "type",
        "facets",
        "fields",
        "order",
        "search",
        "search_operator",
        "locale",
        "fallback",
        "translation_state",
        "limit",
        "offset",
        "site",
        "updated_since",
        "rich_text_format",
    }
)
REPEATABLE = frozenset({*TAXONOMIES, "type"})

# The front page's depth in Wagtail's tree: `root` in the parameters of the tree.
_FRONT = 2


@dataclass
class Listing:
    """What a list holds: `matching` are all rows in order; where relevance decides it, `found` are the search entries."""

    matching: QuerySet
    selection: Selection
    limit: int
    offset: int
    locale: str | None
    found: QuerySet | None = None
    facets: Sequence[str] = ()
    # For each facet that is filtered by: the rows that all other filters leave.
    without: dict[str, QuerySet] = field(default_factory=dict)


def allowed_parameters(query: QueryDict, principals: frozenset[str]) -> frozenset[str]:
    """The parameters that a list takes: of the types asked for, the fields that may be filtered by as well."""
    types = types_of(query, principals)
    if not types or "type" not in query:
        return PARAMETERS
    return PARAMETERS | _common_scalars(types).keys()


def listing(query: QueryDict, principals: frozenset[str]) -> Listing:
    """The list that a query asks for. Runs one statement where a place in the tree is named, else none.

    Raises BadInput with the name of the parameter that is wrong.
    """
    types = types_of(query, principals)
    limit, offset = limit_and_offset(query)
    locale = parameters.locale(query)
    _check_site(query)
    visible = content.visible(principals)
    rows = _in_language(visible, query, locale)
    if "type" in query:
        rows = rows.filter(type__in=[each.label for each in types])
    rows = _state(_envelope_filters(rows, query), query)
    rows = _field_filters(rows, query, types)
    rows = _places(rows, query, visible)
    rows = _ordered(rows, query, types)
    names = facets.asked(query.get("facets"), FACETS)
    without = {name: _terms(rows, query, but=name) for name in names if name in query}
    made = Listing(
        _terms(rows, query),
        _selection(query, types),
        limit,
        offset,
        locale,
        facets=names,
        without=without,
    )
    return _searched(made, query)


def types_of(query: QueryDict, principals: frozenset[str]) -> list[DocumentType]:
    """The types asked for, by label, several with commas or repeated; all where none is named."""
    known = types_open_to(principals)
    names = [name for value in query.getlist("type") for name in value.split(",")]
    if not names or "wagtailcore.Page" in names:
        return list(known.values())
    by_name = {label.lower(): each for label, each in known.items()}
    unknown = [name for name in names if name.lower() not in by_name]
    if unknown:
        raise refuse(
            "type",
            _("There is no such type; there are: %(names)s.") % {"names": ", ".join(known)},
            code="unknown_type",
        )
    return list(dict.fromkeys(by_name[name.lower()] for name in names))


def _selection(query, types) -> Selection:
    known = dict.fromkeys(name for each in types for name in each.fields)
    objects = [(name, each.target(name)) for each in types for name in each.objects]
    selection = select(query.get("fields"), known=known, objects=objects, detail=False)
    # Of what holds no text there is one form.
    return replace(selection, markdown=wants_markdown(query) and selection.needs_body)


def _in_language(visible: QuerySet, query, locale) -> QuerySet:
    """With `fallback` one row per key: the one in the first language that exists. Filters apply to that row."""
    fallback = parameters.locales(query, "fallback")
    if not fallback:
        return visible.filter(locale=locale) if locale else visible
    if locale is None:
        raise refuse("fallback", _("Say with “locale” which language it stands in for."))
    chain = list(dict.fromkeys([locale, *fallback]))
    chosen = Q(locale=chain[0])
    for index, code in enumerate(chain[1:], start=1):
        better = visible.filter(key=OuterRef("key"), locale__in=chain[:index])
        chosen |= Q(~Exists(better), locale=code)
    return visible.filter(chosen)


def _envelope_filters(rows: QuerySet, query) -> QuerySet:
    page_id = parameters.whole_number(query, "id", most=LARGEST_ID)
    if page_id is not None:
        rows = rows.filter(page_id=page_id)
    key = parameters.uuid(query, "key")
    if key is not None:
        rows = rows.filter(key=key)
    for name in _TEXTS:
        if name in query:
            rows = rows.filter(**{name: query[name]})
    in_menus = parameters.boolean(query, "show_in_menus")
    if in_menus is not None:
        rows = rows.filter(show_in_menus=in_menus)
    published = parameters.moment(query, "first_published_at")
    if published is not None:
        rows = rows.filter(first_published_at=published)
    since = parameters.moment(query, "updated_since")
    if since is not None:
        rows = rows.filter(updated_at__gte=since)
    return rows


def _state(rows: QuerySet, query) -> QuerySet:
    """Those that stand so as translations: see `rows.Sibling.state`."""
    state = parameters.choice(query, "translation_state", STATES)
    if state is None:
        return rows
    if state == ORIGINAL:
        return rows.filter(locale=F("source_locale"))
    return rows.exclude(locale=F("source_locale")).filter(outdated=state == OUTDATED)


def _common_scalars(types: Collection[DocumentType]) -> dict[str, models.Field]:
    """The scalar fields that all of these types have."""
    first, *others = types
    return {
        name: each
        for name, each in first.scalars.items()
        if all(name in other.scalars for other in others) and name not in PARAMETERS
    }


def _with_body(rows: QuerySet) -> QuerySet:
    """Rows whose bodies the database can look into: filters must see what is published, not what is being edited."""
    if "body_value" in rows.query.annotations:
        return rows
    return rows.annotate(body_value=Cast(F("current__body"), JSONField()))


def _field_filters(rows: QuerySet, query, types) -> QuerySet:
    if "type" not in query:
        return rows
    for name, each in _common_scalars(types).items():
        if name in query:
            rows = _with_body(rows).filter(**{f"body_value__{name}": _value(query, name, each)})
    return rows


def _value(query, name: str, each: models.Field):
    if isinstance(each, models.BooleanField):
        return parameters.boolean(query, name)
    if isinstance(each, models.IntegerField):
        return parameters.whole_number(query, name)
    if isinstance(each, models.DateField):
        try:
            day = parse_date(query[name])
        except ValueError:
            day = None
        if day is None:
            raise refuse(name, _("It must be a day such as 2026-11-22."))
        return day.isoformat()
    if isinstance(each, models.UUIDField):
        return str(parameters.uuid(query, name))
    if each.choices:
        return parameters.choice(query, name, [str(value) for value, _label in each.flatchoices])
    return query[name]


def _terms(rows: QuerySet, query, but: str = "") -> QuerySet:
    """Terms of one taxonomy are alternatives, those of several must all hold. The filter named `but` is left out."""
    for taxonomy in TAXONOMIES:
        codes = query.getlist(taxonomy)
        if codes and taxonomy != but:
            with_term = rows.model.objects.filter(terms__taxonomy=taxonomy, terms__code__in=codes[:100])
            rows = rows.filter(pk__in=with_term.values("pk"))
    return rows


def _places(rows: QuerySet, query, visible: QuerySet) -> QuerySet:
    """The parameters of the tree. What is named must be there for these principals. One statement for all of them."""
    if "child_of" in query and "descendant_of" in query:
        raise refuse("descendant_of", _("It can't be combined with “child_of”."))
    asked = {}
    for name in TREE:
        if name in query:
            is_root = query[name] == "root" and name != "ancestor_of"
            asked[name] = None if is_root else parameters.whole_number(query, name, most=LARGEST_ID)
    if not asked:
        return rows
    wanted = Q(page_id__in=[page_id for page_id in asked.values() if page_id is not None])
    if None in asked.values():
        wanted |= Q(depth=_FRONT, locale=settings.LANGUAGE_CODE)
    there = list(visible.filter(wanted).values("page_id", "key", "tree_path", "depth", "locale"))
    for name, page_id in asked.items():
        place = next((each for each in there if _is_asked(each, page_id)), None)
        if place is None:
            raise refuse(name, _("There is no such page."))
        rows = _below(rows, name, place)
    return rows


def _is_asked(place, page_id) -> bool:
    if page_id is None:
        return place["depth"] == _FRONT and place["locale"] == settings.LANGUAGE_CODE
    return place["page_id"] == page_id


def _below(rows: QuerySet, name: str, place: dict) -> QuerySet:
    path = place["tree_path"]
    if name == "child_of":
        return rows.filter(parent_id=place["page_id"])
    if name == "descendant_of":
        return rows.filter(tree_path__startswith=path).exclude(page_id=place["page_id"])
    if name == "ancestor_of":
        step = Page.steplen
        return rows.filter(tree_path__in=[path[:end] for end in range(step, len(path), step)])
    return rows.filter(key=place["key"]).exclude(page_id=place["page_id"])


def _ordered(rows: QuerySet, query, types) -> QuerySet:
    """Every order ends in the id, so that pages of a list never overlap."""
    order = query.get("order")
    if order is None:
        return rows.order_by("page_id")
    names = order.split(",")
    if "random" in names:
        if len(names) > 1:
            raise refuse("order", _("“random” stands alone."))
        if "offset" in query:
            raise refuse("order", _("“random” has no pages: leave “offset” out."))
        return rows.order_by("?")
    scalars = _common_scalars(types) if "type" in query else {}
    columns = []
    for name in names:
        plain = name.removeprefix("-")
        if plain in _SORTABLE:
            column = _SORTABLE[plain]
        elif plain in scalars:
            rows = _with_body(rows)
            column = f"body_value__{plain}"
        else:
            raise refuse(
                "order", _("There is no such field: %(names)s.") % {"names": plain[:60]}, code="unknown_field"
            )
        columns.append(f"-{column}" if name.startswith("-") else column)
    if len(columns) > 8:
        raise refuse("order", _("At most %(most)s fields.") % {"most": 8})
    return rows.order_by(*columns, "page_id")


def _searched(made: Listing, query) -> Listing:
    """Rows that hold the words; the best first unless another order is asked for."""
    operator = parameters.choice(query, "search_operator", ("and", "or"), "and")
    if "search" not in query:
        return made
    found = search.matching(query["search"], operator=operator)
    items = found.values("item_id")
    made.without = {name: rows.filter(stale=False, pk__in=items) for name, rows in made.without.items()}
    # A stale document's words may be those of something that was withdrawn.
    made.matching = made.matching.filter(stale=False)
    if "order" in query:
        made.matching = made.matching.filter(pk__in=items)
    else:
        made.found = found.filter(item__in=made.matching.order_by())
    return made


def _check_site(query) -> None:
    """There is one site: its own name is understood, any other is wrong."""
    site = query.get("site")
    if site is not None and site not in {
        urlsplit(settings.BASE_URL).netloc,
        urlsplit(settings.BASE_URL).hostname,
    }:
        raise refuse("site", _("There is no such site."))
