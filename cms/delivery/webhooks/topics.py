"""What can be heard of, and what a key needs to hear of it."""

from cms.changes import api as changes

from ..models import Scope

CONTENT = {
    changes.Kind.PUBLISHED: "content.published",
    changes.Kind.UPDATED: "content.updated",
    changes.Kind.WITHDRAWN: "content.withdrawn",
}
# Of a change by which a translation fell behind its source: told beside what `CONTENT` says of it.
OUTDATED = "translation.outdated"
OF_DOCUMENTS = frozenset({*CONTENT.values(), OUTDATED})
TEST = "test"


def scopes_of(topic: str) -> frozenset[str]:
    """The scopes of which one is needed to hear of a topic. Raises KeyError for one that doesn't exist."""
    if topic in OF_DOCUMENTS:
        return frozenset({Scope.PUBLIC, Scope.MEMBERS, Scope.COURSES})
    return frozenset({changes.topics()[topic]})


def known() -> list[str]:
    """All topics, in the order in which they are offered."""
    return [*CONTENT.values(), OUTDATED, *changes.topics()]
