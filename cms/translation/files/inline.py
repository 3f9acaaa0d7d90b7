"""Inline markup, between wagtail-localize's HTML and the codes that files have for it. Pure.

An `Inline` is text and tags in their order. A tag is known by its code: `a1` is `<a id="a1">`, which is how wagtail-localize
names a link, `a1:2` the same once more; `b_2` is the second `<b>` of its text. Files hold codes, so no markup and no address
ever comes in by a file.
"""

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from html.parser import HTMLParser
from itertools import groupby

from django.utils.translation import gettext as _
from wagtail_localize.strings import INLINE_TAGS

BREAK = "br"
_LINK_ID = re.compile(r"[A-Za-z][A-Za-z0-9.-]*")
# Line breaks of a text are tags: those of the file itself are blanks, however a tool has laid it out.
_BLANK = " \t\r\n"
# Run by run, and whether it has a break is asked of the run: a pattern that looks for the break itself tries a long run of blanks
# from each of them.
_BLANKS, _BREAKS = re.compile(f"[{_BLANK}]+"), re.compile("[\t\r\n]")


class Broken(ValueError):
    """Raised for markup that no paragraph can have; the message is for people."""


class Kind(StrEnum):
    OPEN = "open"
    CLOSE = "close"
    ALONE = "alone"


@dataclass(frozen=True)
class Tag:
    kind: Kind
    code: str


Inline = tuple[str | Tag, ...]


def element(code: str) -> tuple[str, str]:
    """`(name, id)` of what a code stands for; the id is empty but for links."""
    name, numbered, _number = code.partition("_")
    return (name, "") if numbered else ("a", code.partition(":")[0])


def native(tag: Tag) -> str:
    """The tag as it is written in HTML."""
    name, own_id = element(tag.code)
    if tag.kind == Kind.CLOSE:
        return f"</{name}>"
    attribute = f' id="{own_id}"' if own_id else ""
    return f"<{name}{attribute}{'/' if tag.kind == Kind.ALONE else ''}>"


def to_html(inline: Inline) -> str:
    """As wagtail-localize stores it."""
    return "".join(native(each) if isinstance(each, Tag) else escape(each, quote=False) for each in inline)


def from_html(html: str) -> Inline:
    """What a stored text says. Raises Broken for tags that cross, stay open, or aren't among those that texts have."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open:
        raise Broken(_("The tag <%(tag)s> is never closed.") % {"tag": reader.open[-1]})
    return tuple(_joined(reader.found))


def canonical(inline: Inline) -> str:
    """The HTML under which two texts that say the same are equal. Raises Broken where tags cross."""
    return to_html(from_html(to_html(tidied(inline))))


def tidied(inline: Inline) -> Inline:
    """Without what only lays out the file: line breaks between words, blanks around the text."""
    found = [each if isinstance(each, Tag) else _folded(each) for each in _joined(inline)]
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip(_BLANK)
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip(_BLANK)
    return tuple(each for each in found if each)


def _folded(text: str) -> str:
    """With one blank for each run of blanks that has a line break or a tab in it."""
    return _BLANKS.sub(lambda run: " " if _BREAKS.search(run[0]) else run[0], text)


def plain(inline: Inline) -> str:
    """The words alone; a break is a new line."""
    words = []
    for each in inline:
        if isinstance(each, str):
            words.append(each)
        elif element(each.code)[0] == BREAK:
            words.append("\n")
    return "".join(words)


def names(theirs: Inline, ours: Inline) -> dict[str, str] | None:
    """Our codes by those that a file has for them, taken from a text that stands in both. None where they differ.

    Tools number codes anew when they turn one format into another; the source tells which is which.
    """
    found: dict[str, str] = {}
    theirs, ours = tidied(theirs), tidied(ours)
    if len(theirs) != len(ours):
        return None
    for one, other in zip(theirs, ours, strict=True):
        if isinstance(one, str) or isinstance(other, str):
            if not (isinstance(one, str) and isinstance(other, str) and one.split() == other.split()):
                return None
        elif one.kind != other.kind or found.setdefault(one.code, other.code) != other.code:
            return None
    return found


def renamed(inline: Inline, codes: dict[str, str]) -> Inline:
    """With our codes for theirs; a code that isn't among them stays what it is."""
    return tuple(
        Tag(each.kind, codes.get(each.code, each.code)) if isinstance(each, Tag) else each for each in inline
    )


def check(target: str, source: str) -> None:
    """Raises Broken unless a text has the tags of its source, each as often; both are HTML."""
    wanted, found = _tags(source), _tags(target)
    if missing := wanted - found:
        raise Broken(_("The tag %(tag)s of the source is missing.") % {"tag": next(iter(missing))})
    if extra := found - wanted:
        raise Broken(_("The source has no tag %(tag)s, or has it less often.") % {"tag": next(iter(extra))})


def _tags(html: str) -> Counter[str]:
    return Counter(
        native(each) for each in from_html(html) if isinstance(each, Tag) and each.kind != Kind.CLOSE
    )


def _joined(inline) -> list[str | Tag]:
    """With texts that follow each other as one, without empty ones."""
    found: list[str | Tag] = []
    for is_text, run in groupby(inline, lambda each: isinstance(each, str)):
        if not is_text:
            found.extend(run)
        elif text := "".join(run):
            found.append(text)
    return found


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[str | Tag] = []
        self.open: list[str] = []
        self._codes: list[str] = []
        self._counts: Counter[str] = Counter()

    def handle_data(self, data):
        self.found.append(data)

    def handle_starttag(self, tag, attrs):
        code = self._code(tag, dict(attrs))
        if tag == BREAK:
            self.found.append(Tag(Kind.ALONE, code))
            return
        self.open.append(tag)
        self._codes.append(code)
        self.found.append(Tag(Kind.OPEN, code))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag != BREAK:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            raise Broken(_("The tag </%(tag)s> closes nothing, or tags cross.") % {"tag": tag[:20]})
        self.open.pop()
        self.found.append(Tag(Kind.CLOSE, self._codes.pop()))

    def _code(self, tag, attrs):
        if tag not in INLINE_TAGS:
            raise Broken(_("The tag <%(tag)s> can’t stand in a text.") % {"tag": tag[:20]})
        own_id = attrs.pop("id", None) if tag == "a" else None
        if attrs or (own_id is not None and not _LINK_ID.fullmatch(own_id)):
            raise Broken(_("The tag <%(tag)s> has an attribute that it can’t have.") % {"tag": tag})
        self._counts[own_id or tag] += 1
        number = self._counts[own_id or tag]
        if own_id:
            return own_id if number == 1 else f"{own_id}:{number}"
        return f"{tag}_{number}"
