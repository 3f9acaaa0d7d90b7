"""Attempts at quizzes, the answers in them, and the last answers to knowledge checks.

Answers are personal and can be erased; what they earned stands in the ledger (`learning.progress`).
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Attempt(models.Model):
    """One try at a quiz, pinned to the version of the quiz that it began with."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("attempt", "open")
        # Handed in, and some of it waits for a person's points.
        SUBMITTED = "submitted", _("submitted")
        GRADED = "graded", _("graded")
        EXPIRED = "expired", pgettext_lazy("attempt", "expired")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey("learning.Enrolment", on_delete=models.CASCADE, related_name="attempts")
    quiz = models.ForeignKey("learning.Unit", on_delete=models.PROTECT, related_name="attempts")
    version = models.ForeignKey(
        "content.ContentVersion",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Of the source language. Null once the quiz was recalled: its questions are destroyed, the score stays.",
    )
    number = models.PositiveIntegerField()
    seed = models.BigIntegerField(help_text="Decides the order of questions and options.")
    questions = models.JSONField(help_text="Ids of the questions, in the order of this attempt.")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    language = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    score_bp = models.PositiveIntegerField(null=True, help_text="Basis points.")
    passed = models.BooleanField(null=True)
    revision = models.PositiveIntegerField(default=0, help_text="How often the grade was changed.")
    corrected = models.ForeignKey(
        "content.ContentVersion",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The version whose keys grade it, where those that it began with were wrong.",
    )
    told_at = models.DateTimeField(
        null=True, help_text="When the learner was written to about people's marks."
    )

    class Meta:
        app_label = "learning"
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "quiz"], condition=Q(state="open"), name="learning_one_open_attempt"
            ),
            models.UniqueConstraint(fields=["enrolment", "quiz", "number"], name="learning_attempt_number"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "submitted"], score_bp__isnull=True, passed__isnull=True)
                | Q(state="graded", score_bp__isnull=False, passed__isnull=False, submitted_at__isnull=False)
                | Q(state="expired", passed=False),
                name="learning_attempt_state",
            ),
            models.CheckConstraint(
                condition=Q(score_bp__isnull=True) | Q(score_bp__lte=10_000), name="learning_attempt_score"
            ),
        ]
        indexes = [
            models.Index(fields=["deadline_at"], condition=Q(state="open"), name="learning_attempt_due"),
            models.Index(
                fields=["quiz", "submitted_at"],
                condition=Q(state="submitted"),
                name="learning_attempt_to_mark",
            ),
        ]

    def __str__(self):
        return f"{self.uuid} ({self.state})"


class DrawnQuestion(models.Model):
    """A question that an attempt drew from a bank, pinned to its version. `question` is the key of its page."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="drawn")
    question = models.UUIDField()
    version = models.ForeignKey(
        "content.ContentVersion",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Of the source language. Null once the question was recalled.",
    )
    corrected = models.ForeignKey(
        "content.ContentVersion",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The version whose key grades it, where that of `version` was wrong.",
    )

    class Meta:
        app_label = "learning"
        verbose_name = _("drawn question")
        verbose_name_plural = _("drawn questions")
        constraints = [models.UniqueConstraint(fields=["attempt", "question"], name="learning_drawn_once")]

    def __str__(self):
        return f"{self.attempt_id}: {self.question}"


class ExtraTime(models.Model):
    """Minutes that a person has beyond a limit or a closing: at one quiz, or at every quiz of the course.

    The reason is personal and can be erased; that time was given stands in the ledger.
    """

    enrolment = models.ForeignKey("learning.Enrolment", on_delete=models.CASCADE, related_name="extra_times")
    quiz = models.ForeignKey("learning.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True, max_length=500)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    given_at = models.DateTimeField()

    class Meta:
        app_label = "learning"
        verbose_name = _("extra time")
        verbose_name_plural = _("extra times")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "quiz"], name="learning_one_extra_time"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(quiz=None), name="learning_one_general_extra_time"
            ),
        ]

    def __str__(self):
        return f"{self.enrolment_id}: {self.minutes}"


class Answer(models.Model):
    """The saved answer to one question of an attempt."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=64)
    response = models.JSONField()
    sequence = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    points = models.PositiveSmallIntegerField(null=True, help_text="Set by grading.")

    class Meta:
        app_label = "learning"
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question"], name="learning_one_answer"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="learning_answer_sequence"),
        ]

    def __str__(self):
        return f"{self.attempt_id}: {self.question}"


