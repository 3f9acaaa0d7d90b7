"""The repository's page: a document and the list below it; the list as a file."""

from django.http import HttpRequest, HttpResponse

from cms.content.api import Reading
from cms.core.errors import BadInput
from home import reading as pages
from home.chrome import Chrome
from home.views import bad_request

from .export import export
from .listing import listing


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
