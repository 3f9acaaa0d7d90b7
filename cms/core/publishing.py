"""Scheduled publication and expiry, each on its own: one that fails stops no other.

Wagtail's `publish_scheduled` stops at the first exception and begins with the same one the next time. Here each
revision and each expiring object has its own transaction; what failed is logged, announced and tried again later and
later, while the others go on.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.apps import apps
from django.db import models, transaction
from django.dispatch import Signal
from wagtail.models import DraftStateMixin, Page, Revision

logger = logging.getLogger(__name__)

# Sent with `revision` or `instance` (the other is None) and `error` when a scheduled act failed. What was published
# before stays; who wants to show the reason to an editor listens.
scheduled_act_failed = Signal()

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


@dataclass
class Patience:
    """Which failed acts are left alone until when. In memory: a new scheduler tries everything once more."""

    failures: dict[tuple, tuple[int, datetime]] = field(default_factory=dict)

    def waits(self, key: tuple, now: datetime) -> bool:
        return key in self.failures and now < self.failures[key][1]

    def failed(self, key: tuple, now: datetime) -> datetime:
        """Note a failure; the moment before which it isn't tried again."""
        count = self.failures.get(key, (0, now))[0] + 1
        until = now + min(FIRST_WAIT * 2 ** min(count - 1, 10), LONGEST_WAIT)
        self.failures[key] = (count, until)
        return until

    def keep_only(self, keys: set[tuple]) -> None:
        """Forget what isn't due any more: it succeeded, was cancelled or got another date."""
        self.failures = {key: value for key, value in self.failures.items() if key in keys}


_patience = Patience()


@dataclass
class Outcome:
    published: list[int] = field(default_factory=list)
    expired: list[tuple[str, object]] = field(default_factory=list)
    failed: list[tuple] = field(default_factory=list)


def publish_scheduled(now: datetime, *, patience: Patience | None = None) -> Outcome:
    """Unpublish what has expired and publish what is due at `now`.

    `Outcome` names the revisions published, the objects expired as (model label, primary key) and the keys that
    failed. What failed before is passed over until its time has come again.
    """
    patience = _patience if patience is None else patience
    outcome = Outcome()
    acts = [*_expiries(now), *_publications(now)]
    patience.keep_only({key for key, _ in acts})
    for key, act in acts:
        if patience.waits(key, now):
            continue
        try:
            with transaction.atomic():
                done = act()
        except Exception as error:
            until = patience.failed(key, now)
            logger.exception("scheduled %s failed; tried again after %s", key, until.isoformat())
            outcome.failed.append(key)
            _announce(key, error)
        else:
            if done and key[0] == "publish":
                outcome.published.append(key[1])
            elif done:
                outcome.expired.append((key[1], key[2]))
    return outcome


def _expiring_models() -> Iterator[type[models.Model]]:
    yield Page
    for model in apps.get_models():
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page):
            yield model


def _expiries(now: datetime):
    for model in _expiring_models():
        due = model._default_manager.filter(live=True, expire_at__lt=now).order_by("expire_at")
        for pk, expire_at in due.values_list("pk", "expire_at"):
            yield (
                ("expire", model._meta.label, pk, expire_at),
                lambda model=model, pk=pk: _expire(model, pk, now),
            )


def _publications(now: datetime):
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    for pk, go_live_at in due.values_list("pk", "approved_go_live_at"):
        yield ("publish", pk, go_live_at), lambda pk=pk: _publish(pk, now)


def _expire(model, pk, now: datetime) -> bool:
    # Looked at again under a lock: an editor may have changed the date, another scheduler may be at it.
    rows = model._default_manager.select_for_update(skip_locked=True)
    instance = rows.filter(pk=pk, live=True, expire_at__lt=now).first()
    if instance is None:
        return False
    instance.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True


def _publish(pk: int, now: datetime) -> bool:
    rows = Revision.objects.select_for_update(skip_locked=True)
    revision = rows.filter(pk=pk, approved_go_live_at__lt=now).first()
    if revision is None:
        return False
    revision.publish(log_action="wagtail.publish.scheduled")
    return True


def _announce(key: tuple, error: Exception) -> None:
    if key[0] == "publish":
        revision, instance = Revision.objects.filter(pk=key[1]).first(), None
    else:
        revision, instance = None, apps.get_model(key[1])._default_manager.filter(pk=key[2]).first()
    for receiver, result in scheduled_act_failed.send_robust(
        sender=Outcome, revision=revision, instance=instance, error=error
    ):
        if isinstance(result, Exception):
            logger.error("%s could not hear of a failed publication", receiver, exc_info=result)
