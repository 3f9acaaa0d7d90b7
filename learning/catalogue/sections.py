"""A section of a chapter: its heading and everything until the next heading of the same or a higher level. Pure.

Chapters are known here by their documents: blocks are `{type, value, id}`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

# What is numbered within a page, by the count that it belongs to.
_COUNTED = {
    "figure": "figure",
    "table": "table",
    "stakeholders": "table",
    "case_study": "case_study",
    "footnote": "footnote",
}


@dataclass(frozen=True)
class Section:
    """`id` is its heading block's, the same in every language; `start` and `end` are where its blocks stand."""

    id: str
    number: str
    title: str
    anchor: str
    level: int
    start: int
    end: int

    @property
    def label(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def value(self) -> dict:
        return {"id": self.id, "number": self.number, "title": self.title, "anchor": self.anchor}


def sections_of(blocks: Sequence[dict]) -> list[Section]:
    """The sections of a chapter's compiled body, in reading order; smaller ones stand inside larger ones."""
    headings = [(place, block) for place, block in enumerate(blocks) if block["type"] == "heading"]
    found = []
    for index, (place, block) in enumerate(headings):
        value = block["value"]
        end = next(
            (later for later, other in headings[index + 1 :] if other["value"]["level"] <= value["level"]),
            len(blocks),
        )
        found.append(
            Section(
                block["id"], value["number"], value["text"], value["anchor"], value["level"], place + 1, end
            )
        )
    return found


def find(sections: Sequence[Section], wanted: str) -> Section | None:
    """The section that is meant by an id, a number (`2.1`), a number with its title, or an address that ends in `#…`."""
    wanted = " ".join((wanted or "").split())
    if not wanted:
        return None
    fragment = unquote(urlsplit(wanted).fragment)
    for names in (
        lambda each: each.id,
        lambda each: each.number,
        lambda each: " ".join(each.label.split()),
        lambda each: fragment and each.anchor,
    ):
        found = next((each for each in sections if names(each) and names(each) in (wanted, fragment)), None)
        if found is not None:
            return found
    return None


def cut(blocks: Sequence[dict], section: Section) -> list[dict]:
    """What stands in a section below its heading, numbered within the section: its first subsection is 1, its first figure 1.

    Its subsections become sections. Anchors stay as they are in the chapter.
    """
    return list(_cut(blocks[section.start : section.end], section))


def told(body: Mapping, id: str) -> dict | None:
    """What a chapter's body says in one section, as a lesson shows it; None where it has no such section."""
    blocks = body.get("body") or []
    section = next((each for each in sections_of(blocks) if each.id == id), None)
    return section and {"chapter": body.get("title"), "title": section.title, "body": cut(blocks, section)}


def _cut(blocks: Sequence[dict], section: Section) -> Iterator[dict]:
    counted = Counter()
    for block in blocks:
        kind, value = block["type"], block["value"]
        if kind == "heading":
            number = value["number"].removeprefix(f"{section.number}.")
            value = {**value, "level": value["level"] - section.level + 1, "number": number}
        elif kind in _COUNTED and value is not None:
            counted[_COUNTED[kind]] += 1
            value = {**value, "number": counted[_COUNTED[kind]]}
        yield {**block, "value": value}
