"""The small Markdown of the demo's files (see content/README.md): to rich text, and to the segments of its translation."""

import re
from collections.abc import Callable
from html import escape

_LINK = re.compile(r"\[([^\]]+)\]\((page:[^)]+|https?://[^)]+)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITALIC = re.compile(r"(?<!\*)\*(?!\*)(.+?)\*")


def rich_text(text: str, link: Callable[[str], str]) -> str:
    """Rich text as Wagtail stores it. `link(target)` gives the attributes of an `a` for `page:…` or an address."""
    html = []
    for kind, lines in _groups(text):
        inline = [_inline(line, link) for line in lines]
        if kind == "p":
            html += [f"<p>{line}</p>" for line in inline]
        else:
            html.append(f"<{kind}>" + "".join(f"<li>{line}</li>" for line in inline) + f"</{kind}>")
    return "".join(html)


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
        elif match := re.match(r"\d+\.\s+(.*)", line):
            kind, content = "ol", match.group(1)
        if kind != "p" and groups and groups[-1][0] == kind:
            groups[-1][1].append(content)
        else:
            groups.append((kind, [content]))
    return [(kind, lines) for kind, lines in groups if kind]


def _inline(line: str, link: Callable[[str], str]) -> str:
    html = escape(line, quote=False)
    html = _LINK.sub(lambda match: f"<a {link(match.group(2))}>{match.group(1)}</a>", html)
    return _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", html))
