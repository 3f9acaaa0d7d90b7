"""What is read once for all documents that are compiled together: restrictions, the glossary, ancestors.

Only inside `together()`, where it is our turn to write. Restrictions of pages wait for that turn before they change; whoever
changes anything else here marks what it concerns in the same transaction, and a mark that is made meanwhile stays.
"""

from collections.abc import Callable, Hashable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Value = TypeVar("Value")
_known: ContextVar[dict | None] = ContextVar("compiled_together", default=None)


@contextmanager
def together(known: dict):
    """Inside the `with`, `once` remembers; `known` is what it knows from the start."""
    token = _known.set(dict(known))
    try:
        yield
    finally:
        _known.reset(token)


def once(name: Hashable, read: Callable[[], Value]) -> Value:
    """What `read` returns: read once inside `together()`, each time elsewhere. Nobody may change it."""
    known = _known.get()
    if known is None:
        return read()
    if name not in known:
        known[name] = read()
    return known[name]
