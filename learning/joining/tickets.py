"""Secrets that let somebody in: how they are made, read and compared. Pure but for the randomness."""

import hashlib
import secrets

# Crockford's base 32, as people can read it out and type it.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SAME = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
KEY_LENGTH = 12  # 60 bits
_GROUP = 4


def new_key() -> str:
    """A key for people: `7QK2-M4TX-9BDE`."""
    text = "".join(secrets.choice(_ALPHABET) for _ in range(KEY_LENGTH))
    return "-".join(text[start : start + _GROUP] for start in range(0, KEY_LENGTH, _GROUP))


def read_key(text: str) -> str | None:
    """What somebody typed in one spelling, as it is hashed; None for what can't be a key."""
    spelled = text.strip().upper().translate(_SAME)
    return spelled if len(spelled) == KEY_LENGTH and set(spelled) <= set(_ALPHABET) else None


def new_token() -> str:
    """A token for a link: 256 bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
