"""The shapes of the learning API, for its description. What goes out is made in `learning.reading`."""

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers as s

from cms.core import languages
from learning.assessment import registry
from learning.catalogue.choices import Completion, EnrolmentMode, Kind, Level, Status
from learning.progress.models import Enrolment, UnitRecord

RESPONSE_SCHEMA = {
    "description": "By the question's type: "
    + "; ".join(f"`{each.name}`: {', '.join(each.schema['required'])}" for each in registry.registered()),
    # Not `oneOf`: two types may be answered alike.
    "anyOf": [{"title": each.name, **each.schema} for each in registry.registered()],
}


def _question_schema(question_type) -> dict:
    """A question of a type in an attempt: its public value under an id, and the type's name."""
    schema = question_type.public_schema
    return {
        **schema,
        "title": question_type.name,
        "properties": {
            "id": {"type": "string"},
            "type": {"const": question_type.name},
            **schema["properties"],
        },
        "required": ["id", "type", *schema["required"]],
        "examples": [{"id": "q", "type": question_type.name, **each} for each in schema["examples"]],
    }


QUESTION_SCHEMA = {"oneOf": [_question_schema(each) for each in registry.registered()]}


class ResponseField(s.JSONField):
    """An answer to a question."""


class QuestionField(s.JSONField):
    """A question as a learner may see it."""


class _Described(OpenApiSerializerFieldExtension):
    """Described once, under a name, however many places have it."""

    target_class = None
    name, schema = "", {}

    def get_name(self):
        return self.name

    def map_serializer_field(self, auto_schema, direction):
        return self.schema


class DescribedResponse(_Described):
    target_class = ResponseField
    name, schema = "Response", RESPONSE_SCHEMA


class DescribedQuestion(_Described):
    target_class = QuestionField
    name, schema = "Question", QUESTION_SCHEMA


@extend_schema_field({"type": "object", "additionalProperties": True})
class DocumentField(s.JSONField):
    """A compiled body: the type's fields as in the content API."""


def listing(name, item):
    """The envelope of a list of `item`s."""
    return inline_serializer(
        name=name,
        fields={
            "meta": inline_serializer(
                name=f"{name}Meta",
                fields={"total_count": s.IntegerField(), "next": s.CharField(allow_null=True)},
            ),
            "items": item(many=True),
        },
    )


BASIS_POINTS = "Basis points: 10000 is everything."


class PrerequisiteSerializer(s.Serializer):
    key = s.UUIDField()
    title = s.CharField()
    url = s.CharField()
    locale = s.CharField()
    certificate = s.BooleanField(
        help_text="Whether a valid certificate is asked for; else any completion counts."
    )


class CourseSerializer(s.Serializer):
    key = s.UUIDField(help_text="The same in every language.")
    title = s.CharField()
    summary = s.CharField()
    code = s.CharField()
    level = s.ChoiceField(Level.choices)
    status = s.ChoiceField(
        Status.choices, help_text="As of now: an open course is announced before its opening."
    )
    is_open = s.BooleanField(help_text="Whether somebody can enrol now.")
    opens_at = s.DateTimeField(allow_null=True)
    closes_at = s.DateTimeField(allow_null=True, help_text="The first moment after the last day.")
    locale = s.CharField(help_text="The language that this is in.")
    locales = s.ListField(child=s.CharField())
    minutes = s.IntegerField()
    enrolment_mode = s.ChoiceField(EnrolmentMode.choices)
    days_allowed = s.IntegerField(allow_null=True, help_text="How long somebody has who enrols now.")
    prerequisites = PrerequisiteSerializer(many=True, help_text="Courses that come first.")
    cover = DocumentField(allow_null=True)
    html_url = s.CharField(allow_null=True, help_text="Null for a course that is no longer published.")
    edition = s.IntegerField(allow_null=True)


