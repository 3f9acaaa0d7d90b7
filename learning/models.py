"""One app and one migration history over the applets: their models by name."""

from .assessment.models import (
    Answer,
    Attempt,
    CheckAnswer,
    DrawnQuestion,
    ExtraTime,
    LateAnswer,
    Mark,
    Regrade,
    RegradedAttempt,
)
from .catalogue.bank_pages import BankQuestionPage, QuestionBankPage
from .catalogue.pages import CourseIndexPage, CoursePage
from .catalogue.rows import Course, PoolQuestion, SealedSyllabus, Unit
from .catalogue.unit_pages import LessonPage, ModulePage, QuizPage
from .credentials.models import (
    Certificate,
    CertificateHolder,
    CertificateRevocation,
    ReminderChoice,
    SigningKey,
)
from .exchange.models import QuestionImport
from .joining.models import CourseFollower, DecisionMail, EnrolmentKey, Invitation
from .notebook.models import Bookmark, LessonFeedback, Note
from .progress.models import EditionMove, Enrolment, Event, Learner, Reason, UnitRecord

__all__ = [
    "Answer",
    "Attempt",
    "BankQuestionPage",
    "Bookmark",
    "Certificate",
    "CertificateHolder",
    "CertificateRevocation",
    "CheckAnswer",
    "Course",
    "CourseFollower",
    "CourseIndexPage",
    "CoursePage",
    "DecisionMail",
    "DrawnQuestion",
    "EditionMove",
    "Enrolment",
    "EnrolmentKey",
    "Event",
    "ExtraTime",
    "Invitation",
    "LateAnswer",
    "Learner",
    "LessonFeedback",
    "LessonPage",
    "Mark",
    "ModulePage",
    "Note",
    "PoolQuestion",
    "QuestionBankPage",
    "QuestionImport",
    "QuizPage",
    "Reason",
    "Regrade",
    "RegradedAttempt",
    "ReminderChoice",
    "SealedSyllabus",
    "SigningKey",
    "Unit",
    "UnitRecord",
]
