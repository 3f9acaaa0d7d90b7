"""The floor under everything: a WSGI function that returns constant bytes, without a framework."""

import os

_BODY = b"x" * int(os.environ.get("BENCH_BYTES", "20000"))
_HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(_BODY)))]


def application(environ, start_response):
    start_response("200 OK", _HEADERS)
    return [_BODY]
