"""Ending a certificate: a person with the permission on the course, and a reason. Nothing else ends one before its day."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from cms.core.errors import BadInput, Conflict, NotFound, NotPermitted
from learning.catalogue import running

from .models import Certificate, CertificateRevocation
from .signals import certificate_revoked

LOGGED_AS = "learning.certificate.revoke"
MAX_REASON = 1000


def revocable(user):
    """The certificates that somebody may revoke or has under their eyes, the latest first. Two statements beside its own."""
    rows = Certificate.objects.select_related("holder", "edition", "course", "revocation__by")
    if not (user.is_active and user.is_superuser):
        rows = rows.filter(course__in=running.courses_of(user, running.REVOKE) if user.is_active else [])
    return rows.order_by("-issued_at", "-pk")


def has_any(user) -> bool:
    """Whether somebody may revoke certificates of any course."""
    return user.is_active and (user.is_superuser or bool(running.courses_of(user, running.REVOKE)))


@transaction.atomic
def revoke(*, certificate_id: UUID, by, reason: str, now: datetime) -> Certificate:
    """End a certificate for good.

    Raises NotFound, NotPermitted, BadInput `reason_needed`, Conflict `already_revoked`.
    """
    certificate = Certificate.objects.select_related("course").filter(uuid=certificate_id).first()
    if certificate is None:
        raise NotFound
    if not running.may(by, certificate.course, running.REVOKE):
        raise NotPermitted
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise BadInput(_("Give a reason of up to 1000 characters."), code="reason_needed")
    if not Certificate.objects.filter(pk=certificate.pk, revoked_at=None).update(revoked_at=now):
        raise Conflict(_("This certificate has been revoked already."), code="already_revoked")
    certificate.revoked_at = now
    CertificateRevocation.objects.create(certificate=certificate, by=by, reason=reason)
    log(instance=certificate, action=LOGGED_AS, user=by)
    certificate_revoked.send(sender=Certificate, certificate=certificate)
    return certificate
