"""Inline codes of XML formats: elements to texts and back. XLIFF 1.2 and 2.1 and TMX name them differently. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _
from lxml import etree

from . import texts
from .inline import Broken, Inline, Kind, Tag

# What XML 1.0 has no way to write. XLIFF 2 has an element for it.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Reader = Callable[[etree._Element], Iterator[str | Tag]]


def put(text: str, parent: etree._Element) -> None:
    """Add text behind what an element holds already."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def write(
    inline: Inline, target: etree._Element, begin: Callable, alone: Callable, unwritable: Callable
) -> None:
    """Fill an element. `begin(parent, tag)` makes the element that the rest up to its end stands in, `alone(parent, tag)` one
    without content, `unwritable(parent, character)` one for a character that XML has no way to write."""
    stack = [target]
    for each in inline:
        if isinstance(each, str):
            _write_text(each, stack[-1], unwritable)
        elif each.kind == Kind.OPEN:
            stack.append(begin(stack[-1], each))
        elif each.kind == Kind.CLOSE:
            stack.pop()
        else:
            alone(stack[-1], each)


def _write_text(text: str, parent, unwritable) -> None:
    place = 0
    for found in _UNWRITABLE.finditer(text):
        put(text[place : found.start()], parent)
        unwritable(parent, found[0])
        place = found.end()
    put(text[place:], parent)


def writable(text: str) -> str:
    """Without what XML has no way to write."""
    return _UNWRITABLE.sub("", text)


def local(element: etree._Element) -> str:
    """An element's name without its namespace; empty for comments and instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def read(element: etree._Element, kinds: dict[str, Reader]) -> Iterator[str | Tag]:
    """What an element says, by a reader for each name that may stand in it. Raises Broken for any other."""
    if element.text:
        yield element.text
    for child in element:
        name = local(child)
        if name:
            reader = kinds.get(name)
            if reader is None:
                raise Broken(_("The element <%(tag)s> can’t stand in a text.") % {"tag": name[:40]})
            yield from reader(child)
        if child.tail:
            yield child.tail


def require_short(parts: Iterable[etree._Element]) -> None:
    """Raises Broken where a text, given as the elements that make it up, is longer than any may be: in characters, or in elements,
    comments and instructions. Goes no further than it takes to know."""
    characters = places = 0
    for part in parts:
        for each in part.iter():
            places += 1
            if isinstance(each.tag, str):
                characters += len(each.text or "")
            if each is not part:
                characters += len(each.tail or "")
            if max(characters, places) > texts.LONGEST_TEXT:
                raise Broken(texts.too_long())


def required(element: etree._Element, *attributes: str) -> str:
    """The first of these attributes that an element has. Raises Broken."""
    for attribute in attributes:
        if value := element.get(attribute):
            return value
    raise Broken(
        _("The element <%(tag)s> has no %(attribute)s.")
        % {"tag": local(element), "attribute": attributes[-1]}
    )
