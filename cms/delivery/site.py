"""`/api/v2/site/`: name, languages and, for each, menus and the site's own texts."""

from django.conf import settings
from django.http import HttpRequest

from cms.content import api as content
from cms.core import languages
from cms.rest.caching import Answer, make_answer, respond
from cms.rest.encoding import encode

from . import schema
from .absolute import url
from .callers import DeliveryView, principals_of_request
from .items import detail_url


class Site(DeliveryView):
    """One statement for nobody in particular."""

    allowed_parameters = frozenset()

    @schema.site
    def get(self, request: HttpRequest):
        return respond(request, site_answer(principals_of_request(request)))


def site_answer(principals: frozenset[str]) -> Answer:
    """The site as these principals see it. A language in which nothing is published has no entry in `locales`."""
    access = content.access_keys(principals)
    documents = content.load_site()
    shown = content.languages_of(documents.get(settings.LANGUAGE_CODE))
    found = {}
    for code in shown:
        home = code in documents and content.visible_node(documents[code]["node"], access)
        if home:
            found[code] = {
                **{name: documents[code]["texts"].get(name, "") for name in ("site_name", "footer")},
                "home": _entry(home),
                "menu": [_entry(child) for child in home["children"] if child["menu"]],
            }
    body = {
        "name": settings.WAGTAIL_SITE_NAME,
        "url": url("/"),
        "default_locale": settings.LANGUAGE_CODE,
        "languages": [
            {
                "locale": code,
                "name": languages.name(code),
                "direction": languages.direction(code),
                "html_url": url(f"/{code}/"),
            }
            for code in shown
        ],
        "locales": found,
    }
    return make_answer(encode(body), surrogates=["site"])


def _entry(node: dict) -> dict:
    return {
        "id": node["id"],
        "key": node["key"],
        "type": node["type"],
        "title": node["title"],
        "locale": node["locale"],
        "html_url": url(node["url"]),
        "detail_url": detail_url(node["id"]),
    }
