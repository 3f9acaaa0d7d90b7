"""XLIFF: 2.1 out and in, 1.2 in. Pure.

After the OASIS standards “XLIFF Version 2.1” (2018) and “XLIFF 1.2” (2008). What a file must not lose stands where every tool
keeps it, also when it turns 2.1 into 1.2: a thing's key is the id of its <file> (1.2: within `original`), a paragraph's id
and the text that its translator began with are in the id of its <unit>.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from lxml import etree

from cms.core import languages
from cms.core.tables.faults import refused

from . import elements, inline, texts
from .contents import Paragraph, Part, Thing, Unit
from .inline import Broken, Inline, Kind, Tag

NS = "urn:oasis:names:tc:xliff:document:2.0"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_UNIT_ID = re.compile(r"(u[0-9a-f]{20})-([0-9a-f]{8}|0)")
_ORIGINAL = re.compile(r"compendium:([0-9a-f-]{36}):([0-9a-f]{16})")
# What codes are to tools: they show bold as bold.
_TYPES = {
    "a": {"type": "link"},
    "b": {"type": "fmt", "subType": "xlf:b"},
    "strong": {"type": "fmt", "subType": "xlf:b"},
    "i": {"type": "fmt", "subType": "xlf:i"},
    "em": {"type": "fmt", "subType": "xlf:i"},
    "br": {"type": "fmt", "subType": "xlf:lb"},
}
_KEEP = {"canCopy": "no", "canDelete": "no"}
# States of 1.2 in which a target is no translation yet.
_UNFINISHED_12 = ("new", "needs-translation")


# Out ----------------------------------------------------------------------------------------------------------------


def write(things: Iterable[Thing], source: str, target: str) -> bytes:
    """An XLIFF 2.1 file of things in one language, into another. A thing without paragraphs is left out."""
    root = etree.Element(
        _in_2("xliff"), {"version": "2.1", "srcLang": source, "trgLang": target}, nsmap={None: NS}
    )
    root.text = "\n"
    for thing in things:
        if thing.paragraphs:
            _write_file(root, thing, source, target)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _in_2(name: str) -> str:
    return f"{{{NS}}}{name}"


def _line(parent, name: str, /, **attributes: str):
    """A child on a line of its own."""
    child = etree.SubElement(parent, _in_2(name), attributes)
    child.tail = "\n"
    return child


def _write_file(root, thing: Thing, source: str, target: str) -> None:
    file = _line(
        root,
        "file",
        id=thing.key,
        original=f"compendium:{thing.key}:{thing.digest}",
        srcDir=languages.direction(source),
        trgDir=languages.direction(target),
    )
    file.set(SPACE, "preserve")
    file.text = "\n"
    notes = _line(file, "notes")
    note = etree.SubElement(notes, _in_2("note"), category="title")
    note.text = elements.writable(thing.title)
    for paragraph in thing.paragraphs:
        _write_unit(file, paragraph)


def _write_unit(file, paragraph: Paragraph) -> None:
    source, target = paragraph.source_inline, paragraph.target_inline
    unit = _line(file, "unit", id=f"{paragraph.id}-{paragraph.base}", name=paragraph.path, canResegment="no")
    unit.text = "\n"
    tags = [each for each in (*source, *(target or ())) if isinstance(each, Tag)]
    data = {written: f"d{place}" for place, written in enumerate(dict.fromkeys(map(inline.native, tags)), 1)}
    if data:
        originals = _line(unit, "originalData")
        for written, own_id in data.items():
            etree.SubElement(originals, _in_2("data"), id=own_id).text = written
    # Without a state where nothing is translated: tools that fill it in don't all touch one that is there.
    segment = _line(unit, "segment", **({} if target is None else {"state": "translated"}))
    _write_text(etree.SubElement(segment, _in_2("source")), source, data)
    if target is not None:
        _write_text(etree.SubElement(segment, _in_2("target")), target, data)


def _write_text(parent, text: Inline, data: dict[str, str]) -> None:
    def begin(parent, tag):
        end = data[inline.native(Tag(Kind.CLOSE, tag.code))]
        start = data[inline.native(tag)]
        return etree.SubElement(
            parent, _in_2("pc"), {**_about(tag), "dataRefStart": start, "dataRefEnd": end}
        )

    def alone(parent, tag):
        etree.SubElement(parent, _in_2("ph"), {**_about(tag), "dataRef": data[inline.native(tag)]})

    def unwritable(parent, character):
        etree.SubElement(parent, _in_2("cp"), hex=f"{ord(character):04X}")

    elements.write(text, parent, begin, alone, unwritable)


def _about(tag: Tag) -> dict[str, str]:
    return {"id": tag.code, **_KEEP, **_TYPES.get(inline.element(tag.code)[0], {})}


# In -----------------------------------------------------------------------------------------------------------------


def read(data: bytes) -> list[Part]:
    """What an XLIFF file of version 1.2, 2.0 or 2.1 holds. Raises FileRefused, with lines."""
    root = texts.xml_of(data)
    version = root.get("version", "")
    if root.tag == _in_2("xliff") and version in ("2.0", "2.1"):
        parts = [_read_file(file, root) for file in _files(root, "unit")]
    elif elements.local(root) == "xliff" and version == "1.2":
        parts = [_read_file_12(file) for file in _files(root, "trans-unit")]
    else:
        raise refused(_("The file is not XLIFF of version 1.2 or 2.1."), root.sourceline)
    if not any(part.units for part in parts):
        raise refused(_("There is no paragraph in this file."))
    return parts


def _files(root, unit: str) -> list[etree._Element]:
    """The elements of things, where none stands in another, which would have its units as well, and where neither they nor
    units are too many: asked before anything is made of any. Raises FileRefused."""
    name = f"{root.tag.removesuffix('xliff')}file"
    counts = Counter()
    for each in root.iter():
        counts[elements.local(each)] += 1
        if max(counts["file"], counts[unit]) > texts.MOST_UNITS:
            raise texts.too_many(each.sourceline)
        if each.tag == name and each.getparent() is not root:
            raise refused(_("A <file> can stand in nothing but <xliff>."), each.sourceline)
    return [each for each in root if each.tag == name]


def _named(element, *names: str) -> Iterator[etree._Element]:
    """Descendants by their names, whatever their namespace."""
    return (each for each in element.iter() if elements.local(each) in names)


def _read_file(file, root) -> Part:
    found = _ORIGINAL.fullmatch(file.get("original", ""))
    return Part(
        line=file.sourceline,
        key=file.get("id", ""),
        digest=found[2] if found else "",
        units=[_read_unit(unit) for unit in file.iter(_in_2("unit"))],
        source_language=root.get("srcLang", ""),
        target_language=root.get("trgLang", ""),
        language_line=root.sourceline,
    )


def _unit(element, own_id: str, read_texts) -> Unit:
    """`read_texts()` gives source, target (None: none) and whether it is finished."""
    found = _UNIT_ID.fullmatch(own_id)
    about = {"line": element.sourceline, "id": found[1] if found else "", "base": found[2] if found else None}
    try:
        source, target, finished = read_texts()
    except Broken as error:
        return Unit(**about, source=(), target=None, fault=str(error))
    return Unit(**about, source=source, target=target, finished=finished)


def _read_unit(unit) -> Unit:
    return _unit(unit, unit.get("id", ""), lambda: _texts(unit))


def _texts(unit) -> tuple[Inline, Inline | None, bool]:
    """Tools may cut a unit into segments, and put the targets into another order. None where one of them has no target; what a
    tool says to be in its initial state isn't finished."""
    pieces = [each for each in unit if each.tag in (_in_2("segment"), _in_2("ignorable"))]
    for name in ("source", "target"):
        elements.require_short(child for piece in pieces for child in piece if elements.local(child) == name)
    source = [each for piece in pieces for each in _of(piece, "source", _READERS) or ()]
    targets = []
    for place, piece in enumerate(pieces, 1):
        ignorable = piece.tag == _in_2("ignorable")
        found = _of(piece, "target", _READERS)
        if found is None and not ignorable:
            return tuple(source), None, False
        if found is None:
            found = _of(piece, "source", _READERS) or ()
        targets.append((_order(piece.find(_in_2("target")), place), found))
    targets.sort(key=lambda each: each[0])
    finished = all(piece.get("state") != "initial" for piece in pieces)
    return tuple(source), tuple(each for _place, found in targets for each in found), finished


