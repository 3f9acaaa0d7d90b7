"""What was asked for, and how far it is."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Submission(models.Model):
    """Everything below a page, in its language, into others. A part is one page in one language that is submitted, or one page
    that was submitted before and is taken apart anew, for all languages at once.

    `problems` are parts that failed: `[{page, title, locale, told}]`, without a `locale` ("") where it was to be taken apart
    anew; they aren't tried again.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    locales = models.ManyToManyField("wagtailcore.Locale", related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    total = models.PositiveIntegerField(default=0, help_text="Parts that there were at the beginning.")
    done = models.PositiveIntegerField(default=0, help_text="Parts that were met, those that failed as well.")
    updated = models.PositiveIntegerField(
        # Processes of the version before write rows without it while this one is rolled out.
        db_default=0,
        default=0,
        help_text="Of those that were met: pages that were brought up to date.",
    )
    problems = models.JSONField(default=list)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=F("total")), name="translation_submission_done_of_total"
            ),
            models.CheckConstraint(
                condition=Q(updated__lte=F("done")), name="translation_submission_updated_of_done"
            ),
        ]
        # Made by flows alone, which ask for a right of the desk.
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(finished_at=None), name="translation_submission_open"
            )
        ]

    def __str__(self):
        return f"submission of {self.page_id}"

    @property
    def percent(self) -> int:
        """Whole percent, rounded down."""
        return self.done * 100 // self.total if self.total else 100

    @property
    def new(self) -> int:
        """Of those that were met: what wasn't translated before and is now."""
        return self.done - self.updated - len(self.problems)
