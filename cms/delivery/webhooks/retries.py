"""When a delivery is tried again: the schedule that the specification recommends, with jitter. Pure."""

from datetime import timedelta

# https://github.com/standard-webhooks/standard-webhooks, "Deliverability": in all a little over three days.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# How far a wait may be stretched, so that what failed together doesn't come back together.
JITTER = 0.2


def wait_after(attempt: int, roll: float) -> timedelta | None:
    """The wait after the `attempt`-th failure (1 is the first), None when it is time to give up. `roll` is in [0, 1)."""
    if attempt > len(WAITS):
        return None
    return WAITS[attempt - 1] * (1 + JITTER * roll)
