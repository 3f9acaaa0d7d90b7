"""Formatted texts of other systems as the plain text that questions have here. Pure."""

import html
import re
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from .faults import MAX_TEXT, Unreadable
from .items import Remark

BLOCKS = frozenset(
    {"p", "div", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"}
)
SILENT = frozenset({"script", "style", "head", "title", "template"})
MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-zA-Z#][a-zA-Z0-9]{1,8};")


def plain(text: str, style: str) -> tuple[str, tuple[Remark, ...]]:
    """(the words, what was lost). Raises Unreadable `too_long`. Of `html`, of Moodle's automatic format (`moodle`: html where it has tags), else as it is."""
    # Some systems write pictures into the text itself.
    text = re.sub(r"""data:[^"'\s>]*""", "", text) if len(text) > MAX_TEXT else text
    if len(text) > MAX_TEXT:
        raise Unreadable("too_long", _("A text is too long."))
    if style == "html" or (style == "moodle" and MARKUP.search(text)):
        reader = _Words()
        reader.feed(text)
        reader.close()
        return reader.words, tuple(reader.losses)
    return _tidied(text), ()


def _tidied(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0
        self.losses: list[Remark] = []

    def handle_starttag(self, tag, attrs):
        if tag in SILENT:
            self.silent += 1
        elif tag == "br" or tag in BLOCKS:
            self.parts.append("\n")
        elif tag in ("img", "video", "audio", "iframe", "object", "svg"):
            words = dict(attrs).get("alt") or ""
            self.parts.append(f" {html.unescape(words)} " if words else " ")
            self._lose("media", _("Pictures, sound and films of the text are not taken over."))

    def handle_endtag(self, tag):
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data):
        if not self.silent:
            # Line breaks of the source are blanks in HTML.
            self.parts.append(re.sub(r"\s+", " ", data))

    def _lose(self, code, words):
        if code not in {loss.code for loss in self.losses}:
            self.losses.append(Remark(code, words))

    @property
    def words(self) -> str:
        return re.sub(r"\n\n+", "\n", _tidied("".join(self.parts)))
