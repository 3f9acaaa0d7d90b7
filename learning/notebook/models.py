"""What people keep for themselves: bookmarks, private notes, and what they say of a lesson.

Personal data, and of no account in the ledger. Rows hang on the account and go with it. Nobody but the writer is shown a
bookmark or a note, in no page, no API, no admin and no export; feedback is told to those who run the course without names.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Bookmark(models.Model):
    """A lesson, or a section of it, that somebody wants to find again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey("learning.Unit", on_delete=models.PROTECT, related_name="+")
    section = models.CharField(
        max_length=36,
        blank=True,
        help_text="Id of the heading's block, which all languages share; empty: the lesson.",
    )
    created_at = models.DateTimeField()

    class Meta:
        app_label = "learning"
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "section"], name="learning_bookmark_once")
        ]

    def __str__(self):
        return f"{self.unit_id}#{self.section}"


class Note(models.Model):
    """What somebody wrote down in a lesson, or in answer to a reflection in it. An emptied note stays as an empty row: its version still tells older tabs apart."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey("learning.Unit", on_delete=models.PROTECT, related_name="+")
    block = models.CharField(
        max_length=36,
        blank=True,
        help_text="Id of the reflection's block, which all languages share; empty: the lesson's own note.",
    )
    text = models.TextField(blank=True, max_length=5000)
    version = models.PositiveIntegerField(default=1, help_text="Goes up by one with each change.")
    updated_at = models.DateTimeField()

    class Meta:
        app_label = "learning"
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [models.UniqueConstraint(fields=["user", "unit", "block"], name="learning_one_note")]

    def __str__(self):
        return str(self.unit_id)


class LessonFeedback(models.Model):
    """Whether a lesson was useful to somebody, and why."""

    # Random, and the order in which comments are shown: it tells nothing of who came when.
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey("learning.Course", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("learning.Unit", on_delete=models.PROTECT, related_name="+")
    useful = models.BooleanField()
    comment = models.TextField(blank=True, max_length=1000)
    updated_at = models.DateTimeField()

    class Meta:
        app_label = "learning"
        verbose_name = _("feedback on a lesson")
        verbose_name_plural = _("feedback on lessons")
        constraints = [models.UniqueConstraint(fields=["user", "unit"], name="learning_one_feedback")]
        indexes = [models.Index(fields=["course", "unit", "useful"], name="learning_feedback_report")]

    def __str__(self):
        return str(self.uuid)
