"""One app and one migration history over the applets: their models by name."""

from .assessment.models import Answer, Attempt, CheckAnswer, LateAnswer
from .catalogue.pages import CourseIndexPage, CoursePage, LessonPage, ModulePage, QuizPage
from .catalogue.rows import Course, SealedSyllabus, Unit
from .progress.models import Enrolment, Event, Learner, UnitRecord

__all__ = [
    "Answer",
    "Attempt",
    "CheckAnswer",
    "Course",
    "CourseIndexPage",
    "CoursePage",
    "Enrolment",
    "Event",
    "LateAnswer",
    "Learner",
    "LessonPage",
    "ModulePage",
    "QuizPage",
    "SealedSyllabus",
    "Unit",
    "UnitRecord",
]
