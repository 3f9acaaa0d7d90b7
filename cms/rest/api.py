"""The door of cms.rest: the base view, who is asking, and how requests are repeated. See `views` for an example."""

from .authentication import SIGNED_IN, Anybody, CookieAuthentication, IsSignedIn, TokenAuthentication
from .errors import BadCredential, Gone, NotSignedIn, TooLarge, TooMany
from .idempotency import forget_caller, idempotent
from .paging import limit_and_offset, open_cursor, seal_cursor
from .views import ApiView

__all__ = [
    "SIGNED_IN",
    "Anybody",
    "ApiView",
    "BadCredential",
    "CookieAuthentication",
    "Gone",
    "IsSignedIn",
    "NotSignedIn",
    "TokenAuthentication",
    "TooLarge",
    "TooMany",
    "forget_caller",
    "idempotent",
    "limit_and_offset",
    "open_cursor",
    "seal_cursor",
]