class EnrolmentSerializer(s.Serializer):
    id = s.UUIDField()
    course = s.UUIDField()
    state = s.ChoiceField(Enrolment.State.choices)
    edition = s.IntegerField()
    enrolled_at = s.DateTimeField(help_text="Of a request: when it was made.")
    expires_at = s.DateTimeField(
        allow_null=True, help_text="The first moment after the last day of the time allowed."
    )
    renews = s.UUIDField(allow_null=True, help_text="The earlier enrolment that this one follows.")
    required_done = s.IntegerField()
    required_total = s.IntegerField()
    progress_bp = s.IntegerField(help_text=BASIS_POINTS)
    score_bp = s.IntegerField(allow_null=True, help_text=BASIS_POINTS)
    completed_at = s.DateTimeField(allow_null=True)
    last_unit = s.UUIDField(allow_null=True, help_text="Where to resume.")
    last_at = s.DateTimeField(allow_null=True)


class PlaceSerializer(s.Serializer):
    key = s.UUIDField()
    title = s.CharField()
    locale = s.CharField(help_text="The language of the title.")


class ChangesSerializer(s.Serializer):
    added = PlaceSerializer(many=True)
    removed = PlaceSerializer(many=True)
    moved = PlaceSerializer(many=True)
    retitled = PlaceSerializer(many=True)
    revised = PlaceSerializer(many=True)


class ChangedRuleSerializer(PlaceSerializer):
    change = s.ChoiceField(["required", "optional", "completion"])


class NewerSerializer(s.Serializer):
    edition = s.IntegerField(help_text="The caller's.")
    current = s.IntegerField()
    note = s.CharField(help_text="What is new in the current edition, in the course's source language.")
    changes = ChangesSerializer()
    rules = ChangedRuleSerializer(many=True, help_text="Units that ask for something else than before.")


class NeedsSerializer(s.Serializer):
    at_least = s.IntegerField(help_text="How many of what counts are enough.")
    of = s.IntegerField(help_text="How many count: modules of a course, lessons and quizzes of a module.")
    minimum_bp = s.IntegerField(
        help_text="The weighted score that is asked for, in basis points; 0 for none."
    )


class UnitNodeSerializer(s.Serializer):
    kind = s.ChoiceField(Kind.choices)
    key = s.UUIDField()
    title = s.CharField()
    locale = s.CharField(help_text="The language of the title.")
    required = s.BooleanField()
    minutes = s.IntegerField()
    state = s.ChoiceField(UnitRecord.State.choices)


class NodeSerializer(UnitNodeSerializer):
    units = UnitNodeSerializer(many=True, required=False, help_text="Of a module.")
    needs = NeedsSerializer(required=False, help_text="What completes a module.")


class PrerequisiteStandingSerializer(PrerequisiteSerializer):
    met = s.BooleanField(allow_null=True)


class OutlineSerializer(CourseSerializer):
    prerequisites = PrerequisiteStandingSerializer(many=True, help_text="Courses that come first.")
    prerequisites_met = s.BooleanField(
        allow_null=True,
        help_text="Whether the caller has all that comes first, what they may not see included. Null for nobody in "
        "particular, and for who is on the course.",
    )
    units = NodeSerializer(many=True)
    needs = NeedsSerializer(help_text="What completes the course.")
    enrolment = EnrolmentSerializer(allow_null=True)


class ProgressSerializer(s.Serializer):
    course = s.UUIDField()
    state = s.ChoiceField(Enrolment.State.choices)
    edition = s.IntegerField()
    required_done = s.IntegerField()
    required_total = s.IntegerField()
    progress_bp = s.IntegerField(help_text=BASIS_POINTS)
    score_bp = s.IntegerField(allow_null=True, help_text=BASIS_POINTS)
    completed_at = s.DateTimeField(allow_null=True)
    units = s.DictField(
        child=s.ChoiceField(UnitRecord.State.choices), help_text="The state of each unit by key."
    )


class MarkedCriterionSerializer(s.Serializer):
    id = s.CharField()
    text = s.CharField()
    points = s.IntegerField()
    of_points = s.IntegerField()


class MarkingSerializer(s.Serializer):
    criteria = MarkedCriterionSerializer(many=True)
    comments = s.ListField(child=s.CharField(), help_text="Of the people who marked.")


