"""What a file holds: things with their paragraphs, as they are here and as a file has them. Pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from . import inline
from .inline import Broken, Inline

#: The base of a paragraph that had no translation when the file was written.
UNTRANSLATED = "0"


def digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def paragraph_id(path: str, source: str) -> str:
    """The id of a paragraph within its thing: of where it stands and of what it says, so that a changed source has another."""
    return f"u{digest(path, source)[:20]}"


def base_of(target: str) -> str:
    """Which text a translator began with: eight hexadecimal digits, or UNTRANSLATED."""
    return digest(target)[:8] if target else UNTRANSLATED


@dataclass(frozen=True)
class Paragraph:
    """A segment and its translation as they are stored now, in HTML; `target` is empty where there is none."""

    path: str
    source: str
    target: str = ""
    context_id: int = 0
    string_id: int = 0

    @cached_property
    def id(self) -> str:
        return paragraph_id(self.path, self.source)

    @cached_property
    def source_inline(self) -> Inline:
        return inline.from_html(self.source)

    @cached_property
    def target_inline(self) -> Inline | None:
        """None where there is none, and where what is stored can't be read: that has to be written anew."""
        try:
            return inline.from_html(self.target) if self.target else None
        except Broken:
            return None

    @cached_property
    def current(self) -> str:
        """The translation as texts are compared; what can't be read is itself."""
        return self.target if self.target_inline is None else inline.canonical(self.target_inline)

    @property
    def base(self) -> str:
        return base_of(self.current)


@dataclass(frozen=True)
class Thing:
    """What is translated into one language: a page, a snippet. `key` is its translation key; `in_review` while a reviewer
    decides about the translation."""

    key: str
    title: str
    source_language: str
    paragraphs: Sequence[Paragraph]
    translation_id: int = 0
    in_review: bool = False

    @cached_property
    def by_id(self) -> dict[str, Paragraph]:
        return {each.id: each for each in self.paragraphs}

    @cached_property
    def digest(self) -> str:
        """The same for the same source: 16 hexadecimal digits."""
        return digest(*sorted(self.by_id))[:16]


@dataclass(frozen=True)
class Unit:
    """A paragraph as a file has it. `target` is None where it has no translation, `base` where it doesn't say which it had.

    `finished`: whether its translator has said that it isn't done yet. `fault` says why it can't be read.
    """

    line: int
    id: str
    base: str | None
    source: Inline
    target: Inline | None
    finished: bool = True
    fault: str = ""


@dataclass(frozen=True)
class Part:
    """A thing as a file has it; `digest` is empty where it doesn't say which source it was."""

    line: int
    key: str
    digest: str
    units: Sequence[Unit]
    source_language: str
    target_language: str
    language_line: int = 1


def same_language(theirs: str, ours: str) -> bool:
    """Whether a file's language is one of ours: `fr-FR` and `FR` are `fr`, `zh_Hans` is `zh-hans`. Pure."""
    theirs, ours = theirs.lower().replace("_", "-"), ours.lower()
    return theirs == ours or theirs.startswith(f"{ours}-")
