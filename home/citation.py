"""Citing a document: as a sentence, as BibTeX, as RIS. Pure.

BibTeX entry types: https://www.bibtex.com/e/entry-types/. RIS tags: the Reference Manager specification (ELEC, T1, …).
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Source:
    """What is cited: `container` is the work that it is a part of (empty: it stands alone), `edition` the number of the
    edition where it is released in editions."""

    title: str
    container: str
    publisher: str
    published_on: date
    version: int
    url: str
    language: str
    key: str
    edition: int | None = None


def sentence(source: Source, version_word: str, edition_word: str) -> str:
    """`Publisher, “Title”, Container, edition 2, version 3 (2026).`, after which the address follows; with the commas and
    quotation marks of the source's language."""
    comma, opening, closing = _MARKS.get(source.language.partition("-")[0], (", ", "“", "”"))
    parts = [source.publisher, f"{opening}{source.title}{closing}"]
    if source.container:
        parts.append(source.container)
    if source.edition:
        parts.append(f"{edition_word} {source.edition}")
    parts.append(f"{version_word} {source.version} ({source.published_on.year})")
    return comma.join(parts) + ("。" if source.language.startswith("zh") else ".")


# Comma and quotation marks where they aren't English.
_MARKS = {
    "ar": ("، ", "«", "»"),
    "fr": (", ", "«\u00a0", "\u00a0»"),
    "es": (", ", "«", "»"),
    "ru": (", ", "«", "»"),
    "zh": ("，", "《", "》"),
}


def bibtex(source: Source) -> str:
    fields = {
        "title": f"{{{_tex(source.title)}}}",
        "author": f"{{{_tex(source.publisher)}}}",
        "publisher": _tex(source.publisher),
        "year": str(source.published_on.year),
        "month": str(source.published_on.month),
        "version": str(source.version),
        "url": source.url,
        "langid": source.language,
    }
    if source.edition:
        fields["edition"] = str(source.edition)
    if source.container:
        fields["booktitle"] = _tex(source.container)
    kind = "inbook" if source.container else "online"
    rows = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{kind}{{compendium-{source.key[:8]}-{source.version},\n{rows}\n}}"


_TEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in " ".join(text.split()))


def ris(source: Source) -> str:
    """Lines end in CR LF, as the specification has it; a value is one line."""
    rows = [
        ("TY", "CHAP" if source.container else "ELEC"),
        ("T1", source.title),
        *([("T2", source.container)] if source.container else []),
        ("AU", source.publisher),
        ("PB", source.publisher),
        ("PY", str(source.published_on.year)),
        ("DA", source.published_on.strftime("%Y/%m/%d")),
        ("ET", str(source.edition or source.version)),
        *([("N1", f"v{source.version}")] if source.edition else []),
        ("LA", source.language),
        ("UR", source.url),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in rows)
