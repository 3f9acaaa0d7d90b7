"""Events as clients send them: each is looked at on its own and taken or refused with a code. Pure."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime

from .models import Event

MAX_BATCH = 500
FIELDS = frozenset({"id", "course", "unit", "verb", "language", "occurred_at", "seconds", "data"})
MAX_POSITION = 10_000  # basis points of a lesson


class Refused(Exception):
    """Why an event isn't taken: `args[0]` is a stable code."""

    @property
    def code(self) -> str:
        return self.args[0]


@dataclass(frozen=True)
class Incoming:
    """A well-formed event. `occurred_at` is what the client says, None for now."""

    id: UUID
    course: UUID
    unit: UUID
    verb: str
    language: str
    occurred_at: datetime | None
    seconds: int | None
    data: Mapping
    raw: Mapping  # as sent, in one spelling


def parse(raw, *, languages: Collection[str], default_language: str) -> Incoming:
    """Read one event. Raises Refused: `bad_event`, `unknown_field`, `unknown_verb`, `unknown_language`, `bad_moment`,
    `bad_seconds`, `bad_data`."""
    if not isinstance(raw, dict):
        raise Refused("bad_event")
    if set(raw) - FIELDS:
        raise Refused("unknown_field")
    language = raw.get("language") or default_language
    if language not in languages:
        raise Refused("unknown_language")
    verb = raw.get("verb")
    if verb not in Event.FROM_CLIENTS:
        raise Refused("unknown_verb")
    moment = _moment(raw.get("occurred_at"))
    keys = {name: _uuid(raw.get(name)) for name in ("id", "course", "unit")}
    if keys["id"].version not in (4, 7):
        # Ids of the platform's own facts are derived (version 5): nobody may take one before it happens.
        raise Refused("bad_event")
    return Incoming(
        **keys,
        verb=verb,
        language=language,
        occurred_at=moment,
        seconds=_seconds(raw.get("seconds")),
        data=_data(verb, raw.get("data")),
        # A client may write the same moment or id in another way when it sends again: one spelling is compared.
        raw={
            **raw,
            **{name: str(key) for name, key in keys.items()},
            "occurred_at": moment and moment.isoformat(),
        },
    )


def _uuid(value) -> UUID:
    try:
        return UUID(value) if isinstance(value, str) else _refuse("bad_event")
    except ValueError:
        raise Refused("bad_event") from None


def _moment(value) -> datetime | None:
    if value is None:
        return None
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
        if moment is None or moment.tzinfo is None:
            raise Refused("bad_moment")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused("bad_moment") from None


def _seconds(value) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Refused("bad_seconds")
    return value


def _data(verb, value) -> Mapping:
    """What may come with a verb: a position in a lesson, an answer to a knowledge check, else nothing."""
    value = {} if value is None else value
    if not isinstance(value, dict):
        raise Refused("bad_data")
    if verb == Event.Verb.ANSWERED:
        if set(value) != {"question", "response"} or not isinstance(value["question"], str):
            raise Refused("bad_data")
        return value
    if verb == Event.Verb.PROGRESSED:
        position = value.get("position", 0)
        whole = isinstance(position, int) and not isinstance(position, bool)
        if set(value) - {"position"} or not whole or not 0 <= position <= MAX_POSITION:
            raise Refused("bad_data")
        return value
    if value:
        raise Refused("bad_data")
    return value


def _refuse(code):
    raise Refused(code)


def digest(raw: Mapping, salt: bytes) -> str:
    """A salted commitment to what was sent: tells the same event from another under its id, and nothing else."""
    spelling = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(bytes(salt) + spelling.encode("utf-8", "surrogatepass")).hexdigest()
