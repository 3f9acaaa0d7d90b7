"""Keys and invitations to courses, who waits for one to open, and which mails about decisions went out.

No secret is kept: a key is shown once when it is made, a token stands in the mail alone.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class EnrolmentKey(models.Model):
    """A secret that lets people into a course, each time it is used once more, up to `max_uses`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey("learning.Course", on_delete=models.CASCADE, related_name="enrolment_keys")
    label = models.CharField(_("label"), max_length=120, help_text="For those who run the course.")
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256 of the secret.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, help_text="The first moment after the last day.")
    max_uses = models.PositiveIntegerField(null=True)
    uses = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "learning"
        verbose_name = _("enrolment key")
        verbose_name_plural = _("enrolment keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(max_uses__isnull=True) | Q(uses__lte=F("max_uses")),
                name="learning_key_never_overrun",
            )
        ]

    def __str__(self):
        return self.label

    def status(self, now) -> str:
        """`usable`, `used_up`, `expired` or `revoked` at a moment."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return "used_up" if self.max_uses is not None and self.uses >= self.max_uses else "usable"


class Invitation(models.Model):
    """One person, by address, who is invited to a course. The address goes when the invitation is accepted or revoked."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey("learning.Course", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(blank=True)
    digest = models.CharField(  # noqa: DJ001 (null until it is sent: there is no token yet)
        max_length=64, null=True, unique=True, editable=False, help_text="SHA-256 of the token that was sent."
    )
    language = models.CharField(max_length=12)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        "learning.Learner", null=True, on_delete=models.PROTECT, related_name="invitations"
    )

    class Meta:
        app_label = "learning"
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="learning_invited_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="learning_invitation_accepted_by",
            ),
        ]

    def __str__(self):
        return str(self.uuid)

    def status(self, now) -> str:
        """`open`, `accepted`, `expired` or `revoked` at a moment."""
        if self.accepted_at is not None:
            return "accepted"
        if self.revoked_at is not None and self.revoked_at < self.expires_at:
            return "revoked"
        return "expired" if self.expires_at <= now else "open"


class CourseFollower(models.Model):
    """Somebody who wants to hear when a course opens: by one mail, after which nobody follows any more."""

    course = models.ForeignKey("learning.Course", on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_courses"
    )
    language = models.CharField(max_length=12)
    since = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "learning"
        verbose_name = _("follower of a course")
        verbose_name_plural = _("followers of courses")
        constraints = [models.UniqueConstraint(fields=["course", "user"], name="learning_follows_once")]
        indexes = [
            models.Index(fields=["course"], condition=Q(told_at__isnull=True), name="learning_follower_waits")
        ]

    def __str__(self):
        return f"{self.course_id}/{self.user_id}"


class DecisionMail(models.Model):
    """The mail that tells somebody how their request was decided."""

    event = models.OneToOneField(
        "learning.Event", on_delete=models.CASCADE, primary_key=True, related_name="mail"
    )
    sent_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "learning"
        verbose_name = _("mail about a decision")
        verbose_name_plural = _("mails about decisions")

    def __str__(self):
        return str(self.event_id)
