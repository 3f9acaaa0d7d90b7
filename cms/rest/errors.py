"""Errors of HTTP itself, which no domain knows: credentials, sizes, rates."""

from django.utils.translation import gettext_lazy as _

from cms.core.errors import DomainError


class NotSignedIn(DomainError):
    """No credential, or one that is not (or no longer) good: 401."""

    code = "not_signed_in"
    message = _("Sign in to do that.")


class BadCredential(NotSignedIn):
    """A credential came along and is not good: 401, never read as nobody's."""

    code = "bad_credential"
    message = _("The credential is not valid, or no longer.")


class Gone(DomainError):
    """Was here and won't come back in this form: 410."""

    code = "gone"
    message = _("This is no longer available.")


class TooLarge(DomainError):
    """More than we take: 413."""

    code = "too_large"
    message = _("The request is too large.")


class TooMany(DomainError):
    """Too many requests: 429. `wait` is in seconds."""

    code = "too_many_requests"
    message = _("Too many requests. Try again later.")

    def __init__(self, wait: int):
        self.wait = wait
        super().__init__()
