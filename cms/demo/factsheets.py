"""The demo's factsheets: what the programme's page says in a language, on paper. Made by the program, like its pictures."""

from django.conf import settings
from django.utils import translation

from cms.content.renderers import pdf
from cms.content.renderers.book import Book, Part, labels

from .loader import files

PUBLISHED_ON = "2026-11-01"


def factsheet(language: str) -> bytes:
    """The PDF of a factsheet in a language that the programme's page is in."""
    page = files.read("programme", language)
    with translation.override(language):
        texts = labels()
    objectives = {"title": page["title"], "items": page["objectives"]}
    part = Part("", page["title"], "", language, [{"type": "checklist", "value": objectives, "id": "1"}], "")
    return pdf.render(
        Book(
            title=page["title"],
            summary=page["summary"],
            foreword="",
            locale=language,
            number="",
            site_name="Compendium",
            url=f"{settings.BASE_URL}/{language}/programme/",
            base=settings.BASE_URL,
            version=1,
            published_on=PUBLISHED_ON,
            parts=[part],
            texts=texts,
        )
    )