class FeedbackSerializer(s.Serializer):
    points = s.IntegerField()
    of_points = s.IntegerField()
    verdict = s.ChoiceField(["right", "partly", "wrong", "unanswered"])
    parts = s.DictField(
        child=s.ChoiceField(["right", "partly", "wrong"]),
        help_text="Of blanks, pairs and items that were answered, by id.",
    )
    answer = ResponseField(
        allow_null=True, help_text="A response that earns all points; null where there is no one answer."
    )
    explanation = s.CharField()
    remarks = s.DictField(child=s.CharField(), help_text="Feedback on single options by id.")
    marking = MarkingSerializer(
        allow_null=True, help_text="What people gave the answer; null where none marked it."
    )


class CheckSerializer(FeedbackSerializer):
    question = s.CharField()
    response = ResponseField()


class AttemptsStandingSerializer(s.Serializer):
    used = s.IntegerField()
    left = s.IntegerField(allow_null=True, help_text="Null: any number.")
    open = s.UUIDField(allow_null=True, help_text="The open attempt.")
    window = s.ChoiceField(
        ["ahead", "open", "over"], help_text="The quiz's own; the course has its dates as well."
    )
    opens_at = s.DateTimeField(allow_null=True)
    closes_at = s.DateTimeField(allow_null=True)
    next_at = s.DateTimeField(allow_null=True, help_text="When the pause after the last attempt ends.")


class UnitSerializer(s.Serializer):
    key = s.UUIDField()
    kind = s.ChoiceField([choice for choice in Kind.choices if choice[0] != Kind.MODULE])
    course = s.UUIDField()
    edition = s.IntegerField(allow_null=True)
    title = s.CharField()
    state = s.ChoiceField(UnitRecord.State.choices)
    required = s.BooleanField()
    completion = s.ChoiceField([*Completion.choices, ("", "by passing")])
    minutes = s.IntegerField()
    locale = s.CharField()
    fallback_for = s.CharField(allow_null=True, help_text="The language asked for, where this is in another.")
    version = s.IntegerField()
    digest = s.CharField()
    document = DocumentField(help_text="The pinned document. A quiz's questions appear in attempts alone.")
    previous = s.UUIDField(allow_null=True)
    next = s.UUIDField(allow_null=True)
    position = s.IntegerField(
        allow_null=True,
        help_text="Where the caller stopped reading, on any device. Basis points of the lesson.",
    )
    checks = s.DictField(child=CheckSerializer(), help_text="Answered knowledge checks by question.")
    attempts = AttemptsStandingSerializer(allow_null=True)


class EventSerializer(s.Serializer):
    id = s.UUIDField(help_text="Made by the client; sending it twice changes nothing.")
    course = s.UUIDField()
    unit = s.UUIDField()
    verb = s.ChoiceField(["opened", "progressed", "completed", "answered"])
    language = s.ChoiceField(languages.codes(), required=False)
    occurred_at = s.DateTimeField(
        required=False, help_text="Clamped to the time between enrolment and arrival."
    )
    seconds = s.IntegerField(
        required=False, min_value=0, help_text="Time on the unit; at most four hours count."
    )
    data = s.JSONField(
        required=False,
        help_text="`answered`: {question, response}; `progressed`: {position} in basis points.",
    )


class EventsSerializer(s.Serializer):
    events = EventSerializer(many=True, max_length=500)


class TakenSerializer(s.Serializer):
    id = s.CharField()
    status = s.ChoiceField(["accepted", "duplicate", "rejected"])
    counted = s.BooleanField(help_text="Whether it counts as things stand.")
    code = s.CharField(required=False, help_text="Why it was rejected.")


class TakenListSerializer(s.Serializer):
    items = TakenSerializer(many=True)


class CheckAnswerSerializer(s.Serializer):
    response = ResponseField()
    id = s.UUIDField(required=False, help_text="Of the event; sending it twice changes nothing.")


class AnswerSerializer(s.Serializer):
    response = ResponseField()
    sequence = s.IntegerField(min_value=1, help_text="Goes up with each change of this answer.")
    saved_at = s.DateTimeField(read_only=True)


class SavedAnswerSerializer(AnswerSerializer):
    feedback = FeedbackSerializer(
        required=False, help_text="Where the quiz tells what is right with each answer."
    )


