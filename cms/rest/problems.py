"""Errors as problem details (RFC 9457): one shape for every error of every API, mapped here and nowhere else.

    {"type": "about:blank", "title": "Not Found", "status": 404, "code": "not_found", "detail": "There is nothing here.",
     "message": "There is nothing here.", "request_id": "…", "errors": {"field": ["sentence", …]}}

`code` is stable; `detail` is for people. `message` says the same, since clients of Wagtail's API read it there. An
error may add members of its own (`extra` of a DomainError).
"""

from collections.abc import Mapping
from http import HTTPStatus

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    ValidationError,
)
from django.http import Http404, HttpResponse, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from cms.core import errors

from .encoding import encode
from .errors import BadCredential, Gone, NotSignedIn, TooLarge, TooMany
from .logs import request_id

CONTENT_TYPE = "application/problem+json"

_STATUS = (
    (errors.NotFound, 404),
    (errors.NotPermitted, 403),
    (errors.Conflict, 409),
    (errors.Unprocessable, 422),
    (errors.BadInput, 400),
    (errors.DomainError, 400),
)

_OWN_STATUS = {NotSignedIn: 401, BadCredential: 401, Gone: 410, TooLarge: 413, TooMany: 429}

_RESERVED = {"type", "title", "status", "detail", "code", "message", "request_id"}

# Our words for errors that Django and REST framework raise: theirs may quote the request back.
_KNOWN = (
    (Http404, errors.NotFound()),
    (PermissionDenied, errors.NotPermitted()),
    (RequestDataTooBig, TooLarge()),
    (TooManyFieldsSent, TooLarge()),
    (exceptions.NotAuthenticated, NotSignedIn()),
    (exceptions.AuthenticationFailed, BadCredential()),
    (exceptions.PermissionDenied, errors.NotPermitted()),
    (exceptions.NotFound, errors.NotFound()),
    (
        exceptions.ParseError,
        errors.BadInput(_("The body is not the JSON that was expected."), code="bad_json"),
    ),
)

OTHER = {
    405: ("method_not_allowed", _("That method is not possible here.")),
    406: ("not_acceptable", _("The answer can only be JSON.")),
    415: ("unsupported_media_type", _("Send JSON, as application/json.")),
}


def body(
    status: int, code: str, detail, *, field_errors: Mapping | None = None, extra: Mapping | None = None
) -> dict:
    """The problem as a mapping, ready to be encoded."""
    sentence = str(detail)
    found = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": sentence,
        "message": sentence,
        "request_id": request_id.get(),
    }
    if field_errors:
        found["errors"] = _sentences(field_errors)
    for name, value in (extra or {}).items():
        if name not in _RESERVED and name != "errors":
            found[name] = value
    return found


def describe(error: Exception) -> tuple[int, dict, dict[str, str]] | None:
    """(status, problem, headers) of an error that callers may be told about; None for one that is our fault."""
    for kind, ours in _KNOWN:
        if isinstance(error, kind):
            error = ours
            break
    if isinstance(error, errors.DomainError):
        status = _status(error)
        extra = {name: value for name, value in error.extra.items() if name != "errors"}
        found = body(status, error.code, error.message, field_errors=error.extra.get("errors"), extra=extra)
        return status, found, _headers(status, error)
    if isinstance(error, exceptions.ValidationError):
        found = body(400, "bad_input", errors.BadInput.message, field_errors=_of_validation(error.detail))
        return 400, found, {}
    if isinstance(error, ValidationError):
        details = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        return 400, body(400, "bad_input", errors.BadInput.message, field_errors=details), {}
    if isinstance(error, exceptions.APIException):
        code, detail = OTHER.get(error.status_code, ("error", errors.DomainError.message))
        return error.status_code, body(error.status_code, code, detail), {}
    if isinstance(error, SuspiciousOperation | BadRequest | UnreadablePostError):
        return 400, body(400, "bad_input", errors.BadInput.message), {}
    return None


def plain(status: int, code: str, detail) -> HttpResponse:
    """A problem that no exception stands for."""
    return answer(status, body(status, code, detail), {})


def answer(status: int, problem: dict, headers: dict) -> HttpResponse:
    """What `describe` gave as a response."""
    found = HttpResponse(encode(problem), status=status, content_type=CONTENT_TYPE, headers=headers)
    found["Cache-Control"] = "no-store"
    return found


def _status(error):
    for kind in type(error).__mro__:
        if kind in _OWN_STATUS:
            return _OWN_STATUS[kind]
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def _headers(status, error):
    if status == 401:
        return {"WWW-Authenticate": 'Bearer realm="api"'}
    if status == 429:
        return {"Retry-After": str(error.wait)}
    return {}


def _of_validation(detail) -> dict:
    return detail if isinstance(detail, Mapping) else {"": detail}


def _sentences(details: Mapping, prefix: str = "") -> dict[str, list[str]]:
    """Fields with their sentences, flat: a list's and an object's inner fields as `answers.0.option`."""
    found = {}
    for name, value in details.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            found |= _sentences(value, f"{path}.")
        elif isinstance(value, list | tuple) and any(isinstance(each, Mapping) for each in value):
            for index, each in enumerate(value):
                if isinstance(each, Mapping):
                    found |= _sentences(each, f"{path}.{index}.")
        elif isinstance(value, list | tuple):
            found[path] = [str(each) for each in value]
        else:
            found[path] = [str(value)]
    return found
