"""An item as it is sent: the envelope encoded here, the body as it was stored.

`render` splices: `{"id":7,"meta":{…},` and the stored text after its opening brace. Nothing is parsed unless single fields
or Markdown were asked for.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson

from cms.core import languages

from . import markdown
from .absolute import absolute, url
from .fields import SOMETIMES, Selection
from .rows import Row, Sibling, key_text, moment, moment_text
from .types import document_types

PAGES = "/api/v2/pages/"


def detail_url(page_id: int) -> str:
    return url(f"{PAGES}{page_id}/")


def meta_of(
    row: Row, siblings: Iterable[Sibling], *, parent: dict | None = None, fallback_for: str | None = None
) -> dict:
    """All members of `meta` in their order. `siblings` are the visible items of the key, its own included;
    `parent` is `{id, type, path, title}` of the page above."""
    return {
        "type": row.type,
        "detail_url": detail_url(row.page_id),
        "html_url": url(row.path),
        "slug": row.slug,
        "show_in_menus": bool(row.show_in_menus),
        "seo_title": row.seo_title,
        "search_description": row.search_description,
        "first_published_at": moment_text(row.first_published_at),
        # Aliases compile to nothing: no document is one.
        "alias_of": None,
        "parent": parent
        and {
            "id": parent["id"],
            "meta": {
                "type": parent["type"],
                "detail_url": detail_url(parent["id"]),
                "html_url": url(parent["path"]),
            },
            "title": parent["title"],
        },
        "locale": row.locale,
        "key": key_text(row.key),
        "version": row.version,
        "digest": row.digest,
        "published_at": moment_text(row.published_at),
        "updated_at": moment_text(row.updated_at),
        "direction": languages.direction(row.locale),
        "translations": translations_of(siblings),
        "outdated": bool(row.outdated),
        "fallback_for": fallback_for,
        "access": "restricted" if row.access_key else "public",
        "edition": row.edition_number
        and {"number": row.edition_number, "released_at": moment_text(row.edition_released_at)},
        "supersedes": None,
        "superseded_by": None,
        "files": orjson.loads(absolute(row.files.encode())) if row.files != "[]" else [],
    }


def translations_of(siblings: Iterable[Sibling]) -> list[dict]:
    """`[{locale, id, title, detail_url, html_url, state, outdated_since}]` in the official order of languages, the item itself included."""
    found = {each.locale: each for each in siblings}
    return [
        {
            "locale": code,
            "id": found[code].page_id,
            "title": found[code].title,
            "detail_url": detail_url(found[code].page_id),
            "html_url": url(found[code].path),
            "state": found[code].state,
            "outdated_since": moment_text(found[code].outdated_since),
        }
        for code in languages.codes()
        if code in found
    ]


def render(
    row: Row,
    siblings: Sequence[Sibling],
    selection: Selection,
    *,
    parent: dict | None = None,
    fallback_for: str | None = None,
    said: dict | None = None,
) -> bytes:
    """The item as JSON, with whole addresses. `said` are members of `meta` that stand for those of the envelope."""
    return b"".join(parts(row, siblings, selection, parent=parent, fallback_for=fallback_for, said=said))


def parts(
    row: Row,
    siblings: Sequence[Sibling],
    selection: Selection,
    *,
    parent: dict | None = None,
    fallback_for: str | None = None,
    said: dict | None = None,
) -> tuple[bytes, bytes]:
    """The same as what is written now and, where all members are sent, what was stored: `row.digest` stands for that
    (and whether it is in Markdown)."""
    meta = meta_of(row, siblings, parent=parent, fallback_for=fallback_for) | (said or {})
    for name in SOMETIMES:
        if meta[name] is None and name not in (said or ()):
            del meta[name]
    if "parent" not in selection.meta:
        del meta["parent"]
    body = _sent(row) if selection.needs_body else ""
    if selection.everything:
        stored = _in_markdown(row.type, body) if selection.markdown else absolute(body[1:].encode())
        return b'{"id":%d,"meta":%s,' % (row.page_id, orjson.dumps(meta)), stored
    item = {"id": row.page_id} if selection.with_id else {}
    chosen = {name: value for name, value in meta.items() if name in selection.meta}
    if chosen:
        item["meta"] = chosen
    if selection.needs_body:
        chosen = selection.of_body(orjson.loads(absolute(body.encode())))
        item |= markdown.of_document(row.type, chosen) if selection.markdown else chosen
    elif "title" in selection.body:
        item["title"] = row.title
    return orjson.dumps(item), b""


def _in_markdown(label: str, body: str) -> bytes:
    """A stored body without its opening brace."""
    return orjson.dumps(markdown.of_document(label, orjson.loads(absolute(body.encode()))))[1:]


def _sent(row: Row) -> str:
    """The stored body, without what its type withholds."""
    withheld = document_types()[row.type].withheld
    if not withheld:
        return row.body
    body = orjson.loads(row.body)
    return orjson.dumps({name: value for name, value in body.items() if name not in withheld}).decode()


def surrogate(row: Row | Sibling) -> str:
    """The name by which caches are told that this item, in any language, has changed."""
    return f"key-{key_text(row.key)}"


def modified(rows: Iterable[Row]) -> datetime:
    return max(moment(row.updated_at) for row in rows)
