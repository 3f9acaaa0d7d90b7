"""Conditional requests and what caches are told.

An answer is made of parts; its entity tag is a digest of them, different for each content coding. Browsers and proxies
may keep anonymous answers but must ask each time: what is withdrawn is gone at the next request. Only where a shared cache
is told of changes (`PURGE_BACKEND`) may it answer by itself, and never for longer than `SHARED_SECONDS`.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date, parse_etags

PUBLIC = "public, max-age=0, must-revalidate"
PRIVATE = "private, no-store"

# The worst that a shared cache may be behind, should it not hear of a change.
SHARED_SECONDS = 60
SHARED = f"public, max-age=0, s-maxage={SHARED_SECONDS}, must-revalidate"

# Below that, compressing costs more than it saves. The same limit as GZipMiddleware's, which so finds nothing left to do.
WORTH_COMPRESSING = 200


def _for_caches(answer: "Answer") -> dict[str, str]:
    """`Cache-Control` and `Vary` of an anonymous answer. What no surrogate key names couldn't be purged."""
    if not settings.PURGE_BACKEND or not answer.surrogates:
        return {"Cache-Control": PUBLIC, "Vary": "Accept-Encoding"}
    # What a cache kept for nobody in particular is not what a key reads.
    return {"Cache-Control": SHARED, "Vary": "Accept-Encoding, Authorization"}


def digest(*parts: str | bytes) -> str:
    """A short digest of parts in their order, for entity tags."""
    hashed = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        hashed.update(len(data).to_bytes(8, "big"))
        hashed.update(data)
    return hashed.hexdigest()


def matches(header: str | None, etag: str) -> bool:
    """Whether an `If-None-Match` names this entity tag (RFC 9110, 13.1.2: a list or `*`, compared weakly)."""
    if not header:
        return False
    if header == etag:
        return True
    plain = etag.removeprefix("W/")
    return any(each == "*" or each.removeprefix("W/") == plain for each in parse_etags(header))


@lru_cache(maxsize=500)
def coding_for(header: str) -> str:
    """The content coding to send to whoever sent this `Accept-Encoding`: `"br"`, `"gzip"`, or empty for none.

    A weight of 0 forbids a coding; other weights don't count: both are ready, and brotli is the smaller.
    """
    weights = {}
    for each in header.lower().split(","):
        coding, _, weight = each.partition(";")
        weights[coding.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    others = weights.get("*", False)
    return next((coding for coding in ("br", "gzip") if weights.get(coding, others)), "")


@dataclass(slots=True, weakref_slot=True)
class Answer:
    """Bytes to be sent to anybody: `etag` without quotes, keys by which a cache can be purged, when it last changed.

    Its compressed forms are made once and kept with it.
    """

    body: bytes
    etag: str
    surrogates: str = ""
    modified: str = ""
    content_type: str = "application/json"
    extra: dict[str, str] = field(default_factory=dict)
    _coded: dict[str, bytes] = field(default_factory=dict)

    def coded(self, coding: str) -> bytes:
        """The body in a content coding (empty: as it is)."""
        if not coding:
            return self.body
        if coding not in self._coded:
            self._coded[coding] = _CODERS[coding](self.body)
        return self._coded[coding]


def _gzip(body: bytes) -> bytes:
    # mtime=0: the same bytes whenever they are made.
    return gzip.compress(body, compresslevel=6 if len(body) < 500_000 else 1, mtime=0)


def _brotli(body: bytes) -> bytes:
    return brotli.compress(body, quality=5 if len(body) < 500_000 else 2)


_CODERS = {"gzip": _gzip, "br": _brotli}


def make_answer(
    body: bytes,
    *,
    surrogates: Iterable[str] = (),
    modified: datetime | None = None,
    etag: str | None = None,
    content_type: str = "application/json",
) -> Answer:
    """An answer whose entity tag is a digest of its bytes unless the caller knows a cheaper one."""
    return Answer(
        body=body,
        etag=etag or digest(body),
        surrogates=" ".join(dict.fromkeys(surrogates)),
        modified=http_date(modified.timestamp()) if modified else "",
        content_type=content_type,
    )


def decide(meta: Mapping[str, str], answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """What is sent of an answer to a request with these headers (`HTTP_…`, as in WSGI): status, headers, body.

    304 where the caller has it; compressed where the caller can read it.
    """
    worth_it = len(answer.body) >= WORTH_COMPRESSING
    coding = coding_for(meta.get("HTTP_ACCEPT_ENCODING", "")) if worth_it else ""
    etag = f'"{answer.etag}-{coding}"' if coding else f'"{answer.etag}"'
    headers = {"ETag": etag, **_for_caches(answer)}
    if matches(meta.get("HTTP_IF_NONE_MATCH"), etag):
        # What a cache updates on 304; the rest it has (RFC 9110, 15.4.5).
        return 304, headers, b""
    content = answer.coded(coding)
    headers["Content-Type"] = answer.content_type
    headers["Content-Length"] = str(len(content))
    if coding:
        headers["Content-Encoding"] = coding
    if answer.surrogates:
        headers["Surrogate-Key"] = answer.surrogates
    if answer.modified:
        headers["Last-Modified"] = answer.modified
    return 200, {**headers, **answer.extra}, content


def respond(request: HttpRequest, answer: Answer, *, status: int = 200) -> HttpResponse:
    """The answer as Django's response; see `decide`."""
    decided, headers, content = decide(request.META, answer)
    response = HttpResponse(content, status=304 if decided == 304 else status)
    if decided == 304:
        del response.headers["Content-Type"]
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _weight(answer: Answer) -> int:
    """Bytes that an answer takes: its compressed forms may come later, and its key and headers count as well."""
    return len(answer.body) * 2 + 4000


class AnswerCache:
    """The answers made last, up to a number of bytes. Keys hold everything that an answer was made of, so that nothing
    in here can be out of date: a change makes another key."""

    def __init__(self, max_bytes: int):
        self.max_bytes = max_bytes
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Answer | None:
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, key: Hashable, answer: Answer) -> None:
        size = _weight(answer)
        if size > self.max_bytes // 8:
            return
        with self._lock:
            previous = self._answers.pop(key, None)
            if previous is not None:
                self._bytes -= _weight(previous)
            self._answers[key] = answer
            self._bytes += size
            while self._bytes > self.max_bytes:
                _, oldest = self._answers.popitem(last=False)
                self._bytes -= _weight(oldest)

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()
            self._bytes = 0
