"""The door of cms.changes: record a change in your transaction; read the feed in a safe order."""

from .feed import FeedPage, feed_page, horizon
from .log import number_pending, record
from .models import Kind

__all__ = ["FeedPage", "Kind", "feed_page", "horizon", "number_pending", "record"]
