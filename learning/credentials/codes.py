"""Codes of certificates: 140 random bits that people can read aloud and type. Pure but for the dice.

The alphabet is Crockford's base 32: no I, L, O, U; what is typed as one of these is read as what was meant.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 28
GROUP = 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_code() -> str:
    """28 characters, as stored: no grouping."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read(text: str) -> str | None:
    """The code that somebody typed, in whatever grouping and case; None for what can't be one."""
    if len(text) > 3 * LENGTH:
        return None
    code = text.upper().translate(_READ_AS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def grouped(code: str) -> str:
    """As people see it: `K3WQ-…`, seven groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
