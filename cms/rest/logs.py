"""Logs are lines of JSON, one a record, each with the id of the request that it belongs to.

A line can't be forged: whatever a message holds, line breaks included, is inside one JSON string.
"""

import logging
from contextvars import ContextVar
from datetime import UTC, datetime

import orjson

# Empty outside a request: a worker, a command.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestIdFilter(logging.Filter):
    """Gives every record `request_id`."""

    def filter(self, record):
        record.request_id = request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """`{"at", "level", "logger", "message", "request_id"?, "exception"?}`; `at` in UTC with milliseconds."""

    def format(self, record):
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if getattr(record, "request_id", ""):
            line["request_id"] = record.request_id
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return orjson.dumps({name: _encodable(value) for name, value in line.items()}).decode()


def _encodable(text: str) -> str:
    # A lone surrogate (a path that was no UTF-8) has no encoding: the line must come out all the same.
    return text.encode("utf-8", "backslashreplace").decode()
