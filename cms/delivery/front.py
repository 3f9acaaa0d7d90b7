"""The thin front: answers for public documents before Django's middleware begins.

It takes what is asked for most, `GET /api/v2/pages/<id>/` by nobody in particular and without parameters, and sends just
what the view behind it would send: the same bytes from the same function, the same headers from the same middleware,
counted under the same limit. Anything else, and anything that isn't plainly a document, goes on to Django.

**Freshness.** Every request asks the database: what was withdrawn or restricted is gone at the very next request after
the commit, whether by this process, another, or another machine. On SQLite the question is whether anything at all was
committed since (`PRAGMA data_version`, and the connection's own count of changes); only then is the document's statement
run again. Elsewhere the statement is run each time.
"""

import re
import weakref
from collections import OrderedDict
from http.client import responses
from threading import local

from django.conf import settings
from django.db import connections
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import RequestFactory

from cms.core.audiences import ANONYMOUS
from cms.rest.caching import Answer, decide
from cms.rest.middleware import ContentSecurityPolicyMiddleware, request_id_for
from cms.rest.reading import EXPOSED
from cms.rest.throttling import count_anonymous

from .documents import by_id

_DETAIL = re.compile(r"/api/v2/pages/([1-9][0-9]{0,17})/")
_REMEMBERED = 2000


class Front:
    """A WSGI application around Django's."""

    def __init__(self, application):
        self.application = application
        self._fixed: dict[bool, list[tuple[str, str]] | None] = {}

    def __call__(self, environ, start_response):
        if (
            environ["REQUEST_METHOD"] == "GET"
            and not environ.get("QUERY_STRING")
            and "HTTP_AUTHORIZATION" not in environ
            and (match := _DETAIL.fullmatch(environ["PATH_INFO"]))
        ):
            try:
                found = self._answer(environ, int(match[1]))
            except Exception:
                found = None  # Django says what is wrong, and counts it
            if found is not None:
                status, headers, body = found
                start_response(f"{status} {responses[status]}", headers)
                return [body]
        return self.application(environ, start_response)

    def _answer(self, environ, page_id):
        fixed = self._headers(_is_secure(environ))
        if fixed is None:
            return None
        verdict = count_anonymous(_Request(environ))
        if verdict is not None and not verdict.allowed:
            return None
        status, headers, body = decide(environ, current(page_id))
        headers["X-Request-ID"] = request_id_for(environ)
        if verdict is not None:
            headers.update(verdict.headers)
        return status, [*headers.items(), *fixed], body

    def _headers(self, secure: bool) -> list[tuple[str, str]] | None:
        """What the middleware adds to every answer of the API; None where it sends the caller on to TLS."""
        if secure not in self._fixed:
            request = RequestFactory().get("/api/v2/pages/1/", secure=secure, headers={"host": "localhost"})
            policy = ContentSecurityPolicyMiddleware(lambda request: HttpResponse())
            response = SecurityMiddleware(policy)(request) if not _redirects(secure) else None
            self._fixed[secure] = response and [
                ("Access-Control-Allow-Origin", "*"),
                ("Access-Control-Expose-Headers", EXPOSED),
                *((name, value) for name, value in response.items() if name != "Content-Type"),
            ]
        return self._fixed[secure]


class _Request:
    """As much of a request as counting looks at."""

    def __init__(self, environ):
        self.META = environ


def _redirects(secure: bool) -> bool:
    return settings.SECURE_SSL_REDIRECT and not secure


def _is_secure(environ) -> bool:
    """As HttpRequest.scheme decides."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, expected = settings.SECURE_PROXY_SSL_HEADER
        value = environ.get(name)
        if value is not None:
            return value.split(",", 1)[0].strip() == expected
    return environ["wsgi.url_scheme"] == "https"


_memory = local()


def current(page_id: int) -> Answer:
    """The document of a page as it is now. Raises NotFound where everybody sees none."""
    connection = connections["default"]
    if not connection.in_atomic_block:  # only in tests is there one already
        connection.close_if_unusable_or_obsolete()
    if connection.vendor != "sqlite":
        return by_id(page_id, ANONYMOUS)
    connection.ensure_connection()
    raw = connection.connection
    state = (raw.execute("PRAGMA data_version").fetchone()[0], raw.total_changes, settings.BASE_URL)
    known = _known(raw)
    remembered = known.get(page_id)
    if remembered is not None and remembered[0] == state and (answer := remembered[1]()) is not None:
        known.move_to_end(page_id)
        return answer
    answer = by_id(page_id, ANONYMOUS)
    # The state from before the statement: what was committed meanwhile is looked at the next time.
    known[page_id] = state, weakref.ref(answer)
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
    return answer


def _known(raw) -> OrderedDict:
    """What this thread remembers from this very connection: its counts mean nothing to another."""
    if getattr(_memory, "raw", None) is not raw:
        _memory.raw, _memory.known = raw, OrderedDict()
    return _memory.known
