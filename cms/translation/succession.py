"""Which paragraph stands where another one stood: a text field's paragraphs share one place. Pure."""

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from .markup import plain

# Percent of characters that stay. Below that it is another paragraph that nobody wants compared.
ALIKE = 50


def most_alike(text: str, among: Mapping[int, str], at_least: int = ALIKE) -> int | None:
    """The key of the text that is the most alike, both inline HTML; None where none is alike enough."""
    found = process.extractOne(
        plain(text),
        {key: plain(each) for key, each in among.items()},
        scorer=fuzz.ratio,
        score_cutoff=at_least,
    )
    return found[2] if found else None


def successor(text: str, present: Mapping[int, str], free: Mapping[int, str]) -> int | None:
    """The one of the `free` texts that has come for one that has gone; `present` are all that stand there now.

    Where there is one alone it is that one, however it reads.
    """
    if len(present) == 1:
        return next(iter(free), None)
    return most_alike(text, free)
