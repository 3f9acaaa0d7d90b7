"""The load generator: a process of its own that asks one server over a few connections, and says how long answers took.

`python -m cms.bench.load` reads a job as JSON from standard input and writes the result as JSON. Nothing of Django is
loaded. Each connection sends the next request as soon as it has the whole answer; there is no pipelining.
"""

import http.client
import itertools
import json
import re
import selectors
import socket
import statistics
import sys
import time

HOST = "127.0.0.1"
TIMEOUT = 20
# A window is longer than asked for where so few were answered that one more or less would make a difference.
LEAST = 12
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
# A feed's cursor stands at the end of its pages.
TAIL = 4000
_CURSOR = re.compile(rb'"next_cursor":"([^"]+)","has_more":(true|false)\}$')


class Unexpected(Exception):
    """The server answered something else than what is being measured."""


def request_text(path: str, headers: dict[str, str] | None = None) -> str:
    """A GET request as it goes over the wire."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""])


class _Connection:
    """One connection: `left` is how many bytes of the answer are still to come, None before its head is complete."""

    def __init__(self, port: int):
        self.socket = socket.create_connection((HOST, port), timeout=TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.left: int | None = None
        self.head = b""
        self.since = 0.0

    def send(self, request: bytes, now: float) -> None:
        self.left, self.head, self.since = None, b"", now
        self.socket.sendall(request)

    def receive(self, buffer: bytearray, status: int) -> bool:
        """Read what is there. Returns whether the answer is complete; raises Unexpected for another status."""
        count = self.socket.recv_into(buffer)
        if not count:
            raise Unexpected("the server closed the connection")
        if self.left is None:
            # Most answers come whole, and then nothing is copied.
            data = self.head + buffer[:count] if self.head else buffer
            end = len(data) if self.head else count
            blank = data.find(b"\r\n\r\n", 0, end)
            if blank < 0:
                self.head = bytes(data[:end])
                return False
            self.left = blank + 4 + _body_length(data, blank, status) - end
        else:
            self.left -= count
        return self.left == 0


def _body_length(data: bytes | bytearray, blank: int, status: int) -> int:
    found = _STATUS.match(data, 0, blank)
    if found is None or int(found.group(1)) != status:
        raise Unexpected(f"expected {status}, got {bytes(data[:80])!r}")
    if status in (204, 304):
        return 0
    length = _LENGTH.search(data, 0, blank)
    if length is None:
        raise Unexpected("an answer without its length")
    return int(length.group(1))


def hammer(*, port: int, requests: list[str], seconds: float, connections: int, status: int) -> dict:
    """Ask for `seconds`, taking the requests in turn. Returns `{requests, seconds, p50_ms, p99_ms}`."""
    following = itertools.cycle([each.encode() for each in requests])
    buffer = bytearray(1 << 20)
    took: list[float] = []
    selector = selectors.DefaultSelector()
    open_connections = [_Connection(port) for _ in range(connections)]
    try:
        started = time.perf_counter()
        for connection in open_connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(following), time.perf_counter())
        now = started
        while (now - started < seconds) or (len(took) < LEAST and now - started < TIMEOUT):
            ready = selector.select(TIMEOUT)
            if not ready:
                raise Unexpected(f"no answer within {TIMEOUT} s")
            for key, _events in ready:
                connection = key.data
                if connection.receive(buffer, status):
                    now = time.perf_counter()
                    took.append(now - connection.since)
                    connection.send(next(following), now)
            now = time.perf_counter()
    finally:
        selector.close()
        for connection in open_connections:
            connection.socket.close()
    took.sort()
    return {
        "requests": len(took),
        "seconds": now - started,
        "p50_ms": statistics.median(took) * 1000 if took else 0.0,
        "p99_ms": took[len(took) * 99 // 100] * 1000 if took else 0.0,
    }


def follow(*, port: int, path: str) -> dict:
    """Follow a feed from its beginning to its end over one connection. Returns `{bytes, pages, documents, seconds}`."""
    client = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT)
    bodies, address = [], path
    started = time.perf_counter()
    try:
        while address:
            client.request("GET", address)
            response = client.getresponse()
            body = response.read()
            found = _CURSOR.search(body[-TAIL:])
            if response.status != 200 or found is None:
                raise Unexpected(f"the feed answered {response.status}: {body[:200]!r}")
            bodies.append(body)
            more = found.group(2) == b"true"
            address = f"{path}&cursor={found.group(1).decode()}" if more else ""
        seconds = time.perf_counter() - started
    finally:
        client.close()
    return {
        "bytes": sum(len(body) for body in bodies),
        "pages": len(bodies),
        "documents": sum(body.count(b'"document":{"id":') for body in bodies),
        "seconds": seconds,
    }


def main() -> None:
    job = json.load(sys.stdin)
    work = {"hammer": hammer, "follow": follow}[job.pop("work")]
    try:
        result = work(**job)
    except (OSError, Unexpected) as problem:
        raise SystemExit(f"{type(problem).__name__}: {problem}") from None
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
