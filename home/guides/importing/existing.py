"""What there is in a repository that a file may mean: read in the same few statements, however long the file."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.text import slugify
from modelcluster.models import get_serializable_data_for_fields
from wagtail.models import Page, Revision, WorkflowState

from cms.content import api as content
from cms.core.audiences import principals_of, satisfies
from home.vocabulary import api as vocabulary
from home.vocabulary.api import Names, folded

from ..models import (
    GoodPracticePage,
    PracticeIndexPage,
    PracticeInstrument,
    PracticeOrganisation,
    PracticeTerm,
)
from ..models.repository import source_ids
from .cells import VALUES, one_line, prose
from .columns import Kind
from .parse import Row
from .plan import Busy, Known, Stored

#: Child rows by the name of their relation: the model, and its field for what a row names.
ROWS = {
    "practice_terms": (PracticeTerm, "term"),
    "practice_instruments": (PracticeInstrument, "instrument"),
    "practice_organisations": (PracticeOrganisation, "organisation"),
}


def known(index: PracticeIndexPage, rows: Sequence[Row], user) -> Known:
    """What a plan of these rows has to know of a repository, for somebody."""
    names = vocabulary.load_names()
    keys, slugs = _meant(rows)
    practices = _practices(index, keys, slugs)
    below = Page.objects.child_of(index)
    audiences = content.audiences_of_keys(
        [index.translation_key, *{each.translation_key for each in practices}]
    )
    found = {each.slug for each in practices if each.path.startswith(index.path)}
    return Known(
        locale=index.locale.language_code,
        names=names,
        practices=_stored(practices, names, user, audiences),
        taken=frozenset(below.filter(slug__in=slugs).values_list("slug", flat=True)) - found,
        elsewhere=frozenset(
            Page.objects.filter(translation_key__in=keys).values_list("translation_key", flat=True)
        ),
        titles=frozenset(
            folded(title)
            for pair in below.type(GoodPracticePage).values_list("title", "draft_title")
            for title in pair
        ),
        audience=audiences[index.translation_key],
    )


def _meant(rows: Iterable[Row]) -> tuple[set[UUID], set[str]]:
    """Keys and slugs that rows may mean: given ones, and those that titles make."""
    keys, slugs = set(), set()
    for row in rows:
        try:
            keys.add(UUID(row.cells.get("key", "")))
        except ValueError:
            slug = row.cells.get("slug") or slugify(row.cells.get("title", ""), allow_unicode=True)
            slugs.add(slug[:255].strip("-") if not row.cells.get("slug") else slug[:255])
    return keys, slugs - {""}


def _practices(index, keys, slugs) -> list[GoodPracticePage]:
    """The repository's practices of these keys and slugs, in all its languages."""
    here = Q()
    for path in index.get_translations(inclusive=True).values_list("path", flat=True):
        here |= Q(path__startswith=path)
    pages = GoodPracticePage.objects.filter(here, alias_of__isnull=True)
    return list(
        pages.filter(Q(translation_key__in=keys) | Q(slug__in=slugs)).select_related("locale").order_by("pk")
    )


def _stored(pages: Collection[GoodPracticePage], names: Names, user, audiences: Mapping) -> list[Stored]:
    sources = source_ids({page.translation_key for page in pages})
    drafts = dict(
        Revision.objects.filter(pk__in=[page.latest_revision_id for page in pages]).values_list(
            "pk", "content"
        )
    )
    principals = principals_of(user)
    editable = {page.pk for page in pages if page.permissions_for_user(user).can_edit()}
    # Whoever may not change a practice compares with what its readers see.
    drafts = {
        page.pk: drafts[page.latest_revision_id]
        for page in pages
        if page.pk in editable and page.latest_revision_id in drafts
    }
    # A translation's terms are its source's; what was never drafted has them in rows.
    by_rows = {page.pk for page in pages if _is_translation(page, sources) or page.pk not in drafts}
    live = _live_rows({sources[page.translation_key] for page in pages if page.pk in by_rows})
    reviewed = _under_review(pages)
    codes = {(name, pk): code for (name, code), pk in names.ids.items()}
    found = []
    for page in pages:
        draft = drafts.get(page.pk) or get_serializable_data_for_fields(page)
        rows = live[sources[page.translation_key]] if page.pk in by_rows else _draft_rows(draft)
        busy = Busy.REVIEW if str(page.pk) in reviewed else None
        if page.locked and page.locked_by_id != user.pk:
            busy = Busy.LOCKED
        found.append(
            Stored(
                page_id=page.pk,
                key=page.translation_key,
                locale=page.locale.language_code,
                slug=page.slug,
                revision_id=page.latest_revision_id,
                values=_values(draft) | _names(rows, codes),
                source=not _is_translation(page, sources),
                editable=page.pk in editable,
                readable=page.live and satisfies(principals, audiences[page.translation_key]),
                busy=busy,
                drafted=page.live and page.has_unpublished_changes,
                audience=audiences[page.translation_key],
            )
        )
    return found


def _is_translation(page, sources) -> bool:
    return sources[page.translation_key] != page.pk


def _live_rows(page_ids: Collection[int]) -> dict[int, dict[str, list[int]]]:
    """`{page: {relation: [primary key of what is named]}}`. Three statements, none for no pages."""
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: {relation: [] for relation in ROWS})
    if page_ids:
        for relation, (model, target) in ROWS.items():
            for page, pk in model.objects.filter(page__in=page_ids).values_list("page", f"{target}_id"):
                found[page][relation].append(pk)
    return found


def _draft_rows(draft: Mapping) -> dict[str, list[int]]:
    return {
        relation: [row[target] for row in draft.get(relation, ())]
        for relation, (_model, target) in ROWS.items()
    }


def _under_review(pages) -> set[str]:
    if not pages:
        return set()
    states = WorkflowState.objects.active().filter(
        base_content_type=pages[0].get_base_content_type(), object_id__in=[str(page.pk) for page in pages]
    )
    return set(states.values_list("object_id", flat=True))


def _values(draft: Mapping) -> dict[str, object]:
    """A draft's values by column, comparable with what cells say."""
    return {
        column.name: _value(column.kind, draft.get(column.name))
        for column in VALUES
        if column.kind != Kind.NAMES
    }


def _value(kind: Kind, value):
    if kind == Kind.PROSE:
        return prose(value or "")
    if kind == Kind.TEXT:
        return one_line(value or "")
    if kind in (Kind.ROLES, Kind.REFERENCES):
        names = ("role", "part") if kind == Kind.ROLES else ("title", "url")
        children = json.loads(value) if isinstance(value, str) and value else value or ()
        return tuple(tuple(one_line(child["value"].get(name) or "") for name in names) for child in children)
    if kind == Kind.YEAR:
        return value
    if kind == Kind.CONSENT:
        return bool(value)
    return str(value or "")


def _names(rows: Mapping[str, Iterable[int]], codes: Mapping) -> dict[str, tuple[str, ...]]:
    """The codes of each list that child rows name."""
    found: dict[str, set[str]] = {column.name: set() for column in VALUES if column.kind == Kind.NAMES}
    lists = {
        "practice_terms": [name for name in found if name not in ("instrument", "organisation")],
        "practice_instruments": ["instrument"],
        "practice_organisations": ["organisation"],
    }
    for relation, pks in rows.items():
        for pk in pks:
            for name in lists[relation]:
                if (name, pk) in codes:
                    found[name].add(codes[name, pk])
    return {name: tuple(sorted(codes)) for name, codes in found.items()}
