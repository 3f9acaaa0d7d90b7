"""Conditional requests and what caches are told.

An answer is made of parts; its entity tag is a digest of them, different for each content coding. Browsers and proxies
may keep anonymous answers but must ask each time: what is withdrawn is gone at the next request.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date, parse_etags

PUBLIC = "public, max-age=0, must-revalidate"
PRIVATE = "private, no-store"

# Below that, compressing costs more than it saves. The same limit as GZipMiddleware's, which so finds nothing left to do.
WORTH_COMPRESSING = 200


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


def accepts_gzip(header: str) -> bool:
    """Whether an `Accept-Encoding` allows gzip (a weight of 0 forbids it)."""
    if not header:
        return False
    if header == "gzip":
        return True
    any_coding = False
    for each in header.lower().split(","):
        coding, _, weight = each.partition(";")
        refused = weight.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000")
        if coding.strip() == "gzip":
            return not refused
        if coding.strip() == "*":
            any_coding = not refused
    return any_coding


@dataclass(slots=True)
class Answer:
    """Bytes to be sent to anybody: `etag` without quotes, keys by which a cache can be purged, when it last changed.

    The compressed form is made once and kept with it.
    """

    body: bytes
    etag: str
    surrogates: str = ""
    modified: str = ""
    content_type: str = "application/json"
    extra: dict[str, str] = field(default_factory=dict)
    _gzipped: bytes | None = None

    @property
    def gzipped(self) -> bytes:
        if self._gzipped is None:
            # mtime=0: the same bytes whenever they are made.
            level = 6 if len(self.body) < 500_000 else 1
            self._gzipped = gzip.compress(self.body, compresslevel=level, mtime=0)
        return self._gzipped


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


def respond(request: HttpRequest, answer: Answer, *, status: int = 200) -> HttpResponse:
    """The answer, or 304 where the caller has it; compressed where the caller can read it."""
    meta = request.META
    compressed = len(answer.body) >= WORTH_COMPRESSING and accepts_gzip(meta.get("HTTP_ACCEPT_ENCODING", ""))
    etag = f'"{answer.etag}-gzip"' if compressed else f'"{answer.etag}"'
    if matches(meta.get("HTTP_IF_NONE_MATCH"), etag):
        # What a cache updates on 304; the rest it has (RFC 9110, 15.4.5).
        response = HttpResponse(status=304)
        headers = response.headers
        del headers["Content-Type"]
    else:
        content = answer.gzipped if compressed else answer.body
        response = HttpResponse(content, status=status, content_type=answer.content_type)
        headers = response.headers
        headers["Content-Length"] = str(len(content))
        if compressed:
            headers["Content-Encoding"] = "gzip"
        if answer.surrogates:
            headers["Surrogate-Key"] = answer.surrogates
        if answer.modified:
            headers["Last-Modified"] = answer.modified
        for name, value in answer.extra.items():
            headers[name] = value
    headers["ETag"] = etag
    headers["Cache-Control"] = PUBLIC
    headers["Vary"] = "Accept-Encoding"
    return response


def _weight(answer: Answer) -> int:
    """Bytes that an answer takes: its compressed form may come later, and its key and headers count as well."""
    return len(answer.body) * 3 // 2 + 4000


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
