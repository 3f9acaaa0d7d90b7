"""Addresses as people paste them. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST = 200
LONGEST = 254  # what `Invitation.email` holds
_BETWEEN = re.compile(r"[\n\r,;]+")
_SHOWN = 120


@dataclass(frozen=True)
class Parsed:
    """What a text holds: `addresses` in their order, each once and in lower case; `known` of them are invited already;
    `refused` are pieces that aren't addresses, shortened."""

    addresses: tuple[str, ...]
    known: tuple[str, ...]
    refused: tuple[str, ...]

    @property
    def too_many(self) -> bool:
        return len(self.addresses) > MOST


def parse(text: str, known: Collection[str] = ()) -> Parsed:
    """Read addresses between lines, commas and semicolons; “A name <address>” is read as well."""
    found, met, refused = {}, {}, []
    for piece in _BETWEEN.split(text):
        piece = piece.strip()
        if not piece:
            continue
        address = (parseaddr(piece)[1] if "<" in piece else piece).lower()
        try:
            validate_email(address)
            if len(address) > LONGEST:
                raise ValidationError(address)
        except ValidationError:
            refused.append(piece[:_SHOWN])
            continue
        (met if address in known else found)[address] = None
    return Parsed(tuple(found), tuple(met), tuple(refused))
