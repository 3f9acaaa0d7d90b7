"""Answering with a document: templates by page type, and what a type adds to its page.

`register` lets a package answer for a page type of its own:

    reading.register("learning.LessonPage", lesson)      # lesson(request, reading) -> HttpResponse

A type that lists don't hold (`listed = False`) and that nobody answers for isn't there: 404.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import orjson
from django.apps import apps
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.cache import patch_vary_headers
from wagtail.models import Page

from cms.content.api import EditionReading, Reading
from cms.rest.caching import PRIVATE, AnswerCache, make_answer, respond

from .chrome import Chrome

Handler = Callable[[HttpRequest, Reading], HttpResponse]
_handlers: dict[str, Handler] = {}


def register(page_type: str, handler: Handler) -> None:
    """Answer for a page type (`"app.Model"`). Raises ValueError if somebody does already."""
    if page_type in _handlers:
        raise ValueError(f"{page_type} is answered for already")
    _handlers[page_type] = handler


def is_read_its_own_way(page_type: str) -> bool:
    """Whether somebody answers for a page type: its earlier editions then have no addresses of ours."""
    return page_type in _handlers


def answer(request: HttpRequest, reading: Reading) -> HttpResponse:
    """The page of a document. Raises Http404 for types that aren't read at their address."""
    handler = _handlers.get(reading.item.type)
    if handler is not None:
        return handler(request, reading)
    if not reading.item.listed:
        raise Http404
    return page(request, reading)


def answer_edition(request: HttpRequest, reading: EditionReading) -> HttpResponse:
    """A page of an earlier edition. Raises Http404 for types that are read in a way of their own (courses): who is on an
    earlier edition of one reads it there."""
    if is_read_its_own_way(reading.item.type):
        raise Http404
    return page(request, reading, extra={"superseded": reading.superseded})


def page(request: HttpRequest, reading: Reading, *, template: str = "", extra=None) -> HttpResponse:
    """The document in its type's template, with `extra` in the context.

    For nobody in particular it can be kept by caches that ask again each time (304 by ETag); with a session or a message
    under way it is private and kept by nobody.
    """
    chrome = Chrome(request, reading)
    if chrome.has_messages:
        response = _rendered(request, reading, chrome, template, extra)
        response["Cache-Control"] = PRIVATE
        patch_vary_headers(response, ["Cookie"])
        return response
    tag = etag(request, reading, extra)
    answer = RENDERED.get(tag)
    if answer is None:
        rendered = _rendered(request, reading, chrome, template, extra)
        answer = make_answer(
            rendered.content,
            etag=tag,
            content_type=rendered["Content-Type"],
            surrogates=[
                *(f"key-{key}" for key in (reading.item.key, *reading.documents)),
                *([f"contents-{reading.item.root_key}"] if reading.item.root_key else []),
            ],
        )
        RENDERED.put(tag, answer)
    response = respond(request, answer)
    patch_vary_headers(response, ["Cookie"])
    return response


# The pages made last, as they are sent. The entity tag names everything that a page is made of, so that nothing in here
# can be out of date.
RENDERED = AnswerCache(24 * 1024 * 1024)


def _rendered(request, reading, chrome, template, extra) -> HttpResponse:
    return render(
        request,
        template or apps.get_model(reading.item.type).template,
        {
            "document": reading.document,
            "reading": reading,
            "chrome": chrome,
            # The editor's bar needs the page itself; nobody else's request loads it.
            "page": Page.objects.filter(pk=reading.item.page_id).first() if chrome.is_editor else None,
            **(extra or {}),
        },
    )


def etag(request: HttpRequest, reading: Reading, extra=None) -> str:
    """An entity tag, without quotes. Changes whenever the page would look different: body, envelopes, contents, filters, templates and style."""
    seen = [
        _build(),
        request.path,
        request.META.get("QUERY_STRING", ""),
        reading.version.digest if reading.version else "",
        sorted((code, item.envelope_digest, item.access_key) for code, item in reading.siblings.items()),
        # What isn't this reader's to know of doesn't show by a tag that changes.
        reading.seen,
        extra,
    ]
    return hashlib.sha256(orjson.dumps(seen, default=str)).hexdigest()[:32]


@lru_cache(maxsize=1)
def _build() -> str:
    """What this process was started with: a deployment with other templates, texts or styles gives other pages."""
    assets = ("site/site.css", "site/figures.js")
    digest = hashlib.sha256(" ".join(static(each) for each in assets).encode())
    folders = [settings.BASE_DIR / "templates", *map(Path, settings.LOCALE_PATHS)]
    files = [
        file for folder in folders for file in folder.rglob("*") if file.suffix in {".html", ".svg", ".po"}
    ]
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()
