"""The keys that sign badges: RSA, since RS256 is what every verifier of Open Badges knows.

One key signs. Rotation makes the next and destroys the private part of the one before; public parts are published for ever.
"""

import json
from dataclasses import dataclass
from datetime import datetime

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from jwt.algorithms import RSAAlgorithm

from cms.core import sealing
from cms.core.errors import Conflict

from .models import SigningKey
from .thumbprints import thumbprint

ALGORITHM = "RS256"
BITS = 3072
PURPOSE = "credentials"


@dataclass(frozen=True)
class Signer:
    """A key at work; `kid` is the address of its public part, which verifiers fetch."""

    kid: str
    private: rsa.RSAPrivateKey

    def sign(self, payload: dict, typ: str = "JWT") -> str:
        """A compact JWS of a payload."""
        return jwt.encode(payload, self.private, ALGORITHM, headers={"kid": self.kid, "typ": typ})


def address(key_thumbprint: str) -> str:
    """Where the public part of a key is, whole: what `kid` says in everything that it signed."""
    return settings.BASE_URL + reverse("learning-api:badge-key", kwargs={"thumbprint": key_thumbprint})


def signer(now: datetime) -> Signer:
    """The key that signs; made now where there never was one.

    Raises Conflict `signing_key_sealed` where it was sealed under another deployment's secret: rotate then.
    """
    row = SigningKey.objects.filter(signs=True).first() or _first(now)
    opened = sealing.unseal(PURPOSE, row.sealed)
    if opened is None:
        raise Conflict(_("Badges can't be signed at the moment."), code="signing_key_sealed")
    return Signer(address(row.thumbprint), load_pem_private_key(opened.encode(), password=None))


def _first(now: datetime) -> SigningKey:
    row = _made(now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            return row
    except IntegrityError:  # somebody else was first
        return SigningKey.objects.get(signs=True)


def _made(now: datetime) -> SigningKey:
    """A new key, not stored yet: making one takes a second at times, which no transaction should wait for."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    public = json.loads(RSAAlgorithm.to_jwk(private.public_key()))
    public = {name: public[name] for name in ("kty", "n", "e")}
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SigningKey(
        thumbprint=thumbprint(public), public=public, sealed=sealing.seal(PURPOSE, pem.decode()), made_at=now
    )


def rotate(now: datetime) -> SigningKey:
    """Let a new key sign from now on. What the earlier ones signed can still be checked; nothing can be signed with them."""
    row = _made(now)
    with transaction.atomic():
        SigningKey.objects.filter(signs=True).update(signs=False, sealed="", retired_at=now)
        row.save(force_insert=True)
    return row


def jwk(key_thumbprint: str) -> dict | None:
    """One public key, in the members that RFC 7517 has for its kind alone."""
    row = SigningKey.objects.filter(thumbprint=key_thumbprint).first()
    return row and _published(row)


def jwks() -> dict:
    """All public keys, the newest first: `{"keys": [...]}`."""
    return {"keys": [_published(row) for row in SigningKey.objects.order_by("-made_at", "thumbprint")]}


def _published(row: SigningKey) -> dict:
    return {**row.public, "kid": address(row.thumbprint), "use": "sig", "alg": ALGORITHM}
