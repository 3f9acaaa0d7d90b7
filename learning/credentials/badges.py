"""Badges in the words of Open Badges 3.0 (1EdTech), which are verifiable credentials (W3C, data model 2.0).

A credential is signed as VC-JWT: the payload is the credential, with `iss`, `jti`, `sub`, `nbf` and `exp` beside it. It names
nobody: the subject is a pseudonym of its own, and the holder's address is there as a salted digest. Revocations are told
by a Bitstring Status List (W3C).
"""

import base64
import gzip
import hashlib
import uuid
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.content import api as content
from cms.core import languages
from cms.core.errors import Conflict, NotFound
from learning.catalogue import documents

from . import holding, keys, rules
from .models import Certificate

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
STATUS_CONTEXT = ["https://www.w3.org/ns/credentials/v2"]
#: Entries of a status list: the least that its specification allows, so that one hides among many.
LIST_SIZE = 131_072


def _url(name: str, **kwargs) -> str:
    return settings.BASE_URL + reverse(f"learning-api:{name}", kwargs=kwargs or None)


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def issuer() -> dict:
    """Who issues: this deployment, under its own address."""
    return {
        "id": _url("badge-issuer"),
        "type": ["Profile"],
        "name": settings.WAGTAIL_SITE_NAME,
        "url": settings.BASE_URL,
    }


def issuer_document() -> dict:
    return {"@context": CONTEXT, **issuer()}


# Achievements -----------------------------------------------------------------------------------------------------


def achievement_url(course_key, locale: str) -> str:
    return f"{_url('badge-achievement', key=course_key)}?locale={locale}"


def image_url(course_key, locale: str) -> str:
    return f"{_url('badge-image', key=course_key)}?locale={locale}"


def public_achievement(course_key, locale: str) -> dict:
    """What completing a course means, in a language or its fallback: of courses that are for everybody, retired ones too.

    One statement. Raises NotFound.
    """
    items = {each.locale: each for each in documents.public_items(course_key)}
    source = next((each for each in items.values() if each.locale == each.source_locale), None)
    if source is None or not content.body(source.current).get("certificate_offered"):
        raise NotFound
    found = next(items[code] for code in languages.fallback_chain(locale, source.locale) if code in items)
    body = content.body(found.current)
    return {
        "@context": CONTEXT,
        **achievement(course_key, body, found.locale, found.edition_number, path=found.path),
        "related": [
            {"id": achievement_url(course_key, code), "type": ["Related"], "inLanguage": code}
            for code in languages.codes()
            if code in items and code != found.locale
        ],
    }


def achievement(course_key, body: dict, locale: str, edition: int | None, path: str = "") -> dict:
    """An achievement from a course's document."""
    with override(locale):
        narrative = _("Complete everything that the course “%(title)s” requires.") % {"title": body["title"]}
    outcomes = [each["value"] for each in body.get("outcomes") or [] if each["type"] == "outcome"]
    return {
        "id": achievement_url(course_key, locale),
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "inLanguage": locale,
        "version": str(edition or 1),
        "name": body["title"],
        "description": body.get("summary") or body["title"],
        "criteria": {
            **({"id": settings.BASE_URL + path} if path else {}),
            "narrative": "\n".join(
                [narrative, *(["", *(f"- {each}" for each in outcomes)] if outcomes else [])]
            ),
        },
        "image": {"id": image_url(course_key, locale), "type": "Image"},
        "creator": issuer(),
    }


# Credentials ------------------------------------------------------------------------------------------------------


def credential(certificate: Certificate, email: str) -> dict:
    """The credential of a certificate, unsigned: a JSON object with the claims of a JWT beside those of a credential.

    Raises NotFound once its holder is removed.
    """
    holder = holding.holder_of(certificate)
    if holder is None:
        raise NotFound
    key = certificate.course_id
    version = content.pinned_versions(
        edition=certificate.edition, keys=[key], locale=certificate.title_locale
    ).get(key)
    body = {**(content.body(version) if version else {}), "title": certificate.title}
    about = achievement(key, body, certificate.title_locale, certificate.edition.number)
    identifier = _url("certificate", code=str(certificate))
    subject = f"urn:uuid:{uuid.uuid5(certificate.uuid, 'subject')}"
    valid_from, until = certificate.issued_at, certificate.expires_at
    found = {
        "@context": CONTEXT,
        "id": identifier,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.title,
        "issuer": issuer(),
        "validFrom": _moment(valid_from),
        "awardedDate": _moment(certificate.completed_at),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": identity_hash(email, holder.salt),
                    "identityType": "emailAddress",
                    "salt": holder.salt,
                }
            ],
            "achievement": about,
        },
        "credentialStatus": {
            "id": f"{_status_url(certificate)}#{_place(certificate)[1]}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(_place(certificate)[1]),
            "statusListCredential": _status_url(certificate),
        },
        "iss": _url("badge-issuer"),
        "jti": identifier,
        "sub": subject,
        "nbf": int(valid_from.timestamp()),
    }
    if until is not None:
        found |= {"validUntil": _moment(until), "exp": int(until.timestamp())}
    return found


def identity_hash(email: str, salt: str) -> str:
    """`sha256$` and the digest of a mail address with the salt behind it, as the specification has it. Pure."""
    return "sha256$" + hashlib.sha256(f"{email.strip().lower()}{salt}".encode()).hexdigest()


def signed(certificate: Certificate, email: str, now: datetime) -> str:
    """The credential of a certificate as VC-JWT. Raises Conflict `certificate_revoked`, and what `credential` and
    `keys.signer` raise."""
    if certificate.status(now) == rules.REVOKED:
        raise Conflict(_("This certificate has been revoked."), code="certificate_revoked")
    return keys.signer(now).sign(credential(certificate, email))


# Revocations ------------------------------------------------------------------------------------------------------


def _place(certificate: Certificate) -> tuple[int, int]:
    """Which status list, and which of its bits, a certificate has."""
    return divmod(certificate.pk, LIST_SIZE)


def _status_url(certificate: Certificate) -> str:
    return _url("badge-status", number=_place(certificate)[0])


def status_list(number: int, now: datetime) -> str:
    """A status list as a signed credential. Raises NotFound for one that no certificate has a place in."""
    first = number * LIST_SIZE
    inside = Certificate.objects.filter(pk__gte=first, pk__lt=first + LIST_SIZE)
    if not inside.exists():
        raise NotFound
    revoked = inside.filter(revoked_at__isnull=False).values_list("pk", flat=True)
    url = _url("badge-status", number=number)
    return keys.signer(now).sign(
        {
            "@context": STATUS_CONTEXT,
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": _url("badge-issuer"),
            "validFrom": _moment(now),
            "credentialSubject": {
                "id": f"{url}#list",
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": encoded_list(pk - first for pk in revoked),
            },
            "iss": _url("badge-issuer"),
            "jti": url,
            "sub": f"{url}#list",
            "nbf": int(now.timestamp()),
        },
        typ="vc+jwt",
    )


def encoded_list(places) -> str:
    """Bits at these places, the first at the left, as multibase (base64url) of what gzip makes of them. Pure."""
    bits = bytearray(LIST_SIZE // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> (place % 8)
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
