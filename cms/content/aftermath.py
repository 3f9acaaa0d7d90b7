"""What documents that are compiled together have in common: what is read before, and what follows from them.

A page with a hundred dependants would else rebuild the same contents a hundred times. Everything here happens in the
transaction that the documents are written in.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import Q
from wagtail.models import Locale, Page

from . import contents, dependants, editions, takeaways
from .models import ContentItem, Hold, Mark


@dataclass(frozen=True)
class Loaded:
    """Pages as they are, their marks, and which of them are held, by page id.

    Read when it is our turn: whoever changes a page afterwards marks it anew, and that mark stays.
    """

    marks: dict[int, Mark]
    pages: dict[int, Page]
    held: frozenset[int]

    @classmethod
    def of(cls, page_ids: Collection[int]) -> "Loaded":
        marks = Mark.objects.filter(page_id__in=page_ids).order_by("pk")
        if connection.features.has_select_for_update:
            marks = marks.select_for_update()
        # Marks before pages: what is marked later isn't cleared.
        found = {mark.page_id: mark for mark in marks}
        locales = {locale.pk: locale for locale in Locale.objects.all()}
        pages = {page.pk: page for page in Page.objects.filter(pk__in=page_ids).specific()}
        for page in pages.values():
            page.locale = locales[page.locale_id]
        held = Hold.objects.filter(page_id__in=page_ids).values_list("page_id", flat=True)
        return cls(found, pages, frozenset(held))


@dataclass
class Aftermath:
    """What is still to be done for documents that were written, once for all of them, before the transaction ends.

    `moved` are those whose address, title or visibility is another, `changed` the other changed ones, `outdated` those of
    which only files are out of date. `left_roots` are the roots that something went away from; `withdrew` says whether
    something may have become stale on the way.
    """

    written: list[ContentItem] = field(default_factory=list)
    moved: list[ContentItem] = field(default_factory=list)
    changed: list[ContentItem] = field(default_factory=list)
    outdated: list[ContentItem] = field(default_factory=list)
    left_roots: set[UUID] = field(default_factory=set)
    marks: list[Mark] = field(default_factory=list)
    withdrew: bool = False

    def add(self, other: "Aftermath") -> None:
        """Take over what a document that succeeded leaves to be done."""
        for name in ("written", "moved", "changed", "outdated", "marks"):
            getattr(self, name).extend(getattr(other, name))
        self.left_roots |= other.left_roots
        self.withdrew |= other.withdrew

    def settle(self) -> None:
        """Do it: structure and contents, marks met and made, files out of date."""
        self._clear_marks()
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
        for item in self.moved:
            dependants.mark(item, links_too=True, reason="dependency")
        dependants.mark_showing(self.changed, reason="dependency")
        if outdated := [*self.moved, *self.changed, *self.outdated]:
            takeaways.outdated(outdated)

    def _clear_marks(self):
        # Marked again since we looked: the newer mark stays and is worked off after us.
        met = Q()
        for mark in self.marks:
            met |= Q(pk=mark.pk, marked_at=mark.marked_at)
        if self.marks:
            Mark.objects.filter(met).delete()
