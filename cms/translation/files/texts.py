"""From bytes to text and to XML, believing nothing. Pure."""

import re

from django.utils.translation import gettext as _
from lxml import etree

from cms.core.tables.delimited import decoded
from cms.core.tables.faults import FileRefused, refused
from cms.translation.markup import LONGEST_TEXT

MOST_BYTES = 10 * 1024 * 1024
MOST_UNITS = 20_000
_DECLARED = re.compile(r"\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([^\"']{1,40})[\"']")
_ENCODINGS = ("utf-8", "utf8", "utf-16", "us-ascii")
_BLANKS = re.compile(r"[\ufeff \t\r\n]*")
# Every TMX file of the older tools names its DTD. It is never fetched; anything between brackets is refused.
_NAMED_DTD = re.compile(r"<!DOCTYPE\s+tmx(?:\s+(?:SYSTEM|PUBLIC)(?:\s+(?:\"[^\"<>]*\"|'[^'<>]*')){1,2})?\s*>")


def text_of(data: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 with a byte-order mark. Raises FileRefused, with the line."""
    if len(data) > MOST_BYTES:
        raise refused(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2})
    text = decoded(data, _("The text isn’t in UTF-8. Save or export the file in UTF-8."))
    if "\0" in text:
        raise refused(_("The file has a NUL character."), line_at(text, text.index("\0")))
    if not text.strip():
        raise refused(_("The file is empty."))
    return text


def line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def xml_of(data: bytes, *, named_dtd: bool = False) -> etree._Element:
    """The root of an XML file. Raises FileRefused for another encoding, document types, entities, and what isn't well-formed.

    `named_dtd`: a document type that only names a file is passed over, as TMX files have it.
    """
    text = text_of(data)
    declared = _DECLARED.match(text)
    if declared and declared[1].lower() not in _ENCODINGS:
        raise refused(
            _("The file says that it is in %(encoding)s. Save or export it in UTF-8.")
            % {"encoding": declared[1]},
            1,
        )
    if (place := _document_type(text)) is not None:
        found = _NAMED_DTD.match(text, place) if named_dtd else None
        if found is None:
            raise refused(
                _("The file declares a document type or entities. That is not allowed."), line_at(text, place)
            )
        # As many lines as before, so that faults are told where they are.
        text = text[:place] + "\n" * found[0].count("\n") + text[found.end() :]
    # The text has been decoded: what it said of its encoding isn't true any more.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise refused(_("The file is not well-formed XML."), error.lineno) from None
    except ValueError:
        raise refused(_("The file is not well-formed XML.")) from None


def _document_type(text: str) -> int | None:
    """Where a document type is declared: before the root, behind nothing but comments and instructions."""
    place = 0
    while True:
        place = _BLANKS.match(text, place).end()
        for start, end in (("<?", "?>"), ("<!--", "-->")):
            if text.startswith(start, place):
                closed = text.find(end, place)
                if closed < 0:
                    return None
                place = closed + len(end)
                break
        else:
            return place if text.startswith("<!DOCTYPE", place) else None


def too_long() -> str:
    """What is told of a text that nobody could have typed at the desk either: walking it can take as long as it likes."""
    return _("The text has more than %(most)s characters.") % {"most": LONGEST_TEXT}


def too_many(line: int | None = None) -> FileRefused:
    return refused(_("The file has more than %(most)s paragraphs.") % {"most": MOST_UNITS}, line)
