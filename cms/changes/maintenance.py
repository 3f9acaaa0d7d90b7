"""What keeps the log true and small: invariants, and clearing away old tombstones."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cms.core.invariants import invariant

from .log import hold_feed
from .models import Change, FeedRow, Horizon, Kind


def clear_tombstones(now=None) -> int:
    """Delete tombstones older than the retention and remember below which number a cursor is too old. Returns how many."""
    limit = (now or timezone.now()) - timedelta(days=settings.FEED_RETENTION_DAYS)
    old = FeedRow.objects.filter(kind=Kind.WITHDRAWN, at__lt=limit)
    with transaction.atomic():
        # Rows are deleted by their keys: one that came to life after it was chosen would be lost to everybody who follows.
        hold_feed()
        highest = old.aggregate(highest=Max("number"))["highest"]
        if highest is None:
            return 0
        deleted, _ = old.filter(number__lte=highest).delete()
        Horizon.objects.filter(pk=1, cleared_below__lt=highest).update(cleared_below=highest)
    return deleted


@invariant("changes: every numbered change is folded into the feed")
def feed_is_latest():
    latest = (
        Change.objects.filter(number__isnull=False)
        .values("key", "locale", "access_key")
        .annotate(last=Max("number"))
    )
    rows = {(row.key, row.locale, row.access_key): row for row in FeedRow.objects.all()}
    for change in latest:
        row = rows.get((change["key"], change["locale"], change["access_key"]))
        if row is None:
            horizon = Horizon.objects.filter(pk=1).first()
            if horizon is None or change["last"] > horizon.cleared_below:
                yield f"{change['key']}/{change['locale']} has change {change['last']} and no feed row"
        elif row.number != change["last"]:
            yield f"{change['key']}/{change['locale']} shows {row.number}, its latest change is {change['last']}"
