"""The catalogue narrowed down: what an address asks for, which courses fit, and how many each further step would leave. Pure."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode
from uuid import UUID

from learning.catalogue.choices import Level, Status

SHORT, MEDIUM, LONG = "short", "medium", "long"
SHORT_UNTIL, MEDIUM_UNTIL = 60, 240  # minutes, inclusive
LONGEST_WORDS = 200
#: What each filter can be, but for languages, which the deployment has. Archived courses are in no list.
LEVELS = tuple(Level.values)
STATUSES = (Status.OPEN.value, Status.ANNOUNCED.value, Status.CLOSED.value)
LENGTHS = (SHORT, MEDIUM, LONG)


@dataclass(frozen=True)
class Filters:
    """What is asked of the catalogue; empty texts ask nothing. `mine` asks for courses that the reader is on."""

    language: str = ""
    level: str = ""
    status: str = ""
    length: str = ""
    q: str = ""
    mine: bool = False

    @property
    def query(self) -> str:
        """As it stands in addresses: one text for one choice."""
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        return urlencode([(name, "1" if value is True else value) for name, value in values if value])

    def __bool__(self):
        return self != Filters()

    def without(self, name: str) -> "Filters":
        return replace(self, **{name: getattr(Filters(), name)})


def length_of(minutes: int) -> str:
    return SHORT if minutes <= SHORT_UNTIL else MEDIUM if minutes <= MEDIUM_UNTIL else LONG


def folded(text: str) -> str:
    """A text as it is compared: without case, accents and width."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def fits(course: Mapping, filters: Filters, own: Collection[UUID] = ()) -> bool:
    """Whether a course (`courses.course_value`) is what is asked for; `own` are the keys of the reader's courses."""
    if filters.language and filters.language not in course["locales"]:
        return False
    if filters.level and filters.level != course["level"]:
        return False
    if filters.status and filters.status != course["status"]:
        return False
    if filters.length and filters.length != length_of(course["minutes"]):
        return False
    if filters.mine and course["key"] not in own:
        return False
    text = folded(f"{course['title']} {course['summary']} {course['code']}")
    return all(word in text for word in folded(filters.q).split())


def counts(
    courses: Iterable[Mapping], filters: Filters, own: Collection[UUID], options: Mapping[str, Collection]
) -> dict[str, dict]:
    """How many courses each option of each filter would leave, the other filters kept: `{name: {option: number}}`."""
    courses = list(courses)
    return {
        name: {
            option: sum(fits(course, replace(filters, **{name: option}), own) for course in courses)
            for option in each
        }
        for name, each in options.items()
    }
