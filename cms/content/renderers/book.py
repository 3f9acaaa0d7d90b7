"""A book: a document and what lies below it, in reading order, as one thing that can be typeset.

What the item's own audience may not see isn't in it; what is missing in its language stands there in another, which is said.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.core import audiences, languages, numerals

from .. import contents
from ..access import known_audiences
from ..compile import canonical, digest_of
from ..indexes import NONE, full_number, gathered
from ..models import ContentItem

#: Changed when books of the same documents should look different: files are then made again.
LAYOUT = 3

#: How the places of blocks that indexes list are called; see `listed_in` of blocks.
ANCHORS = {"figure": "figure", "table": "table", "stakeholders": "table", "case_study": "case"}


@dataclass(frozen=True)
class Part:
    """A chapter: its number (empty: none), its own language, its compiled blocks."""

    number: str
    title: str
    summary: str
    locale: str
    blocks: list[dict]
    url: str
    key: str = ""

    def numbered(self, number: int) -> str:
        """The number of a figure, table or case study with the chapter's before it."""
        return full_number(self.number, number)


class Member(NamedTuple):
    """What stands in a book: its number in the contents, the item, what it gives to the book's indexes."""

    number: str
    item: ContentItem
    index: dict


@dataclass
class Book:
    """Everything that a renderer needs. Addresses inside blocks are relative to `base`.

    `indexes` is as `cms.content.indexes.gathered` has it; an entry's `key` is that of its part.
    """

    title: str
    summary: str
    foreword: str
    locale: str
    number: str
    site_name: str
    url: str
    base: str
    version: int
    published_on: str
    parts: list[Part]
    glossary: list[dict] = field(default_factory=list)
    indexes: dict[str, list[dict]] = field(default_factory=lambda: NONE)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def direction(self) -> str:
        return languages.direction(self.locale)

    def digits(self, text) -> str:
        return numerals.localised(text, self.locale)


def members(item: ContentItem) -> list[Member]:
    """The item and what lies below it that everybody in its audience may see, in reading order. Three statements."""
    documents = contents.load([item.root_key] if item.root_key else [], item.locale, indexes=True)
    root = documents.get(str(item.root_key))
    node = (
        next((each for each in contents.flatten(root["node"]) if each["key"] == str(item.key)), None)
        if root
        else None
    )
    if node is None:
        return [Member("", item, {})]
    nodes = contents.flatten(node)
    known = known_audiences({each["access"] for each in nodes} | {item.access_key})
    ours = known.get(item.access_key, audiences.PUBLIC)
    seen = [
        each for each in nodes if each["access"] in known and audiences.implies(ours, known[each["access"]])
    ]
    rows = ContentItem.objects.select_related("current").filter(
        page_id__in=[each["id"] for each in seen], status=ContentItem.Status.LIVE, stale=False
    )
    by_page = {row.page_id: row for row in rows}
    entries = root["indexes"] if apps.get_model(item.type).shows_indexes else {}
    return [
        Member(each["number"], by_page[each["id"]], entries.get(each["key"], {}))
        for each in seen
        if each["id"] in by_page
    ]


def source_digest(found: list[Member]) -> str:
    """What a book of these is made of, as one digest: the same gives the same book."""
    rows = [
        [number, str(item.key), item.locale, item.path, item.current.digest, index]
        for number, item, index in found
    ]
    return digest_of(canonical([LAYOUT, settings.BASE_URL, rows]))


def gather(item: ContentItem, found: list[Member]) -> Book:
    """The book of an item from its members: its own text first where it has one, then each member's."""
    bodies = [(number, each, orjson.loads(each.current.body)) for number, each, _index in found]
    own = bodies[0][2]
    parts = [
        Part(
            number,
            each.title,
            text.get("summary", ""),
            each.locale,
            text.get("body") or [],
            each.path,
            str(each.key),
        )
        for number, each, text in bodies
        if each.pk != item.pk or text.get("body")
    ]
    glossary = {}
    for _number, _item, text in bodies:
        for entry in text.get("glossary", ()):
            glossary.setdefault(entry["code"], entry)
    site = next((d for d in contents.load([], item.locale).values() if d["node"]["site"]), None)
    with translation.override(item.locale):
        texts = labels()
    return Book(
        title=item.title,
        summary=own.get("summary", ""),
        foreword=own.get("foreword", ""),
        locale=item.locale,
        number=found[0].number,
        site_name=(site["texts"].get("site_name") or site["node"]["title"]) if site else "",
        url=settings.BASE_URL + item.path,
        base=settings.BASE_URL,
        version=item.current.number,
        published_on=item.published_at.date().isoformat(),
        parts=parts,
        glossary=sorted(glossary.values(), key=lambda entry: entry["term"].casefold()),
        indexes=_indexes(item.locale, found),
        texts=texts,
    )


def _indexes(locale: str, found: list[Member]) -> dict[str, list[dict]]:
    nodes = [
        {"key": str(each.item.key), "number": each.number, "url": each.item.path, "locale": each.item.locale}
        for each in found
    ]
    return gathered(nodes, {str(each.item.key): each.index for each in found}, locale)


def jpeg_name(image: dict | None) -> str | None:
    """The storage name of an image's widest JPEG: what both kinds of file can show."""
    renditions = [each for each in (image or {}).get("renditions", ()) if each["format"] == "jpeg"]
    if not renditions:
        return None
    return max(renditions, key=lambda each: each["width"])["url"].removeprefix("/media/")


class Pictures:
    """Pictures of a book, each once. `put(number, content)` takes one in and says under which name."""

    def __init__(self, put: Callable[[int, bytes], str]):
        self._put = put
        self._known: dict[str, str | None] = {}

    def path(self, image: dict | None) -> str | None:
        """Under which name an image was put; None where there is none or its file is gone."""
        name = jpeg_name(image)
        if name is None:
            return None
        if name not in self._known:
            try:
                with default_storage.open(name, "rb") as source:
                    content = source.read()
            except OSError:
                self._known[name] = None
            else:
                self._known[name] = self._put(len(self._known) + 1, content)
        return self._known[name]


def addressees(value: dict, words: dict[str, str]) -> str:
    """“Addressed to: Site managers · Police”, of a recommendation; empty where it doesn't say, as older ones."""
    named = " · ".join(each["label"] for each in value.get("addressees", ()))
    return f"{words['addressed_to']}: {named}" if named else ""


def labels() -> dict[str, str]:
    """The words that a book says itself, in the language at work."""
    return {
        "contents": _("Contents"),
        "foreword": _("Foreword"),
        "figure": _("Figure"),
        "table": _("Table"),
        "case_study": _("Case study"),
        "practice": _("Good practice"),
        "tool": _("Tool"),
        "recommendation": _("Recommendation"),
        "addressed_to": _("Addressed to"),
        "legal": _("Legal reference"),
        "checklist": _("Checklist"),
        "glossary": _("Glossary"),
        "case_studies": _("Case studies"),
        "tables": _("Tables"),
        "figures": _("Figures"),
        "abbreviations": _("Abbreviations"),
        "transcript": _("Transcript"),
        "download": _("Download"),
        "who": _("Who"),
        "before": _("Before"),
        "during": _("During"),
        "after": _("After"),
        "fallback": _("This chapter isn't translated yet. It is shown in another language."),
        "version": pgettext("of a document", "Version"),
        "published": _("Published on"),
        "address": _("Read the current version at"),
    }
