"""Rich text as Markdown (CommonMark), for whoever asks with `rich_text_format=markdown`.

Which strings are rich text is known from the API description, which is worked out from the fields and blocks of a type;
no string is guessed at. Documents hold display HTML: this turns it round when it is asked for.
"""

import re
from functools import lru_cache
from html import unescape
from urllib.parse import quote

from markdownify import MarkdownConverter

from cms.core import richtext

from .document_schemas import member
from .types import document_types

# What ends a link's address in Markdown, or would be read as an escape.
_IN_ADDRESS = {sign: quote(sign) for sign in " ()<>\\\t\r\n"}
_ENTITY = re.compile(r"&(?=#?\w+;)")
_SIGN = re.compile(r"([\\`*_\[\]<>&#|~=+.)-])")


class _Converter(MarkdownConverter):
    def convert_a(self, el, text, parent_tags):
        """A link with its address. What leads to a term of the glossary, which isn't part of the text, is its words."""
        words, href = text.strip(), el.get("href")
        if not words or not href or "term" in el.get("class", ()) or "_noformat" in parent_tags:
            return text
        address = _ENTITY.sub("&amp;", href.translate(str.maketrans(_IN_ADDRESS)))
        before = text[: len(text) - len(text.lstrip())]
        return f"{before}[{words}]({address}){text[len(text.rstrip()) :]}"


# Markdown has no raised and lowered letters: HTML in it stands for those.
_CONVERTER = _Converter(bullets="-", escape_misc=True, sub_symbol="<sub>", sup_symbol="<sup>")


def from_html(html: str) -> str:
    """Display HTML as Markdown. What the text says literally is escaped: no tag and no link comes of words."""
    if not html:
        return html
    try:
        return _CONVERTER.convert(html)
    except RecursionError:
        # Nested hundreds of times, which no editor makes: the words alone.
        return _SIGN.sub(r"\\\1", unescape(richtext.words(html)))


def of_document(label: str, body: dict) -> dict:
    """The members of a document of this type, or some of them, with rich text as Markdown."""
    return {name: _converted(_schema(label, name), value) for name, value in body.items()}


@lru_cache(maxsize=1000)
def _schema(label: str, name: str) -> dict:
    kind = document_types().get(label)
    return member(kind, name) if kind is not None and name in kind.fields else {}


def _converted(schema: dict, value):
    """A value with what its schema calls HTML as Markdown. What has no schema (any more) stays as it is."""
    if isinstance(value, str):
        return from_html(value) if schema.get("contentMediaType") == "text/html" else value
    if isinstance(value, list):
        items = schema.get("items", {})
        return [_converted(items, each) for each in value]
    if not isinstance(value, dict):
        return value
    if "allOf" in schema:
        # A page shown in place: what is shown of its document is as it is there.
        return of_document(value.get("type", ""), value)
    if "anyOf" in schema or "oneOf" in schema:
        return _converted(_chosen(schema, value), value)
    members = schema.get("properties", {})
    return {name: _converted(members.get(name, {}), each) for name, each in value.items()}


def _chosen(schema: dict, value: dict) -> dict:
    """Of alternatives the one that is meant: the block of that type in a stream, else the one that isn't null."""
    if "oneOf" in schema:
        kinds = {each["properties"]["type"]["const"]: each for each in schema["oneOf"]}
        return kinds.get(value.get("type"), {})
    return next((each for each in schema["anyOf"] if each.get("type") != "null"), {})
