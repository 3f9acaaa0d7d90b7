"""`/api/v2/search/`: what holds the words that somebody looks for, the best first."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cms.content import api as content
from cms.rest import parameters
from cms.rest.caching import respond
from cms.rest.paging import limit_and_offset
from cms.rest.parameters import refuse
from search import api as search

from . import schema
from .callers import DeliveryView, principals_of_request
from .fields import select
from .listing import types_of
from .lists import assemble, item_answers
from .queries import rows_by_item, siblings_of


class Search(DeliveryView):
    allowed_parameters = frozenset({"q", "locale", "type", "limit", "offset"})
    repeatable_parameters = frozenset({"type"})

    @schema.search
    def get(self, request: HttpRequest):
        query = request.GET
        principals = principals_of_request(request)
        if not query.get("q", "").strip():
            raise refuse("q", _("Say what to look for."), code="missing_parameter")
        limit, offset = limit_and_offset(query)
        locale = parameters.locale(query)
        types = [each.label for each in types_of(query, principals)] if "type" in query else None
        found = search.find(
            query["q"], principals=principals, locale=locale, types=types, limit=limit, offset=offset
        )
        visible = content.visible(principals)
        rows = rows_by_item(visible.filter(pk__in=found.item_ids), bodies=False)
        if content.freshen(rows.values()):
            rows = rows_by_item(visible.filter(pk__in=found.item_ids), bodies=False)
        shown = [rows[pk] for pk in found.item_ids if pk in rows and not rows[pk].stale]
        siblings = siblings_of(shown, principals)
        selection = select(None, known=(), detail=False)
        parts = item_answers(shown, siblings, selection, (None, (), False), locale)
        return respond(request, assemble(found.total, parts.values()))
