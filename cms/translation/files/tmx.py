"""TMX 1.4b (LISA, 2005): translation memories, out and in. Pure.

In a memory a code is its own writing: `<bpt i="1">&lt;b&gt;</bpt>`. Units with codes that are no tags of ours are told and left
out: their words alone would be offered for texts that have no place for what stood between them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO

from django.utils.translation import gettext as _
from lxml import etree

from cms.core import languages
from cms.core.tables.faults import refused

from . import elements, inline, texts
from .contents import same_language
from .inline import Broken, Kind

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TAG = re.compile(r"<(/?)([a-z]+)(?: id=\"[A-Za-z][A-Za-z0-9.-]*\")?\s*/?>")
_TYPES = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "a": "link", "br": "lb"}


@dataclass(frozen=True)
class Pair:
    """A text and its translation, in HTML; `line` is where it stands in its file."""

    source: str
    target: str
    line: int = 0


@dataclass(frozen=True)
class Unreadable:
    """A unit that is left out."""

    line: int
    message: str


@dataclass(frozen=True)
class Memory:
    """What a TMX file has for one pair of languages."""

    source_language: str
    pairs: Sequence[Pair]
    left_out: Sequence[Unreadable] = ()


def write(pairs: Iterable[Pair], source: str, target: str) -> bytes:
    """A TMX file of pairs, one after the other: however many there are, one is in memory. What XML can't write is left out."""
    buffer = BytesIO()
    with etree.xmlfile(buffer, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("tmx", version="1.4"):
            header = {
                "creationtool": "Compendium",
                "creationtoolversion": "1",
                "segtype": "block",
                "o-tmf": "wagtail-localize",
                "adminlang": "en",
                "srclang": source,
                "datatype": "html",
            }
            file.write("\n", etree.Element("header", header), "\n")
            with file.element("body"):
                file.write("\n")
                for pair in pairs:
                    file.write(_unit(pair, source, target), "\n")
    return buffer.getvalue()


def _unit(pair: Pair, source: str, target: str) -> etree._Element:
    unit = etree.Element("tu")
    for language, html in ((source, pair.source), (target, pair.target)):
        variant = etree.SubElement(unit, "tuv", {LANG: language})
        _write_text(etree.SubElement(variant, "seg"), html)
    return unit


def _write_text(segment, html: str) -> None:
    """Begin and end of a tag are two elements that name each other, beside the text between them."""
    places: dict[str, int] = {}
    for each in inline.tidied(inline.from_html(html)):
        if isinstance(each, str):
            elements.put(elements.writable(each), segment)
            continue
        place = places.setdefault(each.code, len(places) + 1)
        about = {"type": _TYPES.get(inline.element(each.code)[0], "other"), "x": str(place)}
        if each.kind == Kind.ALONE:
            code = etree.SubElement(segment, "ph", about)
        elif each.kind == Kind.OPEN:
            code = etree.SubElement(segment, "bpt", {"i": str(place), **about})
        else:
            code = etree.SubElement(segment, "ept", i=str(place))
        code.text = inline.native(each)


def read(data: bytes, target: str) -> Memory:
    """The pairs of a TMX file into a language. Raises FileRefused: no TMX, from no language of ours, nothing in this language."""
    root = texts.xml_of(data, named_dtd=True)
    header, body = root.find("header"), root.find("body")
    if root.tag != "tmx" or header is None or body is None:
        raise refused(_("The file is not TMX."), root.sourceline)
    units = body.findall("tu")
    if len(units) > texts.MOST_UNITS:
        raise texts.too_many()
    written = header.get("srclang", "")
    source = next((code for code in languages.codes() if _means(written, code)), None)
    if source is None or source == target:
        told = _("The file is a memory from “%(theirs)s”, which is not a language that is translated here.")
        raise refused(told % {"theirs": written[:20]}, header.sourceline)
    pairs, left_out = [], []
    for unit in units:
        found = _pair(unit, source, target)
        if isinstance(found, Pair):
            pairs.append(found)
        elif found is not None:
            left_out.append(found)
    if not pairs and not left_out:
        raise refused(
            _("There is nothing in %(language)s in this file.") % {"language": languages.name(target)}
        )
    return Memory(source, pairs, left_out)


def _means(theirs: str, ours: str) -> bool:
    """Memories say which English or Chinese they are; here there is one of each."""
    return same_language(theirs, ours) or theirs.lower().partition("-")[0] == ours.partition("-")[0]


def _pair(unit, source: str, target: str) -> Pair | Unreadable | None:
    """None where the unit has nothing in one of the two."""
    found = {}
    for variant in unit.iterfind("tuv"):
        written = variant.get(LANG) or variant.get("lang") or ""
        for code in (source, target):
            if _means(written, code):
                found.setdefault(code, variant.find("seg"))
    if found.get(source) is None or found.get(target) is None:
        return None
    try:
        pair = Pair(_text(found[source]), _text(found[target]), unit.sourceline)
    except Broken as error:
        return Unreadable(unit.sourceline, str(error))
    if not _words(pair.source) or not _words(pair.target):
        return None
    return pair


def _words(html: str) -> str:
    return inline.plain(inline.from_html(html)).strip()


def _text(segment) -> str:
    """The text of a segment as HTML. Raises Broken."""
    elements.require_short([segment])
    found = elements.read(segment, _READERS)
    html = "".join(each if isinstance(each, _Native) else escape(each, quote=False) for each in found)
    return inline.canonical(inline.from_html(html))


class _Native(str):
    """A tag as it is written."""


def _native(element) -> Iterator[str]:
    written = "".join(element.itertext()).strip()
    if not _TAG.fullmatch(written):
        raise Broken(_("The unit has codes that texts don’t have here."))
    yield _Native(written)


def _inner(element) -> Iterator[str]:
    yield from elements.read(element, _READERS)


_READERS = {"bpt": _native, "ept": _native, "it": _native, "ph": _native, "hi": _inner}
