"""When a course takes people. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .choices import Status


def closing_moment(closes_on: date | None, zone: str) -> datetime | None:
    """The first moment after the last day, which is inclusive, in the zone. After the last day that there is comes none."""
    if closes_on is None or closes_on == date.max:
        return None
    return _midnight(closes_on + timedelta(days=1), zone)


def opening_moment(opens_on: date | None, zone: str) -> datetime | None:
    return _midnight(opens_on, zone) if opens_on else None


def end_of_time(began_at: datetime, days: int | None, zone: str) -> datetime | None:
    """The first moment after the last day of somebody's time in a course; that day is inclusive, in the zone.

    `days` after the day of enrolling is the last one; None for a course without a limit.
    """
    if days is None:
        return None
    return closing_moment(began_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days), zone)


def last_day(end: datetime, zone: str) -> date:
    """The last day before a midnight in the zone."""
    return end.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def is_open(*, status: str, opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """Whether somebody can enrol at `now`."""
    return (
        status == Status.OPEN
        and (opens_at is None or opens_at <= now)
        and (closes_at is None or now < closes_at)
    )


def effective_status(
    *, status: str, opens_at: datetime | None, closes_at: datetime | None, now: datetime
) -> str:
    """What readers are told at `now`: an open course is announced before its opening and closed after its closing."""
    if status != Status.OPEN:
        return status
    if opens_at is not None and now < opens_at:
        return Status.ANNOUNCED.value
    if closes_at is not None and now >= closes_at:
        return Status.CLOSED.value
    return Status.OPEN.value
