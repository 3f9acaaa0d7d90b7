"""Addresses of the site: the root, documents, and what is shown when there is nothing."""

import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, HttpResponseServerError
from django.shortcuts import render
from django.template import TemplateDoesNotExist, loader
from django.utils.cache import patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.utils.translation import get_language, get_language_from_request, override
from django.views.decorators.http import require_safe

from cms.content import api as content
from cms.core.language_models import met

from . import reading
from .chrome import Chrome
from .hidden import is_met

logger = logging.getLogger(__name__)


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """To the front page in the reader's language, in the site's own where that isn't ready."""
    code = get_language_from_request(request)
    if code not in content.site_contents(locale=settings.LANGUAGE_CODE)["languages"]:
        code = settings.LANGUAGE_CODE
    response = HttpResponseRedirect(f"/{code}/")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    response["Cache-Control"] = "private, max-age=0"
    return response


@require_safe
def page(request: HttpRequest, path: str = "") -> HttpResponse:
    """A document at its address: three statements for nobody in particular. Absent and invisible are the same."""
    found = content.reading(path=request.path, principals=Chrome(request).principals)
    if found is None:
        raise Http404
    if found.item.locale == found.locale and found.item.path != request.path:
        # By the address of another language's page: a translation has one address, its own.
        return _elsewhere(request, found.item.path)
    return reading.answer(request, found)


def _elsewhere(request: HttpRequest, path: str) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(iri_to_uri(path) + (f"?{query}" if query else ""))
    patch_vary_headers(response, ["Cookie"])
    # Where it leads changes with the slug.
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def edition_page(request: HttpRequest, number: str, path: str) -> HttpResponse:
    """A page as an earlier edition has it, at the address that it had then. The current edition is read where it is today."""
    chrome = Chrome(request)
    where = {
        "path": f"/{chrome.locale}/{path}",
        "number": int(number),
        "principals": chrome.principals,
    }
    found = content.edition_reading(**where)
    if found is not None:
        return reading.answer_edition(request, found)
    address = content.elsewhere(**where)
    if address is None or not is_met(request, chrome.locale):
        raise Http404
    response = HttpResponseRedirect(address)
    patch_vary_headers(response, ["Cookie"])
    # Where it leads changes with the next release.
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def edition_changes(request: HttpRequest, number: str, path: str) -> HttpResponse:
    """What an edition changed from the one before: structure, titles and words. `path` is the root's of today."""
    chrome = Chrome(request)
    found = content.edition_changes(
        path=f"/{chrome.locale}/{path}", number=int(number), principals=chrome.principals
    )
    if found is None or reading.is_read_its_own_way(found[1]["type"]) or not is_met(request, chrome.locale):
        raise Http404
    changes, root = found
    response = render(
        request, "pages/edition_changes.html", {"changes": changes, "root": root, "chrome": chrome}
    )
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie"])
    return response


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    """404: what isn't there and what this reader may not see get the same words."""
    return _error(request, "404.html", 404)


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    return _error(request, "403.html", 403)


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    return _error(request, "400.html", 400)


def broken(request: HttpRequest) -> HttpResponse:
    """500: no database, no context, no surprise."""
    try:
        return HttpResponseServerError(loader.get_template("500.html").render())
    except Exception:
        logger.exception("the page for errors is broken itself")
        return HttpResponseServerError("<!doctype html><title>500</title><h1>500</h1>")


def _error(request, template, status):
    with override(met(get_language() or settings.LANGUAGE_CODE)):
        try:
            text = loader.get_template(template).render({}, request)
        except TemplateDoesNotExist:
            text = ""
        response = HttpResponse(text, status=status, headers={"Content-Language": get_language()})
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie"])
    return response
