"""A book as EPUB 3: one file a chapter, navigation, notes, pictures with alternative text; reflowable, no scripts."""

import re
import uuid
from datetime import datetime
from html import escape
from io import BytesIO

from ebooklib import epub

from cms.core import languages, numerals

from ..indexes import NUMBERED
from . import markup
from .book import ANCHORS, Book, Part, Pictures, addressees

STYLE = """
body { line-height: 1.5; margin: 0 4%; }
h1, h2, h3, h4 { line-height: 1.25; }
.summary { font-size: 1.1em; }
aside, .checklist { border-inline-start: 0.2em solid #0b5c8a; padding-inline-start: 1em; margin: 1.2em 0; }
.eyebrow { font-size: 0.85em; font-weight: bold; color: #0b5c8a; margin: 0; }
figure { margin: 1.2em 0; } img { max-width: 100%; }
figcaption, caption { font-size: 0.9em; text-align: start; }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid #ccc; padding: 0.4em; text-align: start; vertical-align: top; }
blockquote { margin: 1.2em 1.5em; font-style: normal; }
""".strip()


def render(book: Book) -> bytes:
    """The EPUB of a book."""
    made = epub.EpubBook()
    made.set_identifier(f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{book.url}#{book.version}')}")
    made.set_title(book.title)
    made.set_language(numerals.bcp47(book.locale))
    made.set_direction(book.direction)
    made.add_metadata("DC", "publisher", book.site_name or "Compendium")
    made.add_metadata("DC", "date", book.published_on)
    made.add_metadata("DC", "source", book.url)
    if book.summary:
        made.add_metadata("DC", "description", book.summary)
    for name, value in (
        ("schema:accessMode", "textual"),
        ("schema:accessModeSufficient", "textual"),
        ("schema:accessibilityFeature", "structuralNavigation"),
        ("schema:accessibilityFeature", "alternativeText"),
        ("schema:accessibilityHazard", "none"),
    ):
        made.add_metadata(None, "meta", value, {"property": name})
    style = epub.EpubItem(uid="style", file_name="style.css", media_type="text/css", content=STYLE.encode())
    made.add_item(style)

    def put(number: int, content: bytes) -> str:
        name = f"picture-{number}"
        made.add_item(
            epub.EpubItem(uid=name, file_name=f"{name}.jpg", media_type="image/jpeg", content=content)
        )
        return f"{name}.jpg"

    pictures = Pictures(put)
    places: dict[tuple[str, str], str] = {}
    pages = [_page(made, style, "cover", book.title, book.locale, _cover(book))]
    if book.foreword:
        words = book.texts["foreword"]
        html = f"<h1>{escape(words)}</h1>{_tree(book.foreword, book)}"
        pages.append(_page(made, style, "foreword", words, book.locale, html))
    for index, part in enumerate(book.parts, 1):
        title = f"{book.digits(part.number)} {part.title}".strip()
        chapter = _Chapter(book, part, pictures)
        html = chapter.html()
        places |= {(part.key, anchor): f"chapter-{index}.xhtml#{anchor}" for anchor in chapter.anchors}
        pages.append(_page(made, style, f"chapter-{index}", title, part.locale, html))
    if book.glossary:
        words = book.texts["glossary"]
        pages.append(_page(made, style, "glossary", words, book.locale, _glossary(book)))
    for kind in NUMBERED:
        items = _index(book, kind, places)
        if items:
            words = book.texts[kind]
            html = f'<h1>{escape(words)}</h1><ul class="index">{items}</ul>'
            pages.append(_page(made, style, kind.replace("_", "-"), words, book.locale, html))
    if book.indexes["abbreviations"]:
        words = book.texts["abbreviations"]
        html = f"<h1>{escape(words)}</h1>{_abbreviations(book)}"
        pages.append(_page(made, style, "abbreviations", words, book.locale, html))
    made.toc = [epub.Link(page.file_name, page.title, page.id) for page in pages]
    made.add_item(epub.EpubNcx())
    nav = epub.EpubNav()
    nav.title = book.texts["contents"]
    made.add_item(nav)
    made.spine = [pages[0], "nav", *pages[1:]]
    target = BytesIO()
    epub.write_epub(target, made, {"mtime": datetime.fromisoformat(book.published_on), "epub3_pages": False})
    return target.getvalue()


def _page(made, style, name, title, locale, html):
    page = epub.EpubHtml(
        uid=name,
        file_name=f"{name}.xhtml",
        title=title,
        lang=numerals.bcp47(locale),
        direction=languages.direction(locale),
    )
    page.content = f"<html><body>{html}</body></html>"
    page.add_item(style)
    made.add_item(page)
    return page


def _cover(book: Book) -> str:
    number = f'<p class="eyebrow">{escape(book.digits(book.number))}</p>' if book.number else ""
    summary = f'<p class="summary">{escape(book.summary)}</p>' if book.summary else ""
    words = book.texts
    return (
        f"{number}<h1>{escape(book.title)}</h1>{summary}<p><b>{escape(book.site_name)}</b><br/>"
        f"{escape(words['published'])} {escape(book.digits(book.published_on))} · "
        f"{escape(words['version'])} {escape(book.digits(book.version))}<br/>"
        f'{escape(words["address"])} <a href="{escape(book.url)}">{escape(book.url)}</a></p>'
    )


def _glossary(book: Book) -> str:
    entries = "".join(
        f'<dt id="term-{escape(entry["code"])}"><b>{escape(entry["term"])}</b>'
        + (f" ({escape(entry['abbreviation'])})" if entry["abbreviation"] not in ("", entry["term"]) else "")
        + f"</dt><dd>{escape(entry['definition'])}</dd>"
        for entry in book.glossary
    )
    return f"<h1>{escape(book.texts['glossary'])}</h1><dl>{entries}</dl>"


def _index(book: Book, kind: str, places: dict[tuple[str, str], str]) -> str:
    """The items of a list of what has a place in the book. A figure whose picture is gone has none."""
    return "".join(
        f'<li><a href="{escape(places[each["key"], each["anchor"]])}">{escape(book.digits(each["number"]))} '
        f"<span{_language(book, each['locale'])}>{escape(each['title'])}</span></a></li>"
        for each in book.indexes[kind]
        if (each["key"], each["anchor"]) in places
    )


def _abbreviations(book: Book) -> str:
    entries = "".join(
        f"<dt><b>{escape(each['abbreviation'])}</b></dt>"
        f"<dd{_language(book, each['locale'])}>{escape(each['meaning'])}</dd>"
        for each in book.indexes["abbreviations"]
    )
    return f"<dl>{entries}</dl>"


def _language(book: Book, locale: str) -> str:
    """Attributes for words in another language than the book's."""
    if locale == book.locale:
        return ""
    tag = numerals.bcp47(locale)
    return f' lang="{tag}" xml:lang="{tag}" dir="{languages.direction(locale)}"'


def _tree(html: str, book: Book) -> str:
    return _blocks(markup.tree(html, book.base), {entry["code"] for entry in book.glossary})


def _blocks(nodes: list[dict], terms: set[str]) -> str:
    found = []
    for node in nodes:
        if node["t"] == "p":
            found.append(f"<p>{_inline(node['c'], terms)}</p>")
        else:
            items = "".join(f"<li>{_blocks(item, terms)}</li>" for item in node["c"])
            found.append(f"<{node['t']}>{items}</{node['t']}>")
    return "".join(found)


def _inline(nodes: list[dict], terms: set[str]) -> str:
    found = []
    for node in nodes:
        kind = node["t"]
        if kind == "text":
            found.append(escape(node["s"], quote=False))
        elif kind == "br":
            found.append("<br/>")
        elif kind == "a":
            found.append(f'<a href="{escape(node["href"])}">{_inline(node["c"], terms)}</a>')
        elif kind == "term":
            inner = _inline(node["c"], terms)
            known = node["code"] in terms
            found.append(
                f'<a href="glossary.xhtml#term-{escape(node["code"])}">{inner}</a>' if known else inner
            )
        else:
            found.append(f"<{kind}>{_inline(node['c'], terms)}</{kind}>")
    return "".join(found)


class _Chapter:
    def __init__(self, book: Book, part: Part, pictures: Pictures):
        self.book, self.part, self.pictures = book, part, pictures
        #: Where indexes can lead.
        self.anchors: list[str] = []

    def html(self) -> str:
        part, book = self.part, self.book
        number = f"{escape(book.digits(part.number))} " if part.number else ""
        html = [f"<h1>{number}{escape(part.title)}</h1>"]
        if part.locale != book.locale:
            language = numerals.bcp47(book.locale)
            html.append(
                f'<p lang="{language}" xml:lang="{language}" dir="{book.direction}">{escape(book.texts["fallback"])}</p>'
            )
        if part.summary:
            html.append(f'<p class="summary">{escape(part.summary)}</p>')
        notes = []
        for block in part.blocks:
            kind, value = block["type"], block["value"]
            if value is None:
                continue
            if kind == "footnote":
                number = value["number"]
                shown = book.digits(number)
                mark = f'<sup><a id="ref-{number}" epub:type="noteref" role="doc-noteref" href="#note-{number}">{shown}</a></sup>'
                html[-1] = _with_mark(html[-1], mark)
                notes.append(
                    f'<aside id="note-{number}" epub:type="footnote" role="doc-footnote"><p>{shown}. '
                    f"</p>{_tree(value['text'], book)}</aside>"
                )
            else:
                anchor = f"{ANCHORS[kind]}-{block['id']}" if kind in ANCHORS else ""
                shown = self._block(kind, value, f' id="{escape(anchor)}"' if anchor else "")
                if shown and anchor:
                    self.anchors.append(anchor)
                html.append(shown)
        return "".join([*html, *notes])

    def _block(self, kind: str, value, place: str) -> str:
        book, words, digits = self.book, self.book.texts, self.book.digits
        match kind:
            case "heading":
                number = f"{self.part.number}.{value['number']}" if self.part.number else value["number"]
                level = value["level"]
                return f'<h{level} id="{escape(value["anchor"])}">{escape(digits(number))} {escape(value["text"])}</h{level}>'
            case "text":
                return _tree(value, book)
            case "figure":
                path = self.pictures.path(value["image"])
                number = digits(self.part.numbered(value["number"]))
                label = f"<b>{escape(words['figure'])} {number}</b> {escape(value['caption'])}"
                alt = escape(value["image"]["alt"]) if value["image"] else ""
                return (
                    f'<figure{place}><img src="{path}" alt="{alt}"/><figcaption>{label}</figcaption></figure>'
                    if path
                    else ""
                )
            case "table":
                return self._table(value, place, value["columns"], value["rows"])
            case "stakeholders":
                names = ("before", "during", "after")
                rows = [
                    [(row["stakeholder"] or {}).get("label", ""), *(row[name] for name in names)]
                    for row in value["rows"]
                ]
                head = [words["who"], *(words[name] for name in names)]
                return self._table(value, place, head, rows)
            case "quote":
                by = f"<p>— {escape(value['attribution'])}</p>" if value["attribution"] else ""
                return f"<blockquote><p>{escape(value['text'])}</p>{by}</blockquote>"
            case "box":
                return self._aside("", value["title"], _tree(value["text"], book))
            case "case_study":
                where = f" · {value['place']}" if value["place"] else ""
                return self._aside(
                    f"{words['case_study']} {digits(self.part.numbered(value['number']))}{where}",
                    value["title"],
                    _tree(value["text"], book),
                    place,
                )
            case "checklist":
                items = "".join(f"<li>{escape(item)}</li>" for item in value["items"])
                return self._aside(words["checklist"], value["title"], f"<ul>{items}</ul>")
            case "practice":
                address = escape(book.base + value["url"])
                return self._aside(
                    words["practice"],
                    value["title"],
                    f'<p>{escape(value.get("summary", ""))}</p><p><a href="{address}">{address}</a></p>',
                )
            case "tool":
                return self._aside(words["tool"], value["name"], _tree(value["text"], book))
            case "recommendation":
                told = [each for each in (addressees(value, words), value["rationale"]) if each]
                return self._aside(
                    f"{words['recommendation']} {digits(value['number'])}",
                    value["text"],
                    "".join(f"<p>{escape(each)}</p>" for each in told),
                )
            case "legal" if value["instrument"]:
                instrument = value["instrument"]
                note = f"<p>{escape(value['note'])}</p>" if value["note"] else ""
                link = f'<p><a href="{escape(instrument["url"])}">{escape(instrument["url"])}</a></p>'
                return self._aside(
                    words["legal"],
                    f"{instrument['code']} {instrument['title']}",
                    note + (link if instrument["url"] else ""),
                )
            case "media":
                return self._aside(words["transcript"], value["title"], _tree(value["transcript"], book))
            case "download" if value["file"]:
                address = escape(book.base + value["file"]["url"])
                return self._aside(
                    words["download"], value["title"], f'<p><a href="{address}">{address}</a></p>'
                )
        return ""

    def _aside(self, eyebrow: str, title: str, html: str, place: str = "") -> str:
        above = f'<p class="eyebrow">{escape(eyebrow)}</p>' if eyebrow else ""
        head = f"<p><b>{escape(title)}</b></p>" if title else ""
        return f"<aside{place}>{above}{head}{html}</aside>"

    def _table(self, value: dict, place: str, columns: list[str], rows: list[list[str]]) -> str:
        number = self.book.digits(self.part.numbered(value["number"]))
        label = f"<b>{escape(self.book.texts['table'])} {number}</b>"
        head = "".join(f'<th scope="col">{escape(each)}</th>' for each in columns)
        body = "".join(
            "<tr>"
            + "".join(
                f'<th scope="row">{escape(cell)}</th>' if index == 0 else f"<td>{escape(cell)}</td>"
                for index, cell in enumerate(row)
            )
            + "</tr>"
            for row in rows
        )
        caption = f"<caption>{label} {escape(value['caption'])}</caption>"
        return f"<table{place}>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _with_mark(html: str, mark: str) -> str:
    """A note's mark inside the last words of a block."""
    places = [match.start() for match in re.finditer(r"</(?:p|figcaption|caption|h[1-4])>", html)]
    return html[: places[-1]] + mark + html[places[-1] :] if places else html + f"<p>{mark}</p>"
