"""The change log and the feed that is folded from it.

A change is written, unnumbered, in the transaction of what it records. After the commit a short transaction under one
lock gives numbers, in an order in which nothing can appear behind a reader's back (docs/decisions/0003).
"""

from django.db import models
from django.db.models import Q


class Kind(models.TextChoices):
    PUBLISHED = "published"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"


class Change(models.Model):
    """One thing that became visible, changed or disappeared for the readers of one access key. Append-only."""

    number = models.BigIntegerField(null=True, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.UUIDField()
    locale = models.CharField(max_length=12)
    access_key = models.CharField(max_length=32, blank=True)
    item_id = models.BigIntegerField(help_text="Page id; the page may be gone.")
    type = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    outdated = models.BooleanField(
        default=False, help_text="A translation fell behind its source with it: a topic of its own."
    )

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(number__isnull=True), name="changes_unnumbered"),
            models.Index(fields=["key", "locale"], name="changes_key_locale"),
        ]

    def __str__(self):
        return f"{self.number} {self.kind} {self.key}/{self.locale}"


class FeedRow(models.Model):
    """The latest change of a key, locale and access key: what the feed shows."""

    number = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.UUIDField()
    locale = models.CharField(max_length=12)
    access_key = models.CharField(max_length=32, blank=True)
    item_id = models.BigIntegerField()
    type = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "locale", "access_key"], name="changes_feed_row_unique"),
        ]
        indexes = [models.Index(fields=["access_key", "number"], name="changes_feed_access")]

    def __str__(self):
        return f"{self.number} {self.kind} {self.key}/{self.locale}"


class Horizon(models.Model):
    """One row: the last number given, and the number below which tombstones were cleared away."""

    last_number = models.BigIntegerField(default=0)
    cleared_below = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="changes_one_horizon")]

    def __str__(self):
        return str(self.last_number)


class Announcement(models.Model):
    """Something that happened and that programs outside may hear of, beside changes of content: the outbox.

    Written in the transaction of what happened; ids only, nothing about people.
    """

    topic = models.CharField(max_length=60)
    subject = models.UUIDField(
        null=True, help_text="What it belongs to, for who may hear of it: a course's key."
    )
    data = models.JSONField()
    at = models.DateTimeField()
    passed_on_at = models.DateTimeField(null=True, help_text="When it was written out to those who listen.")

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(passed_on_at__isnull=True), name="changes_not_passed_on")
        ]

    def __str__(self):
        return f"{self.topic} {self.pk}"
