"""A question of every registered type, from the values that the types' blocks give for their previews."""

import copy

from hypothesis import strategies as st
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from learning.assessment import registry
from learning.assessment.blocks import QuestionStreamBlock
from tests.learning.factories import stable

TYPES = list(registry.registered())
GRADED_AT_ONCE = [each for each in TYPES if not each.graded_by_people]


def raw(question_type, *, image=None, name="example", **changes) -> dict:
    """The stored value of an example question: random ids, as an editor's have, and the picture where it takes one."""
    block = question_type.block()
    value = copy.deepcopy(dict(block.meta.preview_value))
    for field, child in block.child_blocks.items():
        if isinstance(child, ImageBlock):
            alt = {"alt_text": f"A picture for {name}", "decorative": False}
            value[field] = {"image": image.pk, **alt} if image else None
    value = {**value, "explanation": f"Explanation of {name}", **changes}
    return {"type": question_type.name, "id": stable(name), "value": _with_ids(value, name)}


def _with_ids(value, name):
    if isinstance(value, dict):
        found = {key: _with_ids(inner, f"{name}.{key}") for key, inner in value.items()}
        if set(value) == {"type", "value", "id"}:
            found["id"] = stable(f"{name}:{value['id']}")
        return found
    if isinstance(value, list):
        return [_with_ids(inner, f"{name}{index}") for index, inner in enumerate(value)]
    return value


def child(stored: dict):
    return QuestionStreamBlock().to_python([stored])[0]


def compiled(stored: dict) -> tuple[dict, dict]:
    """(public, secret) of a stored question as its stream compiles it."""
    found = child(stored)
    question_type = found.block.question_type
    return question_type.public(found.value), question_type.secret(found.value)


def problems(stored: dict) -> list[str]:
    found = child(stored)
    return [str(problem) for problem in found.block.problems(found.value)]


def texts_in(value) -> set[str]:
    """All words in a stored value that somebody wrote."""
    if isinstance(value, dict):
        return set().union(*(texts_in(inner) for key, inner in value.items() if key not in ("id", "type")))
    if isinstance(value, list):
        return set().union(*map(texts_in, value))
    return {value} if isinstance(value, str) else set()


def marked(stored: dict, word: str) -> dict:
    """The question with a word put before every text of every translatable block, so that it can be searched for."""
    found = copy.deepcopy(stored)
    block = QuestionStreamBlock().child_blocks[stored["type"]]
    found["value"] = _marked(block, found["value"], word)
    return found


def _marked(block, value, word):
    if isinstance(block, blocks.StructBlock) and not isinstance(block, ImageBlock):
        return {
            name: _marked(block.child_blocks[name], inner, f"{word}{name}") for name, inner in value.items()
        }
    if isinstance(block, blocks.StreamBlock):
        return [
            {**each, "value": _marked(block.child_blocks[each["type"]], each["value"], f"{word}{index}")}
            for index, each in enumerate(value)
        ]
    if isinstance(block, blocks.CharBlock | blocks.TextBlock) and value:
        return f"{word}# {value}"
    return value


# Responses --------------------------------------------------------------------------------------------------------


def strings_of(value) -> set[str]:
    if isinstance(value, dict):
        return set(value) | set().union(*map(strings_of, value.values()))
    if isinstance(value, list):
        return set().union(*map(strings_of, value))
    return {value} if isinstance(value, str) else set()


def responses(question_type, public: dict, secret: dict):
    """Responses of the schema's shape, made of the question's own ids and of other things."""
    ids = sorted(strings_of(public) | strings_of(secret))
    return from_schema(question_type.schema, ids)


def from_schema(schema: dict, ids: list[str]):
    kind = schema.get("type")
    if "anyOf" in schema and kind == "object":
        whole = {name: value for name, value in schema.items() if name != "anyOf"}
        return st.one_of([from_schema({**whole, **_only(schema, each)}, ids) for each in schema["anyOf"]])
    match kind:
        case "object":
            if isinstance(schema.get("additionalProperties"), dict):
                inner = from_schema(schema["additionalProperties"], ids)
                return st.dictionaries(st.sampled_from(ids), inner, max_size=6)
            required = schema.get("required", [])
            fields = {name: from_schema(each, ids) for name, each in schema["properties"].items()}
            return st.fixed_dictionaries(
                {name: fields[name] for name in required},
                optional={name: each for name, each in fields.items() if name not in required},
            )
        case "array":
            return st.lists(
                from_schema(schema["items"], ids), max_size=8, unique=schema.get("uniqueItems", False)
            )
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"])
        case "boolean":
            return st.booleans()
    words = st.text(max_size=12)
    numbers = st.decimals(allow_nan=True, allow_infinity=True).map(str)
    return st.one_of(st.sampled_from(ids), words, numbers)


def _only(schema, variant) -> dict:
    kept = {
        name: each
        for name, each in schema["properties"].items()
        if variant.get("properties", {}).get(name, True)
    }
    return {"properties": kept, "required": variant["required"]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("x" * 30_000),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def hidden_words(stored: dict) -> set[str]:
    """The marks of the texts of a marked question that its public value doesn't hold."""
    public = " ".join(strings_of(compiled(stored)[0]))
    marks = {text.split()[0] for text in texts_in(stored["value"]) if "#" in text}
    return {mark for mark in marks if mark not in public}
