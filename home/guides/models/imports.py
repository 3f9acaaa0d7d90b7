"""A file that somebody wants to import, from its upload until it is forgotten."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

#: How long a plan waits to be executed.
WAITS = timedelta(hours=1)


class PracticeImport(models.Model):
    """What a file says, to be planned and executed by whoever uploaded it.

    Personal data: `user` names an account, `rows` hold what the file says. Rows are emptied once they are imported, a file that
    isn't is forgotten after an hour, what was done after a week (`home.guides.jobs`).
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Not imported")

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    index = models.ForeignKey("guides.PracticeIndexPage", on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    # [[line, {column: text}]]
    rows = models.JSONField(default=list)
    submit = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    # The digest of the plan that was confirmed; why it was not executed, as an error's code.
    digest = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    # {action: how many rows}
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of practices")
        verbose_name_plural = _("imports of practices")
        indexes = [models.Index(fields=["state", "created_at"], name="guides_import_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["done", "failed"], finished_at__isnull=False)
                | models.Q(state__in=["planned", "queued", "running"], finished_at__isnull=True),
                name="guides_import_finished",
            )
        ]

    def __str__(self):
        return self.file_name

    def expired(self, now: datetime) -> bool:
        """Whether it waited too long to be executed."""
        return self.state == self.State.PLANNED and now - self.created_at > WAITS
