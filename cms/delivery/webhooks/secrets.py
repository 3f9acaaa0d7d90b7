"""Signing: secrets as the specification has them, kept sealed with the deployment's own key."""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from standardwebhooks import Webhook

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    """A signing secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def _box() -> MultiFernet:
    # Signing needs the secret itself, so a digest won't do. Fallbacks: a deployment that changes its key loses nothing.
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"webhooks:{key}".encode()).digest()))
            for key in keys
        ]
    )


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str | None:
    """The secret; None where the deployment's key is another now."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def signature(keys: Iterable[str], *, message_id: str, at: datetime, body: str) -> str:
    """The `webhook-signature` of a body: one for each secret that is good, separated by blanks."""
    return " ".join(Webhook(key).sign(message_id, at, body) for key in keys)
