"""Ids that are the same whenever the demo is loaded: translators' files say by them which paragraph is which.

A paragraph's id is made of where it stands and of what it says (cms.translation.files.contents). Where it stands is named by
the ids of the blocks around it; whose it is, by the translation key of its page.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://compendium.example/demo")


def steady(name: str) -> uuid.UUID:
    """The UUID for a name: of a page its path, of anything else where it stands."""
    return uuid.uuid5(_SPACE, name)


def with_steady_ids(values: Mapping[str, object], name: str) -> dict[str, object]:
    """Values of a page's fields, with steady ids in place of those that the blocks have, and wherever one refers to another.

    A block is known by its place among its neighbours of the same type: it stays the same one when its words change, and when
    one of another type comes before it. Pure.
    """
    found = dict(_ids(dict(values), name))
    return {field: _exchanged(value, found) for field, value in values.items()}


def _ids(value, place: str) -> Iterator[tuple[str, str]]:
    """`(id, the steady one)` of every block within a stored value."""
    if isinstance(value, dict):
        if "type" in value and "id" in value:
            yield value["id"], str(steady(place))
        for name, inner in value.items():
            yield from _ids(inner, f"{place}/{name}")
    elif isinstance(value, list):
        numbers = Counter()
        for each in value:
            kind = each.get("type", "") if isinstance(each, dict) else ""
            numbers[kind] += 1
            yield from _ids(each, f"{place}/{kind}:{numbers[kind]}")


def _exchanged(value, ids: Mapping[str, str]):
    if isinstance(value, dict):
        return {name: _exchanged(inner, ids) for name, inner in value.items()}
    if isinstance(value, list):
        return [_exchanged(each, ids) for each in value]
    return ids.get(value, value) if isinstance(value, str) else value