def _order(target, place: int) -> int:
    written = target.get("order", "") if target is not None else ""
    return int(written) if written.isdecimal() and len(written) < 9 else place


def _of(parent, name: str, readers) -> Inline | None:
    """The text in a child; None where there is no such child or nothing in it."""
    child = next((each for each in parent if elements.local(each) == name), None)
    return (tuple(elements.read(child, readers)) or None) if child is not None else None


def _inner(element):
    yield from elements.read(element, _READERS)


def _pc(element):
    code = elements.required(element, "id")
    yield Tag(Kind.OPEN, code)
    yield from elements.read(element, _READERS)
    yield Tag(Kind.CLOSE, code)


def _alone(element):
    yield Tag(Kind.ALONE, elements.required(element, "id"))


def _start(element):
    yield Tag(Kind.OPEN, elements.required(element, "id"))


def _end(element):
    yield Tag(Kind.CLOSE, elements.required(element, "startRef", "id"))


def _cp(element):
    written = element.get("hex", "")
    if not re.fullmatch(r"[0-9A-Fa-f]{1,6}", written) or not 0 < int(written, 16) <= 0x10FFFF:
        raise Broken(_("The element <cp> names a character that there isn’t."))
    if 0xD800 <= int(written, 16) <= 0xDFFF:
        raise Broken(_("The element <cp> names a character that there isn’t."))
    yield chr(int(written, 16))


