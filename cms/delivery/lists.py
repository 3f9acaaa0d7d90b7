"""A list as an answer: at most four statements, whatever its length."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from django.conf import settings
from django.http import QueryDict

from cms.content import api as content
from cms.rest.caching import Answer, AnswerCache, digest, make_answer

from . import items
from .facets import counted
from .fields import Selection
from .listing import TREE, Listing, listing
from .queries import Ranked, Window, bodies_of, siblings_of
from .rows import Row, Sibling

# Single items and whole lists as they were sent last; keys hold all that they were made of.
ITEMS = AnswerCache(24 * 1024 * 1024)
LISTS = AnswerCache(16 * 1024 * 1024)


@dataclass(frozen=True)
class Plan:
    """How a list is read and shown: nothing in it depends on what there is to be read."""

    window: Window | Ranked
    selection: Selection
    shape: tuple
    locale: str | None


# What nobody in particular asked for last. Writing a list's statement takes ten times as long as running it.
_plans: OrderedDict[str, Plan] = OrderedDict()
_PLANS, _LONGEST = 500, 500
# A place in the tree is looked up while planning; words and facets have statements of their own.
_NOT_KEPT = frozenset({*TREE, "search", "facets"})


def list_answer(query: QueryDict, principals: frozenset[str]) -> Answer:
    """The list that a query asks for. Raises BadInput with the name of the parameter that is wrong."""
    if principals or not _NOT_KEPT.isdisjoint(query):
        made = listing(query, principals)
        return _answer(_plan(made, query), principals, _facets(made))
    asked = f"{settings.BASE_URL}?{query.urlencode()}"
    plan = _plans.get(asked)
    if plan is None:
        plan = _plan(listing(query, principals), query)
        if len(asked) <= _LONGEST:
            _plans[asked] = plan
            if len(_plans) > _PLANS:
                _plans.popitem(last=False)
    return _answer(plan, principals)


def _plan(made: Listing, query: QueryDict) -> Plan:
    start, stop = made.offset, made.offset + made.limit
    if made.found is None:
        window = Window(made.matching, start, stop)
    else:
        window = Ranked(made.matching, made.found, start, stop, bodies=made.selection.needs_body)
    # Without `fields` the selection is the same object each time; else its text says what it is.
    types = tuple(sorted(query.getlist("type"))) if made.selection.everything else ()
    shape = (query.get("fields"), types, made.selection.markdown)
    return Plan(window, made.selection, shape, made.locale)


def _answer(plan: Plan, principals: frozenset[str], meta: dict | None = None) -> Answer:
    total, rows = plan.window.read()
    if content.freshen(rows):
        total, rows = plan.window.read()
    rows = [row for row in rows if not row.stale]
    siblings = siblings_of(rows, principals) if "translations" in plan.selection.meta else {}
    parts = item_answers(rows, siblings, plan.selection, plan.shape, plan.locale)
    return assemble(total, parts.values(), meta)


def _facets(made: Listing) -> dict | None:
    if not made.facets:
        return None
    matching = made.matching
    if made.found is not None:
        matching = matching.filter(pk__in=made.found.values("item_id"))
    return {"facets": counted(made.facets, matching, made.without, made.locale)}


def item_answers(
    rows: Sequence[Row],
    siblings: Mapping[str | UUID, Sequence[Sibling]],
    selection: Selection,
    shape: tuple,
    locale: str | None,
) -> dict[int, Answer]:
    """Items as they stand in a list, by page id. `shape` names the selection, for finding what was made before.

    The bodies of those that are made now, and haven't brought theirs along, are read in one statement; what was
    destroyed since its row was read is left out.
    """
    keys = [(settings.BASE_URL, shape, locale, row[:-1], tuple(siblings.get(row.key, ()))) for row in rows]
    kept = [ITEMS.get(key) for key in keys]
    wanted = [row for row, answer in zip(rows, kept, strict=True) if answer is None and row.body is None]
    bodies = bodies_of(wanted) if selection.needs_body else {}
    answers = {}
    for row, key, answer in zip(rows, keys, kept, strict=True):
        if answer is None:
            if selection.needs_body and row.body is None:
                if row.version_id not in bodies:
                    continue
                row = row._replace(body=bodies[row.version_id])
            fallback_for = locale if locale not in (None, row.locale) else None
            head, stored = items.parts(row, key[-1], selection, fallback_for=fallback_for)
            # Of a stored body its digest is known; in Markdown it is another text.
            etag = digest(head, row.digest) if stored and not selection.markdown else None
            answer = make_answer(head + stored, etag=etag, surrogates=[items.surrogate(row)])
            ITEMS.put(key, answer)
        answers[row.page_id] = answer
    return answers


def assemble(total: int, parts: Collection[Answer], meta: dict | None = None) -> Answer:
    """Items as Wagtail's envelope: `{"meta": {"total_count": …}, "items": […]}`."""
    head = orjson.dumps({"total_count": total, **(meta or {})})
    etag = digest(head, *(part.etag for part in parts))
    answer = LISTS.get(etag)
    if answer is None:
        texts = [text for part in parts for text in (b",", part.body)][1:]
        # Half a megabyte: put together once, not piece by piece.
        body = b"".join([b'{"meta":', head, b',"items":[', *texts, b"]}"])
        answer = make_answer(body, etag=etag, surrogates=["pages", *(part.surrogates for part in parts)])
        LISTS.put(etag, answer)
    return answer
