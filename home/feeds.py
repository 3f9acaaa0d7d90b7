"""What machines read about the site without its API: sitemap, robots.txt, and an Atom feed of what is new.

All three hold what nobody in particular may read, and nothing else, whoever asks.
"""

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.content import api as content
from cms.content.models import ContentItem
from cms.core import audiences, languages, numerals

from .hidden import is_met

NEWEST = 30
_types: list[str] = []


def register(*page_types: str) -> None:
    """Let new pages of these types (`"app.Model"`) appear in the feed. Raises ValueError for one that does already."""
    for page_type in page_types:
        if page_type in _types:
            raise ValueError(f"{page_type} is in the feed already")
        _types.append(page_type)


def _public() -> QuerySet[ContentItem]:
    return content.visible(audiences.principals_of(None)).filter(stale=False)


class Documents(Sitemap):
    """Every public page in every language that it has, with its other languages beside it."""

    # A page of the sitemap is one file: with six languages beside each address it stays below 10 MB.
    limit = 5000

    def get_protocol(self, protocol=None):
        return urlsplit(settings.WAGTAILADMIN_BASE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc

    def items(self):
        return _public().only("key", "locale", "path", "updated_at").order_by("tree_path", "pk")

    def location(self, item):
        return item.path

    def lastmod(self, item):
        return item.updated_at

    def get_urls(self, page=1, site=None, protocol=None):
        urls = super().get_urls(page, site, protocol)
        keys = {url["item"].key for url in urls}
        siblings: dict = {}
        for item in _public().filter(key__in=keys).only("key", "locale", "path"):
            siblings.setdefault(item.key, {})[item.locale] = settings.WAGTAILADMIN_BASE_URL + item.path
        for url in urls:
            addresses = siblings.get(url["item"].key, {})
            url["alternates"] = [
                {"lang_code": numerals.bcp47(code), "location": addresses[code]}
                for code in languages.codes()
                if code in addresses
            ]
        return urls


SITEMAPS = {"documents": Documents}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers need not ask for, and where the sitemap is."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /accounts/",
        "Disallow: /api/learning/",
        "",
        f"Sitemap: {settings.WAGTAILADMIN_BASE_URL}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """The newest guides, practices and resources of one language, as Atom (RFC 4287). Two statements."""
    locale = get_language()
    if not is_met(request, locale):
        raise Http404
    base = settings.WAGTAILADMIN_BASE_URL
    known = getattr(request, "site_document", None)
    name = content.site_contents(locale=locale, document=known)["site_name"] or settings.WAGTAIL_SITE_NAME
    items = (
        _public()
        .filter(locale=locale, type__in=_types)
        .select_related("current")
        .defer("current__private", "current__text")
        .order_by("-first_published_at", "-pk")[:NEWEST]
    )
    feed = Atom1Feed(
        title=_("%(site)s: new guides and practices") % {"site": name},
        link=f"{base}/{locale}/",
        description="",
        language=numerals.bcp47(locale),
        feed_url=base + request.path,
        feed_guid=base + request.path,
    )
    for item in items:
        feed.add_item(
            title=item.title,
            link=base + item.path,
            description=content.body(item.current).get("summary") or item.search_description,
            # The same however the address changes.
            unique_id=f"urn:uuid:{item.key}",
            pubdate=item.first_published_at or item.published_at,
            updateddate=item.published_at,
            author_name=name,
        )
    text = feed.writeString("utf-8")
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        text, content_type="application/atom+xml; charset=utf-8"
    )
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response
