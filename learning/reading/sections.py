"""The sections of a lesson's document, and which of them a reading place lies in. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

FULL_BP = 10_000


@dataclass(frozen=True)
class Section:
    """A heading, or a guide's chapter in its place. `id` is its block's, the same in every language; `anchor` is where it
    is on the page in this one; `begins_bp` how much of the lesson comes before it, in basis points."""

    id: str
    anchor: str
    title: str
    level: int
    begins_bp: int


def sections(body: Mapping) -> list[Section]:
    """Of a compiled lesson, in order. How far down one begins is reckoned from the size of what comes before it."""
    blocks = body.get("body") or []
    total = sum(map(_size, blocks)) or 1
    before, found = 0, []
    for block in blocks:
        found += _of_block(block, before, total)
        before += _size(block)
    return found


def _size(block: Mapping) -> int:
    return len(json.dumps(block, ensure_ascii=False, default=str))


def _of_block(block: Mapping, before: int, total: int) -> Iterator[Section]:
    value = block["value"]
    if not value:
        return
    if block["type"] == "heading":
        yield Section(block["id"], value["anchor"], value["text"], value["level"], before * FULL_BP // total)
    elif block["type"] == "chapter":
        # As `blocks/chapter.html` names its places.
        prefix = block["id"][:8]
        yield Section(block["id"], f"{prefix}-title", value["title"], 2, before * FULL_BP // total)
        for inner in value["body"] or []:
            for each in _of_block(inner, before, total):
                yield Section(each.id, f"{prefix}-{each.anchor}", each.title, each.level + 1, each.begins_bp)
            before += _size(inner)


def section_at(found: list[Section], position: int) -> Section | None:
    """The section that a place lies in; None before the first."""
    return next((each for each in reversed(found) if each.begins_bp <= position), None)
