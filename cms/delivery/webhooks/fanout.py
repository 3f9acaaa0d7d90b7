"""From what happened to deliveries: each change and announcement once for each endpoint whose key may hear of it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from cms.changes import api as changes
from cms.changes.models import Announcement, Change, FeedRow
from cms.content import api as content

from .. import keys
from ..models import WebhookDelivery, WebhookEndpoint, WebhookPosition
from . import topics

BATCH = 500
# The name of our lock among PostgreSQL's advisory locks; SQLite's IMMEDIATE transactions are the lock there.
LOCK = 0x0C0_3B00_15


def hearing(endpoint: WebhookEndpoint, now: datetime) -> keys.Reader | None:
    """What the endpoint's key reads as now; None where the key has ended."""
    key = endpoint.api_key
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        return None
    return keys.reader(key)


def may_hear(
    reader: keys.Reader, *, topic: str, access: frozenset[str], access_key: str, subject: UUID | None
) -> bool:
    """Whether a key may hear of something now. `access` are the access keys that it satisfies. Pure."""
    if topic == topics.TEST:
        return True
    try:
        if not topics.scopes_of(topic) & reader.scopes:
            return False
    except KeyError:
        return False
    if topic in topics.OF_DOCUMENTS:
        return access_key in access
    return subject is None or str(subject) in reader.courses


def fan_out(now: datetime) -> int:
    """Write deliveries for what happened since the last time; how many. Repeatable: nothing is written out twice.

    A batch a transaction: its changes, the deliveries and the position are committed together.
    """
    changes.number_pending()
    total = 0
    while True:
        written, more = _fan_out_batch(now)
        total += written
        if not more:
            return total


@transaction.atomic
def _fan_out_batch(now):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    position, _created = WebhookPosition.objects.get_or_create(pk=1)
    endpoints = list(WebhookEndpoint.objects.select_related("api_key"))
    if not endpoints:
        # Nobody listens: nothing that happened until now is news to whoever begins to.
        WebhookPosition.objects.filter(pk=1).update(change=changes.horizon()[0])
        Announcement.objects.filter(passed_on_at=None).update(passed_on_at=now)
        return 0, False
    rows = list(Change.objects.filter(number__gt=position.change).order_by("number")[:BATCH])
    news = list(Announcement.objects.filter(passed_on_at=None).order_by("pk")[:BATCH])
    if not rows and not news:
        return 0, False
    deliveries = []
    for endpoint in endpoints:
        reader = hearing(endpoint, now)
        if reader is not None:
            access = content.access_keys(reader.principals)
            deliveries += _of_changes(endpoint, reader, access, rows, now)
            deliveries += _of_announcements(endpoint, reader, access, news, now)
    WebhookDelivery.objects.bulk_create(deliveries, ignore_conflicts=True, batch_size=500)
    if rows:
        WebhookPosition.objects.filter(pk=1).update(change=rows[-1].number)
    Announcement.objects.filter(pk__in=[each.pk for each in news]).update(passed_on_at=now)
    return len(deliveries), BATCH in (len(rows), len(news))


def _of_changes(endpoint, reader, access, rows, now):
    rows = [row for row in rows if row.at >= endpoint.created_at]
    withdrawn = [row for row in rows if row.kind == changes.Kind.WITHDRAWN]
    still_there = _alive(withdrawn, access) if len(access) > 1 else set()
    for row in rows:
        if row.kind == changes.Kind.WITHDRAWN and (row.key, row.locale) in still_there:
            continue  # to this reader it never disappeared
        for topic, source in _told_by(row):
            if topic in endpoint.topics and may_hear(
                reader, topic=topic, access=access, access_key=row.access_key, subject=None
            ):
                yield WebhookDelivery(
                    endpoint=endpoint,
                    topic=topic,
                    data=_data(row),
                    at=row.at,
                    source=f"{source}:{row.number}",
                    access_key=row.access_key,
                    due_at=now,
                )


def _told_by(row: Change):
    """The topics of a change, each with the name that its deliveries carry so that none is written out twice."""
    yield topics.CONTENT[row.kind], "change"
    if row.outdated:
        yield topics.OUTDATED, "outdated"


def _data(row: Change) -> dict:
    return {
        "key": str(row.key),
        "locale": row.locale,
        "id": row.item_id,
        "type": row.type,
        "version": row.version,
        "position": row.number,
    }


def _alive(rows, access) -> set[tuple]:
    """The keys and languages among these that are there for somebody with this access."""
    if not rows:
        return set()
    alive = FeedRow.objects.filter(key__in={row.key for row in rows}, access_key__in=access)
    return set(alive.exclude(kind=changes.Kind.WITHDRAWN).values_list("key", "locale"))


def is_there(data: Mapping[str, Any], access: frozenset[str]) -> bool:
    """Whether the document that a delivery's data name is there now for somebody with this access. One statement."""
    rows = FeedRow.objects.filter(key=data["key"], locale=data["locale"], access_key__in=access)
    return rows.exclude(kind=changes.Kind.WITHDRAWN).exists()


def _of_announcements(endpoint, reader, access, news, now):
    for each in news:
        wanted = each.topic in endpoint.topics and each.at >= endpoint.created_at
        if wanted and may_hear(reader, topic=each.topic, access=access, access_key="", subject=each.subject):
            yield WebhookDelivery(
                endpoint=endpoint,
                topic=each.topic,
                data=each.data,
                at=each.at,
                source=f"announcement:{each.pk}",
                subject=each.subject,
                due_at=now,
            )


def send_test(endpoint: WebhookEndpoint, *, now: datetime) -> WebhookDelivery:
    """A message that says nothing, to see whether it arrives."""
    mark = uuid.uuid4()
    return WebhookDelivery.objects.create(
        endpoint=endpoint,
        topic=topics.TEST,
        data={"test": str(mark)},
        at=now,
        source=f"test:{mark}",
        due_at=now,
    )


def due_endpoints(now: datetime) -> list[int]:
    """Primary keys of endpoints that have something to send now."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    due = WebhookDelivery.objects.filter(
        free, status=WebhookDelivery.Status.WAITING, due_at__lte=now, endpoint__paused_at=None
    )
    return sorted(set(due.values_list("endpoint", flat=True)))
