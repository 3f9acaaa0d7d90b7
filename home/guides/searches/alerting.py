"""When alerts of saved searches go out, and what is new to somebody. Pure rules over values."""

from collections.abc import Container, Hashable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

Key = TypeVar("Key", bound=Hashable)

#: Alerts go out once a day at this hour (UTC), those of a week on Mondays: one mail for all of somebody's searches.
HOUR = 5


class Alert(models.TextChoices):
    NONE = "none", _("No mail")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")


def latest_turn(alert: str, now: datetime) -> datetime:
    """The last moment, at or before `now`, at which alerts of this kind go out. Raises ValueError for no alert.

    An alert is due that was last worked out before it: turns that were missed come to one.
    """
    turn = now.astimezone(UTC).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if turn > now:
        turn -= timedelta(days=1)
    if alert == Alert.WEEKLY:
        return turn - timedelta(days=turn.weekday())
    if alert == Alert.DAILY:
        return turn
    raise ValueError(f"{alert!r} has no turns")


def news(matching: Iterable[Key], known: Container[Key]) -> list[Key]:
    """What matches now and was not told of before, in its order. What ceased to match and does again is not news."""
    return [key for key in matching if key not in known]
