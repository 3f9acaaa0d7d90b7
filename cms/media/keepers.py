"""Who may hold on to a file when Wagtail deletes it. Packages above register a keeper; this one asks them."""

from typing import Protocol


class Keeper(Protocol):
    """Somebody who needs stored files beyond the life of their image."""

    def keeps(self, storage_name: str) -> bool:
        """Whether the file is needed."""

    def access(self, storage_name: str, user) -> str | None:
        """`"public"`, `"private"` (for this person), or None where `user` may not see it."""


_keepers: dict[str, Keeper] = {}


def register_keeper(name: str, keeper: Keeper) -> None:
    """Register a keeper under a unique name. Raises ValueError for a second one."""
    if name in _keepers:
        raise ValueError(f"a keeper named {name!r} is registered already")
    _keepers[name] = keeper


def is_kept(storage_name: str) -> bool:
    """Whether anybody needs the file of that storage name."""
    return any(keeper.keeps(storage_name) for keeper in _keepers.values())


def kept_for(storage_name: str, user) -> str | None:
    """How `user` may see a file whose image is gone: by the first keeper that lets them."""
    for keeper in _keepers.values():
        access = keeper.access(storage_name, user)
        if access:
            return access
    return None
