"""The door of the import of practices: for the admin's pages, and for whatever else brings content in by file."""

from cms.core.tables.faults import Fault, FileRefused

from .blank import KINDS, blank
from .execute import PROCESS, upload
from .parse import Row, parse
from .plan import Action, Plan, plan, shown
from .writing import fill, reference, role, stream_child

__all__ = [
    "KINDS",
    "PROCESS",
    "Action",
    "Fault",
    "FileRefused",
    "Plan",
    "Row",
    "blank",
    "fill",
    "parse",
    "plan",
    "reference",
    "role",
    "shown",
    "stream_child",
    "upload",
]
