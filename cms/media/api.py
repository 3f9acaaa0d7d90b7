"""The door of cms.media: what a document says of an image, and who keeps files."""

from .images import FORMATS, WIDTHS, image_value, make_renditions, prefetch_renditions
from .keepers import is_kept, register_keeper

__all__ = [
    "FORMATS",
    "WIDTHS",
    "image_value",
    "is_kept",
    "make_renditions",
    "prefetch_renditions",
    "register_keeper",
]
