"""Rows under translation keys: what enrolments, events and object permissions refer to.

Written when the source-language page is published, and kept whatever becomes of the page.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .choices import Kind


class Course(models.Model):
    """A course, whatever its languages. The key is its pages' translation key."""

    key = models.UUIDField(primary_key=True, editable=False)
    source_locale = models.CharField(max_length=12)
    title = models.CharField(
        max_length=255, help_text="In the source language, for lists of people who run courses."
    )
    created_at = models.DateTimeField()

    class Meta:
        app_label = "learning"
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        permissions = [
            ("view_report", _("Can see the course's report and its learners")),
            ("revoke_certificate", _("Can revoke certificates of the course")),
            ("decide_for_learners", _("Can decide for the course's learners")),
            ("mark_answers", _("Can mark answers of the course's learners")),
        ]

    def __str__(self):
        return self.title


class Unit(models.Model):
    """A lesson or quiz, whatever its languages and whichever edition holds it."""

    key = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(
        max_length=8, choices=[choice for choice in Kind.choices if choice[0] != Kind.MODULE]
    )
    source_locale = models.CharField(max_length=12)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "learning"
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self):
        return f"{self.kind} {self.key}"


class SealedSyllabus(models.Model):
    """The structure and rules of an edition as its first learner met them: immutable, so that a rebuild of progress
    applies what applied (`syllabus.Syllabus` reads `rules`)."""

    edition = models.OneToOneField(
        "content.Edition", on_delete=models.PROTECT, primary_key=True, related_name="syllabus"
    )
    rules = models.JSONField()

    class Meta:
        app_label = "learning"
        verbose_name = _("syllabus")
        verbose_name_plural = _("syllabuses")

    def __str__(self):
        return str(self.edition_id)


class PoolQuestion(models.Model):
    """A bank question that a draw of an edition's quiz may give, at the version that was fixed."""

    edition = models.ForeignKey("content.Edition", on_delete=models.PROTECT, related_name="+")
    quiz = models.UUIDField()
    draw = models.CharField(max_length=64, help_text="The id of the draw in the quiz.")
    question = models.UUIDField(help_text="The key of the question's page.")
    version = models.ForeignKey("content.ContentVersion", on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "learning"
        verbose_name = _("question of a pool")
        verbose_name_plural = _("questions of pools")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "quiz", "draw", "question"], name="learning_once_in_a_pool"
            )
        ]

    def __str__(self):
        return f"{self.draw}: {self.question}"
