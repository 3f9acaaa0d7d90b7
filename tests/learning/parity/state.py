"""All that is stored of a learner, as values that can be compared with another learner's.

Rows are named by their place ("Attempt 1"); what is random in each row (ids, seeds, codes, salts) is left out. Everything
else is there: two people who did the same at the same moments have the same state.
"""

import json

from django.apps import apps
from django.contrib.auth import get_user_model

from learning import models

_ENROLMENT, _ATTEMPT = "enrolment__learner__user", "attempt__enrolment__learner__user"

#: Whose a row is: the way to the account.
OWNED = {
    models.Learner: "user",
    models.Enrolment: "learner__user",
    models.Event: _ENROLMENT,
    models.Reason: f"event__{_ENROLMENT}",
    models.DecisionMail: f"event__{_ENROLMENT}",
    models.UnitRecord: _ENROLMENT,
    models.CheckAnswer: _ENROLMENT,
    models.ExtraTime: _ENROLMENT,
    models.Attempt: _ENROLMENT,
    models.Answer: _ATTEMPT,
    models.LateAnswer: _ATTEMPT,
    models.DrawnQuestion: _ATTEMPT,
    models.Mark: _ATTEMPT,
    models.RegradedAttempt: _ATTEMPT,
    models.Certificate: _ENROLMENT,
    models.CertificateHolder: f"certificate__{_ENROLMENT}",
    models.CertificateRevocation: f"certificate__{_ENROLMENT}",
    models.ReminderChoice: "learner__user",
    models.Invitation: "accepted_by__user",
    models.CourseFollower: "user",
    models.Bookmark: "user",
    models.Note: "user",
    models.LessonFeedback: "user",
}
#: What belongs to courses and to the people who run them.
OF_COURSES = {
    models.BankQuestionPage,
    models.Course,
    models.CourseIndexPage,
    models.CoursePage,
    models.EditionMove,
    models.EnrolmentKey,
    models.LessonPage,
    models.ModulePage,
    models.PoolQuestion,
    models.QuestionBankPage,
    models.QuestionImport,
    models.QuizPage,
    models.Regrade,
    models.SealedSyllabus,
    models.SigningKey,
    models.Unit,
}
RANDOM = {"id", "uuid", "salt", "seed", "digest", "code"}


def all_models() -> set:
    return set(apps.get_app_config("learning").get_models())


def state_of(user) -> dict[str, list[dict]]:
    """`{model: [row]}` of everything that is a person's, the first first."""
    rows = {model: list(model.objects.filter(**{way: user}).order_by("pk")) for model, way in OWNED.items()}
    names = {}
    for model, found in rows.items():
        for number, row in enumerate(found, 1):
            for identity in (row.pk, getattr(row, "uuid", None)):
                names[model, identity] = f"{model.__name__} {number}"
    names[get_user_model(), user.pk] = "their own account"
    return {model.__name__: [_values(row, names) for row in found] for model, found in rows.items() if found}


def _values(row, names) -> dict:
    return {
        field.name: _value(field, getattr(row, field.attname), names)
        for field in row._meta.concrete_fields
        if field.name not in RANDOM
    }


def _value(field, value, names):
    if field.is_relation:
        return names.get((field.related_model, value), value)
    if field.name == "questions":  # shuffled for each attempt
        return sorted(value)
    if isinstance(value, dict | list):
        text = json.dumps(value, sort_keys=True)
        for (_model, identity), name in names.items():
            if not isinstance(identity, int | None):
                text = text.replace(str(identity), name)
        return json.loads(text)
    return value
