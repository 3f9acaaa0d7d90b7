"""Certificates, whose they are, and the keys that sign their badges.

A certificate holds facts and no person: who it names lies in a row of its own, which erasure deletes. What was issued stays.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from . import codes, rules


class Certificate(models.Model):
    """That an enrolment was completed, once: issued with the completion, ended by its last day or by a revocation alone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.OneToOneField(
        "learning.Enrolment", on_delete=models.PROTECT, related_name="certificate"
    )
    course = models.ForeignKey("learning.Course", on_delete=models.PROTECT, related_name="certificates")
    edition = models.ForeignKey("content.Edition", on_delete=models.PROTECT, related_name="+")
    renews = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="renewals",
        help_text="The earlier certificate that this one follows.",
    )
    code = models.CharField(max_length=codes.LENGTH, unique=True, default=codes.new_code, editable=False)
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=255, help_text="The course's, in that language, at issue.")
    title_locale = models.CharField(max_length=12, help_text="The language that the title is in.")
    signatory = models.CharField(max_length=200, blank=True)
    signatory_role = models.CharField(max_length=200, blank=True)
    completed_at = models.DateTimeField()
    completed_on = models.DateField(help_text="The day of the completion in the zone of the course.")
    issued_at = models.DateTimeField()
    expires_on = models.DateField(null=True, help_text="The last day on which it holds.")
    expires_at = models.DateTimeField(null=True, help_text="The first moment after that day.")
    revoked_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "learning"
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True, expires_at__isnull=True)
                | Q(expires_on__isnull=False, expires_at__isnull=False),
                name="learning_certificate_end",
            ),
            models.CheckConstraint(
                condition=Q(renews__isnull=True) | ~Q(renews=F("id")), name="learning_certificate_renews"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="learning_certificate_end_idx")]

    def __str__(self):
        return codes.grouped(self.code)

    def status(self, now) -> str:
        """`valid`, `expired` or `revoked` at a moment."""
        return rules.status(revoked_at=self.revoked_at, expires_at=self.expires_at, now=now)


class CertificateHolder(models.Model):
    """The person on a certificate, as far as it names one. Erasure deletes the row."""

    certificate = models.OneToOneField(
        Certificate, primary_key=True, on_delete=models.CASCADE, related_name="holder"
    )
    name = models.CharField(_("name"), max_length=300, blank=True, help_text="As it was at issue.")
    name_shown = models.BooleanField(
        default=False, help_text="Whether the holder lets those who verify see the name."
    )
    salt = models.CharField(max_length=32, help_text="For the digest of the address in the badge.")

    class Meta:
        app_label = "learning"
        verbose_name = _("holder of a certificate")
        verbose_name_plural = _("holders of certificates")

    def __str__(self):
        return str(self.certificate_id)


class CertificateRevocation(models.Model):
    """Who ended a certificate, and why. The reason is for people who run courses."""

    certificate = models.OneToOneField(
        Certificate, primary_key=True, on_delete=models.PROTECT, related_name="revocation"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    reason = models.TextField(_("reason"), max_length=1000)

    class Meta:
        app_label = "learning"
        verbose_name = _("revocation of a certificate")
        verbose_name_plural = _("revocations of certificates")

    def __str__(self):
        return str(self.certificate_id)


class ReminderChoice(models.Model):
    """Somebody who wants no mail before their certificates expire."""

    learner = models.OneToOneField(
        "learning.Learner", primary_key=True, on_delete=models.CASCADE, related_name="no_reminders"
    )
    since = models.DateTimeField()

    class Meta:
        app_label = "learning"
        verbose_name = _("refusal of reminders")
        verbose_name_plural = _("refusals of reminders")

    def __str__(self):
        return str(self.learner_id)


class SigningKey(models.Model):
    """A key that signs badges. The private part is sealed, and destroyed at rotation; the public one is kept for ever,
    so that what was signed can be checked."""

    thumbprint = models.CharField(max_length=64, primary_key=True, help_text="RFC 7638.")
    public = models.JSONField(help_text="The public key as a JWK.")
    sealed = models.TextField(blank=True)
    signs = models.BooleanField(default=True, help_text="One key signs at a time.")
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "learning"
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                fields=["signs"], condition=Q(signs=True), name="learning_one_signing_key"
            ),
            models.CheckConstraint(
                condition=Q(signs=True, retired_at__isnull=True) | Q(signs=False, sealed=""),
                name="learning_retired_key_is_destroyed",
            ),
        ]

    def __str__(self):
        return self.thumbprint
