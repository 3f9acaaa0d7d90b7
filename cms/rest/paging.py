"""Pages of lists: `limit` and `offset` as in Wagtail's API, and opaque signed cursors."""

from collections.abc import Mapping

import orjson
from django.core import signing
from django.utils.translation import gettext_lazy as _

from .parameters import refuse, whole_number

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
# Beyond that nobody pages; a database counts every row that it skips.
MAX_OFFSET = 1_000_000


def limit_and_offset(query: Mapping, *, most: int = MAX_LIMIT) -> tuple[int, int]:
    """`limit` (0 to `most`, 20 unless given) and `offset`."""
    limit = whole_number(query, "limit", DEFAULT_LIMIT, most=most)
    return limit, whole_number(query, "offset", 0, most=MAX_OFFSET)


def seal_cursor(salt: str, *values: int | str) -> str:
    """Values as an opaque text that nobody can change. `salt` names the list that it belongs to."""
    signer = signing.Signer(salt=f"cursor:{salt}")
    return signer.sign(signing.b64_encode(orjson.dumps(values)).decode()).replace(":", ".")


def open_cursor(salt: str, cursor: str, name: str = "cursor") -> list:
    """The values that were sealed. Raises BadInput (code `bad_cursor`) for anything that `seal_cursor` didn't make."""
    try:
        value = signing.Signer(salt=f"cursor:{salt}").unsign(cursor.replace(".", ":"))
        return orjson.loads(signing.b64_decode(value.encode()))
    except (signing.BadSignature, ValueError):
        raise refuse(name, _("It is no cursor that was given here."), code="bad_cursor") from None
