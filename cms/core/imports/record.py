"""A file that waits for its execution, or what came of it."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

#: How long a plan may be executed after the upload.
WAITS = timedelta(hours=1)


class FileImport(models.Model):
    """What a file says, to be planned and executed by whoever uploaded it.

    Personal data: `user` names an account; what subclasses keep of the file may hold anything. `emptied` takes it away once it
    is imported, a file that isn't is forgotten after an hour, what was done after a week (`process.Process.forget`).
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Not imported")

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    # The digest of the plan that was confirmed; why it was not executed, as an error's code.
    digest = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    # {action: how many}
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.file_name

    def expired(self, now: datetime) -> bool:
        """Whether it waited too long to be executed."""
        return self.state == self.State.PLANNED and now - self.created_at > WAITS

    def emptied(self) -> list[str]:
        """Take away what the file said. Returns the names of the fields that changed; nothing is saved."""
        raise NotImplementedError


def finished(name: str) -> models.CheckConstraint:
    """The constraint of a subclass: what ended has a time at which it did, and nothing else has."""
    return models.CheckConstraint(
        condition=models.Q(state__in=["done", "failed"], finished_at__isnull=False)
        | models.Q(state__in=["planned", "queued", "running"], finished_at__isnull=True),
        name=name,
    )