def _nothing(element):
    yield from ()


_READERS = {
    "pc": _pc,
    "ph": _alone,
    "sc": _start,
    "ec": _end,
    "cp": _cp,
    "mrk": _inner,
    # Where an annotation begins and ends.
    "sm": _nothing,
    "em": _nothing,
}


# In, 1.2 ------------------------------------------------------------------------------------------------------------


def _read_file_12(file) -> Part:
    found = _ORIGINAL.fullmatch(file.get("original", ""))
    return Part(
        line=file.sourceline,
        key=found[1] if found else file.get("original", ""),
        digest=found[2] if found else "",
        units=[_read_unit_12(unit) for unit in _named(file, "trans-unit")],
        source_language=file.get("source-language", ""),
        target_language=file.get("target-language", ""),
        language_line=file.sourceline,
    )


def _read_unit_12(unit) -> Unit:
    def read_texts():
        for name in ("source", "target"):
            elements.require_short(child for child in unit if elements.local(child) == name)
        target = next((each for each in unit if elements.local(each) == "target"), None)
        finished = target is None or target.get("state", "") not in _UNFINISHED_12
        return _of(unit, "source", _READERS_12) or (), _of(unit, "target", _READERS_12), finished

    return _unit(unit, unit.get("id", ""), read_texts)


def _inner_12(element):
    yield from elements.read(element, _READERS_12)


def _g(element):
    code = elements.required(element, "id")
    yield Tag(Kind.OPEN, code)
    yield from elements.read(element, _READERS_12)
    yield Tag(Kind.CLOSE, code)


def _start_12(element):
    yield Tag(Kind.OPEN, elements.required(element, "rid", "id"))


def _end_12(element):
    yield Tag(Kind.CLOSE, elements.required(element, "rid", "id"))


def _isolated(element):
    kind = Kind.CLOSE if element.get("pos") == "close" else Kind.OPEN
    yield Tag(kind, elements.required(element, "rid", "id"))


# What stands in <bpt>, <ept>, <it> and <ph> is the code's own writing, which the source tells anyway.
_READERS_12 = {
    "g": _g,
    "x": _alone,
    "bx": _start_12,
    "ex": _end_12,
    "bpt": _start_12,
    "ept": _end_12,
    "it": _isolated,
    "ph": _alone,
    "mrk": _inner_12,
}
