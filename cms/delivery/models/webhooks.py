"""Webhooks: where to, signed with what, and every delivery with its attempts."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .keys import ApiKey


class WebhookEndpoint(models.Model):
    """An address that hears of what its key may read."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    api_key = models.ForeignKey(
        ApiKey, on_delete=models.CASCADE, related_name="endpoints", verbose_name=_("key")
    )
    url = models.CharField(_("address"), max_length=500)
    topics = models.JSONField(_("topics"), default=list)
    # Paused by somebody, or by an endpoint's own 410; deliveries wait meanwhile.
    paused_at = models.DateTimeField(null=True, editable=False)
    pause_reason = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["url", "pk"]

    def __str__(self):
        return self.url


class WebhookSecret(models.Model):
    """What an endpoint's deliveries are signed with, sealed. While it is rotated there are two."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint"],
                condition=Q(expires_at__isnull=True),
                name="delivery_one_newest_webhook_secret",
            )
        ]

    def __str__(self):
        return f"{self.endpoint_id} {self.created_at:%Y-%m-%d}"


class WebhookDelivery(models.Model):
    """One message to one endpoint. `uuid` is its `webhook-id`, the same at every attempt and replay."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        DEAD = "dead", _("given up")
        DROPPED = "dropped", _("not for this key any more")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    topic = models.CharField(max_length=60)
    data = models.JSONField()
    at = models.DateTimeField(help_text="When it happened.")
    # What it tells of, so that nothing is written out twice: "change:17", "announcement:4", "test:<uuid>".
    source = models.CharField(max_length=60)
    access_key = models.CharField(max_length=32, blank=True, help_text="The audience of what it tells of.")
    subject = models.UUIDField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "source"], name="delivery_webhook_once"),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at"], condition=Q(status="waiting"), name="delivery_webhook_due"
            ),
        ]

    def __str__(self):
        return f"{self.topic} {self.uuid}"


class WebhookAttempt(models.Model):
    """One try: what came back, or why nothing did."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    excerpt = models.CharField(max_length=500, blank=True)
    error = models.CharField(max_length=300, blank=True)

    def __str__(self):
        return f"{self.delivery_id} {self.status or self.error}"


class WebhookPosition(models.Model):
    """One row: the number of the last change that was written out to endpoints."""

    change = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="delivery_one_webhook_position")]

    def __str__(self):
        return str(self.change)
