"""Pages that show what holds now: the day is part of what a kept copy is compared with."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cms.content.api import Reading
from home import reading as pages


def programme(request: HttpRequest, reading: Reading) -> HttpResponse:
    return pages.page(request, reading, extra={"year": timezone.localdate().year})
