"""The door of cms.media: what a document says of an image, who keeps files, and what is taken of files sent in."""

from .attachments import KINDS as ATTACHMENT_KINDS
from .attachments import Clean, Refused, cleaned, safe_name
from .attachments import Reason as RefusalReason
from .images import FORMATS, WIDTHS, image_value, make_renditions, prefetch_renditions
from .keepers import is_kept, register_keeper

__all__ = [
    "ATTACHMENT_KINDS",
    "FORMATS",
    "WIDTHS",
    "Clean",
    "RefusalReason",
    "Refused",
    "cleaned",
    "image_value",
    "is_kept",
    "make_renditions",
    "prefetch_renditions",
    "register_keeper",
    "safe_name",
]
