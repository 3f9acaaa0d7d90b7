"""Who the programme works with, from a document and for a year. Pure.

Documents hold from when to when; whether a partnership is in force is decided when the page is read.
"""

from collections.abc import Iterable

from home.vocabulary.models import Partnership

#: The parts that organisations have, in the order in which readers meet them.
ROLES = tuple(Partnership.Role.values)


def in_force(partnership: dict, year: int) -> bool:
    """Whether a partnership of a document has begun in a year and isn't over before it. Open ends hold."""
    begun, ends = partnership["from_year"], partnership["to_year"]
    return (begun is None or begun <= year) and (ends is None or ends >= year)


def by_role(partnerships: Iterable[dict], year: int) -> dict[str, list[dict]]:
    """`{role: [partnership]}` of those in force, roles in their order, each with the document's own order."""
    found: dict[str, list[dict]] = {role: [] for role in ROLES}
    for each in partnerships:
        if in_force(each, year):
            found[each["role"]].append(each)
    return found
