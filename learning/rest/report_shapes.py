"""Shapes of what people who run a course get and send."""

from rest_framework import serializers as s

from learning.assessment.models import Attempt, Mark
from learning.catalogue.choices import Kind
from learning.progress.models import Enrolment, UnitRecord

from .serializers import BASIS_POINTS, ReportLearnerSerializer, ResponseField, listing

LEARNERS = listing("CourseLearners", ReportLearnerSerializer)


class LearnerUnitSerializer(s.Serializer):
    key = s.UUIDField()
    title = s.CharField()
    kind = s.ChoiceField([choice for choice in Kind.choices if choice[0] != Kind.MODULE])
    required = s.BooleanField()
    state = s.ChoiceField(UnitRecord.State.choices)
    score_bp = s.IntegerField(allow_null=True, help_text=BASIS_POINTS)
    seconds = s.IntegerField()
    done_at = s.DateTimeField(allow_null=True)
    waived_at = s.DateTimeField(allow_null=True)


class LearnerRegradeSerializer(s.Serializer):
    revision = s.IntegerField()
    old_score_bp = s.IntegerField(help_text=BASIS_POINTS)
    new_score_bp = s.IntegerField(help_text=BASIS_POINTS)
    at = s.DateTimeField()
    reason = s.CharField()


class LearnerAttemptSerializer(s.Serializer):
    quiz = s.UUIDField()
    title = s.CharField()
    number = s.IntegerField()
    state = s.ChoiceField(Attempt.State.choices)
    started_at = s.DateTimeField(allow_null=True)
    submitted_at = s.DateTimeField(
        allow_null=True, help_text="Null as well while people mark it who may not know whose it is."
    )
    score_bp = s.IntegerField(allow_null=True, help_text=BASIS_POINTS)
    passed = s.BooleanField(allow_null=True)
    regrades = LearnerRegradeSerializer(many=True)


class LearnerDecisionSerializer(s.Serializer):
    verb = s.ChoiceField(["waived", "extra_time", "regraded", "moved", "graded"])
    at = s.DateTimeField()
    title = s.CharField()
    by = s.CharField()
    data = s.DictField(child=s.CharField(allow_null=True), help_text="What the event in the ledger holds.")
    reason = s.CharField()


class LearnerDetailSerializer(ReportLearnerSerializer):
    units = LearnerUnitSerializer(many=True)
    attempts = LearnerAttemptSerializer(many=True)
    decisions = LearnerDecisionSerializer(many=True)


class WaiverSerializer(s.Serializer):
    unit = s.UUIDField()
    reason = s.CharField(max_length=2000, help_text="For those who may decide about learners.")


class WaivedSerializer(s.Serializer):
    enrolment = s.UUIDField()
    state = s.ChoiceField(Enrolment.State.choices)
    progress_bp = s.IntegerField(help_text=BASIS_POINTS)


class ItemAnswerSerializer(s.Serializer):
    part = s.CharField(allow_null=True)
    part_text = s.CharField(
        allow_null=True, help_text="The part's text; of a blank or a place its number, from 1."
    )
    id = s.CharField(allow_null=True)
    text = s.CharField()
    count = s.IntegerField()
    right = s.BooleanField(
        allow_null=True, help_text="Null as well for people who neither mark nor decide in the course."
    )


class ItemSerializer(s.Serializer):
    id = s.CharField()
    type = s.CharField()
    prompt = s.CharField()
    of_points = s.IntegerField()
    presented = s.IntegerField(allow_null=True, help_text="Null, as the others, for fewer than five people.")
    omitted = s.IntegerField(allow_null=True)
    difficulty_bp = s.IntegerField(allow_null=True, help_text="The share of points that was earned.")
    discrimination_bp = s.IntegerField(
        allow_null=True,
        help_text="That among the best 27 per cent less that among the lowest; may be negative.",
    )
    answers = ItemAnswerSerializer(many=True)


class AnalysisSerializer(s.Serializer):
    quiz = s.UUIDField()
    course = s.UUIDField()
    title = s.CharField()
    people = s.IntegerField(allow_null=True, help_text="Null for fewer than five.")
    mean_score_bp = s.IntegerField(allow_null=True, help_text=BASIS_POINTS)
    items = ItemSerializer(many=True)