class ExtraTimeSerializer(s.Serializer):
    quiz = s.UUIDField(allow_null=True, help_text="Null: every quiz of the course.")
    minutes = s.IntegerField(min_value=0, max_value=1440, help_text="0 takes it back.")
    reason = s.CharField(required=False, max_length=500, help_text="For those who may decide about learners.")


class SubmissionSerializer(s.Serializer):
    answers = s.DictField(child=AnswerSerializer(), required=False, help_text="Applied first, by question.")


class AttemptSummarySerializer(s.Serializer):
    id = s.UUIDField()
    quiz = s.UUIDField()
    number = s.IntegerField()
    state = s.ChoiceField(["open", "submitted", "graded", "expired"])
    started_at = s.DateTimeField()
    deadline_at = s.DateTimeField(allow_null=True)
    submitted_at = s.DateTimeField(allow_null=True)
    score_bp = s.IntegerField(allow_null=True, help_text=BASIS_POINTS)
    passed = s.BooleanField(allow_null=True)


class AttemptSerializer(AttemptSummarySerializer):
    course = s.UUIDField()
    locale = s.CharField()
    fallback_for = s.CharField(allow_null=True)
    pass_mark = s.IntegerField(help_text="Per cent.")
    final_answers = s.BooleanField(
        help_text="What is right is told with each answer, which can't be changed then."
    )
    questions = s.ListField(child=QuestionField())
    answers = s.DictField(child=AnswerSerializer())
    feedback = s.DictField(
        child=FeedbackSerializer(),
        allow_null=True,
        help_text="By question, as soon as the quiz's policy allows.",
    )


class MeSerializer(s.Serializer):
    id = s.UUIDField(help_text="The account's.")
    learner = s.UUIDField(allow_null=True, help_text="The pseudonym; null before the first enrolment.")
    name = s.CharField()
    email = s.EmailField()
    language = s.CharField()
    reports = s.ListField(child=s.UUIDField(), help_text="Courses whose report this person may see.")


class OwnCourseSerializer(s.Serializer):
    enrolment = EnrolmentSerializer()
    course = CourseSerializer()


class FunnelSerializer(s.Serializer):
    enrolled = s.IntegerField()
    started = s.IntegerField()
    halfway = s.IntegerField()
    completed = s.IntegerField()
    withdrawn = s.IntegerField()
    mean_progress_bp = s.IntegerField()
    mean_score_bp = s.IntegerField(allow_null=True)
    seconds = s.IntegerField()


class ReportUnitSerializer(s.Serializer):
    key = s.UUIDField()
    kind = s.CharField()
    title = s.CharField()
    required = s.BooleanField()
    reached = s.IntegerField()
    done = s.IntegerField()
    failed = s.IntegerField()
    mean_score_bp = s.IntegerField(allow_null=True)


class ReportLanguageSerializer(s.Serializer):
    language = s.CharField(
        allow_null=True, help_text="Null for those of several languages with fewer than five people each."
    )
    enrolled = s.IntegerField()
    completed = s.IntegerField()
    mean_progress_bp = s.IntegerField(help_text=BASIS_POINTS)


class ReportLearnerSerializer(s.Serializer):
    id = s.UUIDField(help_text="The learner's pseudonym.")
    enrolment = s.UUIDField()
    name = s.CharField()
    state = s.ChoiceField(Enrolment.State.choices)
    edition = s.IntegerField()
    language = s.CharField()
    progress_bp = s.IntegerField()
    score_bp = s.IntegerField(allow_null=True)
    enrolled_at = s.DateTimeField()
    last_at = s.DateTimeField(allow_null=True)
    completed_at = s.DateTimeField(allow_null=True)


class ReportSerializer(s.Serializer):
    course = s.UUIDField()
    title = s.CharField()
    funnel = FunnelSerializer()
    units = ReportUnitSerializer(many=True)
    scores = s.ListField(
        child=s.IntegerField(),
        allow_null=True,
        help_text="Eleven numbers of people by score: 0 to 9 per cent, 10 to 19, …, 100. Null where fewer than five have one.",
    )
    languages = ReportLanguageSerializer(many=True)
    learners = listing("ReportLearners", ReportLearnerSerializer)
