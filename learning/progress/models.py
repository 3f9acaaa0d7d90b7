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
    renews = models.ForeignKey(
        "self",
        to_field="uuid",
        null=True,
        on_delete=models.PROTECT,
        related_name="renewals",
        help_text="The earlier enrolment that this one follows.",
    )
    reminded_at = models.DateTimeField(null=True, help_text="When a mail said that the time allowed ends.")

    # Projection of the ledger, as is the edition
    enrolled_at = models.DateTimeField(help_text="Of a request: when it was made, until it is approved.")
    admitted = models.BooleanField(default=True, help_text="Whether the learner was ever let in.")
    expires_at = models.DateTimeField(
        null=True, help_text="The first moment after the last day of the time allowed."
    )
    moved_at = models.DateTimeField(
        null=True, help_text="When the learner came to this edition from another."
    )
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
            models.CheckConstraint(
                condition=Q(admitted=True) | Q(state__in=["requested", "refused", "withdrawn"]),
                name="learning_enrolment_admitted",
            ),
        ]
        indexes = [
            models.Index(fields=["course", "state", "progress_bp"], name="learning_enrolment_report"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state="active", expires_at__isnull=False),
                name="learning_enrolment_due",
            ),
        ]

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
        REQUESTED = "requested"
        APPROVED = "approved"
        REFUSED = "refused"
        ENROLLED = "enrolled"
        WITHDRAWN = "withdrawn"
        RETURNED = "returned"
        LAPSED = "lapsed"  # the time allowed ran out; `expired` is an attempt's
        CREDITED = "credited"
        ATTEMPTED = "attempted"
        GRADED = "graded"
        EXPIRED = "expired"
        REGRADED = "regraded"
        WAIVED = "waived"
        MOVED = "moved"
        COURSE_COMPLETED = "course_completed"
        EXTRA_TIME = "extra_time"

    #: What a client may send. The others are written by the platform alone.
    FROM_CLIENTS = (Verb.OPENED, Verb.PROGRESSED, Verb.COMPLETED, Verb.ANSWERED)
    #: What others do to a learner's unit: it isn't where the learner was last.
    BY_OTHERS = (Verb.REGRADED, Verb.WAIVED, Verb.CREDITED)

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
        indexes = [
            models.Index(
                fields=["enrolment", "unit", "-effective_at"],
                condition=Q(verb="progressed"),
                name="learning_event_place",
            )
        ]

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
    spent = models.JSONField(
        default=dict, help_text="Time by hour: `{hour: [first moment in it, seconds]}`, in UTC."
    )
    started = models.PositiveIntegerField(default=0, help_text="Attempts begun.")
    finished = models.PositiveIntegerField(default=0, help_text="Attempts graded or expired.")
    attempts = models.JSONField(
        default=dict, help_text="Scores: `{attempt: [number, revision, basis points, moment]}`."
    )
    passed_at = models.DateTimeField(null=True)
    waived_at = models.DateTimeField(null=True)
    peak_bp = models.PositiveIntegerField(
        null=True, help_text="The highest that the score ever was in this edition, in basis points."
    )
    reached_at = models.DateTimeField(
        null=True, help_text="When the score first was what completes the quiz."
    )
    # What follows
    score_bp = models.PositiveIntegerField(
        null=True, help_text="By the quiz's rule over all attempts, in basis points."
    )
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


class Reason(models.Model):
    """Why somebody decided something about a learner, in their words: personal, and erased without touching the ledger."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="reason")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(max_length=2000)

    class Meta:
        app_label = "learning"
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")

    def __str__(self):
        return str(self.event_id)


class EditionMove(models.Model):
    """What becomes of those who are under way when an edition is released. `finished_at` is set when nobody is left to move;
    what was interrupted goes on where it stopped."""

    class Rule(models.TextChoices):
        STAY = "stay", _("stay on the edition that they are on")
        MOVE = "move", _("move to the new edition and keep what is done")
        MOVE_UNSTARTED = "move_unstarted", _("move only if they haven’t started")

    edition = models.OneToOneField(
        "content.Edition", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    rule = models.CharField(max_length=16, choices=Rule)
    actor = models.ForeignKey(
        Learner, null=True, on_delete=models.PROTECT, related_name="+", help_text="Null: the platform itself."
    )
    decided_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "learning"
        verbose_name = _("move to an edition")
        verbose_name_plural = _("moves to editions")

    def __str__(self):
        return f"{self.edition_id}: {self.rule}"
