"""How long certificates hold. Pure; days are those of a zone, the last one included."""

import calendar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VALID, EXPIRED, REVOKED = "valid", "expired", "revoked"

# When somebody is reminded, and from when on a renewal makes sense.
REMIND_BEFORE = timedelta(days=30)


def day_of(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def last_day(completed_on: date, months: int | None) -> date | None:
    """The last day on which a certificate holds: the same day so many months later, or that month's last day.

    None without a limit, and where the calendar ends before.
    """
    if not months:
        return None
    number = completed_on.month - 1 + months
    year, month = completed_on.year + number // 12, number % 12 + 1
    if year >= date.max.year:
        return None
    return date(year, month, min(completed_on.day, calendar.monthrange(year, month)[1]))


def end_of(day: date | None, zone: str) -> datetime | None:
    """The first moment after a day in the zone."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone)) if day else None


def status(*, revoked_at: datetime | None, expires_at: datetime | None, now: datetime) -> str:
    """What a certificate is at `now`. A revoked one stays revoked, expired or not."""
    if revoked_at is not None:
        return REVOKED
    if expires_at is not None and now >= expires_at:
        return EXPIRED
    return VALID


def is_renewable(*, revoked_at: datetime | None, expires_at: datetime | None, now: datetime) -> bool:
    """Whether it is time for a renewal: it expires within 30 days, or has expired. Not after a revocation."""
    return revoked_at is None and expires_at is not None and now >= expires_at - REMIND_BEFORE
