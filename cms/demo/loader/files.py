"""The files: which pages there are, and what they say in each language."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

CONTENT = Path(__file__).resolve().parent.parent / "content"
SOURCE = "en"


@dataclass(frozen=True)
class Entry:
    """A line of pages.yaml: a page's path in the tree, its model, where it is expected, who may see it."""

    path: str
    type: str
    languages: tuple[str, ...]
    menu: bool = False
    access: str = ""

    @property
    def slug(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        return self.path.rpartition("/")[0] or "home"


@cache
def entries() -> tuple[Entry, ...]:
    rows = yaml.safe_load((CONTENT / "pages.yaml").read_text())
    every = tuple(code for code, _ in settings.LANGUAGES)
    return tuple(
        Entry(**{**row, "languages": every if row["languages"] == "all" else tuple(row["languages"])})
        for row in rows
    )


@cache
def read(path: str, language: str) -> dict:
    """What a page's file says in a language. Raises FileNotFoundError."""
    return yaml.safe_load((CONTENT / language / f"{path}.yaml").read_text())


def editions() -> list[dict]:
    """The editions that were replaced, the first first: `{root, successor: {note}, errata, texts}`; `texts` is what pages,
    by their paths, said in it and don't say any more."""
    found = []
    for file in sorted((CONTENT / "editions").glob("*/edition.yaml"), key=lambda file: int(file.parent.name)):
        folder = file.parent / SOURCE
        texts = {
            str(text.relative_to(folder).with_suffix("")): yaml.safe_load(text.read_text())
            for text in sorted(folder.rglob("*.yaml"))
        }
        found.append({**yaml.safe_load(file.read_text()), "texts": texts})
    return found


@cache
def vocabulary() -> dict:
    return yaml.safe_load((CONTENT / "vocabulary.yaml").read_text())
