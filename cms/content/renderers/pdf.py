"""A book as PDF: tagged (PDF/UA-1), with bookmarks, running heads and footnotes, set by typst.

The book goes in as data beside a fixed template; text in it stays text, whatever it looks like.
"""

import tempfile
from pathlib import Path

from cms.core import typesetting
from cms.core.typesetting import language

from ..indexes import NUMBERED
from . import markup
from .book import ANCHORS, Book, Part, Pictures, addressees

TEMPLATE = Path(__file__).with_name("book.typ")
# Pages and notes are numbered in each language's digits.
_NUMBERING = {"ar": "١"}


def render(book: Book) -> bytes:
    """The PDF of a book. Raises typst.TypstError where it can't be set, which is a defect of ours."""
    with tempfile.TemporaryDirectory(prefix="compendium-pdf-") as folder:
        root = Path(folder)
        return typesetting.compile_in(root, TEMPLATE, _value(book, root))


def _value(book: Book, root: Path) -> dict:
    def put(number: int, content: bytes) -> str:
        (root / f"{number}.jpg").write_bytes(content)
        return f"{number}.jpg"

    pictures = Pictures(put)
    parts = [_part(book, part, pictures) for part in book.parts]
    return {
        **language(book.locale),
        "title": book.title,
        "summary": book.summary,
        "number": book.digits(book.number),
        "foreword": markup.tree(book.foreword, book.base),
        "site_name": book.site_name,
        "url": book.url,
        "version": book.digits(book.version),
        "published": book.digits(book.published_on),
        "fonts": typesetting.families(book.locale),
        "dense": not (book.locale == "ar" or book.locale.startswith("zh")),
        "page_numbering": _NUMBERING.get(book.locale, "1"),
        "texts": book.texts,
        "parts": parts,
        "glossary": book.glossary,
        "indexes": _indexes(book, {block["place"] for part in parts for block in part["blocks"]}),
        "abbreviations": [
            {**language(each["locale"]), "short": each["abbreviation"], "meaning": each["meaning"]}
            for each in book.indexes["abbreviations"]
        ],
    }


def _indexes(book: Book, places: set[str]) -> list[dict]:
    """What stands at the end: lists of what has a place in this book. A figure whose picture is gone has none."""
    found = []
    for kind in NUMBERED:
        entries = [
            {
                **language(each["locale"]),
                "number": book.digits(each["number"]),
                "title": each["title"],
                "place": _place(each["key"], each["anchor"]),
            }
            for each in book.indexes[kind]
        ]
        found.append({"title": book.texts[kind], "entries": [e for e in entries if e["place"] in places]})
    return [each for each in found if each["entries"]]


def _place(key: str, anchor: str) -> str:
    """The name of a place in the book: anchors are unique within a chapter."""
    return f"{key}-{anchor}"


def _part(book: Book, part: Part, pictures: Pictures) -> dict:
    blocks, level = [], 1
    for block in part.blocks:
        kind, value = block["type"], block["value"]
        if value is None:
            continue
        if kind == "footnote":
            if blocks:
                blocks[-1]["notes"].append(_note(value, book.base))
            continue
        found = _block(kind, value, book, part, pictures)
        if found is not None:
            if kind == "heading":
                # PDF/UA refuses a heading that skips a level; an editor may begin with a subsection.
                level = found["level"] = min(found["level"], level + 1)
            anchor = ANCHORS.get(kind)
            place = _place(part.key, f"{anchor}-{block['id']}") if anchor else ""
            blocks.append({**found, "place": place, "notes": []})
    return {
        **language(part.locale),
        "number": book.digits(part.number),
        "title": part.title,
        "summary": part.summary,
        "blocks": blocks,
    }


def _note(value: dict, base: str) -> list[dict]:
    """A footnote's words, inline: its paragraphs one after the other."""
    return [node for block in markup.tree(value["text"], base) if block["t"] == "p" for node in block["c"]]


def _panel(eyebrow: str, title: str, html: str, base: str, href: str = "") -> dict:
    return {
        "kind": "panel",
        "eyebrow": eyebrow,
        "title": title,
        "nodes": markup.tree(html, base),
        "href": href,
    }


def _paragraph(text: str) -> list[dict]:
    return [{"t": "p", "c": [{"t": "text", "s": text}]}] if text else []


def _block(kind: str, value: dict, book: Book, part: Part, pictures: Pictures) -> dict | None:
    """A compiled block as the template takes it. None for what paper can't show."""
    words, base, digits = book.texts, book.base, book.digits
    match kind:
        case "heading":
            number = f"{part.number}.{value['number']}" if part.number else value["number"]
            return {
                "kind": "heading",
                "level": value["level"],
                "number": digits(number),
                "text": value["text"],
            }
        case "text":
            return {"kind": "text", "nodes": markup.tree(value, base)}
        case "figure":
            path = pictures.path(value["image"])
            return path and {
                "kind": "figure",
                "path": path,
                "alt": value["image"]["alt"],
                "caption": value["caption"],
                "number": digits(part.numbered(value["number"])),
            }
        case "table":
            return {
                "kind": "table",
                "head": value["columns"],
                "rows": [row for row in value["rows"] if len(row) == len(value["columns"])],
                "caption": value["caption"],
                "number": digits(part.numbered(value["number"])),
            }
        case "stakeholders":
            names = ("before", "during", "after")
            return {
                "kind": "table",
                "head": [words["who"], *(words[name] for name in names)],
                "rows": [
                    [(row["stakeholder"] or {}).get("label", ""), *(row[name] for name in names)]
                    for row in value["rows"]
                ],
                "caption": value["caption"],
                "number": digits(part.numbered(value["number"])),
            }
        case "quote":
            return {"kind": "quote", **value}
        case "box":
            return _panel("", value["title"], value["text"], base)
        case "case_study":
            place = f" · {value['place']}" if value["place"] else ""
            eyebrow = f"{words['case_study']} {digits(part.numbered(value['number']))}{place}"
            return _panel(eyebrow, value["title"], value["text"], base)
        case "checklist":
            return {"kind": "checklist", "title": value["title"], "items": value["items"]}
        case "practice":
            found = _panel(words["practice"], value["title"], "", base, base + value["url"])
            return {**found, "nodes": _paragraph(value.get("summary", ""))}
        case "tool":
            return _panel(words["tool"], value["name"], value["text"], base)
        case "recommendation":
            found = _panel(f"{words['recommendation']} {digits(value['number'])}", value["text"], "", base)
            return {
                **found,
                "nodes": [*_paragraph(addressees(value, words)), *_paragraph(value["rationale"])],
            }
        case "legal" if value["instrument"]:
            instrument = value["instrument"]
            found = _panel(words["legal"], f"{instrument['code']} {instrument['title']}", "", base)
            return {**found, "nodes": _paragraph(value["note"]), "href": instrument["url"]}
        case "media":
            return _panel(value["title"], words["transcript"], value["transcript"], base)
        case "download" if value["file"]:
            href = base + value["file"]["url"]
            found = _panel(words["download"], value["title"], "", base, href)
            return {**found, "nodes": _paragraph(value["description"])}
    return None