class WaitingSerializer(s.Serializer):
    attempt = s.UUIDField()
    quiz = s.UUIDField()
    title = s.CharField()
    name = s.CharField(allow_null=True, help_text="Null where the quiz hides names.")
    number = s.IntegerField(allow_null=True)
    submitted_on = s.DateField()
    language = s.CharField()
    begun = s.BooleanField()
    second_waits = s.BooleanField(help_text="One person has marked something of it, a second one has to.")
    agreement_waits = s.BooleanField(
        help_text="Two people have marked it and differ: somebody who decides about learners agrees on one."
    )
    own_first = s.BooleanField(help_text="The caller was the first.")


class MarkSerializer(s.Serializer):
    step = s.ChoiceField(Mark.Step.choices)
    points = s.DictField(child=s.IntegerField(), help_text="By criterion.")
    comment = s.CharField()
    notes = s.CharField()
    revision = s.IntegerField()
    finished = s.BooleanField()


class FinishedMarkSerializer(MarkSerializer):
    total = s.IntegerField()


class GivenMarkSerializer(s.Serializer):
    points = s.DictField(child=s.IntegerField(min_value=0), help_text="By criterion; all of them to finish.")
    comment = s.CharField(required=False, max_length=5000, help_text="For the learner.")
    notes = s.CharField(required=False, max_length=5000, help_text="For people who mark.")
    revision = s.IntegerField(min_value=0, help_text="Of the mark as it was read; 0 where there was none.")
    finish = s.BooleanField(required=False, help_text="Else it stays a draft.")


class CriterionSerializer(s.Serializer):
    id = s.CharField()
    text = s.CharField()
    points = s.IntegerField(help_text="At most.")
    guidance = s.CharField()


class MarkedQuestionSerializer(s.Serializer):
    id = s.CharField()
    type = s.CharField()
    prompt = s.CharField()
    response = ResponseField()
    of_points = s.IntegerField()
    rubric = CriterionSerializer(many=True)
    model_answer = ResponseField(allow_null=True)
    notes = s.CharField(help_text="Of the question's author.")
    step = s.ChoiceField(
        Mark.Step.choices, allow_null=True, help_text="What is to be done; null where the points are settled."
    )
    allowed = s.BooleanField(help_text="Whether the caller may do it.")
    second_person_needed = s.BooleanField()
    mine = MarkSerializer(allow_null=True, help_text="The draft to go on with.")
    revision = s.IntegerField()
    finished = FinishedMarkSerializer(many=True, help_text="What others gave, where the caller may know.")
    points = s.IntegerField(allow_null=True)


class MarkingSheetSerializer(s.Serializer):
    attempt = s.UUIDField()
    quiz = s.UUIDField()
    course = s.UUIDField()
    name = s.CharField(allow_null=True)
    language = s.CharField()
    state = s.ChoiceField(["submitted", "graded"])
    questions = MarkedQuestionSerializer(many=True)


class RegradeChoiceSerializer(s.Serializer):
    question = s.UUIDField(allow_null=True, help_text="A bank question's key; null for the quiz's own.")
    title = s.CharField()
    source = s.IntegerField(help_text="The version whose keys were wrong.")
    target = s.IntegerField(help_text="The version that is published.")
    attempts = s.IntegerField()


class RegradeSerializer(s.Serializer):
    id = s.UUIDField()
    question = s.UUIDField(allow_null=True)
    source = s.IntegerField()
    target = s.IntegerField()
    reason = s.CharField()
    decided_at = s.DateTimeField()
    finished_at = s.DateTimeField(allow_null=True)


class RegradesSerializer(s.Serializer):
    choices = RegradeChoiceSerializer(many=True)
    regrades = RegradeSerializer(many=True)


class RegradeAskedSerializer(s.Serializer):
    question = s.UUIDField(required=False, allow_null=True)
    source = s.IntegerField(min_value=1)
    target = s.IntegerField(min_value=1)


class RegradeOrderSerializer(RegradeAskedSerializer):
    token = s.CharField(help_text="Of the plan that was shown.")
    reason = s.CharField(max_length=2000)


class OutcomeSerializer(s.Serializer):
    attempt = s.UUIDField()
    name = s.CharField(allow_null=True)
    number = s.IntegerField()
    old_score_bp = s.IntegerField(help_text=BASIS_POINTS)
    new_score_bp = s.IntegerField(help_text=BASIS_POINTS)
    old_passed = s.BooleanField()
    new_passed = s.BooleanField()


class PlanCountsSerializer(s.Serializer):
    attempts = s.IntegerField()
    changed = s.IntegerField()
    raised = s.IntegerField()
    lowered = s.IntegerField()
    newly_passed = s.IntegerField()
    no_longer = s.IntegerField()


class RegradePlanSerializer(s.Serializer):
    token = s.CharField()
    counts = PlanCountsSerializer()
    items = OutcomeSerializer(many=True)
