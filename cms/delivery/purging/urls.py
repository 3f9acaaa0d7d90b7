"""`PURGE_BACKEND=wagtail`: Wagtail's frontend-cache backends, which know addresses and no surrogate keys.

They are those of `WAGTAILFRONTENDCACHE`, which `PURGE_URLS` fills. Lists and whatever else has parameters in its address can't
be named this way: it is as old as `s-maxage` allows.
"""

from collections.abc import Sequence

from wagtail.contrib.frontend_cache.utils import get_backends

from ..absolute import url
from .backends import PurgeBackend


class WagtailPurge(PurgeBackend):
    def purge(self, keys: Sequence[str], paths: Sequence[str]) -> None:
        # What isn't reached, these backends write into the log themselves; the rest is told.
        for backend in get_backends().values():
            backend.purge_batch([url(path) for path in paths])
