"""`/api/v2/taxonomies/`: the lists of terms, with labels in all languages."""

from django.http import HttpRequest

from cms.core.errors import NotFound
from cms.rest.caching import make_answer, respond
from cms.rest.encoding import encode
from home.vocabulary import api as vocabulary

from . import schema
from .absolute import url
from .callers import DeliveryView


class TaxonomyList(DeliveryView):
    allowed_parameters = frozenset()

    @schema.taxonomy_list
    def get(self, request: HttpRequest):
        items = [
            {**each, "detail_url": url(f"/api/v2/taxonomies/{each['name']}/")}
            for each in vocabulary.taxonomies()
        ]
        body = encode({"meta": {"total_count": len(items)}, "items": items})
        return respond(request, make_answer(body, surrogates=["taxonomies"]))


class TaxonomyDetail(DeliveryView):
    """All terms of a list at once: nobody needs a page of countries. One statement."""

    allowed_parameters = frozenset()

    @schema.taxonomy_detail
    def get(self, request: HttpRequest, name: str):
        known = {each["name"]: each for each in vocabulary.taxonomies()}
        if name not in known:
            raise NotFound
        items = vocabulary.terms(name)
        body = encode({**known[name], "meta": {"total_count": len(items)}, "items": items})
        return respond(request, make_answer(body, surrogates=["taxonomies", f"taxonomy-{name}"]))
