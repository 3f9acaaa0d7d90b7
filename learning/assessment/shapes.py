"""Shapes that question types share: JSON schemas of public values and responses, ids, form controls, tallies. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from .registry import BadResponse

#: how many different words or numbers a tally lists
MOST_FREQUENT = 20

ID = {"type": "string"}
TEXT = {"type": "string"}
#: `[{id, text}]`
OPTIONS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"id": ID, "text": TEXT},
        "required": ["id", "text"],
        "additionalProperties": False,
    },
}


def shape(properties: dict, example: dict, *, optional: Iterable[str] = (), description: str = "") -> dict:
    """The JSON schema of an object with exactly these properties."""
    schema = {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in set(optional)],
        "additionalProperties": False,
        "examples": [example],
    }
    return {**schema, "description": description} if description else schema


def public(properties: dict, example: dict, *, optional: Iterable[str] = ()) -> dict:
    """The JSON schema of a public value: a prompt and these properties."""
    return shape({"prompt": TEXT, **properties}, example, optional=optional)


def choices_by_part(description: str, example: dict) -> dict:
    """The JSON schema of `{part: choice}`."""
    return {
        "type": "object",
        "additionalProperties": ID,
        "description": description,
        "examples": [example],
    }


def veiled(identifier: str, part: str) -> str:
    """A public id for one side of a block that holds both sides of an answer.

    From random block ids nobody comes back to the block's, nor from one side's to the other's.
    """
    return hashlib.sha256(f"{part}:{identifier}".encode()).hexdigest()[:24]


def in_order(values: Iterable[Mapping]) -> list[dict]:
    """In the order of the ids, which tells nothing."""
    return sorted((dict(value) for value in values), key=lambda value: value["id"])


def child_id(child, index: int) -> str:
    """The id of a stream's child; one that isn't saved yet gets one by its place."""
    return child.id or f"new-{index}"


def exact(response, *names: str) -> dict:
    """The response, if it is a mapping with exactly these names. Raises BadResponse."""
    if not isinstance(response, dict) or set(response) != set(names):
        raise BadResponse()
    return response


def chosen_by_part(value, parts: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """`{part: choice}`, if every part is one of `parts` and every choice one of its part's. In the order of the parts.

    Raises BadResponse.
    """
    if not isinstance(value, dict) or not set(value) <= set(parts):
        raise BadResponse()
    for part, choice in value.items():
        if not isinstance(choice, str) or choice not in set(parts[part]):
            raise BadResponse()
    return {part: value[part] for part in sorted(value)}


def posted_parts(data, name: str) -> dict[str, str]:
    """What posted form data hold in the controls `<name>.<part>`, without those left empty."""
    prefix = f"{name}."
    return {key[len(prefix) :]: data[key] for key in data if key.startswith(prefix) and data[key].strip()}


def share(points: int, earned: int, of_all: int) -> int:
    """The part of the points that `earned` of `of_all` gives, rounded down."""
    return points * max(0, earned) // of_all if of_all else 0


def tallied(
    chosen: Iterable[str], choices: Iterable[tuple[str, str, bool | None]], part: str | None = None
) -> list[dict]:
    """Rows of `QuestionType.tally` for `choices` of (id, text, right), each with how often it was chosen."""
    counts = Counter(chosen)
    return [
        {"part": part, "id": identifier, "text": text, "count": counts[identifier], "right": right}
        for identifier, text, right in choices
    ]


def most_frequent(
    given: Iterable[tuple[str, bool | None]], part: str | None = None, limit: int = MOST_FREQUENT
) -> list[dict]:
    """Rows of `QuestionType.tally` for words and numbers of (text, right): the most frequent first, then by text."""
    counts = Counter(given)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0][0]))[:limit]
    return [
        {"part": part, "id": None, "text": text, "count": count, "right": right}
        for (text, right), count in ordered
    ]
