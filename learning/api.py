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
from .flows.deciding import decide
from .flows.editions import move_enrolments, move_to_current
from .flows.enrolment import enrol, withdraw
from .flows.extra_time import give_extra_time
from .flows.recording import Taken, record_events
from .flows.waiving import waive
from .progress.intake import MAX_BATCH
from .progress.projection import rebuild
from .progress.signals import enrolment_completed
from .reading.attempts import attempt_value
from .reading.courses import course_list, enrolment_value, outline, own_courses, own_enrolment, progress_value
from .reading.editions import newer_edition, newer_value
from .reading.learners import learner_value
from .reading.reports import report, report_value, reportable
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
    "decide",
    "enrol",
    "enrolment_completed",
    "enrolment_value",
    "finish_all_overdue",
    "give_extra_time",
    "learner_value",
    "move_enrolments",
    "move_to_current",
    "newer_edition",
    "newer_value",
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
    "waive",
    "withdraw",
]
