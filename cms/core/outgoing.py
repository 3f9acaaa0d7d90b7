"""Requests that we make to addresses somebody gave us: nowhere but to the public internet, never for long.

What a name resolves to is looked at when connecting, and the connection goes to just that address: a name that resolves
to another address a moment later changes nothing. Redirects aren't followed. Nothing of the environment (proxies) counts.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IPv6 addresses that lead to an IPv4 address: RFC 6052 (also the local-use prefix of RFC 8215).
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
READ_AT_MOST = 64 * 1024


class Refused(Exception):
    """The address is none that we connect to. The message is for the person who gave it."""


class Unanswered(Exception):
    """No answer: not reached, cut off, too slow, or nothing that is HTTP."""


@dataclass(frozen=True)
class Answer:
    """A status and the beginning of the body (at most `READ_AT_MOST` bytes)."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def is_public(address: Address) -> bool:
    """Whether an address lies in the public internet, whichever way it is written. Pure."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inner is None and any(address in network for network in _NAT64):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is None and int(address) >> 32 == 0:
            inner = ipaddress.IPv4Address(int(address))  # ::a.b.c.d, deprecated and still understood by some
        if inner:
            return is_public(inner) and address.ipv4_mapped is None
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not getattr(address, "is_site_local", False)
    )


def check_url(url: str, *, allow_private: bool = False) -> tuple[str, str, int, str]:
    """`(scheme, host, port, path with query)` of an address that we would post to. Raises Refused. Looks nothing up.

    Without TLS only where private addresses are allowed (development, tests).
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("The address can't be understood.") from None
    if any(character <= " " or character == "\x7f" for character in url) or "\\" in url:
        raise Refused("The address holds characters that no address has.")
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise Refused("The address has to begin with https://.")
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise Refused("The address needs a host, and no name or password.")
    host = parts.hostname
    if port == 0:
        raise Refused("There is no such port.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or {"http": 80, "https": 443}[parts.scheme], path


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout: float = 10,
    allow_private: bool = False,
    resolve: Callable = socket.getaddrinfo,
) -> Answer:
    """Send `body`; the answer whatever its status. Raises Refused, or Unanswered after `timeout` seconds in all."""
    scheme, host, port, path = check_url(url, allow_private=allow_private)
    until = time.monotonic() + timeout
    target = _target(host, port, allow_private, resolve)
    connection = _Connection(scheme, host, port, target, until)
    # A socket's timeout is one of each read: whoever sends a byte now and then would hold us for ever.
    clock = threading.Timer(timeout, connection.cut)
    clock.start()
    try:
        connection.request("POST", path, body=body, headers=dict(headers))
        response = connection.getresponse()
        received = response.read(READ_AT_MOST)
        _left(until)
        return Answer(response.status, received, dict(response.getheaders()))
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = time.monotonic() >= until
        reason = "timed out" if late else type(error).__name__ + (f": {error}" if str(error) else "")
        raise Unanswered(reason) from None
    finally:
        clock.cancel()
        connection.close()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


def _target(host: str, port: int, allow_private: bool, resolve) -> tuple:
    """The first address of a host as `(family, socket address)`. Raises Refused if any of them isn't public."""
    try:
        found = resolve(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unanswered("The host's name isn't known.") from None
    if not found:
        raise Unanswered("The host has no address.")
    if not allow_private:
        for _family, _kind, _protocol, _name, address in found:
            if not is_public(ipaddress.ip_address(address[0].partition("%")[0])):
                raise Refused("The address leads to a private network.")
    family, _kind, _protocol, _name, address = found[0]
    return family, address


class _Connection(http.client.HTTPConnection):
    """To an address that was looked up and checked before; the name is for TLS and for the Host header."""

    def __init__(self, scheme, host, port, target, until):
        super().__init__(host, port)
        self.scheme, self.target, self.until = scheme, target, until
        self.raw: socket.socket | None = None
        # http.client adds a port to the Host header unless it is the class's own default.
        self.default_port = {"http": 80, "https": 443}[scheme]

    def connect(self):
        family, address = self.target
        self.sock = self.raw = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(_left(self.until))
        self.sock.connect(address)
        if self.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
            self.raw = self.sock

    def cut(self):
        """End whatever the socket is waiting for."""
        with contextlib.suppress(OSError):
            if self.raw is not None:
                self.raw.shutdown(socket.SHUT_RDWR)
