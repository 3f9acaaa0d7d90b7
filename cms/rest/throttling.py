"""How often one caller may ask: per address where nobody is signed in, else per account (a classroom shares an address).

Rates are settings (`API_RATE_ANONYMOUS`, `API_RATE_ACCOUNT`: `"3000/minute"`, or empty for no limit), counted in windows
in the cache: with Redis all processes count together, without it each for itself. Told in the headers of
draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` and `RateLimit`.
"""

import time
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from rest_framework.throttling import BaseThrottle

from .addresses import client_address, neighbourhood

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@lru_cache(maxsize=64)
def parse_rate(rate: str) -> tuple[int, int] | None:
    """`"600/minute"` as (600, 60); None for an empty rate. Raises ImproperlyConfigured for anything else."""
    if not rate:
        return None
    count, _, period = rate.partition("/")
    if not count.isdecimal() or int(count) < 1 or period not in _SECONDS:
        raise ImproperlyConfigured(f"a rate is a number and /second, /minute, /hour or /day: not {rate!r}")
    return int(count), _SECONDS[period]


@dataclass(frozen=True)
class Verdict:
    """What a caller has left: `remaining` of `limit` requests, `reset` seconds until the window of `period` ends."""

    name: str
    limit: int
    period: int
    remaining: int
    reset: int

    @property
    def allowed(self) -> bool:
        return self.remaining >= 0

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit};w={self.period}',
            "RateLimit": f'"{self.name}";r={max(self.remaining, 0)};t={self.reset}',
        }


def count(name: str, caller: str, rate: str, now: float | None = None) -> Verdict | None:
    """Count one request of `caller` under the limit `name`; None where there is no limit."""
    parsed = parse_rate(rate)
    if parsed is None:
        return None
    limit, period = parsed
    now = time.time() if now is None else now
    window = int(now // period)
    key = f"rate:{name}:{window}:{caller}"
    try:
        used = cache.incr(key)
    except ValueError:
        # The first in this window; where two are first at once, the one that comes late is counted on top.
        used = 1 if cache.add(key, 1, timeout=period + 1) else cache.incr(key)
    return Verdict(name, limit, period, limit - used, int((window + 1) * period - now) + 1)


def count_origin(name: str, request, rate: str) -> Verdict | None:
    """Count a request under the limit `name` by where it comes from, whoever is signed in."""
    return count(name, neighbourhood(client_address(request)), rate)


def count_anonymous(request) -> Verdict | None:
    """Count a request of nobody in particular by where it comes from."""
    return count_origin("anonymous", request, settings.API_RATE_ANONYMOUS)


class CallerThrottle(BaseThrottle):
    """The limit of every API view: per account for people who are signed in, else per address."""

    verdict: Verdict | None = None

    def allow_request(self, request, view):
        if request.user is not None and request.user.is_authenticated:
            self.verdict = count("account", str(request.user.pk), settings.API_RATE_ACCOUNT)
        else:
            self.verdict = count_anonymous(request)
        view.rate_limit = self.verdict
        return self.verdict is None or self.verdict.allowed

    def wait(self):
        return self.verdict and self.verdict.reset
