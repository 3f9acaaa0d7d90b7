"""What a page is, in the words of schema.org: for search engines and for whoever collects descriptions.

Pure. Vocabulary: https://schema.org/docs/full.html; what a course needs:
https://developers.google.com/search/docs/appearance/structured-data/course.
"""

import orjson
from django.apps import apps

from cms.content.api import Reading
from cms.content.takeaways import MEDIA_TYPES
from cms.core import numerals


def described(reading: Reading, *, base_url: str, site_name: str) -> dict:
    """A graph of the page and of its breadcrumbs; addresses are absolute."""
    item, document = reading.item, reading.document
    url = base_url + item.path
    publisher = {"@type": "Organization", "name": site_name, "url": f"{base_url}/"}
    work = {
        "@type": apps.get_model(item.type).schema_type,
        "@id": url,
        "url": url,
        "name": item.title,
        "description": item.search_description or document.get("summary") or document.get("lede") or "",
        "inLanguage": numerals.bcp47(reading.language),
        "datePublished": _moment(item.first_published_at),
        "dateModified": _moment(item.published_at),
        "image": [base_url + each for each in _pictures(document)],
        "publisher": publisher,
        "provider": publisher if item.type == "learning.CoursePage" else None,
        "isPartOf": _parent(reading, base_url),
        "encoding": [
            {
                "@type": "MediaObject",
                "contentUrl": base_url + each["url"],
                "encodingFormat": MEDIA_TYPES[each["kind"]],
                "contentSize": f"{each['size']} B",
            }
            for each in orjson.loads(item.files)
        ],
    }
    return {"@context": "https://schema.org", "@graph": [_filled(work), *_breadcrumbs(reading, base_url)]}


def _filled(work: dict) -> dict:
    """Without what isn't known: an empty value says something else than none."""
    return {name: value for name, value in work.items() if value not in (None, "", [])}


def _moment(value) -> str | None:
    return value.isoformat() if value else None


def _pictures(document: dict) -> list[str]:
    """The address of the cover or banner, once."""
    for name in ("cover", "banner"):
        renditions = (document.get(name) or {}).get("renditions") or []
        if renditions:
            return [renditions[-1]["url"]]
    return []


def _parent(reading: Reading, base_url: str) -> dict | None:
    above = reading.trail[-1:]
    return {"@id": base_url + above[0]["url"]} if above else None


def _breadcrumbs(reading: Reading, base_url: str) -> list[dict]:
    trail = reading.trail
    if not trail:
        return []
    steps = [*((node["title"], node["url"]) for node in trail), (reading.item.title, reading.item.path)]
    return [
        {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": position, "name": title, "item": base_url + address}
                for position, (title, address) in enumerate(steps, start=1)
            ],
        }
    ]
