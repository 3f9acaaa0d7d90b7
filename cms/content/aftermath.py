"""What documents that are compiled together have in common: what is read before, and what follows from them.

A page with a hundred dependants would else rebuild the same contents a hundred times. Everything here happens in the
transaction that the documents are written in.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from wagtail.models import Locale, Page

from cms.core.language_models import hidden_codes

from . import contents, dependants, editions, families, takeaways
from .models import ContentItem, Hold, Mark


@dataclass(frozen=True)
class Loaded:
    """Pages as they are, the primary keys of their marks, which of them are held, and of which all marks are corrections,
    by page id. `hidden` are the codes of languages that aren't ready.

    Read when it is our turn: whoever changes a page afterwards marks it anew, and that mark stays.
    """

    marks: dict[int, list[int]]
    pages: dict[int, Page]
    held: frozenset[int]
    corrected: frozenset[int]
    hidden: frozenset[str]

    @classmethod
    def of(cls, page_ids: Collection[int]) -> "Loaded":
        # Marks before pages: what is marked later isn't cleared.
        found, more = defaultdict(list), set()
        rows = Mark.objects.filter(page_id__in=page_ids).values_list("page_id", "pk", "correction")
        for page_id, pk, correction in rows:
            found[page_id].append(pk)
            if not correction:
                more.add(page_id)
        locales = {locale.pk: locale for locale in Locale.objects.all()}
        pages = {page.pk: page for page in Page.objects.filter(pk__in=page_ids).specific()}
        for page in pages.values():
            page.locale = locales[page.locale_id]
        held = Hold.objects.filter(page_id__in=page_ids).values_list("page_id", flat=True)
        hidden = frozenset(hidden_codes())
        return cls(dict(found), pages, frozenset(held), frozenset(found.keys() - more), hidden)


@dataclass
class Aftermath:
    """What is still to be done for documents that were written, once for all of them, before the transaction ends.

    `moved` are those whose address, title or visibility is another, `changed` the other changed ones, `outdated` those of
    which only files are out of date, `retold` those of which their other languages' documents say something else now;
    `corrected` the ids of those whose new version only corrects. `left_roots` are the roots that something went away from; `withdrew` says whether
    something may have become stale on the way.
    """

    written: list[ContentItem] = field(default_factory=list)
    moved: list[ContentItem] = field(default_factory=list)
    changed: list[ContentItem] = field(default_factory=list)
    outdated: list[ContentItem] = field(default_factory=list)
    retold: list[ContentItem] = field(default_factory=list)
    corrected: set[int] = field(default_factory=set)
    left_roots: set[UUID] = field(default_factory=set)
    marks: list[int] = field(default_factory=list)
    withdrew: bool = False

    def add(self, other: "Aftermath") -> None:
        """Take over what a document that succeeded leaves to be done."""
        for name in ("written", "moved", "changed", "outdated", "retold", "marks"):
            getattr(self, name).extend(getattr(other, name))
        self.corrected |= other.corrected
        self.left_roots |= other.left_roots
        self.withdrew |= other.withdrew

    def settle(self) -> None:
        """Do it: structure and contents, marks met and made, files out of date."""
        if self.marks:
            Mark.objects.filter(pk__in=self.marks).delete()
        if not self.written:
            return
        # Structure comes from the source language: any of a root's documents in it stands for all.
        for item in {
            each.root_key: each for each in self.written if each.locale == each.source_locale
        }.values():
            editions.follow(item)
        # A translated root says which edition it belongs to as well.
        for item in self.written:
            if item.key == item.root_key and item.locale != item.source_locale:
                editions.follow(item)
        for root_key in self.left_roots:
            editions.refollow(root_key)
        contents.rebuild_around_all(self.written, *self.left_roots)
        families.tell(self.retold, told=[*self.moved, *self.changed])
        for item in self.moved:
            dependants.mark(item, links_too=True, reason="dependency", correction=item.pk in self.corrected)
        if self.moved:
            dependants.mark_showing_parts(
                roots=[item.key for item in self.moved if item.key == item.root_key and item.edition_number],
                parents=[item.page_id for item in self.moved],
            )
        for correction in (False, True):
            changed = [item for item in self.changed if (item.pk in self.corrected) == correction]
            dependants.mark_showing(changed, reason="dependency", correction=correction)
        if outdated := [*self.moved, *self.changed, *self.outdated]:
            takeaways.outdated(outdated)
