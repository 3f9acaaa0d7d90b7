"""The door of cms.changes: record a change in your transaction; read the feed in a safe order."""

from .feed import FeedPage, feed_page, horizon
from .log import number_pending, record
from .models import Kind
from .outbox import announce, register_topic, topics

__all__ = [
    "FeedPage",
    "Kind",
    "announce",
    "feed_page",
    "horizon",
    "number_pending",
    "record",
    "register_topic",
    "topics",
]
