"""Display HTML as a tree of plain values that a typesetter can walk. Pure.

Only what our rich text may hold is understood; anything else is reduced to its words. A node is `{"t": kind, …}`:
`text` has `s`; `a` has `href`; `term` has `code`; those that hold others have `c`.
"""

from urllib.parse import urlsplit

from bs4 import BeautifulSoup, NavigableString

BLOCKS = {"p", "ul", "ol", "li", "hr"}
INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup", "sub": "sub", "code": "code"}
SCHEMES = {"http", "https", "mailto", "tel"}
TERM = "#term-"


def tree(html: str, base: str = "") -> list[dict]:
    """Blocks of display HTML: `[{"t": "p"|"ul"|"ol", "c": […]}]`, lists of items, paragraphs of inline nodes.

    `base` stands before root-relative addresses. Links of other schemes become their words.
    """
    found = []
    for child in BeautifulSoup(html or "", "html.parser").children:
        _block(child, found, base)
    return found


def _block(element, found, base):
    if isinstance(element, NavigableString):
        if element.strip():
            found.append({"t": "p", "c": [{"t": "text", "s": _spaced(element)}]})
    elif element.name in ("ul", "ol"):
        items = [_item(item, base) for item in element.find_all("li", recursive=False)]
        if items:
            found.append({"t": element.name, "c": items})
    elif element.name != "hr":
        inline = _inline(element, base)
        if inline:
            found.append({"t": "p", "c": inline})


def _item(item, base) -> list[dict]:
    """An item as blocks: its own words first, then lists inside it."""
    words, lists = [], []
    for child in item.children:
        if getattr(child, "name", None) in ("ul", "ol"):
            _block(child, lists, base)
        else:
            words += _nodes(child, base)
    return [*([{"t": "p", "c": words}] if words else []), *lists]


def _inline(element, base) -> list[dict]:
    return [node for child in element.children for node in _nodes(child, base)]


def _nodes(child, base) -> list[dict]:
    if isinstance(child, NavigableString):
        text = _spaced(child)
        return [{"t": "text", "s": text}] if text else []
    if child.name == "br":
        return [{"t": "br"}]
    inner = _inline(child, base)
    if child.name == "a":
        href = child.get("href", "")
        if href.startswith(TERM):
            return [{"t": "term", "code": href.removeprefix(TERM), "c": inner}]
        target = base + href if href.startswith("/") and not href.startswith("//") else href
        return [{"t": "a", "href": target, "c": inner}] if _allowed(target) and inner else inner
    if child.name in INLINE:
        return [{"t": INLINE[child.name], "c": inner}] if inner else []
    return inner


def _allowed(href: str) -> bool:
    try:
        return urlsplit(href).scheme in SCHEMES
    except ValueError:
        return False


def _spaced(text: str) -> str:
    """White space as a browser shows it: runs of it are one space."""
    words = " ".join(text.split())
    if not words:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + words + (" " if text[-1].isspace() else "")


def plain(nodes: list) -> str:
    """The words of a tree."""
    words = []
    for node in nodes:
        if isinstance(node, list):
            words.append(plain(node))
        else:
            words.append(node.get("s", "") + plain(node.get("c", [])))
    return "".join(words)
