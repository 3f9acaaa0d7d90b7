"""Pages that show what holds now: the day is part of what a kept copy is compared with."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cms.content.api import Reading
from cms.core.errors import BadInput
from home import reading as pages
from home.views import bad_request

from .press_kit import press_kit


def programme(request: HttpRequest, reading: Reading) -> HttpResponse:
    return pages.page(request, reading, extra={"year": timezone.localdate().year})


def communication_tools(request: HttpRequest, reading: Reading) -> HttpResponse:
    items = [each["value"] for each in reading.document["items"]]
    try:
        kit = press_kit(items, request.GET, timezone.localdate())
    except BadInput:
        return bad_request(request)
    return pages.page(request, reading, extra={"kit": kit})
