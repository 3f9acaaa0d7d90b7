"""PO files, out and in. Pure but for the file that polib reads from.

One file whatever it holds: contexts begin with the key of their thing, so that the same words in two chapters stay two entries.
A translator opens and sends back one thing, and it is taken over or refused as a whole; an archive of files would be opened,
checked and refused file by file, and have to be unpacked with all the care that archives need.
"""

import re
from collections.abc import Iterable
from io import StringIO
from tempfile import NamedTemporaryFile

import polib
from django.utils.translation import gettext as _
from django.utils.translation import to_locale

from cms.core.tables.faults import refused

from . import inline, texts
from .contents import Part, Thing, Unit, paragraph_id
from .inline import Broken

# Lines by characters: the longest text, a character a line, with room; and a head that names some thousands of things, in lines.
MOST_COPIED = 3_000_000_000
ITEMS, SOURCE = "X-Compendium-Items", "X-Source-Language"
_CONTEXT = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(.+)", re.DOTALL)
_BASE = re.compile(r"\bbase ([0-9a-f]{8}|0)\b")
_ERROR_LINE = re.compile(r"line (\d+)")


def write(things: Iterable[Thing], source: str, target: str) -> bytes:
    """A PO file of things in one language, into another."""
    things = [thing for thing in things if thing.paragraphs]
    # Lines are left as long as they are: wrapping is for people who read them without a tool.
    file = polib.POFile(wrapwidth=0)
    file.metadata = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": to_locale(target),
        SOURCE: to_locale(source),
        ITEMS: " ".join(f"{thing.key}={thing.digest}" for thing in things),
    }
    for thing in things:
        for paragraph in thing.paragraphs:
            file.append(
                polib.POEntry(
                    msgctxt=f"{thing.key}:{paragraph.path}",
                    msgid=paragraph.source,
                    msgstr="" if paragraph.target_inline is None else paragraph.target,
                    comment=f"{' '.join(thing.title.split())}\nbase {paragraph.base}",
                )
            )
    return str(file).encode()


def read(data: bytes) -> list[Part]:
    """What a PO file holds, by thing. Raises FileRefused, with lines."""
    text = texts.text_of(data)
    if text.count("\nmsgid ") > texts.MOST_UNITS + 1:
        raise texts.too_many()
    _require_short(text)
    file = _parsed(text)
    entries = [entry for entry in file if not entry.obsolete]
    if len(entries) > texts.MOST_UNITS:
        raise texts.too_many()
    if not entries:
        raise refused(_("There is no paragraph in this file."))
    digests = dict(each.split("=", 1) for each in file.metadata.get(ITEMS, "").split() if "=" in each)
    units: dict[str, list[Unit]] = {}
    for entry in entries:
        found = _CONTEXT.fullmatch(entry.msgctxt or "")
        if found is None:
            raise refused(_("The entry has no context that says what it belongs to."), entry.linenum)
        units.setdefault(found[1], []).append(_unit(entry, found[2]))
    return [
        Part(
            line=found[0].line,
            key=key,
            digest=digests.get(key, ""),
            units=found,
            source_language=file.metadata.get(SOURCE, ""),
            target_language=file.metadata.get("Language", ""),
        )
        for key, found in units.items()
    ]


def _require_short(text: str) -> None:
    """Raises FileRefused for strings and comments that go on for too many lines: polib copies what it has of one for each line
    that follows."""
    lines = characters = 0
    for number, line in enumerate(StringIO(text, newline=None), 1):
        line = line.strip().removeprefix("#~").lstrip()
        if line.startswith("msg"):
            lines = characters = 0
        lines += 1
        characters += len(line)
        if lines * characters > MOST_COPIED:
            raise refused(texts.too_long(), number)


def _parsed(text: str) -> polib.POFile:
    # From a file of ours: polib takes a text that is the name of a file for that file, and cuts texts at more signs than lines
    # end with.
    with NamedTemporaryFile("w", suffix=".po", encoding="utf-8", newline="") as target:
        target.write(text)
        target.flush()
        try:
            return polib.pofile(target.name, encoding="utf-8")
        except Exception as error:
            # polib raises whatever its parser does.
            found = _ERROR_LINE.search(str(error)) if isinstance(error, OSError) else None
            raise refused(_("The file is not a PO file."), int(found[1]) if found else None) from None


def _unit(entry: polib.POEntry, path: str) -> Unit:
    base = _BASE.search(entry.comment or "")
    about = {"line": entry.linenum, "base": base[1] if base else None}
    if entry.msgid_plural:
        return Unit(**about, id="", source=(), target=None, fault=_("The entry has plural forms."))
    if max(len(entry.msgid), len(entry.msgstr)) > texts.LONGEST_TEXT:
        return Unit(**about, id="", source=(), target=None, fault=texts.too_long())
    own_id = paragraph_id(path, entry.msgid)
    try:
        source = inline.from_html(entry.msgid)
        target = inline.from_html(entry.msgstr) if entry.msgstr else None
    except Broken as error:
        return Unit(**about, id=own_id, source=(), target=None, fault=str(error))
    return Unit(**about, id=own_id, source=source, target=target, finished=not entry.fuzzy)
