"""`Idempotency-Key`: a POST that is sent again, after a lost answer, has its effect once and is answered alike.

    class Attempts(ApiView):
        @idempotent
        def post(self, request, key): ...

A key belongs to a caller and a route (method and path). The answer is stored in the transaction of the effect: both are
there or neither. Another body under the same key is 422 (`idempotency_key_reused`), one in flight 409
(`request_in_flight`). Errors are not kept: the request may be mended and sent again under its key. After 30 days a key is
forgotten. Without the header nothing of this happens. What somebody may not have any more isn't given again: a view whose
answers hold more than the caller's own says so in `check_replay`.
"""

import functools
import hashlib
import re
import uuid
from datetime import datetime, timedelta

import orjson
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from cms.core.errors import BadInput, Conflict, Unprocessable

from .addresses import client_address
from .encoding import encode
from .models import IdempotencyKey

RETENTION = timedelta(days=30)
# Longer than any request takes: after that its process is dead.
CLAIM_HOLDS = timedelta(seconds=60)

# Bare as everybody writes it, or quoted as a structured field has it.
_KEY = re.compile(r'"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?')


class _Refused(Exception):
    """Carries an answer that says no out of the transaction, so that nothing stays of it."""

    def __init__(self, response):
        self.response = response


def idempotent(method):
    """Make a method of an ApiView repeatable under the caller's `Idempotency-Key`.

    The method's writes must go through the default database; it may return a Response, a dict or a list.
    """

    @functools.wraps(method)
    def wrapper(view, request, *args, **kwargs):
        given = request.headers.get("Idempotency-Key")
        if given is None:
            return method(view, request, *args, **kwargs)
        row, stored = _claim(request, _read_key(given))
        if stored is not None:
            view.check_replay(stored.data)
            return stored
        try:
            with transaction.atomic():
                response = method(view, request, *args, **kwargs)
                if isinstance(response, dict | list):
                    response = Response(response)
                if response.status_code >= 400:
                    raise _Refused(response)
                _store(row, response)
        except _Refused as refused:
            _release(row)
            return refused.response
        except BaseException:
            _release(row)
            raise
        return response

    wrapper.idempotent = True
    return wrapper


def _read_key(given: str) -> str:
    match = _KEY.fullmatch(given.strip())
    if match is None:
        raise BadInput(
            _("An Idempotency-Key has 1 to 255 printable ASCII characters."), code="bad_idempotency_key"
        )
    return match.group(1)


def caller_of(request) -> str:
    """Who a key belongs to: an account, or the address that somebody without one writes from."""
    user = request.user
    if user is not None and user.is_authenticated:
        return f"user:{user.uuid}"
    return "address:" + hashlib.sha256(client_address(request).encode()).hexdigest()


def _claim(request, key: str):
    """(the row that is now ours, None) or (None, the answer of the first time)."""
    now = timezone.now()
    scope = {"caller": caller_of(request), "route": f"{request.method} {request.path}"[:300], "key": key}
    digest = _digest(request)
    try:
        # In a transaction of its own, so that a second request meets it while the first is at work.
        with transaction.atomic():
            row = IdempotencyKey.objects.create(
                **scope, body_digest=digest, claim=uuid.uuid4(), claimed_at=now, status=None
            )
        return row, None
    except IntegrityError:
        row = IdempotencyKey.objects.filter(**scope).first()
    if row is None:  # released in between
        raise _in_flight()
    if row.status is not None and row.claimed_at < now - RETENTION:
        row.delete()
        return _claim(request, key)
    if row.body_digest != digest:
        raise Unprocessable(
            _("This Idempotency-Key came with another request before."), code="idempotency_key_reused"
        )
    if row.status is not None:
        return None, _stored_response(row)
    if row.claimed_at > now - CLAIM_HOLDS:
        raise _in_flight()
    # Whoever claimed it is dead. Of several who notice, one takes over.
    claim = uuid.uuid4()
    taken = IdempotencyKey.objects.filter(pk=row.pk, claim=row.claim, status=None).update(
        claim=claim, claimed_at=now
    )
    if not taken:
        raise _in_flight()
    row.claim = claim
    return row, None


def _in_flight():
    return Conflict(_("The same request is being worked on."), code="request_in_flight")


def _digest(request) -> str:
    hashed = hashlib.sha256(request.META.get("QUERY_STRING", "").encode())
    hashed.update(b"\0")
    hashed.update(orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS))
    return hashed.hexdigest()


def _store(row, response) -> None:
    answer = "" if response.data is None else encode(response.data).decode()
    stored = IdempotencyKey.objects.filter(pk=row.pk, claim=row.claim, status=None).update(
        status=response.status_code, answer=answer
    )
    if not stored:
        # We took so long that somebody else took over: theirs counts, ours is rolled back.
        raise _in_flight()


def _release(row) -> None:
    IdempotencyKey.objects.filter(pk=row.pk, claim=row.claim, status=None).delete()


def _stored_response(row) -> Response:
    data = orjson.loads(row.answer) if row.answer else None
    return Response(data, status=row.status, headers={"Idempotency-Replayed": "true"})


def forget_caller(user) -> int:
    """Delete what is kept of a person's requests. Returns how many."""
    deleted, _each = IdempotencyKey.objects.filter(caller=f"user:{user.uuid}").delete()
    return deleted


def forget_old(now: datetime) -> int:
    """Delete keys after their retention. Returns how many."""
    deleted, _each = IdempotencyKey.objects.filter(claimed_at__lt=now - RETENTION).delete()
    return deleted
