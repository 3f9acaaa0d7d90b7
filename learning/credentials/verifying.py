"""What anybody may know of a certificate whose code they have: whether it holds, and what its holder allows."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from cms.core.errors import NotFound

from . import codes, holding
from .models import Certificate

NAMED, PRIVATE, REMOVED = "named", "private", "removed"


def verify(text: str, now: datetime) -> dict:
    """What a code says, however it was typed: one statement. Raises NotFound alike for what was never issued and for what
    can't be a code."""
    code = codes.read(text)
    rows = Certificate.objects.select_related("holder", "edition")
    certificate = rows.filter(code=code).first() if code else None
    if certificate is None:
        raise NotFound
    return verified(certificate, now)


def verified(certificate: Certificate, now: datetime) -> dict:
    """The public value of a certificate. A name is in it only where the holder agreed."""
    holder = holding.holder_of(certificate)
    if holder is None:
        state, name = REMOVED, None
    elif holder.name_shown and holder.name:
        state, name = NAMED, holder.name
    else:
        state, name = PRIVATE, None
    return {
        "code": codes.grouped(certificate.code),
        "status": certificate.status(now),
        "course": certificate.course_id,
        "title": certificate.title,
        "locale": certificate.title_locale,
        "edition": certificate.edition.number,
        "completed_on": certificate.completed_on,
        "issued_at": certificate.issued_at,
        "expires_on": certificate.expires_on,
        "expires_at": certificate.expires_at,
        "revoked_at": certificate.revoked_at,
        "holder": {"state": state, "name": name},
    }


def address(certificate: Certificate, locale: str = "") -> str:
    """The public address of a certificate's page, whole, in a language; else in the certificate's."""
    return address_of(codes.grouped(certificate.code), locale or certificate.language)


def address_of(code: str, locale: str) -> str:
    with override(locale):
        return settings.BASE_URL + reverse("verification:certificate", kwargs={"code": code})
