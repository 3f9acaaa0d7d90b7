"""The files: which pages there are, and what they say in each language."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

CONTENT = Path(__file__).resolve().parent.parent / "content"
SOURCE = "en"
BANK, BANK_QUESTION = "learning.QuestionBankPage", "learning.BankQuestionPage"


@dataclass(frozen=True)
class Entry:
    """A line of pages.yaml: a page's path in the tree, its model, where it is expected, who may see it.

    `xliff`: the languages in which it and all that stands below it come in one XLIFF file.
    """

    path: str
    type: str
    languages: tuple[str, ...]
    menu: bool = False
    access: str = ""
    xliff: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        return self.path.rpartition("/")[0] or "home"

    @property
    def translated(self) -> tuple[str, ...]:
        """The languages into which a file of its own translates it."""
        return (*(code for code in self.languages if code != SOURCE), *self.xliff)

    def is_of(self, other: "Entry") -> bool:
        """Whether it is the other or stands below it."""
        return f"{self.path}/".startswith(f"{other.path}/")


@cache
def entries() -> tuple[Entry, ...]:
    """The lines of pages.yaml; after a bank's its questions, which stand together in the bank's file."""
    rows = yaml.safe_load((CONTENT / "pages.yaml").read_text())
    every = tuple(code for code, _ in settings.LANGUAGES)
    found = []
    for row in rows:
        listed = {name: row[name] for name in ("languages", "xliff") if name in row}
        codes = {name: every if value == "all" else tuple(value) for name, value in listed.items()}
        entry = Entry(**{**row, **codes})
        found.append(entry)
        if entry.type == BANK:
            found += [
                Entry(f"{entry.path}/{slug}", BANK_QUESTION, entry.languages)
                for slug in _file(entry.path, SOURCE)["bank"]
            ]
    return tuple(found)


def read(path: str, language: str) -> dict:
    """What the files say of a page in a language. Raises FileNotFoundError."""
    bank, _, slug = path.rpartition("/")
    if (CONTENT / language / f"{bank}.yaml").exists():
        question = _file(bank, language).get("bank", {}).get(slug)
        if question is not None:
            return {**question, "question": [question["question"]]}
    return {name: value for name, value in _file(path, language).items() if name != "bank"}


def xliff(path: str, language: str) -> Path:
    """The XLIFF file that translates a page and what stands below it into a language."""
    return CONTENT / language / f"{path}.xlf"


@cache
def _file(path: str, language: str) -> dict:
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
