"""Writing the log: rows go in with the change they record; numbers are given after the commit."""

from django.db import connection, transaction
from django.utils import timezone

from .models import Change, FeedRow, Horizon

# Any constant: the name of our lock among PostgreSQL's advisory locks.
LOCK = 0x0C0_4A46_E5
BATCH = 1000


def record(
    *,
    kind: str,
    key,
    locale: str,
    access_key: str,
    item_id: int,
    type: str,
    version: int,
    digest: str,
    at=None,
    outdated: bool = False,
) -> None:
    """Record a change in the transaction at work. It is numbered once that has committed, and by any reader before.

    `outdated`: a translation fell behind its source with it.
    """
    Change.objects.create(
        kind=kind,
        key=key,
        locale=locale,
        access_key=access_key,
        item_id=item_id,
        type=type,
        version=version,
        digest=digest,
        at=at or timezone.now(),
        outdated=outdated,
    )
    transaction.on_commit(number_pending, robust=True)


def number_pending() -> int:
    """Number what has been committed without a number and fold it into the feed. Returns how many were numbered."""
    total = 0
    while True:
        numbered = _number_batch()
        total += numbered
        if numbered < BATCH:
            return total


def hold_feed() -> None:
    """Until the end of the transaction nobody else gives numbers or takes rows of the feed away. SQLite's IMMEDIATE transactions
    are that lock there."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _number_batch() -> int:
    if not Change.objects.filter(number__isnull=True).exists():
        return 0
    with transaction.atomic():
        # Only here do writers wait for each other, and only for these few statements.
        hold_feed()
        pending = list(Change.objects.filter(number__isnull=True).order_by("id")[:BATCH])
        if not pending:
            return 0
        horizon, _ = Horizon.objects.get_or_create(pk=1)
        latest = {}
        for change in pending:
            horizon.last_number += 1
            change.number = horizon.last_number
            latest[(change.key, change.locale, change.access_key)] = change
        Change.objects.bulk_update(pending, ["number"], batch_size=200)
        Horizon.objects.filter(pk=1).update(last_number=horizon.last_number)
        FeedRow.objects.bulk_create(
            [FeedRow(**{name: getattr(change, name) for name in _FOLDED}) for change in latest.values()],
            update_conflicts=True,
            unique_fields=["key", "locale", "access_key"],
            update_fields=["number", "kind", "item_id", "type", "version", "digest", "at"],
        )
        return len(pending)


_FOLDED = ("number", "kind", "key", "locale", "access_key", "item_id", "type", "version", "digest", "at")
