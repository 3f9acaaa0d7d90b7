"""Telling the caches, in the task queue: whoever publishes never waits for one, and a dead one is tried again."""

import threading
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from cms.core.tasks import job

from . import backends

# What the transaction at work touches, by thread.
_noted = threading.local()


@job(attempts=6, backoff=timedelta(seconds=2), longest=timedelta(seconds=60))
def purge(keys: list[str], paths: list[str]) -> None:
    """Have the caches forget. Telling them twice does no harm."""
    backend = backends.configured()
    if backend is not None:
        backend.purge(keys, paths)


def note(keys: Iterable[str], paths: Iterable[str] = ()) -> None:
    """Have this forgotten once the transaction at work has committed: one task, however much it touches."""
    if not hasattr(_noted, "keys"):
        _noted.keys, _noted.paths = set(), set()
    _noted.keys.update(keys)
    _noted.paths.update(paths)
    transaction.on_commit(_enqueue, robust=True)


def _enqueue() -> None:
    # The first of a transaction's takes all. What one that was rolled back had noted goes along: it does no harm.
    keys, paths = sorted(_noted.keys), sorted(_noted.paths)
    _noted.keys.clear()
    _noted.paths.clear()
    if keys and settings.PURGE_BACKEND:
        purge.enqueue(keys, paths)
