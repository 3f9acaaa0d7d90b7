"""Whether this process lives, and whether the deployment can do its work: for load balancers and people at night.

*Live* says that the process answers; a failure means: restart it. *Ready* says that database, cache, storage, worker
and scheduler are there too; a failure means: don't send visitors, and look. Answers name what fails and never why in
the words of an exception, which may hold addresses and secrets: those go to the log.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .ops_models import Heartbeat
from .tasks import WORKER_PREFIX, WORKER_SILENT_AFTER

logger = logging.getLogger(__name__)

SCHEDULER_SILENT_AFTER = timedelta(seconds=60)
# Anybody may ask, and an answer costs a file and a few statements: within this time it is given again.
REMEMBERED_SECONDS = 2.0


class NotReady(Exception):
    """Raised by a check with a sentence that may be shown to anybody."""


_checks: dict[str, Callable[[datetime], None]] = {}


def readiness(name: str):
    """Register a check: `check(now)` returns or raises NotReady. Raises ValueError for a second of the same name."""

    def register(check: Callable[[datetime], None]):
        if name in _checks:
            raise ValueError(f"a readiness check named {name!r} is registered already")
        _checks[name] = check
        return check

    return register


@readiness("database")
def _database(now):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


@readiness("cache")
def _cache(now):
    key, value = f"health:{secrets.token_hex(8)}", secrets.token_hex(8)
    cache.set(key, value, 10)
    if cache.get(key) != value:
        raise NotReady("The cache forgets.")
    cache.delete(key)


@readiness("storage")
def _storage(now):
    content = secrets.token_hex(8).encode()
    name = default_storage.save(f"health/{secrets.token_hex(8)}", ContentFile(content))
    try:
        with default_storage.open(name) as file:
            if file.read() != content:
                raise NotReady("The storage gives back something else than was written.")
    finally:
        default_storage.delete(name)


@readiness("scheduler")
def _scheduler(now):
    last = Heartbeat.objects.filter(name="scheduler").values_list("at", flat=True).first()
    if last is None:
        raise NotReady("No scheduler is running.")
    if now - last > SCHEDULER_SILENT_AFTER:
        raise NotReady(f"The scheduler has been silent for {(now - last).total_seconds():.0f} seconds.")


@readiness("worker")
def _worker(now):
    since = now - WORKER_SILENT_AFTER
    if not Heartbeat.objects.filter(name__startswith=WORKER_PREFIX, at__gte=since).exists():
        raise NotReady("No worker is running.")


@dataclass(frozen=True)
class Finding:
    name: str
    ready: bool
    reason: str = ""


def findings(now: datetime) -> list[Finding]:
    """What each check found, by name. An exception is a failure like any other; it is logged, not shown."""
    found = []
    for name, check in sorted(_checks.items()):
        try:
            check(now)
        except NotReady as problem:
            found.append(Finding(name, False, str(problem)))
        except Exception:
            logger.exception("readiness check %s failed", name)
            found.append(Finding(name, False, "The check failed; the log says why."))
        else:
            found.append(Finding(name, True))
    return found


_lock = threading.Lock()
_remembered: tuple[float, list[Finding]] | None = None


def _recent_findings() -> list[Finding]:
    global _remembered
    with _lock:
        if _remembered is None or time.monotonic() - _remembered[0] > REMEMBERED_SECONDS:
            _remembered = (time.monotonic(), findings(timezone.now()))
        return _remembered[1]


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all; asks nobody."""
    return JsonResponse({"status": "live"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 or 503, with `checks`: {name: {"ready": bool, "reason": sentence}}."""
    found = _recent_findings()
    all_ready = all(finding.ready for finding in found)
    return JsonResponse(
        {
            "status": "ready" if all_ready else "not ready",
            "checks": {
                finding.name: {
                    "ready": finding.ready,
                    **({"reason": finding.reason} if finding.reason else {}),
                }
                for finding in found
            },
        },
        status=200 if all_ready else 503,
    )
