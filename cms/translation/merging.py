"""Two people changed one paragraph: what each changed, and both together where they didn't touch the same words. Pure."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import islice

# Tags, spaces, characters of scripts without spaces, words: joined they are the text again.
_TOKENS = re.compile(r"<[^<>]*>|\s+|[\u3040-\u30ff\u3400-\u9fff]|[^\s<\u3040-\u30ff\u3400-\u9fff]+|<")
# Compared are as many at most, and nothing that stands before or behind all changes: the time grows with their square.
MOST_TOKENS = 300
_Edit = tuple[int, int, list[str]]


def merged(base: str, mine: str, theirs: str) -> str | None:
    """`base` with the changes of both; None where they changed the same words, or put something at the same place, or so
    much that it isn't compared.

    What both changed alike counts once.
    """
    words = _TOKENS.findall(base)
    edits, others = _edits(words, _TOKENS.findall(mine)), _edits(words, _TOKENS.findall(theirs))
    if edits is None or others is None:
        return None
    for edit in others:
        if edit in edits:
            continue
        if any(_touch(edit, other) for other in edits):
            return None
        edits.append(edit)
    for begin, end, put in sorted(edits, reverse=True):
        words[begin:end] = put
    return "".join(words)


def _edits(before: list[str], after: list[str]) -> list[_Edit] | None:
    """What to put in the place of which tokens; None for more than `MOST_TOKENS` from the first change to the last."""
    shorter = min(len(before), len(after))
    start = _alike(before, after, shorter)
    end = _alike(reversed(before), reversed(after), shorter - start)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if max(len(old), len(new)) > MOST_TOKENS:
        return None
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(start + b, start + e, new[i:j]) for kind, b, e, i, j in codes if kind != "equal"]


def _alike(one: Iterable[str], other: Iterable[str], most: int) -> int:
    """How many tokens are the same from the beginning, `most` at most."""
    pairs = enumerate(islice(zip(one, other, strict=False), most))
    return next((number for number, (a, b) in pairs if a != b), most)


def _touch(one: _Edit, other: _Edit) -> bool:
    """Whether two edits meet: next to each other is too near to know what is meant."""
    return one[0] <= other[1] and other[0] <= one[1]
