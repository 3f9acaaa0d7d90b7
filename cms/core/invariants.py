"""What must be true of the whole database and can't be a constraint. `manage.py check_invariants` proves it."""

from collections.abc import Callable, Iterator

_checks: dict[str, Callable[[], Iterator[str]]] = {}


def invariant(name: str):
    """Register a generator of sentences, one for each violation. Raises ValueError for a second of the same name."""

    def register(check: Callable[[], Iterator[str]]):
        if name in _checks:
            raise ValueError(f"an invariant named {name!r} is registered already")
        _checks[name] = check
        return check

    return register


def violations() -> Iterator[tuple[str, str]]:
    """All violations as (name, sentence)."""
    for name, check in sorted(_checks.items()):
        for sentence in check():
            yield name, sentence


def names() -> list[str]:
    return sorted(_checks)
