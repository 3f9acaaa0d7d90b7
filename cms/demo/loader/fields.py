"""From a file's entries to the values that page fields hold."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model
from wagtail.fields import RichTextField, StreamField

from home.guides.importing import api as importing
from home.guides.models import Recommendation, Tool
from home.markdown import rich_text
from home.vocabulary.models import LegalInstrument, Term


@dataclass(frozen=True)
class Sources:
    """Where references in the files lead: pages by path, images and files by name."""

    page: Callable[[str], Model]
    image: Callable[[str], Model]
    file: Callable[[str], Model]

    def link(self, target: str) -> str:
        """Attributes of a rich-text link to `page:…` or to an address."""
        if target.startswith("page:"):
            return f'linktype="page" id="{self.page(target.removeprefix("page:")).pk}"'
        return f'href="{target}"'

    def text(self, value: str) -> str:
        return rich_text(value, self.link)


def page_values(model: type[Model], data: dict, sources: Sources) -> dict:
    """Field values of a page of this model. Raises KeyError for an entry that no field of the model takes."""
    values = {}
    for name, value in data.items():
        name = _RENAMED.get((model._meta.label, name), name)
        if name in ("terms", "instruments", "organisations"):
            continue
        field = model._meta.get_field(name)
        if isinstance(field, StreamField):
            values[name] = [stream_child(name, entry, sources) for entry in value]
        elif isinstance(field, RichTextField):
            values[name] = sources.text(value)
        else:
            values[name] = value
    return values


# Where a file's word differs from the field's name.
_RENAMED = {
    ("learning.QuizPage", "attempts"): "max_attempts",
}


def stream_child(field: str, entry, sources: Sources) -> dict:
    """One child of a stream as it is stored: `{type, value, id}`, from a mapping of one name or from a plain entry."""
    if field == "body":
        ((kind, value),) = entry.items()
        kind, value = _block(kind, value, sources)
    elif field == "questions":
        kind, value = question(entry)
    elif field in _CHILDREN:
        return _CHILDREN[field](**entry)
    else:
        kind, value = _ENTRIES[field](entry, sources)
    return importing.stream_child(kind, value)


def _block(kind, value, sources):
    """A block of a body; see content/README.md for what stands in the files."""
    if kind in ("heading", "subheading"):
        return "heading", {"text": value, "level": "2" if kind == "heading" else "3"}
    if kind == "text":
        return kind, sources.text(value)
    if kind == "figure":
        image = _placed(value, sources)
        return kind, {"image": image, "caption": value.get("caption", ""), "credit": value.get("credit", "")}
    if kind == "table":
        return kind, {
            "caption": value["caption"],
            "columns": [{"type": "text", "heading": heading} for heading in value["columns"]],
            "rows": [{"values": [str(cell) for cell in row]} for row in value["rows"]],
        }
    if kind in ("box", "case_study"):
        return kind, {**value, "text": sources.text(value["text"])}
    if kind == "checklist":
        items = [{"type": "item", "value": item, "id": str(uuid.uuid4())} for item in value["items"]]
        return kind, {"title": value["title"], "items": items}
    if kind == "footnote":
        return kind, {"text": sources.text(value)}
    if kind == "practice":
        return kind, sources.page(f"practices/{value}").pk
    if kind == "tool":
        return kind, Tool.objects.get(code=value, locale__language_code="en").pk
    if kind == "recommendation":
        return kind, Recommendation.objects.get(code=value, locale__language_code="en").pk
    if kind == "legal":
        instrument = LegalInstrument.objects.get(code=value["instrument"])
        return kind, {"instrument": instrument.pk, "note": value.get("note", "")}
    if kind == "stakeholders":
        rows = [
            {**row, "stakeholder": Term.objects.get(taxonomy="stakeholder", code=row["stakeholder"]).pk}
            for row in value["rows"]
        ]
        return kind, {
            "caption": value["caption"],
            "rows": [{"type": "item", "value": row, "id": str(uuid.uuid4())} for row in rows],
        }
    if kind == "chapter":
        return kind, sources.page(f"guides/{value}").pk
    if kind == "check":
        name, inner = question(value)
        return kind, {"question": [{"type": name, "value": inner, "id": str(uuid.uuid4())}]}
    return kind, value


def _placed(entry, sources):
    """An image in its place, with the alternative text that it has there."""
    return {"image": sources.image(entry["image"]).pk, "alt_text": entry["alt"], "decorative": False}


def question(entry: dict) -> tuple[str, dict]:
    """A question's type and stored value."""
    ((kind, value),) = entry.items()
    if "options" in value:
        options = [
            {
                "type": "option",
                "value": {
                    "text": option["text"],
                    "correct": option.get("correct", False),
                    "feedback": option.get("feedback", ""),
                },
                "id": str(uuid.uuid4()),
            }
            for option in value["options"]
        ]
        return kind, {**value, "options": options}
    return kind, value


def _tool(entry, sources):
    """An item of the communication tools: `image` and `file` by name."""
    return "item", {
        **{name: value for name, value in entry.items() if name not in ("image", "alt")},
        **({"image": _placed(entry, sources)} if "image" in entry else {}),
        "file": sources.file(entry["file"]).pk if entry.get("file") else None,
        "expires_on": str(entry["expires_on"]) if entry.get("expires_on") else None,
    }


_ENTRIES = {
    "items": _tool,
    "doors": lambda entry, sources: (
        "door",
        {"title": entry["title"], "text": entry["text"], "page": sources.page(entry["page"]).pk},
    ),
    "objectives": lambda entry, sources: ("objective", entry),
    "outcomes": lambda entry, sources: ("outcome", entry),
    "deliverables": lambda entry, sources: (
        "deliverable",
        {
            "title": entry["title"],
            "text": sources.text(entry["text"]),
            "page": sources.page(entry["page"]).pk if entry.get("page") else None,
        },
    ),
}

# A practice's, as any file brings them in.
_CHILDREN = {"stakeholder_roles": importing.role, "references": importing.reference}
