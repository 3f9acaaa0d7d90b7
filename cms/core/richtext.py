"""Rich text as it leaves: links resolved, markup reduced to what our editor can make.

The editor's own conversion filters too; this is the second lock, for text that came in by another door.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import nh3
from django.utils.html import escape
from wagtail.rich_text.rewriters import FIND_A_TAG, FIND_EMBED_TAG, extract_attrs

from .compilation import current

FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]

_CLEANER = nh3.Cleaner(
    tags={"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "a", "sup", "sub", "code", "hr"},
    attributes={"a": {"href", "hreflang", "lang"}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
)
_LINK = re.compile(r"<a(\b[^>]*)>(.*?)</a>", re.DOTALL)
# What may be stored: what the editor makes, links to pages and files by their numbers.
_STORABLE = nh3.Cleaner(
    tags={"p", "br", "b", "i", "ul", "ol", "li", "a"},
    attributes={"a": {"href", "linktype", "id"}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)
_UNLINKED = re.compile(r"<a(?: rel=\"[^\"]*\")?>(.*?)</a>", re.DOTALL)


def render(source: str) -> str:
    """Stored rich text as display HTML, with addresses relative to the site's root.

    A link to what isn't there (for everybody who may read the page) becomes its words.
    """
    html = FIND_A_TAG.sub(_link, source or "")
    return current().glossary.gloss(_UNLINKED.sub(r"\1", _CLEANER.clean(html)))


def _link(match: re.Match) -> str:
    attributes = extract_attrs(match.group(1))
    kind = attributes.get("linktype")
    if kind == "page":
        return _page_link(attributes.get("id", ""))
    if kind == "document":
        return _file_link(attributes.get("id", ""))
    href = attributes.get("href", "")
    return f'<a href="{escape(href)}">' if href else "<a>"


def _page_link(page_id: str) -> str:
    compilation = current()
    found = compilation.link(int(page_id)) if page_id.isdecimal() else None
    if not found:
        return "<a>"
    other = f' hreflang="{found["locale"]}"' if found["locale"] != compilation.locale else ""
    return f'<a href="{escape(found["url"])}"{other}>'


def _file_link(file_id: str) -> str:
    found = current().file(int(file_id)) if file_id.isdecimal() else None
    return f'<a href="{escape(found["url"])}">' if found else "<a>"


@dataclass(frozen=True)
class Link:
    """A link or picture of stored rich text that leads to something of ours: `kind` is `page`, `document` or `image`.

    `target` is its id as it is stored, a number unless the text came in by another door. `words` are plain.
    """

    kind: str
    target: str
    words: str


def links(source: str) -> Iterator[Link]:
    """What stored rich text leads to inside this site. Links elsewhere aren't among it."""
    for tag, inner in _LINK.findall(source or ""):
        attributes = extract_attrs(tag)
        if attributes.get("linktype") in ("page", "document"):
            yield Link(attributes["linktype"], attributes.get("id", ""), unescape(words(inner)))
    for tag in FIND_EMBED_TAG.findall(source or ""):
        attributes = extract_attrs(tag)
        if attributes.get("embedtype") == "image":
            yield Link("image", attributes.get("id", ""), attributes.get("alt", ""))


def storable(html: str) -> str:
    """Rich text that came in by another door than the editor, reduced to what the editor could have made."""
    return _STORABLE.clean(html)


def words(html: str) -> str:
    """The plain words of display HTML, blocks apart by a space: for search and for counting."""
    return nh3.clean(re.sub(r"</(p|li|h\d)>", " ", html), tags=set()).strip()
