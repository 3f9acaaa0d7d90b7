"""Which questions of a bank a draw may give. Pure."""

from collections.abc import Iterable, Mapping
from uuid import UUID


def tags_in(text: str) -> list[str]:
    """The tags in an editor's text, once each, in one spelling and in order."""
    return sorted({word for word in (" ".join(each.split()).casefold() for each in text.split(",")) if word})


def pool(questions: Iterable[tuple[UUID, Mapping]], tag: str) -> list[UUID]:
    """The keys of the bank's questions, given as (key, body), that have the tag; all where none is asked for."""
    wanted = tags_in(tag)
    return [key for key, body in questions if not wanted or wanted[0] in body["tag_list"]]
