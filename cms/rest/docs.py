"""The OpenAPI description and the page that shows it, both from here: no other host is contacted."""

import copy
import json
from collections.abc import Collection
from functools import lru_cache

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema

from cms.core.language_models import hidden_codes

from .caching import Answer, make_answer, respond
from .encoding import encode
from .reading import ReadView


def description() -> dict:
    """The description as a mapping. Takes seconds to make; it changes with the code alone."""
    with translation.override("en"):
        return SchemaGenerator().get_schema(request=None, public=True)


def as_text() -> str:
    """The description in a form that shows changes line by line."""
    plain = orjson.loads(encode(description()))
    return json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@lru_cache(maxsize=1)
def _made() -> dict:
    return description()


@lru_cache(maxsize=4)
def _answer(hidden: frozenset[str]) -> Answer:
    found = without(_made(), hidden) if hidden else _made()
    return make_answer(encode(found), content_type="application/vnd.oai.openapi+json;version=3.1")


def without(described: dict, hidden: Collection[str]) -> dict:
    """The description where these languages aren't offered: nobody is told to ask in one that readers don't meet.

    Answers may name them all the same, in what tells of the past.
    """
    found = copy.deepcopy(described)
    for operations in found["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in ("locale", "language") and "enum" in parameter["schema"]:
                    parameter["schema"]["enum"] = [
                        code for code in parameter["schema"]["enum"] if code not in hidden
                    ]
    return found


class Description(ReadView):
    """The OpenAPI 3.1 description of all endpoints. One statement."""

    @extend_schema(exclude=True)
    def get(self, request):
        return respond(request, _answer(frozenset(hidden_codes())))


@require_safe
@cache_control(max_age=3600)
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI over the description; its files are ours, its start is a script of its own (no inline script)."""
    return render(request, "rest/docs.html")
