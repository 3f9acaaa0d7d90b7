"""How a cache is told. A kind of cache is a `PurgeBackend` under a name, which `PURGE_BACKEND` chooses.

class Mine(PurgeBackend):
    def purge(self, keys, paths): ...

register("mine", Mine)
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class PurgeBackend(ABC):
    """Tells one kind of cache to forget. Called by a worker, possibly twice for the same change."""

    @abstractmethod
    def purge(self, keys: Sequence[str], paths: Sequence[str]) -> None:
        """Have everything forgotten that carries any of these surrogate keys, or lies at any of these root-relative
        addresses: whichever of the two the cache understands. Raises `Unpurged` where it must be tried again."""


class Unpurged(Exception):
    """A cache wasn't reached or refused. Says which, and why."""


_backends: dict[str, type[PurgeBackend]] = {}


def register(name: str, backend: type[PurgeBackend]) -> None:
    """Add a kind of cache. Raises ValueError for a second one of its name."""
    if name in _backends:
        raise ValueError(f"there is a purge backend {name!r} already")
    _backends[name] = backend


def names() -> list[str]:
    return sorted(_backends)


def configured() -> PurgeBackend | None:
    """The deployment's backend, None where it has none. Raises ImproperlyConfigured for a name that nobody registered."""
    name = settings.PURGE_BACKEND
    if not name:
        return None
    if name not in _backends:
        raise ImproperlyConfigured(f"PURGE_BACKEND is {name!r}; there are {', '.join(names())}")
    return _backends[name]()
