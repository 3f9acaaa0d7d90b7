"""Signing: secrets as the specification has them, kept sealed with the deployment's own key."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from standardwebhooks import Webhook

from cms.core import sealing

PREFIX = "whsec_"
BYTES = 32
PURPOSE = "webhooks"


def new_secret() -> str:
    """A signing secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def seal(secret: str) -> str:
    return sealing.seal(PURPOSE, secret)


def unseal(sealed: str) -> str | None:
    """The secret; None where the deployment's key is another now."""
    return sealing.unseal(PURPOSE, sealed)


def signature(keys: Iterable[str], *, message_id: str, at: datetime, body: str) -> str:
    """The `webhook-signature` of a body: one for each secret that is good, separated by blanks."""
    return " ".join(Webhook(key).sign(message_id, at, body) for key in keys)
