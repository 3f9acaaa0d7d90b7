"""The search page: `/{language}/search/?q=`, in one language at a time."""

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cms.content import api as content
from cms.core import languages
from cms.core.audiences import principals_of

from .models import Entry
from .queries import find

PAGE_SIZE = 20
MAX_PAGE = 500


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Context of `search/search.html`: `query`, `results` (title, url, summary, type_label, locale), `total`, `page`
    (number, previous, next, count), `locale`."""
    query = request.GET.get("q", "").replace("\0", " ").strip()[:200]
    locale = get_language()
    if locale not in languages.codes():
        locale = languages.codes()[0]
    number = _number(request.GET.get("page", ""))
    principals = principals_of(request.user)
    found = find(
        query, principals=principals, locale=locale, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    pages = min(-(-found.total // PAGE_SIZE), MAX_PAGE)
    context = {
        "query": query,
        "results": results(found.item_ids, principals),
        "total": found.total,
        "page": {
            "number": number,
            "count": pages,
            "previous": number - 1 if number > 1 else None,
            "next": number + 1 if number < pages else None,
        },
        "locale": locale,
    }
    response = render(request, "search/search.html", context)
    response["Cache-Control"] = "private, no-store" if principals else "public, max-age=0, must-revalidate"
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Cookie"])
    return response


def results(item_ids: list[int], principals: frozenset[str]) -> list[dict]:
    """What the page shows of these items, in their order. One statement."""
    entries = {
        entry.item_id: entry
        for entry in Entry.objects.filter(item__in=content.visible(principals).filter(pk__in=item_ids))
        .select_related("item")
        .only("summary", "item__title", "item__path", "item__type", "item__locale")
    }
    return [
        {
            "title": entries[pk].item.title,
            "url": entries[pk].item.path,
            "summary": entries[pk].summary,
            "type_label": apps.get_model(entries[pk].item.type)._meta.verbose_name,
            "locale": entries[pk].item.locale,
        }
        for pk in item_ids
        if pk in entries
    ]


def _number(text: str) -> int:
    """A page's number; the first for whatever is none."""
    return (
        min(int(text), MAX_PAGE)
        if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text)
        else 1
    )