class LateAnswer(models.Model):
    """The last answer to a question that came after the deadline and its grace: kept as evidence, never scored."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="late_answers")
    question = models.CharField(max_length=64)
    response = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        app_label = "learning"
        verbose_name = _("late answer")
        verbose_name_plural = _("late answers")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question"], name="learning_one_late_answer")
        ]

    def __str__(self):
        return f"{self.attempt_id}: {self.question}"


class CheckAnswer(models.Model):
    """The last answer to a knowledge check of a lesson."""

    enrolment = models.ForeignKey(
        "learning.Enrolment", on_delete=models.CASCADE, related_name="check_answers"
    )
    unit = models.ForeignKey("learning.Unit", on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=64)
    response = models.JSONField()
    points = models.PositiveSmallIntegerField()
    of_points = models.PositiveSmallIntegerField()
    answered_at = models.DateTimeField()

    class Meta:
        app_label = "learning"
        verbose_name = _("answer to a knowledge check")
        verbose_name_plural = _("answers to knowledge checks")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "unit", "question"], name="learning_one_check_answer"
            ),
            models.CheckConstraint(condition=Q(points__lte=F("of_points")), name="learning_check_points"),
        ]

    def __str__(self):
        return f"{self.enrolment_id}: {self.question}"


class Mark(models.Model):
    """What one person gives an answer, by criterion, at one step of marking; a draft until it is finished.

    Who it was is kept by pseudonym. Comment and notes are words of a person about a person: they can be erased, the points
    stay.
    """

    class Step(models.TextChoices):
        FIRST = "first", _("first marker")
        SECOND = "second", _("second marker")
        AGREED = "agreed", _("agreed")

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="marks")
    question = models.CharField(max_length=64)
    step = models.CharField(max_length=6, choices=Step)
    marker = models.ForeignKey("learning.Learner", on_delete=models.PROTECT, related_name="+")
    points = models.JSONField(help_text="Points by criterion; under `points` where there is no rubric.")
    comment = models.TextField(blank=True, max_length=5000, help_text="For the learner.")
    notes = models.TextField(blank=True, max_length=5000, help_text="For people who mark.")
    revision = models.PositiveIntegerField(default=1, help_text="Goes up with each change.")
    changed_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "learning"
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question", "step"], name="learning_one_mark_a_step"),
        ]

    def __str__(self):
        return f"{self.attempt_id}: {self.question} ({self.step})"

    @property
    def total(self) -> int:
        return sum(self.points.values())


class Regrade(models.Model):
    """A corrected key put into force: which version's keys count instead of which, who decided it and why.

    The reason can be erased. `question` is a bank question's key; null where the quiz's own version was corrected.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey("learning.Course", on_delete=models.PROTECT, related_name="regrades")
    quiz = models.ForeignKey("learning.Unit", on_delete=models.PROTECT, related_name="+")
    question = models.UUIDField(null=True)
    wrong = models.JSONField(help_text="Ids of the versions whose keys were wrong.")
    source_number = models.PositiveIntegerField(help_text="Of the earliest of them.")
    target_number = models.PositiveIntegerField(help_text="Of the version that corrects it.")
    target = models.ForeignKey(
        "content.ContentVersion",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Null once it was recalled.",
    )
    reason = models.TextField(blank=True, max_length=2000)
    actor = models.ForeignKey("learning.Learner", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "learning"
        verbose_name = _("regrade")
        verbose_name_plural = _("regrades")
        constraints = [
            models.UniqueConstraint(
                fields=["course"], condition=Q(finished_at=None), name="learning_one_regrade_at_once"
            ),
        ]

    def __str__(self):
        return str(self.uuid)


class RegradedAttempt(models.Model):
    """An attempt that a regrade concerns, before and after. `regraded_at` is null until it is done."""

    regrade = models.ForeignKey(Regrade, on_delete=models.CASCADE, related_name="attempts")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="regrades")
    old_score_bp = models.PositiveIntegerField()
    old_passed = models.BooleanField()
    new_score_bp = models.PositiveIntegerField()
    new_passed = models.BooleanField()
    revision = models.PositiveIntegerField(null=True, help_text="Of the attempt, that came of it.")
    regraded_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "learning"
        verbose_name = _("regraded attempt")
        verbose_name_plural = _("regraded attempts")
        constraints = [
            models.UniqueConstraint(fields=["regrade", "attempt"], name="learning_regraded_once"),
            models.CheckConstraint(
                condition=Q(new_score_bp__lte=10_000, old_score_bp__lte=10_000),
                name="learning_regraded_score",
            ),
            models.CheckConstraint(
                condition=Q(regraded_at=None, revision=None) | Q(regraded_at__isnull=False, revision__gte=1),
                name="learning_regraded_revision",
            ),
        ]
        indexes = [
            models.Index(fields=["regrade"], condition=Q(regraded_at=None), name="learning_regrade_to_do"),
        ]

    def __str__(self):
        return f"{self.regrade_id}: {self.attempt_id}"
