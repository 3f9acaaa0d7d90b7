"""Keys: who reads through the API as more than nobody, and their secrets, of which only digests are kept."""

import uuid

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    PUBLIC = "content:public", _("Read what everybody may read")
    MEMBERS = "content:members", _("Read what its groups may read")
    COURSES = "content:courses", _("Read lessons and quizzes of the courses that it sees")
    PREVIEW = "preview", _("Read drafts by preview token")
    REPORTS = "learning:reports", _("Hear of completions in the courses named")


class ApiKey(models.Model):
    """A key as its owner knows it. What it may is decided at each request: by its row, its groups and the clock."""

    class Kind(models.TextChoices):
        SECRET = "secret", _("Secret: for programs on a server")
        BROWSER = "browser", _("Browser: may be seen by anybody, so it reads what is public")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(
        _("name"), max_length=100, help_text=_("Who uses it, and for what: “Ministry’s portal”.")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.SECRET)
    scopes = models.JSONField(_("scopes"), default=list, help_text=_("What it may do."))
    groups = models.ManyToManyField(
        Group,
        blank=True,
        related_name="+",
        verbose_name=_("reads as"),
        help_text=_("With “read what its groups may read”: it sees what members of these groups see."),
    )
    courses = models.JSONField(default=list, blank=True, help_text="Keys of courses, for learning:reports.")
    origins = models.JSONField(
        _("allowed origins"),
        default=list,
        blank=True,
        help_text=_("For browser keys: sites whose pages may use it, one a line, as in https://example.org."),
    )
    rate = models.PositiveIntegerField(
        _("requests a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_("Empty: the site’s own limit for keys."),
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


class ApiKeySecret(models.Model):
    """One secret of a key: while a key is rotated it has two. `digest` is the SHA-256 of 256 random bits."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="secrets")
    prefix = models.CharField(max_length=16, help_text="The secret's beginning, to know it by.")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, help_text="When a rotation ends it; null for the newest.")

    class Meta:
        constraints = [
            # Two may be good at once: the newest, and the one before it until its end.
            models.UniqueConstraint(
                fields=["api_key"], condition=Q(expires_at__isnull=True), name="delivery_one_newest_secret"
            )
        ]

    def __str__(self):
        return self.prefix


class KeyUse(models.Model):
    """How often a key was used on a day: requests answered and refused. Counted in batches, so nearly exact."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="uses")
    day = models.DateField()
    answered = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "day"], name="delivery_key_use_day")]

    def __str__(self):
        return f"{self.api_key_id} {self.day}"
