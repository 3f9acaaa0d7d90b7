"""The glossary of a language as the compiler asks for it."""

from cms.core.glossary import Entry

from .models import GlossaryTerm


def entries(locale: str) -> list[Entry]:
    """The terms of one language. One statement. Never another language's: texts use their own words."""
    terms = GlossaryTerm.objects.filter(locale__language_code=locale).order_by("code")
    return [
        Entry(each.code, each.term, each.definition, each.abbreviation, tuple(each.spellings))
        for each in terms
    ]
