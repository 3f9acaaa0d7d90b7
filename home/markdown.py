"""The small Markdown in which texts come in by file: to rich text, and to the segments of its translation.

Paragraphs and items stand on one line each: `- ` and `1. ` begin lists, `**bold**`, `*italic*`, `[words](address)`.
Nothing else; plain text is a text without any of it.
"""

import re
from collections.abc import Callable
from html import escape

from cms.core import richtext

# None of these looks further than the next bracket, blank or quotation mark: a hostile line takes no longer than its length.
_LINK = re.compile(r"\[([^\[\]]+)\]\((page:[^)\s\[\"]+|https?://[^)\s\[\"]+)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITALIC = re.compile(r"(?<!\*)\*(?!\*)(.+?)\*")
_NUMBERED = re.compile(r"\d+\.\s+(.*)")


def rich_text(text: str, link: Callable[[str], str]) -> str:
    """Rich text as Wagtail stores it, of harmless markup alone.

    `link(target)` gives the attributes of an `a` for `page:…` or an address; none makes it plain words.
    """
    html = []
    for kind, lines in _groups(text):
        inline = [_inline(line, link) for line in lines]
        if kind == "p":
            html += [f"<p>{line}</p>" for line in inline]
        else:
            html.append(f"<{kind}>" + "".join(f"<li>{line}</li>" for line in inline) + f"</{kind}>")
    return richtext.storable("".join(html))


def web_link(target: str) -> str:
    """For texts from elsewhere: links lead to the web; what they say of our pages isn't known there."""
    return "" if target.startswith("page:") else f'href="{target}"'


def segments(text: str) -> list[str]:
    """The same text as wagtail-localize cuts it: one inline fragment a paragraph or item, links without their target."""
    found = []
    for _, lines in _groups(text):
        for line in lines:
            numbers = iter(range(1, 1000))
            found.append(_inline(line, lambda target, numbers=numbers: f'id="a{next(numbers)}"'))
    return found


def _groups(text: str) -> list[tuple[str, list[str]]]:
    """Paragraphs and lists: `("p" | "ul" | "ol", lines)`, lists that belong together in one group."""
    groups: list[tuple[str, list[str]]] = []
    for line in (text or "").strip().splitlines():
        line = line.strip()
        if not line:
            groups.append(("", []))
            continue
        kind, content = "p", line
        if line.startswith("- "):
            kind, content = "ul", line[2:]
        elif match := _NUMBERED.match(line):
            kind, content = "ol", match.group(1)
        if kind != "p" and groups and groups[-1][0] == kind:
            groups[-1][1].append(content)
        else:
            groups.append((kind, [content]))
    return [(kind, lines) for kind, lines in groups if kind]


def _inline(line: str, link: Callable[[str], str]) -> str:
    html = escape(line, quote=False)
    html = _LINK.sub(lambda match: _anchor(link(match.group(2)), match.group(1)), html)
    return _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", html))


def _anchor(attributes: str, words: str) -> str:
    return f"<a {attributes}>{words}</a>" if attributes else words
