"""Requests that may be repeated: what was answered the first time."""

from django.db import models


class IdempotencyKey(models.Model):
    """A key that a caller gave to a request, with the answer once there is one.

    Personal data: `caller` names an account, `answer` may hold what it was told. Kept for 30 days; `cms.rest.idempotency`
    forgets a caller at once.
    """

    caller = models.CharField(max_length=80)
    route = models.CharField(max_length=300, help_text="Method and path.")
    key = models.CharField(max_length=255)
    body_digest = models.CharField(max_length=64, help_text="SHA-256 of query and body.")
    # Whoever holds the claim may answer. It is void after a minute: its holder was killed.
    claim = models.UUIDField()
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="Null while the request is in flight.")
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "route", "key"], name="rest_idempotency_unique"),
        ]
        indexes = [models.Index(fields=["claimed_at"], name="rest_idempotency_claimed")]

    def __str__(self):
        return f"{self.route} {self.key}"
