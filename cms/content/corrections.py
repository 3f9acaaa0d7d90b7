"""Changes that only correct: what somebody depends on may follow them, and no translation falls behind by them.

An editor says so of a revision; its publication marks the page so, and the version that is made of nothing but such marks is
a correction. So is a version that says what the one before it says. Documents that show it are marked the same way.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.db.models import Q

from .models import ContentVersion, Correction

# Where something is and how it is delivered and counted: set by the platform, of no meaning.
_PLACES = frozenset(
    {
        "url",
        "anchor",
        "number",
        "renditions",
        "width",
        "height",
        "focal_point",
        "version",
        "guide",
        "glossary",
    }
)
# Links are told by their words: where one inside leads is an address, those to the glossary are the platform's.
_LINK = re.compile(r"<a\b([^>]*)>|</a>")
_OUTSIDE = re.compile(r'href="(?:\w+:)[^"]*"')


def said(value):
    """A compiled value without addresses, numbers and sizes: two that are equal say the same to a reader. Pure."""
    if isinstance(value, Mapping):
        return {name: said(inner) for name, inner in value.items() if name not in _PLACES}
    if isinstance(value, list | tuple):
        return [said(each) for each in value]
    return _LINK.sub(_outside, value) if isinstance(value, str) and "<" in value else value


def _outside(tag: re.Match) -> str:
    found = _OUTSIDE.search(tag[1] or "")
    return f"<a {found[0]}>" if found else ""


def note(revision, only_corrects: bool) -> None:
    """Keep what the editor said of a revision, in the transaction that saves it. One that is saved over is asked anew."""
    if only_corrects:
        Correction.objects.get_or_create(revision=revision)
    else:
        Correction.objects.filter(revision=revision).delete()


def only_corrects(revision) -> bool:
    """Whether a revision's editor said that it only corrects. One statement."""
    return revision is not None and Correction.objects.filter(revision_id=revision.pk).exists()


@dataclass(frozen=True)
class Span:
    """The versions of a document after one that somebody has: after a number, or, where that isn't known, a moment.

    `part` names what they have of it, where that isn't all; what the name means is known to whoever looks it up.
    """

    key: UUID
    locale: str
    after: int | datetime
    part: str = ""

    def covers(self, version: ContentVersion) -> bool:
        since = version.number if isinstance(self.after, int) else version.created_at
        return (self.key, self.locale) == (version.item.key, version.item.locale) and since > self.after


def changes_of_meaning(
    spans: Collection[Span], part: Callable[[Mapping, str], object] = lambda body, name: body
) -> dict[Span, datetime]:
    """When each of these documents, or the part of it, first came to mean something else; those that were only corrected
    aren't in it. `part(body, name)` cuts what a span names out of a version's body.

    A change of meaning is a version that nobody called a correction and in which the part says something else than in the
    version before; where that isn't kept any more, each such version counts. One statement where nothing but corrections
    came, two where a part has to be looked at, none for nothing.
    """
    if not spans:
        return {}
    wanted = Q()
    for span in spans:
        since = {"number__gt": span.after} if isinstance(span.after, int) else {"created_at__gt": span.after}
        wanted |= Q(item__key=span.key, item__locale=span.locale, **since)
    rows = ContentVersion.objects.filter(wanted, correction=False).select_related("item")
    changed = list(rows.order_by("created_at", "pk").defer("body", "private", "text"))
    asked = [(version, span) for version in changed for span in spans if span.covers(version)]
    same = _says_the_same([(version, span.part) for version, span in asked if span.part], part)
    found: dict[Span, datetime] = {}
    for version, span in asked:
        if (version.pk, span.part) not in same:
            found.setdefault(span, version.created_at)
    return found


def _says_the_same(asked: list[tuple[ContentVersion, str]], part) -> set[tuple[int, str]]:
    """Which of these parts say in a version what they say in the version before it."""
    if not asked:
        return set()
    wanted = Q()
    names = defaultdict(set)
    for version, name in asked:
        wanted |= Q(item=version.item_id, number__in=(version.number - 1, version.number))
        names[version.item_id].add(name)
    rows = ContentVersion.objects.filter(wanted).only("item_id", "number", "body")
    parts = {}
    for row in rows.iterator(chunk_size=20):
        body = orjson.loads(row.body)
        for name in names[row.item_id]:
            parts[row.item_id, row.number, name] = said(part(body, name))
    return {
        (version.pk, name)
        for version, name in asked
        if (before := (version.item_id, version.number - 1, name)) in parts
        and parts[before] == parts[version.item_id, version.number, name]
    }
