"""Snippets of the demo: tools, recommendations, glossary, instruments, organisations, in all languages in one file each."""

import yaml
from django.conf import settings
from wagtail.models import Locale

from home.guides.models import Recommendation, Tool
from home.markdown import rich_text
from home.vocabulary.models import (
    GlossaryTerm,
    InstrumentTitle,
    LegalInstrument,
    Organisation,
    OrganisationName,
    Partnership,
    Term,
)

from .files import CONTENT
from .ids import steady


def load() -> None:
    """Load what is missing. Everything here is in the languages that its file gives, each a row of its own."""
    _instruments()
    _organisations()
    _translated("tools", Tool, _tool)
    _translated("recommendations", Recommendation, _recommendation, after=_addressees)
    _translated("glossary", GlossaryTerm, _glossary_term)


def rows(name: str) -> list[dict]:
    """The entries of `snippets/<name>.yaml`; none where there is no such file."""
    path = CONTENT / "snippets" / f"{name}.yaml"
    return yaml.safe_load(path.read_text()) if path.exists() else []


def _translated(name, model, values, after=None):
    """One object a language and entry, tied by their translation key, the source language's first."""
    locales = {code: Locale.objects.get(language_code=code) for code, _ in settings.LANGUAGES}
    for entry in rows(name):
        if model.objects.filter(code=entry["slug"]).exists():
            continue
        key = steady(f"{name}/{entry['slug']}")
        for code in ["en", *(code for code in locales if code != "en")]:
            found = values(entry, code)
            if found is not None:
                made = model.objects.create(
                    code=entry["slug"], locale=locales[code], translation_key=key, **found
                )
                if after is not None and code == "en":
                    after(made, entry)


def _tool(entry, code):
    if code not in entry["name"]:
        return None
    return {
        "name": entry["name"][code],
        "kind": entry["kind"],
        "summary": entry["summary"].get(code, ""),
        "text": rich_text(entry["text"].get(code, ""), lambda target: f'href="{target}"'),
    }


def _recommendation(entry, code):
    if code not in entry["text"]:
        return None
    return {"text": entry["text"][code], "rationale": entry.get("rationale", {}).get(code, "")}


def _addressees(recommendation, entry):
    recommendation.addressees.set(
        Term.objects.filter(taxonomy="stakeholder", code__in=entry.get("addressees", ()))
    )


def _glossary_term(entry, code):
    if code not in entry["term"]:
        return None
    abbreviation = entry.get("abbreviation", {})
    return {
        "term": entry["term"][code],
        "definition": entry["definition"][code],
        "abbreviation": abbreviation.get(code, "") if isinstance(abbreviation, dict) else abbreviation,
        "forms": "\n".join((entry.get("alternatives") or {}).get(code, ())),
    }


def _instruments():
    for entry in rows("instruments"):
        instrument, new = LegalInstrument.objects.get_or_create(
            code=entry["code"],
            defaults={"kind": entry["kind"], "year": entry.get("year"), "url": entry.get("url", "")},
        )
        if new:
            InstrumentTitle.objects.bulk_create(
                InstrumentTitle(instrument=instrument, locale=code, label=title)
                for code, title in entry["title"].items()
            )


def _organisations():
    for entry in rows("organisations"):
        organisation, new = Organisation.objects.get_or_create(
            code=entry["code"],
            defaults={
                "kind": entry["kind"],
                "abbreviation": entry.get("abbreviation", ""),
                "url": entry.get("url", ""),
            },
        )
        if new:
            OrganisationName.objects.bulk_create(
                OrganisationName(organisation=organisation, locale=code, label=name)
                for code, name in entry["name"].items()
            )
    for entry in rows("partnerships"):
        Partnership.objects.get_or_create(
            organisation=Organisation.objects.get(code=entry["organisation"]),
            role=entry["role"],
            defaults={
                "position": entry.get("order", 0),
                "from_year": entry.get("from"),
                "to_year": entry.get("to"),
            },
        )
