"""`PURGE_BACKEND=http`: a request `PURGE` (or `BAN`) with `Surrogate-Key` to each address of `PURGE_URLS`.

Varnish (xkey or a ban over the stored header), Fastly-like services and others understand it, or are taught to in a few lines.
The addresses are the deployment's own configuration, never anybody's input: private ones are the rule.
"""

import http.client
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.conf import settings

from .backends import PurgeBackend, Unpurged

TIMEOUT = 5
# Servers take 8 KB of headers and more; a key is 40 characters.
KEYS_A_REQUEST = 100
# Said by caches that hold nothing of that name.
NOTHING_THERE = 404


class HttpPurge(PurgeBackend):
    def purge(self, keys: Sequence[str], paths: Sequence[str]) -> None:
        failures = []
        # Each is told, whatever becomes of the others.
        for address in settings.PURGE_URLS:
            try:
                for some in batches(keys):
                    _tell(address, some)
            except (OSError, http.client.HTTPException, Unpurged) as error:
                failures.append(f"{urlsplit(address).netloc}: {error or type(error).__name__}")
        if failures:
            raise Unpurged("; ".join(failures))


def batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), KEYS_A_REQUEST):
        yield keys[start : start + KEYS_A_REQUEST]


def _tell(address: str, keys: Sequence[str]) -> None:
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=TIMEOUT)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(settings.PURGE_METHOD, path, headers={"Surrogate-Key": " ".join(keys)})
        status = connection.getresponse().status
    finally:
        connection.close()
    if status >= 300 and status != NOTHING_THERE:
        raise Unpurged(f"answered {status}")
