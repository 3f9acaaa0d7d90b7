"""What the base page needs of the packages above it: they plug in here, so that imports keep pointing down."""

from collections.abc import Callable

_ports: dict[str, Callable] = {}


def plug(name: str, function: Callable) -> None:
    """Provide a port. Raises ValueError if it has a provider already."""
    if name in _ports:
        raise ValueError(f"the port {name!r} has a provider already")
    _ports[name] = function


def port(name: str) -> Callable:
    """The provider of a port. Raises LookupError if nobody provides it: an app is missing in INSTALLED_APPS."""
    try:
        return _ports[name]
    except KeyError:
        raise LookupError(f"nobody provides the port {name!r}") from None
