"""Certificates as their holders meet them, on pages and through the API."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from learning.credentials import holding, papers, rules, verifying
from learning.credentials.models import Certificate


def certificate_value(certificate: Certificate, now: datetime, locale: str) -> dict:
    """A certificate of the caller. Addresses are whole."""
    holder = holding.holder_of(certificate)
    facts = verifying.verified(certificate, now)
    facts.pop("holder")
    revoked = facts["status"] == rules.REVOKED
    with override(locale):
        page = reverse("learning:certificate", kwargs={"certificate": certificate.uuid})
    return {
        "id": certificate.uuid,
        **facts,
        "completed_at": certificate.completed_at,
        "name": holder.name if holder else "",
        "name_shown": bool(holder and holder.name_shown),
        "renews": certificate.renews.uuid if certificate.renews else None,
        "renewable": rules.is_renewable(
            revoked_at=certificate.revoked_at, expires_at=certificate.expires_at, now=now
        ),
        "verification_url": verifying.address(certificate, locale),
        "html_url": f"{settings.BASE_URL}{page}",
        "files": []
        if revoked
        else [{"kind": kind, "url": _file(certificate, kind)} for kind in papers.MEDIA_TYPES],
    }


def _file(certificate: Certificate, kind: str) -> str:
    kwargs = {"certificate": certificate.uuid, "kind": kind}
    return settings.BASE_URL + reverse("learning-api:own-certificate-file", kwargs=kwargs)


def file_name(certificate: Certificate, kind: str) -> str:
    """What a file is called when it is kept: `certificate-3f8k.pdf`, `badge-3f8k.png`."""
    return f"{'certificate' if kind == 'pdf' else 'badge'}-{certificate.code[:4].lower()}.{kind}"
