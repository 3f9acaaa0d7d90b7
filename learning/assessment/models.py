"""Attempts at quizzes, the answers in them, and the last answers to knowledge checks.

Answers are personal and can be erased; what they earned stands in the ledger (`learning.progress`).
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Attempt(models.Model):
    """One try at a quiz, pinned to the version of the quiz that it began with."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        # Handed in and waiting for a person: no type of today needs one.
        SUBMITTED = "submitted", _("submitted")
        GRADED = "graded", _("graded")
        EXPIRED = "expired", _("expired")

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
        ]

    def __str__(self):
        return f"{self.uuid} ({self.state})"


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
