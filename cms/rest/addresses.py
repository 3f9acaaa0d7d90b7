"""Where a request comes from, as far as that can be believed."""

import ipaddress
from functools import lru_cache

from django.conf import settings


def client_address(request) -> str:
    """The address of the caller: the connection's own, unless that is a proxy of ours that says whom it speaks for.

    Of `X-Forwarded-For` only what trusted proxies appended is believed, from the right: everything left of the first
    foreign address may be invented.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUSTED_PROXIES:
        return address
    trusted = _networks(tuple(settings.TRUSTED_PROXIES))
    hops = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
    while hops and _is_in(address, trusted):
        address = hops.pop()
    return address


def neighbourhood(address: str) -> str:
    """What one subscriber has: an IPv4 address, or the first 64 bits of an IPv6 address. Anything else is one caller."""
    parsed = _parse(address)
    if parsed is None:
        return "unknown"
    if parsed.version == 6:
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


@lru_cache(maxsize=8)
def _networks(names: tuple[str, ...]):
    return [ipaddress.ip_network(name, strict=False) for name in names]


@lru_cache(maxsize=10_000)
def _parse(address: str):
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def _is_in(address, networks) -> bool:
    parsed = _parse(address)
    return parsed is not None and any(parsed in network for network in networks)
