"""What posted fields say, where a form is too small for a form class."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.core.errors import BadInput


def key_in(text) -> UUID | None:
    """A key; None for nothing. Raises BadInput `bad_key`."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise BadInput(_("A key is a UUID."), code="bad_key") from None


def number_in(text) -> int | None:
    """A whole number from 0 as people type it; None for anything else, which is then refused by what takes it."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
