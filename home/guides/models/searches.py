"""Saved searches of the repository, and what their owners have been told of."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..searches.alerting import Alert


class SavedSearch(models.Model):
    """A choice in the repository that somebody keeps, and wants to hear of or not.

    Personal data: what somebody looks for. Nobody but the owner is shown it; it goes with the account.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("name"), max_length=100)
    # As `listing.query_of` writes it: one text for one choice.
    query = models.CharField(max_length=2000, blank=True)
    locale = models.CharField(max_length=12)
    repository = models.UUIDField(help_text="Key of the repository's page.")
    alert = models.CharField(_("alert"), max_length=8, choices=Alert, default=Alert.NONE)
    created_at = models.DateTimeField()
    last_alert_at = models.DateTimeField(
        help_text="When its alert was last worked out, mail or none; at first when it was set."
    )

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="guides_search_name_once")]
        indexes = [
            models.Index(
                fields=["alert", "last_alert_at"], condition=~Q(alert="none"), name="guides_search_due"
            )
        ]

    def __str__(self):
        return self.name


class KnownEntry(models.Model):
    """An entry of the repository that a search's owner knows of, once for ever: by a mail, by their own visit.

    A row for each entry instead of a moment: an entry can come to match without being published (a term is added, the
    owner joins a group), and one published between two runs has no run's moment.
    """

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="known")
    key = models.UUIDField()
    announced = models.BooleanField(default=False, help_text="No mail tells of it (again).")
    seen = models.BooleanField(default=False, help_text="It was there when the owner last looked.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "key"], name="guides_known_entry_once")]

    def __str__(self):
        return f"{self.search_id}: {self.key}"
