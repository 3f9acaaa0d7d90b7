"""Topics that can be announced, and announcing: in the transaction of what happened.

register_topic("enrolment.completed", scope="learning:reports")
announce("enrolment.completed", subject=course.key, data={"course": …, "enrolment": …}, at=now)
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from .models import Announcement

_topics: dict[str, str] = {}


def register_topic(name: str, *, scope: str) -> None:
    """Add a topic, and the scope that somebody needs to hear of it. Raises ValueError for a second of its name."""
    if name in _topics:
        raise ValueError(f"the topic {name!r} is there already")
    _topics[name] = scope


def topics() -> dict[str, str]:
    """The scope of each topic that can be announced, by the topics' names in order."""
    return dict(sorted(_topics.items()))


def announce(topic: str, *, data: Mapping[str, str], at: datetime, subject: UUID | None = None) -> None:
    """Write down that something happened. `data` are ids, as texts. Raises ValueError for an unknown topic."""
    if topic not in _topics:
        raise ValueError(f"nobody registered the topic {topic!r}")
    Announcement.objects.create(topic=topic, subject=subject, data=dict(data), at=at)
