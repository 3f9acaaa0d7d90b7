"""Walking stored stream values: every leaf with its block and the place where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Field, ForeignKey
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock

# Foreign keys of every page that are no content.
_OWN_KEYS = {
    "page_ptr",
    "alias_of",
    "locale",
    "content_type",
    "owner",
    "latest_revision",
    "live_revision",
    "locked_by",
}


@dataclass(frozen=True)
class Place:
    """Where something stands in a page: in a field, and there in a block.

    `block` is the id of the nearest stream child. `number` counts the field's own blocks from 1 and `kind` is the label of
    the one that it stands in; 0 and "" for the field itself.
    """

    field: str
    name: str
    block: str = ""
    number: int = 0
    kind: str = ""

    @property
    def words(self) -> str:
        """“Body, block 4: Figure”."""
        if not self.number:
            return capfirst(str(self.name))
        return _("%(field)s, block %(number)s: %(kind)s") % {
            "field": capfirst(str(self.name)),
            "number": self.number,
            "kind": self.kind,
        }


def stream_fields(page) -> list[Field]:
    return [field for field in page._meta.concrete_fields if isinstance(field, StreamField)]


def chosen_fields(page) -> list[ForeignKey]:
    """The foreign keys of a page that are content: a cover, a file."""
    return [
        field
        for field in page._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.name not in _OWN_KEYS
    ]


def walk(block: blocks.Block, value: Any, block_id: str = "") -> Iterator[tuple[blocks.Block, Any, str]]:
    """Every block inside, itself included, from the outside in: `(block, value, id of the nearest stream child)`."""
    yield block, value, block_id
    if value is None:
        return
    if isinstance(block, blocks.BaseStreamBlock):
        for child in value:
            yield from walk(child.block, child.value, child.id or "")
    elif isinstance(block, blocks.ListBlock):
        for child in value:
            yield from walk(block.child_block, child, block_id)
    elif isinstance(block, blocks.BaseStructBlock) and not isinstance(block, ImageBlock):
        # An image with its texts is stored as a struct, but its value is the image.
        for name, child in block.child_blocks.items():
            yield from walk(child, value.get(name), block_id)


def walk_page(page) -> Iterator[tuple[Place, blocks.Block, Any]]:
    """Every block of a page's stream fields: `(place, block, value)`."""
    for field in stream_fields(page):
        for number, child in enumerate(getattr(page, field.name) or (), 1):
            for block, value, block_id in walk(child.block, child.value, child.id or ""):
                yield Place(field.name, field.verbose_name, block_id, number, child.block.label), block, value


def walk_stored(block: blocks.Block, raw: Any, block_id: str = "") -> Iterator[tuple[blocks.Block, Any, str]]:
    """The leaves of a value as it is stored, where what is chosen is an id, of what may be gone: `(block, raw, id)`."""
    if isinstance(block, blocks.BaseStreamBlock):
        for child in raw or ():
            if child["type"] in block.child_blocks:
                inner = block.child_blocks[child["type"]]
                yield from walk_stored(inner, child["value"], child.get("id") or "")
    elif isinstance(block, blocks.ListBlock):
        for child in raw or ():
            item = child["value"] if isinstance(child, dict) and child.get("type") == "item" else child
            yield from walk_stored(block.child_block, item, block_id)
    elif isinstance(block, ImageBlock):
        # Once stored as the image alone.
        chosen = raw.get("image") if isinstance(raw, dict) else raw
        yield block.child_blocks["image"], chosen, block_id
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            yield from walk_stored(child, (raw or {}).get(name), block_id)
    else:
        yield block, raw, block_id


def walk_stored_page(page) -> Iterator[tuple[Place, blocks.Block, Any]]:
    """The leaves of a page's stream fields as they are stored: `(place, block, raw)`."""
    for field in stream_fields(page):
        raw = getattr(getattr(page, field.name), "raw_data", None) or ()
        for number, child in enumerate(raw, 1):
            outer = field.stream_block.child_blocks.get(child["type"])
            if outer is None:
                continue
            for block, value, block_id in walk_stored(outer, child["value"], child.get("id") or ""):
                yield Place(field.name, field.verbose_name, block_id, number, outer.label), block, value
