"""Learners, enrolments, the ledger of events, and what is computed from it.

The ledger is the truth. `UnitRecord`s and the counters of `Enrolment` are a projection: `manage.py rebuild_progress`
makes the same again from the ledger alone.
"""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def new_salt() -> bytes:
    return secrets.token_bytes(16)


class Learner(models.Model):
    """Somebody who learns, by a pseudonym. Erasing a person cuts the link to the account and empties the salt."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="learner"
    )
    salt = models.BinaryField(
        max_length=16, default=new_salt, help_text="For the digests of this learner's events."
    )
    created_at = models.DateTimeField()

    class Meta:
        app_label = "learning"
        verbose_name = _("learner")
        verbose_name_plural = _("learners")

    def __str__(self):
        return str(self.uuid)


class Enrolment(models.Model):
    """A learner's way through an edition of a course."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        ACTIVE = "active", _("active")
        COMPLETED = "completed", _("completed")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REFUSED = "refused", _("refused")

    LIVE = (State.REQUESTED, State.ACTIVE)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="enrolments")
    course = models.ForeignKey("learning.Course", on_delete=models.PROTECT, related_name="enrolments")
    edition = models.ForeignKey("content.Edition", on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField()

    # Projection of the ledger
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    required_done = models.PositiveIntegerField(default=0)
    required_total = models.PositiveIntegerField(default=0)
    progress_bp = models.PositiveIntegerField(default=0, help_text="Basis points.")
    score_bp = models.PositiveIntegerField(null=True, help_text="Basis points.")
    seconds = models.PositiveBigIntegerField(default=0)
    completed_at = models.DateTimeField(null=True)
    last_unit = models.ForeignKey("learning.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    last_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=12, blank=True, help_text="Of the last act.")

    class Meta:
        app_label = "learning"
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course"],
                condition=Q(state__in=["requested", "active"]),
                name="learning_one_live_enrolment",
            ),
            models.CheckConstraint(
                condition=~Q(state="completed") | Q(completed_at__isnull=False),
                name="learning_completed_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(progress_bp__lte=10_000) & (Q(score_bp__isnull=True) | Q(score_bp__lte=10_000)),
                name="learning_enrolment_basis_points",
            ),
            models.CheckConstraint(
                condition=Q(required_done__lte=models.F("required_total")), name="learning_enrolment_done"
            ),
        ]
        indexes = [models.Index(fields=["course", "state", "progress_bp"], name="learning_enrolment_report")]

    def __str__(self):
        return f"{self.uuid} ({self.state})"


class Event(models.Model):
    """One thing that happened. Append-only; holds pseudonyms and facts, no answers and no names.

    `occurred_at` is what the client says, `effective_at` what counts: clamped to [enrolled, received].
    """

    class Verb(models.TextChoices):
        # By learners
        OPENED = "opened"
        PROGRESSED = "progressed"
        COMPLETED = "completed"
        ANSWERED = "answered"
        # By the platform and the people who run it
        ENROLLED = "enrolled"
        WITHDRAWN = "withdrawn"
        RETURNED = "returned"
        ATTEMPTED = "attempted"
        GRADED = "graded"
        EXPIRED = "expired"
        COURSE_COMPLETED = "course_completed"

    #: What a client may send. The others are written by the platform alone.
    FROM_CLIENTS = (Verb.OPENED, Verb.PROGRESSED, Verb.COMPLETED, Verb.ANSWERED)

    uuid = models.UUIDField()
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="events")
    unit = models.ForeignKey("learning.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=16, choices=Verb)
    edition = models.ForeignKey("content.Edition", on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(
        Learner, null=True, on_delete=models.PROTECT, related_name="+", help_text="Null: the platform itself."
    )
    language = models.CharField(max_length=12, blank=True)
    occurred_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    received_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(null=True)
    data = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, help_text="Salted SHA-256 of what the client sent.")

    class Meta:
        app_label = "learning"
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["enrolment", "uuid"], name="learning_event_once")]

    def __str__(self):
        return f"{self.verb} {self.uuid}"


class UnitRecord(models.Model):
    """What a learner has done in a unit: facts from the ledger, and the state that follows from them and the rules."""

    class State(models.TextChoices):
        LOCKED = "locked", _("locked")
        OPEN = "open", _("open")
        IN_PROGRESS = "in_progress", _("in progress")
        COMPLETED = "completed", _("completed")
        PASSED = "passed", _("passed")
        FAILED = "failed", _("failed")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="records")
    unit = models.ForeignKey("learning.Unit", on_delete=models.PROTECT, related_name="records")
    # Facts
    opened_at = models.DateTimeField(null=True)
    marked_at = models.DateTimeField(null=True)
    answered = models.JSONField(default=dict, help_text="Moments of the first answer by question id.")
    seconds = models.PositiveBigIntegerField(default=0)
    started = models.PositiveIntegerField(default=0, help_text="Attempts begun.")
    finished = models.PositiveIntegerField(default=0, help_text="Attempts graded or expired.")
    best_bp = models.PositiveIntegerField(null=True)
    passed_at = models.DateTimeField(null=True)
    # What follows
    state = models.CharField(max_length=12, choices=State)
    done_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "learning"
        verbose_name = _("unit record")
        verbose_name_plural = _("unit records")
        constraints = [models.UniqueConstraint(fields=["enrolment", "unit"], name="learning_one_record")]
        indexes = [models.Index(fields=["unit", "state"], name="learning_record_report")]

    def __str__(self):
        return f"{self.enrolment_id}/{self.unit_id}: {self.state}"
