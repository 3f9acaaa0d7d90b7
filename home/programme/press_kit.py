"""Communication tools as a reader meets them on a day: without what has expired, by kind, filtered. Pure.

Documents hold until when an item may be used; whether that day is over is decided when the page is read.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cms.core import languages
from cms.core.errors import BadInput

#: In filters: an item without words, for every language.
WORDLESS = "none"


class Kind(TextChoices):
    """What an item is, in the order in which readers meet them."""

    LOGO = "logo", _("Logo")
    FACTSHEET = "factsheet", _("Factsheet")
    BANNER = "banner", _("Banner")
    CARD = "card", _("Card for social media")
    VIDEO = "video", _("Video")
    PRESENTATION = "presentation", _("Presentation")
    PHOTO = "photo", _("Photograph")


HEADINGS = {
    Kind.LOGO: _("Logos"),
    Kind.FACTSHEET: _("Factsheets"),
    Kind.BANNER: _("Banners"),
    Kind.CARD: _("Cards for social media"),
    Kind.VIDEO: _("Videos"),
    Kind.PRESENTATION: _("Presentations"),
    Kind.PHOTO: _("Photographs"),
}


def expired(item: dict, today: date) -> bool:
    """Whether the last day on which an item may be used is over."""
    return bool(item["expires_on"]) and date.fromisoformat(item["expires_on"]) < today


def press_kit(items: Iterable[dict], query: Mapping[str, str], today: date) -> dict:
    """What a page shows: `{groups, kinds, languages, total, expired}`.

    `groups` are `{kind, heading, items}` of what is chosen; `kinds` and `languages` are filters, `{code, label, url, count,
    chosen}`, the first one for all; `total` counts what is chosen, `expired` what isn't offered any more. Items of which
    nothing can be taken along are left out. Raises BadInput for a kind or language that there is none of.
    """
    kind, language = query.get("kind", ""), query.get("language", "")
    if kind and kind not in Kind.values:
        raise BadInput()
    if language and language not in (WORDLESS, *languages.codes()):
        raise BadInput()
    known = [item for item in items if item["download"]]
    offered = [item for item in known if not expired(item, today)]
    chosen = [item for item in offered if _fits(item, kind, language)]
    return {
        "groups": [
            {"kind": each.value, "heading": HEADINGS[each], "items": found}
            for each in Kind
            if (found := [item for item in chosen if item["kind"] == each])
        ],
        "kinds": _filters(
            [(each.value, HEADINGS[each]) for each in Kind],
            chosen=kind,
            count=lambda code: sum(_fits(item, code, language) for item in offered),
            address=lambda code: _address(code, language),
        ),
        "languages": _filters(
            [*((code, languages.name(code)) for code in languages.codes()), (WORDLESS, _("Without words"))],
            chosen=language,
            count=lambda code: sum(_fits(item, kind, code) for item in offered),
            address=lambda code: _address(kind, code),
        ),
        "total": len(chosen),
        "expired": len(known) - len(offered),
    }


def _fits(item, kind, language) -> bool:
    return (not kind or item["kind"] == kind) and (not language or (item["language"] or WORDLESS) == language)


def _filters(choices, *, chosen, count, address) -> list[dict]:
    found = [
        {
            "code": code,
            "label": label,
            "url": address(code),
            "count": count(code),
            "chosen": code == chosen,
        }
        for code, label in [("", _("All")), *choices]
    ]
    return [each for each in found if each["count"] or each["chosen"] or not each["code"]]


def _address(kind: str, language: str) -> str:
    """A query of the page; a question mark alone leads to all of it."""
    return "?" + urlencode({name: value for name, value in (("kind", kind), ("language", language)) if value})
