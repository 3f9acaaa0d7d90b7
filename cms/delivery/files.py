"""`/api/v2/documents/`: files of public collections, in at most three statements.

An upload has no public storage address (docs/decisions/0004): `download_url` is the view that asks each time who may have
the file.
"""

from django.db import models
from django.http import HttpRequest, QueryDict
from wagtail.documents import get_document_model

from cms.core.errors import NotFound
from cms.rest import parameters
from cms.rest.caching import digest, make_answer, respond
from cms.rest.encoding import encode
from cms.rest.paging import limit_and_offset

from . import schema
from .absolute import url
from .callers import DeliveryView, principals_of_request
from .fields import parse_names
from .queries import LARGEST_ID
from .uploads import ordered, public, selected

FILES = "/api/v2/documents/"
META = ("type", "detail_url", "tags", "download_url")
BODY = ("title", "filename", "content_type", "size", "sha256")
SORTABLE = {"id": "pk", "title": "title", "size": "file_size"}
PARAMETERS = frozenset({"id", "title", "search", "order", "fields", "limit", "offset"})


def listed_files(query: QueryDict) -> models.QuerySet:
    files = public(get_document_model())
    file_id = parameters.whole_number(query, "id", most=LARGEST_ID)
    if file_id is not None:
        files = files.filter(pk=file_id)
    if "title" in query:
        files = files.filter(title=query["title"])
    for word in query.get("search", "").split()[:16]:
        files = files.filter(title__icontains=word)
    return ordered(files, query, SORTABLE)


def described(file) -> dict:
    """A file as it is sent, with its tags loaded. What only the disk knows isn't looked up: `size` may be None."""
    return {
        "id": file.pk,
        "meta": {
            "type": file._meta.label,
            "detail_url": url(f"{FILES}{file.pk}/"),
            "tags": sorted(tag.name for tag in file.tags.all()),
            "download_url": url(file.url),
        },
        "title": file.title,
        "filename": file.filename,
        "content_type": file.content_type,
        "size": file.file_size,
        "sha256": file.sha256,
    }


class FileList(DeliveryView):
    allowed_parameters = PARAMETERS

    @schema.file_list
    def get(self, request: HttpRequest):
        principals_of_request(request)
        query = request.GET
        names = parse_names(query.get("fields"), meta=META, body=BODY, default={"id", "title", *META})
        limit, offset = limit_and_offset(query)
        files = listed_files(query)
        total = files.order_by().count()
        found = list(files.prefetch_related("tags")[offset : offset + limit]) if limit else []
        items = [selected(described(file), names) for file in found]
        body = encode({"meta": {"total_count": total}, "items": items})
        surrogates = ["documents", *(f"document-{file.pk}" for file in found)]
        return respond(request, make_answer(body, etag=digest(body), surrogates=surrogates))


class FileDetail(DeliveryView):
    allowed_parameters = frozenset({"fields"})

    @schema.file_detail
    def get(self, request: HttpRequest, file_id: int):
        principals_of_request(request)
        names = parse_names(request.GET.get("fields"), meta=META, body=BODY, default={"id", *META, *BODY})
        files = public(get_document_model()).prefetch_related("tags")
        file = files.filter(pk=file_id).first() if file_id <= LARGEST_ID else None
        if file is None:
            raise NotFound
        body = encode(selected(described(file), names))
        return respond(request, make_answer(body, surrogates=[f"document-{file_id}"]))
