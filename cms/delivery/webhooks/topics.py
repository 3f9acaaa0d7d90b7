"""What can be heard of, and what a key needs to hear of it."""

from cms.changes import api as changes

from ..models import Scope

CONTENT = {
    changes.Kind.PUBLISHED: "content.published",
    changes.Kind.UPDATED: "content.updated",
    changes.Kind.WITHDRAWN: "content.withdrawn",
}
TEST = "test"


def scopes_of(topic: str) -> frozenset[str]:
    """The scopes of which one is needed to hear of a topic. Raises KeyError for one that doesn't exist."""
    if topic in CONTENT.values():
        return frozenset({Scope.PUBLIC, Scope.MEMBERS})
    return frozenset({changes.topics()[topic]})


def known() -> list[str]:
    """All topics, in the order in which they are offered."""
    return [*CONTENT.values(), *changes.topics()]
