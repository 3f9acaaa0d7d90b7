"""The door of learning, for packages above it and for programs: what can be done, and what can be read.

Every function takes its clock (`now`), its person (`user`) and its `Reader` (principals and language) as arguments.
"""

from .catalogue.documents import Reader
from .flows.attempts import (
    Sitting,
    attempts_at,
    finish_all_overdue,
    save_answer,
    save_answers,
    sitting,
    start_attempt,
    submit_attempt,
)
from .flows.checks import answer_check
from .flows.enrolment import enrol, withdraw
from .flows.recording import Taken, record_events
from .progress.intake import MAX_BATCH
from .progress.projection import rebuild
from .progress.signals import enrolment_completed
from .reading.attempts import attempt_value
from .reading.courses import course_list, enrolment_value, outline, own_courses, own_enrolment, progress_value
from .reading.reports import learner_value, may_report, report, report_value, reportable
from .reading.units import unit_reading, unit_value

__all__ = [
    "MAX_BATCH",
    "Reader",
    "Sitting",
    "Taken",
    "answer_check",
    "attempt_value",
    "attempts_at",
    "course_list",
    "enrol",
    "enrolment_completed",
    "enrolment_value",
    "finish_all_overdue",
    "learner_value",
    "may_report",
    "outline",
    "own_courses",
    "own_enrolment",
    "progress_value",
    "rebuild",
    "record_events",
    "report",
    "report_value",
    "reportable",
    "save_answer",
    "save_answers",
    "sitting",
    "start_attempt",
    "submit_attempt",
    "unit_reading",
    "unit_value",
    "withdraw",
]
