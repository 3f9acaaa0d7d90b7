"""Walking stored stream values: every leaf with its block and the id of the stream child that it stands in."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Field
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock


def stream_fields(page) -> list[Field]:
    return [field for field in page._meta.concrete_fields if isinstance(field, StreamField)]


def walk(block: blocks.Block, value: Any, block_id: str = "") -> Iterator[tuple[blocks.Block, Any, str]]:
    """Every block inside, itself included, from the outside in: `(block, value, id of the nearest stream child)`."""
    yield block, value, block_id
    if value is None:
        return
    if isinstance(block, blocks.BaseStreamBlock):
        for child in value:
            yield from walk(child.block, child.value, child.id)
    elif isinstance(block, blocks.ListBlock):
        for child in value:
            yield from walk(block.child_block, child, block_id)
    elif isinstance(block, blocks.BaseStructBlock) and not isinstance(block, ImageBlock):
        # An image with its texts is stored as a struct, but its value is the image.
        for name, child in block.child_blocks.items():
            yield from walk(child, value.get(name), block_id)


def walk_page(page) -> Iterator[tuple[str, blocks.Block, Any, str]]:
    """Every block of a page's stream fields: `(field name, block, value, id)`."""
    for field in stream_fields(page):
        value = getattr(page, field.name)
        for block, inner, block_id in walk(field.stream_block, value):
            yield field.name, block, inner, block_id
