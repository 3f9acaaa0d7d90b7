"""Addresses that somebody typed: which of them lead to a document that isn't for these principals."""

import re
from collections.abc import Collection
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings

from .models import ContentItem
from .read import visible

_EDITION = re.compile(r"^(/[^/]+)/_edition/\d+(?:/changes(?=/))?")


def led_to(link: str, base: str = "/") -> str | None:
    """The path of this site that a link leads to from an address of ours, as documents have theirs: of the current edition,
    with its last slash. None for other sites and for what is no address. Pure but for `BASE_URL`."""
    try:
        target = urlsplit(urljoin(urljoin(settings.BASE_URL, base), link.strip().replace("\\", "/")))
        host = target.hostname
    except ValueError:
        return None
    if target.scheme not in ("http", "https") or host != urlsplit(settings.BASE_URL).hostname:
        return None
    parts = [part for part in unquote(target.path).split("/") if part]
    return _EDITION.sub(r"\1", f"/{'/'.join(parts)}/") if parts else "/"


def hidden_paths(paths: Collection[str], principals: frozenset[str], *, listed: bool = True) -> set[str]:
    """Those of these paths at which there is, or was, a document, and none that these principals see. At most two statements."""
    known = set(ContentItem.objects.filter(path__in=paths).values_list("path", flat=True)) if paths else set()
    if not known:
        return set()
    return known - set(
        visible(principals, listed=listed).filter(path__in=known).values_list("path", flat=True)
    )
