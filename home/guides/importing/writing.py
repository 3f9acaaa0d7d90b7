"""Putting values into a practice's page. Whatever comes by file goes through here: imports, and the demo's content."""

import uuid
from collections.abc import Mapping, Sequence

from wagtail.models import Page

#: What child rows name: the attribute that names the relation, and the row's field.
RELATIONS = {
    "terms": ("term_rows_name", "term_id"),
    "instruments": ("instrument_rows_name", "instrument_id"),
    "organisations": ("organisation_rows_name", "organisation_id"),
}


def fill(page: Page, values: Mapping[str, object], rows: Mapping[str, Sequence[int]]) -> None:
    """Set fields by their names, and child rows by the primary keys of what they name, in that order.

    Rows that are there already stay the ones they are. Nothing is saved. A type without such rows passes them over.
    """
    for name, value in values.items():
        setattr(page, name, value)
    for kind, wanted in rows.items():
        attribute, target = RELATIONS[kind]
        relation = getattr(page, getattr(page, attribute, "") or "", None)
        if relation is None:
            continue
        found = {getattr(row, target): row for row in relation.all()}
        kept = [found.get(pk) or relation.model(**{target: pk}) for pk in dict.fromkeys(wanted)]
        for position, row in enumerate(kept):
            row.sort_order = position
        relation.set(kept)


def stream_child(kind: str, value) -> dict:
    """One child of a stream as it is stored: `{type, value, id}`."""
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def role(role: str, part: str) -> dict:
    """A child of `stakeholder_roles`."""
    return stream_child("role", {"role": role, "part": part})


def reference(title: str, url: str = "") -> dict:
    """A child of `references`."""
    return stream_child("reference", {"title": title, "url": url})
