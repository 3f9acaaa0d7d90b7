"""JSON schemas of compiled blocks, for the API description: worked out from the blocks themselves.

A block that compiles to something that its children don't tell says so in `api_schema`, a mapping or a method. Links and
images are the components `PageLink` and `Image`.
"""

from collections.abc import Callable

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from cms.core.blocks import FileBlock, HeadingBlock, MediaBlock, PageEmbedBlock

HTML = {
    "type": "string",
    "contentMediaType": "text/html",
    "description": "Display HTML with whole addresses; Markdown where `rich_text_format=markdown` asks for it.",
}
TEXT = {"type": "string"}
NUMBER = {"type": "integer", "minimum": 1, "description": "Counted within the document."}


def reference(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: dict) -> dict:
    return {"anyOf": [schema, {"type": "null"}]}


def obj(properties: dict, *, optional: tuple[str, ...] = (), **more) -> dict:
    """An object with these members, all of them required but the optional ones."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        **more,
    }


def array(items: dict, **more) -> dict:
    return {"type": "array", "items": items, **more}


def schema_of(block: blocks.Block) -> dict:
    """The schema of a block's compiled value. A block of an unknown kind may hold anything: `{}`."""
    own = getattr(block, "api_schema", None)
    if own is not None:
        return own() if callable(own) else own
    for kind, describe in _KINDS:
        if isinstance(block, kind):
            return describe(block)
    return {}


def _stream(block: blocks.BaseStreamBlock) -> dict:
    children = [
        obj({"type": {"const": name}, "value": schema_of(child), "id": {"type": "string"}})
        for name, child in block.child_blocks.items()
    ]
    return array({"oneOf": children} if children else {})


def _struct(block: blocks.BaseStructBlock) -> dict:
    members = {name: schema_of(child) for name, child in block.child_blocks.items()}
    return obj({**members, "number": NUMBER} if getattr(block, "counted", False) else members)


def _heading(block) -> dict:
    return obj(
        {
            "text": TEXT,
            "level": {"type": "integer", "minimum": 2, "maximum": 4},
            "number": {"type": "string", "examples": ["2.1"]},
            "anchor": TEXT,
        }
    )


def _table(block) -> dict:
    return nullable(
        obj({"caption": TEXT, "columns": array(TEXT), "rows": array(array(TEXT)), "number": NUMBER})
    )


def _media(block) -> dict:
    found = _struct(block)
    found["properties"]["kind"] = {"type": "string", "enum": ["video", "audio"]}
    return {**found, "required": [*found["required"], "kind"]}


def _embed(block: PageEmbedBlock) -> dict:
    described = "The page, and of its document: " + ", ".join(block.fields) if block.fields else "The page."
    return nullable({"allOf": [reference("PageLink")], "description": described})


def _choice(block: blocks.ChoiceBlock) -> dict:
    choices = block.field.choices
    values = [value for value, _label in choices if not isinstance(_label, list | tuple)]
    return {
        "type": "string",
        "enum": list(dict.fromkeys(["", *values] if not block.required else [v for v in values if v])),
    }


def _simple(schema: dict) -> Callable[[blocks.Block], dict]:
    def describe(block):
        return (
            schema
            if getattr(block, "required", True) or schema.get("type") in ("string", "boolean")
            else nullable(schema)
        )

    return describe


# The more particular before the more general.
_KINDS: tuple[tuple[type | tuple[type, ...], Callable[[blocks.Block], dict]], ...] = (
    (HeadingBlock, _heading),
    (TypedTableBlock, _table),
    (FileBlock, lambda block: nullable(reference("File"))),
    (MediaBlock, _media),
    (PageEmbedBlock, _embed),
    (blocks.PageChooserBlock, lambda block: nullable(reference("PageLink"))),
    ((ImageBlock, ImageChooserBlock), lambda block: nullable(reference("Image"))),
    (blocks.BaseStreamBlock, _stream),
    (blocks.ListBlock, lambda block: array(schema_of(block.child_block))),
    (blocks.BaseStructBlock, _struct),
    (blocks.RichTextBlock, _simple(HTML)),
    (blocks.MultipleChoiceBlock, lambda block: array(TEXT)),
    (blocks.ChoiceBlock, _choice),
    (blocks.BooleanBlock, _simple({"type": "boolean"})),
    (blocks.IntegerBlock, _simple({"type": "integer"})),
    (blocks.DecimalBlock, _simple({"type": "string", "format": "decimal"})),
    (blocks.FloatBlock, _simple({"type": "number"})),
    (blocks.DateTimeBlock, _simple({"type": "string", "format": "date-time"})),
    (blocks.DateBlock, _simple({"type": "string", "format": "date"})),
    (
        (blocks.CharBlock, blocks.TextBlock, blocks.URLBlock, blocks.EmailBlock, blocks.RegexBlock),
        _simple(TEXT),
    ),
)
