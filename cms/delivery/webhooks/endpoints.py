"""Endpoints: making, changing, pausing them, and their secrets."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from cms.core import outgoing
from cms.core.errors import BadInput

from ..models import ApiKey, WebhookDelivery, WebhookEndpoint, WebhookSecret
from . import topics
from .secrets import new_secret, seal, unseal

OVERLAP = timedelta(days=7)


def problems(*, key: ApiKey, url: str, wanted: Collection[str]) -> list[str]:
    """What is wrong with an endpoint that is to be. Nothing is looked up: a name may lead elsewhere tomorrow anyway."""
    found = []
    try:
        outgoing.check_url(url, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
    except outgoing.Refused:
        found.append(
            _("The address has to be a whole one and begin with https://, without a name or password in it.")
        )
    if key.kind != ApiKey.Kind.SECRET:
        found.append(_("Webhooks belong to secret keys."))
    if not wanted:
        found.append(_("Choose at least one topic."))
    for topic in wanted:
        if topic not in topics.known():
            found.append(_("There is no such topic: %(name)s.") % {"name": topic[:60]})
        elif not topics.scopes_of(topic) & set(key.scopes):
            found.append(_("The key’s scopes don’t cover %(name)s.") % {"name": topic})
    return found


@transaction.atomic
def register(
    *, key: ApiKey, url: str, wanted: Collection[str], by=None, now: datetime
) -> tuple[WebhookEndpoint, str]:
    """A new endpoint and its signing secret, which is shown this once. Raises BadInput with every reason."""
    found = problems(key=key, url=url, wanted=wanted)
    if found:
        raise BadInput(" ".join(map(str, found)))
    endpoint = WebhookEndpoint.objects.create(api_key=key, url=url, topics=sorted(wanted))
    secret = _add_secret(endpoint, now)
    log(instance=endpoint, action="delivery.webhook.add", user=by, data={"topics": endpoint.topics})
    return endpoint, secret


@transaction.atomic
def change(endpoint: WebhookEndpoint, *, url: str, wanted: Collection[str], by=None) -> None:
    """Another address or other topics. Raises BadInput and changes nothing."""
    found = problems(key=endpoint.api_key, url=url, wanted=wanted)
    if found:
        raise BadInput(" ".join(map(str, found)))
    endpoint.url, endpoint.topics = url, sorted(wanted)
    endpoint.save(update_fields=["url", "topics"])
    log(instance=endpoint, action="delivery.webhook.change", user=by, data={"topics": endpoint.topics})


@transaction.atomic
def rotate(endpoint: WebhookEndpoint, *, by=None, now: datetime) -> str:
    """A second secret: for a week deliveries are signed with both, so that the receiver can change over."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    endpoint.secrets.filter(expires_at__isnull=False).delete()
    endpoint.secrets.update(expires_at=now + OVERLAP)
    secret = _add_secret(endpoint, now)
    log(instance=endpoint, action="delivery.webhook.rotate", user=by)
    return secret


def _add_secret(endpoint, now) -> str:
    secret = new_secret()
    WebhookSecret.objects.create(endpoint=endpoint, sealed=seal(secret), created_at=now)
    return secret


def good_secrets(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    """The secrets that deliveries are signed with now, the newest first."""
    good = Q(expires_at=None) | Q(expires_at__gt=now)
    rows = endpoint.secrets.filter(good).order_by("-created_at", "-pk").values_list("sealed", flat=True)
    return [secret for sealed in rows if (secret := unseal(sealed)) is not None]


def pause(endpoint: WebhookEndpoint, *, reason: str = "", by=None, now: datetime) -> None:
    """Nothing is sent until it goes on; what happens meanwhile waits."""
    if WebhookEndpoint.objects.filter(pk=endpoint.pk, paused_at=None).update(
        paused_at=now, pause_reason=reason
    ):
        log(instance=endpoint, action="delivery.webhook.pause", user=by, data={"reason": str(reason)})


def resume(endpoint: WebhookEndpoint, *, by=None, now: datetime) -> None:
    """Go on with what waits, now."""
    if (
        WebhookEndpoint.objects.filter(pk=endpoint.pk)
        .exclude(paused_at=None)
        .update(paused_at=None, pause_reason="")
    ):
        log(instance=endpoint, action="delivery.webhook.resume", user=by)


@transaction.atomic
def replay(
    endpoint: WebhookEndpoint, *, deliveries: Collection[WebhookDelivery], by=None, now: datetime
) -> int:
    """Send again, under the same ids, what was delivered, given up or dropped; how many. Whether the key may still hear
    of it is looked at when it is sent."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, pk__in=[each.pk for each in deliveries]).exclude(
        status=WebhookDelivery.Status.WAITING
    )
    number = rows.update(
        status=WebhookDelivery.Status.WAITING, due_at=now, attempts=0, leased_until=None, delivered_at=None
    )
    if number:
        log(instance=endpoint, action="delivery.webhook.replay", user=by, data={"deliveries": number})
    return number
