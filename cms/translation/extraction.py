"""Taking a stream apart where wagtail-localize's own way stumbles. It is put in its place when the app is ready.

What is stored of a block is handed down beside its value, since lists name their items and images their words only there.
wagtail-localize looks for it under `value`, which only children of streams and lists have: below a struct in a struct it
finds nothing, so it leaves lists out without a word and fails over images. It fails as well over a text that is None, which
is what a block that was added later is in everything that was written before, and over a stream that holds its defaults.
"""

from collections.abc import Mapping

from wagtail import blocks
from wagtail_localize.segments import extract


class Extractor(extract.StreamFieldSegmentExtractor):
    """As wagtail-localize's, for streams whose parts lie at any depth and may be missing."""

    def handle_block(self, block_type, block_value, raw_value=None):
        if block_value is None and not hasattr(block_type, "get_translatable_segments"):
            return []
        return super().handle_block(block_type, block_value, raw_value=raw_value)

    def handle_struct_block(self, struct_block, raw_value=None):
        children = struct_block.block.child_blocks
        if isinstance(raw_value, Mapping) and not _is_child(raw_value, children):
            raw_value = {"value": raw_value}
        return super().handle_struct_block(struct_block, raw_value=raw_value)

    def handle_stream_block(self, stream_block):
        segments = []
        for index, child in enumerate(stream_block):
            # What stands there by default, since nothing was ever stored, has no id by which it could be found again.
            if child.id is not None:
                found = self.handle_block(child.block, child.value, raw_value=stream_block.raw_data[index])
                segments += [segment.wrap(child.id) for segment in found]
        return segments

    def handle_image_block(self, block, image_block_value, raw_value=None):
        return super().handle_image_block(block, image_block_value, raw_value=raw_value or {})


def _is_child(raw_value: Mapping, children: Mapping[str, blocks.Block]) -> bool:
    """Whether this is how a stream or list stores a struct, `{type, value, id}`, and not the struct's own members."""
    return (
        isinstance(raw_value.get("value"), Mapping)
        and "type" in raw_value
        and not {"type", "value"} <= children.keys()
    )


def install() -> None:
    extract.StreamFieldSegmentExtractor = Extractor
