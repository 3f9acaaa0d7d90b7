"""The door of cms.content: compiling, reading, editions. See docs/decisions/0002."""

from .access import access_keys, audience_of_page, audiences_of_keys, known_audiences
from .archive import EditionReading, archived, edition_reading, elsewhere, pinned_document
from .broken import publishing_together
from .compile import Compiled, compile_page
from .contents import flatten, load_site, visible_node
from .contents import load as load_contents
from .dependants import mark_abbreviating, mark_glossed, mark_referring, mark_term, mark_types
from .differences import changes_of, edition_changes
from .editions import address as edition_address
from .editions import (
    changes_address,
    current_edition,
    editions_of,
    erratum_in,
    pinned_versions,
    seal,
    structure,
)
from .errata import note_erratum
from .gate import publication_problems
from .indexes import gathered as gathered_indexes
from .marks import freshen, sweep, work_off
from .preview import draft_item
from .read import (
    Reading,
    best_items,
    body,
    draft_reading,
    in_language,
    item,
    open_to,
    private_part,
    reading,
    shows_hidden,
    site_contents,
    terms_of,
    users_of,
    visible,
)
from .references import link_value
from .releasing import release_edition
from .signals import document_changed, edition_released, versions_recalled
from .store import publish, recall
from .takeaways import address as takeaway_address
from .takeaways import kinds_of as takeaway_kinds

__all__ = [
    "Compiled",
    "EditionReading",
    "Reading",
    "access_keys",
    "archived",
    "audience_of_page",
    "audiences_of_keys",
    "best_items",
    "body",
    "changes_address",
    "changes_of",
    "compile_page",
    "current_edition",
    "document_changed",
    "draft_item",
    "draft_reading",
    "edition_address",
    "edition_changes",
    "edition_reading",
    "edition_released",
    "editions_of",
    "elsewhere",
    "erratum_in",
    "flatten",
    "freshen",
    "gathered_indexes",
    "in_language",
    "item",
    "known_audiences",
    "link_value",
    "load_contents",
    "load_site",
    "mark_abbreviating",
    "mark_glossed",
    "mark_referring",
    "mark_term",
    "mark_types",
    "note_erratum",
    "open_to",
    "pinned_document",
    "pinned_versions",
    "private_part",
    "publication_problems",
    "publish",
    "publishing_together",
    "reading",
    "recall",
    "release_edition",
    "seal",
    "shows_hidden",
    "site_contents",
    "structure",
    "sweep",
    "takeaway_address",
    "takeaway_kinds",
    "terms_of",
    "users_of",
    "versions_recalled",
    "visible",
    "visible_node",
    "work_off",
]
