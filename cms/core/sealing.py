"""Secrets that we need again in clear, kept sealed with the deployment's own key: a digest won't do for signing.

Each purpose has a key of its own, so that what was sealed for one opens nothing of another.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _box(purpose: str) -> MultiFernet:
    # Fallbacks: a deployment that changes its key loses nothing.
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{key}".encode()).digest()))
            for key in keys
        ]
    )


def seal(purpose: str, secret: str) -> str:
    return _box(purpose).encrypt(secret.encode()).decode()


def unseal(purpose: str, sealed: str) -> str | None:
    """The secret; None where the deployment's key is another now."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
