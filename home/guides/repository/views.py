"""The repository's page: a document and the list below it; the list as a file. A practice with what is around it."""

from django.http import HttpRequest, HttpResponse

from cms.content import api as content
from cms.content.api import Reading
from cms.content.models import ContentItem
from cms.core import languages
from cms.core.errors import BadInput
from home import reading as pages
from home.chrome import Chrome
from home.views import bad_request

from .export import export
from .listing import listing
from .related import related

# Of the pages that a practice is used in, so many are named on its page.
MOST_USES = 12


def practice_index(request: HttpRequest, reading: Reading) -> HttpResponse:
    asked = {
        "page_ids": [item.page_id for item in reading.siblings.values()],
        "locale": reading.locale,
        "principals": Chrome(request).principals,
        "query": request.GET,
    }
    try:
        if "format" in request.GET:
            return export(kind=request.GET["format"], **asked)
        found = listing(url=request.path, **asked)
    except BadInput:
        return bad_request(request)
    return pages.page(request, reading, extra={"listing": found})


def practice(request: HttpRequest, reading: Reading) -> HttpResponse:
    """A practice, others that are near it, and where it is used: three statements beside the document's own."""
    items = content.open_to(reading.access)
    near = related(items=items, key=reading.item.key, locale=reading.locale)
    uses = content.in_language(content.users_of(items, reading.item.key), reading.locale)
    used_in = sorted(uses.values(), key=lambda item: (item.title.casefold(), item.key))
    extra = {
        "related": [_link(item, reading.locale) for item in near],
        "used_in": [_link(item, reading.locale) for item in used_in[:MOST_USES]],
        "used_in_others": max(0, len(used_in) - MOST_USES),
    }
    return pages.page(request, reading, extra=extra)


def _link(item: ContentItem, locale: str) -> dict:
    return {"title": item.title, "url": languages.swap_prefix(item.path, locale), "locale": item.locale}
