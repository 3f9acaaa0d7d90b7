"""The door of cms.content: compiling, reading, editions. See docs/decisions/0002."""

from .access import access_keys, audience_of_page, audiences_of_keys, known_audiences
from .archive import EditionReading, archived, edition_reading, elsewhere, pinned_document
from .broken import publishing_together
from .comparison import Piece, paragraphs, revision, shortened, word_changes
from .compile import Compiled, compile_page
from .contents import flatten, languages_of, load_site, visible_node
from .contents import load as load_contents
from .corrections import Span, changes_of_meaning, said
from .dependants import (
    compiling_afterwards,
    mark_abbreviating,
    mark_glossed,
    mark_referring,
    mark_term,
    mark_types,
)
from .differences import changes_of, edition_changes
from .editions import address as edition_address
from .editions import (
    changes_address,
    correct_pins,
    current_edition,
    editions_of,
    erratum_in,
    held_back,
    hold_back,
    let_flow,
    pinned_private_parts,
    pinned_versions,
    seal,
    structure,
)
from .errata import note_erratum
from .gate import publication_problems
from .indexes import gathered as gathered_indexes
from .leading import hidden_paths, led_to
from .marks import freshen, sweep, work_off
from .preview import draft_item
from .read import (
    Reading,
    best_items,
    body,
    draft_reading,
    earlier_bodies,
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
from .recall import recall
from .references import link_value
from .release_choices import ReleaseChoice, register_release_choice
from .releasing import release_edition
from .signals import document_changed, edition_released, versions_recalled
from .sources import missing_texts, source_locales
from .store import publish
from .takeaways import address as takeaway_address
from .takeaways import kinds_of as takeaway_kinds
from .turns import take_turn
from .walk import walk_page

__all__ = [
    "Compiled",
    "EditionReading",
    "Piece",
    "Reading",
    "ReleaseChoice",
    "Span",
    "access_keys",
    "archived",
    "audience_of_page",
    "audiences_of_keys",
    "best_items",
    "body",
    "changes_address",
    "changes_of",
    "changes_of_meaning",
    "compile_page",
    "compiling_afterwards",
    "correct_pins",
    "current_edition",
    "document_changed",
    "draft_item",
    "draft_reading",
    "earlier_bodies",
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
    "held_back",
    "hidden_paths",
    "hold_back",
    "in_language",
    "item",
    "known_audiences",
    "languages_of",
    "led_to",
    "let_flow",
    "link_value",
    "load_contents",
    "load_site",
    "mark_abbreviating",
    "mark_glossed",
    "mark_referring",
    "mark_term",
    "mark_types",
    "missing_texts",
    "note_erratum",
    "open_to",
    "paragraphs",
    "pinned_document",
    "pinned_private_parts",
    "pinned_versions",
    "private_part",
    "publication_problems",
    "publish",
    "publishing_together",
    "reading",
    "recall",
    "register_release_choice",
    "release_edition",
    "revision",
    "said",
    "seal",
    "shortened",
    "shows_hidden",
    "site_contents",
    "source_locales",
    "structure",
    "sweep",
    "take_turn",
    "takeaway_address",
    "takeaway_kinds",
    "terms_of",
    "users_of",
    "versions_recalled",
    "visible",
    "visible_node",
    "walk_page",
    "word_changes",
    "work_off",
]
