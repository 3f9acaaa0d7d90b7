"""Blocks that any content may use. Each compiles itself to a resolved value through `get_api_representation`.

A block's template gets the compiled value as `value` (see `compiled.CompiledMixin`), so that a page, a preview in the
editor and the API show the same thing.
"""

from . import examples, groups
from .compiled import CompiledMixin, CompiledStreamBlock, described
from .media import DownloadBlock, FileBlock, MediaBlock
from .prose import LEVELS as HEADING_LEVELS
from .prose import (
    BoxBlock,
    CaseStudyBlock,
    ChecklistBlock,
    FootnoteBlock,
    HeadingBlock,
    QuoteBlock,
    TextBlock,
)
from .references import PageEmbedBlock, PageLinkBlock, SnippetBlock
from .visuals import FigureBlock, TableBlock, placed_image

__all__ = [
    "HEADING_LEVELS",
    "BoxBlock",
    "CaseStudyBlock",
    "ChecklistBlock",
    "CompiledMixin",
    "CompiledStreamBlock",
    "DownloadBlock",
    "FigureBlock",
    "FileBlock",
    "FootnoteBlock",
    "HeadingBlock",
    "MediaBlock",
    "PageEmbedBlock",
    "PageLinkBlock",
    "QuoteBlock",
    "SnippetBlock",
    "TableBlock",
    "TextBlock",
    "described",
    "examples",
    "groups",
    "placed_image",
]
