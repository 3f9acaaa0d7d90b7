"""From a file's entries to the values that page fields hold."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import DateField, Model
from django.utils import timezone
from wagtail.fields import RichTextField, StreamField

from home.guides.importing import api as importing
from home.guides.models import Recommendation, Tool
from home.markdown import rich_text
from home.vocabulary.models import LegalInstrument, Term

from . import questions


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
        elif isinstance(field, DateField) and isinstance(value, int):
            values[name] = timezone.localdate() + timedelta(days=value)
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
    elif field in ("questions", "question"):
        kind, value = question(entry, sources)
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
    if kind == "section":
        chapter = sources.page(f"guides/{value['chapter']}")
        return kind, {"chapter": chapter.pk, "section": _heading(chapter, value["heading"])}
    if kind == "check":
        name, inner = question(value, sources)
        return kind, {"question": [{"type": name, "value": inner, "id": str(uuid.uuid4())}]}
    if kind == "reflection":
        return kind, {**value, "guidance": sources.text(value.get("guidance", ""))}
    if kind == "scenario":
        situation = sources.text(value["situation"])
        return kind, {**value, "situation": situation, "steps": _steps(value["steps"], sources)}
    if kind == "flash_cards":
        return kind, {**value, "cards": [_card(card, sources) for card in value["cards"]]}
    return kind, value


def _heading(chapter, text: str) -> str:
    """The id of a heading of a chapter. Raises ValueError where it has none that says this."""
    for block in chapter.body:
        if block.block_type == "heading" and block.value["text"] == text:
            return block.id
    raise ValueError(f"{chapter.title}: no heading says “{text}”")


def _steps(entries, sources):
    """The steps of a scenario, with their choices."""
    return [
        importing.stream_child(
            "step",
            {
                "code": entry.get("code", ""),
                "text": sources.text(entry["text"]),
                "choices": [
                    importing.stream_child(
                        "choice",
                        {
                            "text": choice["text"],
                            "leads_to": choice.get("leads_to", ""),
                            "consequence": sources.text(choice.get("consequence", "")),
                        },
                    )
                    for choice in entry["choices"]
                ],
            },
        )
        for entry in entries
    ]


def _card(entry, sources):
    """A card with two sides, each its words or `{text, image, alt}`."""
    value = {}
    for name in ("front", "back"):
        side = entry[name] if isinstance(entry[name], dict) else {"text": entry[name]}
        value[name] = side["text"]
        value[f"{name}_image"] = _placed(side, sources) if "image" in side else _NO_IMAGE
    return importing.stream_child("card", value)


_NO_IMAGE = {"image": None, "alt_text": "", "decorative": False}


def _placed(entry, sources):
    """An image in its place, with the alternative text that it has there."""
    return {"image": sources.image(entry["image"]).pk, "alt_text": entry["alt"], "decorative": False}


def question(entry: dict, sources: Sources) -> tuple[str, dict]:
    """A question's type and stored value; see content/README.md for what stands in the files."""
    ((kind, value),) = entry.items()
    return kind, questions.stored(kind, value, lambda: _placed(value, sources))


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
    "draws": lambda entry, sources: (
        "draw",
        {"bank": sources.page(entry["bank"]).pk, "tag": entry.get("tag", ""), "count": entry["count"]},
    ),
    "prerequisites": lambda entry, sources: (
        "prerequisite",
        {"course": sources.page(entry["course"]).pk, "certificate": entry.get("certificate", False)},
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
