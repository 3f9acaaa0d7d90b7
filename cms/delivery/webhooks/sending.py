"""Sending deliveries, by any number of workers at once: each takes one under a lease, and loses it if it dies."""

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.content import api as content
from cms.core import outgoing

from ..models import WebhookAttempt, WebhookDelivery
from . import endpoints, fanout, retries, secrets, topics

# Longer than an attempt can take, so that only a dead worker's lease runs out.
LEASE = timedelta(seconds=60)
TIMEOUT = 10
EXCERPT = 500
# A task sends so many and leaves the rest to the next: nobody holds a worker for hours.
AT_MOST = 100

Status = WebhookDelivery.Status
Post = Callable[..., outgoing.Answer]


def send_due(
    endpoint_id: int, *, post: Post = outgoing.post, roll: Callable[[], float] = random.random
) -> int:
    """Send what is due to an endpoint, the oldest first; how many were tried. Stops where an attempt fails: an endpoint
    that is down is not knocked at a hundred times."""
    tried = 0
    while tried < AT_MOST:
        delivery = take(endpoint_id, timezone.now())
        if delivery is None:
            return tried
        tried += 1
        if not attempt(delivery, post=post, roll=roll):
            return tried
    return tried


def take(endpoint_id: int, now: datetime) -> WebhookDelivery | None:
    """The next delivery that is due, under a lease of ours; None where there is none, or the endpoint is paused."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    due = WebhookDelivery.objects.filter(
        free, endpoint=endpoint_id, endpoint__paused_at=None, status=Status.WAITING, due_at__lte=now
    )
    while (pk := due.order_by("due_at", "pk").values_list("pk", flat=True).first()) is not None:
        # Of two workers that found it, one changes the row.
        if WebhookDelivery.objects.filter(free, pk=pk, status=Status.WAITING).update(
            leased_until=now + LEASE
        ):
            return WebhookDelivery.objects.select_related("endpoint__api_key").get(pk=pk)
    return None


def attempt(delivery: WebhookDelivery, *, post: Post, roll: Callable[[], float]) -> bool:
    """One try of a delivery that we hold; whether it (or nothing) was to be delivered. Records what came back."""
    now = timezone.now()
    endpoint = delivery.endpoint
    reader = fanout.hearing(endpoint, now)
    # What its key may hear of can have changed since it was written out.
    access = content.access_keys(reader.principals) if reader else frozenset()
    if (
        reader is None
        or not fanout.may_hear(
            reader,
            topic=delivery.topic,
            access=access,
            access_key=delivery.access_key,
            subject=delivery.subject,
        )
        or (delivery.topic == topics.OUTDATED and not fanout.is_there(delivery.data, access))
    ):
        _finish(delivery, status=Status.DROPPED)
        return True
    keys = endpoints.good_secrets(endpoint, now)
    body = message(delivery)
    began = time.monotonic()
    answer = error = None
    try:
        if not keys:
            raise outgoing.Refused(_("There is no secret to sign with: rotate it."))
        answer = post(
            endpoint.url,
            body,
            {
                "Content-Type": "application/json",
                "User-Agent": "Compendium-Webhooks/1",
                "webhook-id": str(delivery.uuid),
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": secrets.signature(
                    keys, message_id=str(delivery.uuid), at=now.replace(microsecond=0), body=body.decode()
                ),
            },
            timeout=TIMEOUT,
            allow_private=settings.WEBHOOK_ALLOW_PRIVATE,
        )
    except (outgoing.Refused, outgoing.Unanswered) as problem:
        error = str(problem)
    milliseconds = int((time.monotonic() - began) * 1000)
    return record(delivery, answer=answer, error=error, milliseconds=milliseconds, roll=roll())


@transaction.atomic
def record(
    delivery, *, answer: outgoing.Answer | None, error: str | None, milliseconds: int, roll: float
) -> bool:
    """Write down an attempt and what follows from it; whether it was delivered."""
    now = timezone.now()
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=now,
        milliseconds=milliseconds,
        status=answer.status if answer else None,
        excerpt=excerpt(answer.body) if answer else "",
        error=(error or "")[:300],
    )
    if answer is not None and 200 <= answer.status < 300:
        _finish(delivery, status=Status.DELIVERED, delivered_at=now)
        return True
    if answer is not None and answer.status == 410:
        # "Gone" is how a receiver says that it doesn't want to hear any more (Standard Webhooks, "Deliverability").
        endpoints.pause(delivery.endpoint, reason=_("The receiver answered 410: it is gone."), now=now)
    wait = retries.wait_after(delivery.attempts + 1, roll)
    if wait is None:
        _finish(delivery, status=Status.DEAD)
    else:
        WebhookDelivery.objects.filter(pk=delivery.pk).update(
            attempts=F("attempts") + 1, due_at=now + wait, leased_until=None
        )
    return False


def _finish(delivery, **values):
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        attempts=F("attempts") + (0 if values["status"] == Status.DROPPED else 1), leased_until=None, **values
    )


def message(delivery: WebhookDelivery) -> bytes:
    """The body: `{type, timestamp, data}`, the same bytes at every attempt."""
    at = delivery.at.isoformat().replace("+00:00", "Z")
    return orjson.dumps(
        {"type": delivery.topic, "timestamp": at, "data": delivery.data}, option=orjson.OPT_SORT_KEYS
    )


def excerpt(body: bytes) -> str:
    """The beginning of an answer, as text that can be shown: no control characters."""
    text = body[: EXCERPT * 4].decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text)[:EXCERPT].strip()
