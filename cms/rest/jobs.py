"""What this app does by the clock."""

from datetime import timedelta

from cms.core.schedule import register

from .idempotency import forget_old

register("forget_idempotency_keys", every=timedelta(hours=6), run=forget_old)
