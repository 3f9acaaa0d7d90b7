"""Rows by which the running parts of a deployment tell each other that they are alive."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """The last moment at which something with a name happened: a process was alive, a scheduled job was started.

    It lies in the database, not in the cache or a file, because every process of every host sees the same database.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        app_label = "core"
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self):
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


def beat(name: str, now: datetime) -> None:
    """Note that `name` happened at `now`, in one statement."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=now)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def last_beats(prefix: str) -> dict[str, datetime]:
    """All names that start with `prefix`, without it, and when they last happened."""
    rows = Heartbeat.objects.filter(name__startswith=prefix).values_list("name", "at")
    return {name.removeprefix(prefix): at for name, at in rows}
