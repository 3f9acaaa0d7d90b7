"""Who is asking the headless API: nobody in particular, or a key. Cookies don't count here."""

from collections import Counter
from datetime import datetime, timedelta
from threading import Lock

from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.audiences import ANONYMOUS
from cms.core.errors import NotPermitted
from cms.rest.api import BadCredential
from cms.rest.caching import PRIVATE
from cms.rest.reading import ReadView
from cms.rest.throttling import Verdict, count, count_anonymous

from . import keys
from .models import ApiKey, KeyUse, Scope


class ScopeMissing(NotPermitted):
    """The key is good, but not for this: 403."""

    code = "scope_missing"
    message = _("This key’s scopes don’t allow that.")


def credential_of(request: HttpRequest) -> str | None:
    """The secret that came along, or None. What a proxy in front asks for itself (`Authorization: Basic`) is not ours."""
    scheme, _blank, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def reader_of_request(request: HttpRequest, *, now: datetime | None = None) -> keys.Reader | None:
    """The key that a request reads with, None for nobody in particular.

    Raises BadCredential for one that isn't good (reading on as nobody would hide that from its owner), for a secret key
    that a browser sends, and for a browser key from a site that isn't among its own.
    """
    secret = credential_of(request)
    if secret is None:
        return None
    reader = keys.reader_of(secret, now=now or timezone.now())
    if reader is None:
        raise BadCredential
    origin = request.META.get("HTTP_ORIGIN")
    if reader.browser:
        if origin not in reader.origins:
            USE.refused(reader.id)
            raise BadCredential(_("This key isn’t for this site."), code="origin_not_allowed")
    elif origin is not None:
        USE.refused(reader.id)
        raise BadCredential(
            _("A secret key doesn’t belong into a page that browsers load."), code="secret_key_in_browser"
        )
    return reader


def principals_of_request(request: HttpRequest) -> frozenset[str]:
    """The principals that a request reads as. The view has found out who it is (`DeliveryView`)."""
    reader = request.reader
    return reader.principals if reader is not None else ANONYMOUS


class DeliveryView(ReadView):
    """A ReadView that takes keys. What a key gets is private: nobody on the way may keep it.

    `request.reader` is the key or None.
    """

    #: Any of these lets a key in.
    scopes = frozenset({Scope.PUBLIC, Scope.MEMBERS, Scope.COURSES})

    def count(self, request: HttpRequest) -> Verdict | None:
        request.reader = None
        if credential_of(request) is None:
            return count_anonymous(request)
        try:
            request.reader = reader_of_request(request)
        except BadCredential:
            # Whoever tries secrets is counted by address.
            verdict = count_anonymous(request)
            if verdict is not None and not verdict.allowed:
                return verdict
            raise
        reader = request.reader
        if not self.scopes & reader.scopes:
            USE.refused(reader.id)
            raise ScopeMissing
        rate = f"{reader.rate}/minute" if reader.rate else settings.API_RATE_KEY
        return count("key", str(reader.id), rate)

    def finish(self, request: HttpRequest, response) -> None:
        reader = getattr(request, "reader", None)
        if reader is None:
            return
        headers = response.headers
        headers["Cache-Control"] = PRIVATE
        headers["Vary"] = "Accept-Encoding, Authorization, Origin"
        for name in ("ETag", "Last-Modified", "Surrogate-Key"):
            headers.pop(name, None)
        if reader.browser:
            headers["Access-Control-Allow-Origin"] = request.META["HTTP_ORIGIN"]
        USE.answered(reader.id)


class UseCounter:
    """Counts the use of keys and writes it down now and then: a write for each request would cost more than the answer.

    What was counted last is lost with a process that is killed: at most `EVERY` of it.
    """

    EVERY = timedelta(seconds=30)

    def __init__(self):
        self._counts: Counter = Counter()
        self._written_at = None
        self._lock = Lock()

    def answered(self, key_id: int) -> None:
        self._count(key_id, "answered")

    def refused(self, key_id: int) -> None:
        self._count(key_id, "refused")

    def _count(self, key_id, kind):
        now = timezone.now()
        with self._lock:
            self._counts[key_id, kind] += 1
            if self._written_at is not None and now - self._written_at < self.EVERY:
                return
            counts, self._counts, self._written_at = self._counts, Counter(), now
        try:
            write_down(counts, now)
        except DatabaseError:
            with self._lock:
                self._counts += counts

    def flush(self) -> None:
        """Write down what was counted, now."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        write_down(counts, timezone.now())


@transaction.atomic
def write_down(counts: Counter, now: datetime) -> None:
    """Add `{(key's id, "answered" | "refused"): n}` to the day's counts. Keys that are gone are passed over."""
    known = set(ApiKey.objects.filter(pk__in={key for key, _kind in counts}).values_list("pk", flat=True))
    for (key_id, kind), number in counts.items():
        if key_id in known:
            use, _created = KeyUse.objects.get_or_create(api_key_id=key_id, day=now.date())
            KeyUse.objects.filter(pk=use.pk).update(**{kind: models.F(kind) + number})
    ApiKey.objects.filter(pk__in=known).update(last_used_at=now)


USE = UseCounter()
