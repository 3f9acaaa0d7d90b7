"""The door of the exchange of questions: files in and out, for the admin's pages."""

from .execute import LOG_ACTION, PROCESS, may_import, may_publish, upload
from .exporting import FORMATS, Export, of_bank, of_quiz
from .faults import FileRefused
from .formats import recognised
from .models import QuestionImport
from .plan import Action, shown
from .tables import COLUMNS

__all__ = [
    "COLUMNS",
    "FORMATS",
    "LOG_ACTION",
    "PROCESS",
    "Action",
    "Export",
    "FileRefused",
    "QuestionImport",
    "may_import",
    "may_publish",
    "of_bank",
    "of_quiz",
    "recognised",
    "shown",
    "upload",
]
