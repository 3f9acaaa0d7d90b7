"""What differs between two editions: places in the structure, titles, and words. Pure.

Two texts are compared by paragraph, and paragraphs that belong together by word (in Chinese by character).
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from html import unescape
from uuid import UUID

from cms.core import richtext

# Two paragraphs are the same one, changed, if they share half of their words.
KINSHIP = 0.5
# Comparing takes the product of both lengths: longer ones are shown as taken away and added.
MOST_WORK = 2_000_000
# How many words stand around a change.
AROUND = 10


@dataclass(frozen=True)
class Place:
    """A page where an edition has it, in one language. `version` names the text, `digest` what it says."""

    key: UUID
    parent: UUID | None
    title: str
    locale: str
    number: str
    url: str
    version: int
    digest: str


@dataclass(frozen=True)
class Piece:
    """Words of a changed paragraph. `kind` is `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """A paragraph that was `added`, `removed` or `changed`."""

    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Pair:
    """A page that both editions have, and what changed in its text."""

    before: Place
    after: Place
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Each in reading order: of the later edition, `removed` of the earlier."""

    added: list[Place]
    removed: list[Place]
    moved: list[Pair]
    retitled: list[Pair]
    revised: list[Pair]

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(value) for name, value in vars(self).items()}


def compare(
    before: Sequence[Place], after: Sequence[Place], texts: Mapping[int, Sequence[str]]
) -> Comparison:
    """What differs. `texts` are the paragraphs of a version; a version that isn't in it isn't compared.

    Pages in another language than before are compared by their places alone.
    """
    was, now = {place.key: place for place in before}, {place.key: place for place in after}
    pairs = [Pair(was[key], place) for key, place in now.items() if key in was]
    moved = _moved(before, after)
    same_language = [pair for pair in pairs if pair.before.locale == pair.after.locale]
    revised = [
        Pair(
            pair.before,
            pair.after,
            revision(tuple(texts[pair.before.version]), tuple(texts[pair.after.version])),
        )
        for pair in same_language
        if pair.before.digest != pair.after.digest
        and pair.before.version in texts
        and pair.after.version in texts
    ]
    return Comparison(
        added=[place for key, place in now.items() if key not in was],
        removed=[place for key, place in was.items() if key not in now],
        moved=[pair for pair in pairs if pair.after.key in moved],
        retitled=[pair for pair in same_language if pair.before.title != pair.after.title],
        revised=[pair for pair in revised if pair.changes],
    )


def _moved(before: Sequence[Place], after: Sequence[Place]) -> set[UUID]:
    """Those that hang below another page now, and the fewest whose moving explains the order of siblings."""
    parent_before = {place.key: place.parent for place in before}
    rank = {place.key: position for position, place in enumerate(before)}
    moved, families = set(), {}
    for place in after:
        if place.key in parent_before:
            if parent_before[place.key] != place.parent:
                moved.add(place.key)
            else:
                families.setdefault(place.parent, []).append(place.key)
    for siblings in families.values():
        kept = _longest_rising([rank[key] for key in siblings])
        moved |= {key for key in siblings if rank[key] not in kept}
    return moved


def _longest_rising(ranks: Sequence[int]) -> set[int]:
    """The members of a longest rising subsequence of different numbers."""
    tails: list[int] = []
    previous: dict[int, int | None] = {}
    for rank in ranks:
        place = bisect_left(tails, rank)
        previous[rank] = tails[place - 1] if place else None
        tails[place : place + 1] = [rank]
    kept, rank = set(), tails[-1] if tails else None
    while rank is not None:
        kept.add(rank)
        rank = previous[rank]
    return kept


# Texts ------------------------------------------------------------------------------------------------------------

_BLOCK_END = re.compile(r"</(?:p|li|h\d)>|<br ?/?>|<hr ?/?>")
# Codes, addresses and numbers that the platform gives; what another document says; terms that the text merely uses.
_NO_TEXT = frozenset(
    {
        *(
            "id",
            "key",
            "url",
            "type",
            "locale",
            "anchor",
            "code",
            "taxonomy",
            "format",
            "renditions",
            "number",
        ),
        *("level", "tlp", "sha256", "size", "kind", "glossary", "focal_point", "width", "height"),
    }
)


def paragraphs(body: dict) -> list[str]:
    """The texts of a document's body in their order, without its title, as plain text."""
    return [
        paragraph
        for name, value in body.items()
        if name != "title" and name not in _NO_TEXT
        for paragraph in _paragraphs(value)
    ]


def _paragraphs(value) -> Iterator[str]:
    if isinstance(value, str):
        parts = _BLOCK_END.split(value) if "<" in value else value.splitlines()
        for part in parts:
            text = " ".join((unescape(richtext.words(part)) if "<" in value else part).split())
            if text:
                yield text
    elif isinstance(value, dict):
        shows_other = "key" in value and "url" in value
        for name, inner in value.items():
            if name not in _NO_TEXT and not (shows_other and name == "body"):
                yield from _paragraphs(inner)
    elif isinstance(value, list):
        if value and all(isinstance(each, list) for each in value):
            for row in value:
                yield from _paragraphs(" | ".join(str(cell) for cell in row))
        else:
            for each in value:
                yield from _paragraphs(each)


@lru_cache(maxsize=256)
def revision(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Change, ...]:
    """How one text became the other: paragraphs added, removed and changed, in their order. Those that stayed are left
    out."""
    if len(before) * len(after) > MOST_WORK:
        return (*(_whole("removed", each) for each in before), *(_whole("added", each) for each in after))
    found: list[Change] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            found += _replaced(before[i1:i2], after[j1:j2])
    return tuple(found)


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """Paragraphs in the place of others: each is paired with its next of kin among those that are left, in order. What went
    is told before what came."""
    old, start, came = [_words(each) for each in before], 0, []
    for text in after:
        new = _words(text)
        kin = [(_kinship(old[place], new), -place) for place in range(start, len(old))]
        likeness, place = max(kin, default=(0, 0))
        if likeness >= KINSHIP:
            yield from (_whole("removed", each) for each in before[start:-place])
            yield from came
            yield Change("changed", tuple(shortened(word_changes(before[-place], text))))
            start, came = -place + 1, []
        else:
            came.append(_whole("added", text))
    yield from (_whole("removed", each) for each in before[start:])
    yield from came


def _whole(kind: str, text: str) -> Change:
    return Change(kind, (Piece("new" if kind == "added" else "gone", text),))


# Words with the punctuation at them, blanks, and single Chinese or Japanese characters: together the whole text.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|\s+"
)


def _words(text: str) -> Counter:
    return Counter(token for token in _TOKEN.findall(text) if not token.isspace())


def _kinship(one: Counter, other: Counter) -> float:
    """The share of words that two texts have in common, from 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def word_changes(before: str, after: str) -> list[Piece]:
    """`same` and `gone` pieces together are the text before, `same` and `new` ones the text after."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) * len(new) > MOST_WORK:
        return [Piece("gone", before), Piece("new", after)]
    pieces = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[i1:i2])))
            continue
        if i1 < i2:
            pieces.append(Piece("gone", "".join(old[i1:i2])))
        if j1 < j2:
            pieces.append(Piece("new", "".join(new[j1:j2])))
    return pieces


def shortened(pieces: Sequence[Piece]) -> list[Piece]:
    """What stayed, cut down to the words around a change."""
    return [
        Piece("same", _cut(piece.text, before=index > 0, after=index < len(pieces) - 1))
        if piece.kind == "same"
        else piece
        for index, piece in enumerate(pieces)
    ]


def _cut(text: str, *, before: bool, after: bool) -> str:
    """`before` and `after` say whether something changed on that side: words beside it are kept."""
    tokens = _TOKEN.findall(text)
    head = tokens[: AROUND * 2] if before else []
    tail = tokens[-AROUND * 2 :] if after else []
    if len(head) + len(tail) >= len(tokens):
        return text
    return "".join(head) + " … " + "".join(tail)
