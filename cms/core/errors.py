"""The tree of errors that reach a person. `cms.rest` maps it to HTTP once; `code` is stable, `message` is for people."""

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """Something that was asked for can't be done. Subclasses say which kind; `code` says exactly why."""

    code = "error"
    message = _("That could not be done.")

    def __init__(self, message=None, *, code: str | None = None, **extra):
        self.message = message or self.message
        self.code = code or self.code
        self.extra = extra
        super().__init__(str(self.message))


class BadInput(DomainError):
    """The request itself is wrong: 400. `extra` may hold `errors`, a mapping of field to sentences."""

    code = "bad_input"
    message = _("The request could not be understood.")


class NotPermitted(DomainError):
    """Known to exist for the caller, but not theirs to do: 403."""

    code = "not_permitted"
    message = _("You may not do that.")


class NotFound(DomainError):
    """Absent or invisible, which must look the same: 404."""

    code = "not_found"
    message = _("There is nothing here.")


class Conflict(DomainError):
    """The state of things doesn't allow it now: 409."""

    code = "conflict"
    message = _("That does not fit the present state.")


class Unprocessable(DomainError):
    """Understood, but contradicts itself or an earlier request: 422."""

    code = "unprocessable"
    message = _("That contradicts an earlier request.")
