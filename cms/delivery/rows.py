"""An item as one row: the columns that answers are made of, read the same whatever the database."""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.dateparse import parse_datetime


class Row(NamedTuple):
    """Raw values: keys and moments are what the database gives (see `key_text` and `moment_text`)."""

    page_id: int
    key: str | UUID
    locale: str
    type: str
    title: str
    slug: str
    path: str
    seo_title: str
    search_description: str
    show_in_menus: bool
    first_published_at: str | datetime
    published_at: str | datetime
    updated_at: str | datetime
    parent_id: int | None
    outdated: bool
    outdated_since: str | datetime | None
    source_locale: str
    stale: bool
    access_key: str
    edition_number: int | None
    edition_released_at: str | datetime | None
    files: str
    version: int
    digest: str
    version_id: int
    body: str | None


# The columns of a row but for the body, as the ORM names them.
COLUMNS = (
    "page_id",
    "key",
    "locale",
    "type",
    "title",
    "slug",
    "path",
    "seo_title",
    "search_description",
    "show_in_menus",
    "first_published_at",
    "published_at",
    "updated_at",
    "parent_id",
    "outdated",
    "outdated_since",
    "source_locale",
    "stale",
    "access_key",
    "edition_number",
    "edition_released_at",
    "files",
    "current__number",
    "current__digest",
    "current",
)


class Sibling(NamedTuple):
    """What a list of translations says of an item."""

    key: str | UUID
    locale: str
    page_id: int
    title: str
    path: str
    source_locale: str
    outdated_since: str | datetime | None

    @property
    def state(self) -> str:
        """How it stands as a translation: one of `STATES`."""
        if self.locale == self.source_locale:
            return ORIGINAL
        return OUTDATED if self.outdated_since else PUBLISHED


SIBLING_COLUMNS = Sibling._fields

# What a document can be as a translation. What isn't published is in no answer.
ORIGINAL, PUBLISHED, OUTDATED = STATES = ("original", "published", "outdated")


def key_text(value: str | UUID) -> str:
    """A key as `8-4-4-4-12`: SQLite keeps it as 32 digits."""
    if isinstance(value, UUID):
        return str(value)
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


def moment_text(value: str | datetime | None) -> str | None:
    """A moment in ISO 8601, UTC: SQLite keeps it without an offset."""
    if value is None:
        return None
    if isinstance(value, str):
        return f"{value[:10]}T{value[11:]}Z"
    if value.tzinfo is None:
        return f"{value.isoformat()}Z"
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment(value: str | datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    return parse_datetime(value).replace(tzinfo=UTC)
