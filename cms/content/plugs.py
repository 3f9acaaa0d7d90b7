"""What this package gives to those below: the base page's ports, and the files that versions keep."""

from django.utils.translation import get_language

from cms.core import audiences
from cms.core.ports import plug
from cms.media.api import register_keeper

from . import corrections, gate
from .checklist import checklist
from .compile import compile_page
from .keeping import VersionKeeper
from .preview import draft_item
from .read import draft_reading, reading


def reading_context(page, request) -> dict:
    """`{document, reading}` of a page: of the draft in a preview, else of what is published and visible to the reader."""
    principals = audiences.principals_of(getattr(request, "user", None))
    if getattr(request, "is_preview", False):
        compiled = compile_page(page)
        locale = page.locale.language_code
        found = draft_reading(
            item=draft_item(page, compiled), document=compiled.body, locale=locale, principals=principals
        )
    else:
        found = reading(path=request.path, principals=principals)
    return {"document": found and found.document, "reading": found, "interface_language": get_language()}


plug("publication_problems", gate.publication_problems)
plug("checklist", checklist)
plug("revision_saved", corrections.note)
plug("reading_context", reading_context)
register_keeper("content versions", VersionKeeper())
