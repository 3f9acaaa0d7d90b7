"""What a change of a document is in the change log, under the key by which each audience follows it."""

from cms.changes.api import Kind, record

from .access import feed_key
from .kinds import types_for_editors


def record_change(item, version, *, told_under, outdated=False):
    """The change as each audience sees it: who lost sight gets a tombstone, who sees it now gets the document.

    `told_under` is the feed key under which it was there before; None where it wasn't.
    """
    under = feed_key(item.access_key, listed=item.listed)
    gone = told_under not in (None, under)
    if gone:
        log_change(Kind.WITHDRAWN, item, version, under=told_under)
    kind = Kind.PUBLISHED if gone or told_under is None else Kind.UPDATED
    log_change(kind, item, version, under=under, outdated=outdated)


def log_change(kind, item, version, *, under=None, outdated=False):
    """Record a change of an item for whoever reads under a feed key; its own unless another is given. `outdated`: with it
    the translation that the item is fell behind its source.

    What nobody reads is in no feed.
    """
    if item.type in types_for_editors():
        return
    access_key = feed_key(item.access_key, listed=item.listed) if under is None else under
    record(
        kind=kind,
        key=item.key,
        locale=item.locale,
        access_key=access_key,
        item_id=item.page_id,
        type=item.type,
        version=version.number,
        digest=version.digest,
        at=item.updated_at,
        outdated=outdated,
    )
