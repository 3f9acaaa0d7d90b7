"""The door of the import of practices: for the admin's pages, and for whatever else brings content in by file."""

from .blank import KINDS, blank
from .execute import confirm, forget, planned, progress, upload
from .faults import Fault, FileRefused
from .parse import Row, parse
from .plan import Action, Plan, plan, shown
from .writing import fill, reference, role, stream_child

__all__ = [
    "KINDS",
    "Action",
    "Fault",
    "FileRefused",
    "Plan",
    "Row",
    "blank",
    "confirm",
    "fill",
    "forget",
    "parse",
    "plan",
    "planned",
    "progress",
    "reference",
    "role",
    "shown",
    "stream_child",
    "upload",
]
