"""Who must be compiled again when something changes.

Wagtail's reference index knows who refers to whom; `VersionEmbed` knows who shows whom. A mark is durable, and worked off
as soon as the transaction has committed.
"""

from collections.abc import Collection
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex, TranslatableMixin, get_page_models

from .models import ContentItem, Mark, VersionEmbed

# Pages that are to be worked off at the end of `compiling_afterwards`.
_later: ContextVar[set[int] | None] = ContextVar("compiled_later", default=None)


def mark_pages(
    page_ids: Collection[int], *, reason: str, correction: bool = False, at_once: bool = True
) -> None:
    """Mark pages to be compiled, now in the database and after the commit in this process; or, not `at_once`, by the sweep:
    for more than a request can wait for.

    `correction`: what changed means what it meant; see `corrections`.
    """
    ids = sorted(set(page_ids))
    if not ids:
        return
    now = timezone.now()
    Mark.objects.bulk_create(
        [Mark(page_id=page_id, reason=reason, correction=correction, marked_at=now) for page_id in ids]
    )
    if at_once:
        _work_off_afterwards(ids)


class _Waiting:
    """Pages that one transaction marked. They are worked off together after it: what they have in common is done once."""

    def __init__(self, page_ids: Collection[int]):
        self.page_ids, self.begun = set(page_ids), False

    # A method and no `__call__`: of a hook that fails Django tells the `__qualname__`, which an object has none of.
    def work_off(self) -> None:
        from .marks import work_off

        self.begun = True
        if (later := _later.get()) is None:
            work_off(self.page_ids)
        else:
            later.update(self.page_ids)


@contextmanager
def compiling_afterwards():
    """Inside the `with`, what commits mark stays marked; at its end all of it is worked off together.

    For those who fill a site of which nobody reads meanwhile: each page is compiled once, whatever is published after it.
    What is interrupted stays marked, and the sweep finds it.
    """
    from .marks import work_off

    later: set[int] = set()
    token = _later.set(later)
    try:
        yield
    finally:
        _later.reset(token)
    work_off(later)


def _work_off_afterwards(page_ids: Collection[int]) -> None:
    # What waits already lives as long as we do: a savepoint that could take it back would take us along. Pages whose
    # marks were taken back are passed over, since nothing marks them.
    for _, act, _ in transaction.get_connection().run_on_commit:
        waiting = getattr(act, "__self__", None)
        if isinstance(waiting, _Waiting) and not waiting.begun:
            waiting.page_ids.update(page_ids)
            return
    transaction.on_commit(_Waiting(page_ids).work_off, robust=True)


def mark(item: ContentItem, *, links_too: bool, reason: str, correction: bool = False) -> None:
    """Mark what shows this item and, where its address or visibility changed, what links to it."""
    if links_too:
        mark_all([item], reason=reason, correction=correction)
    else:
        mark_showing([item], reason=reason, correction=correction)


def mark_showing(items: Collection[ContentItem], *, reason: str, correction: bool = False) -> None:
    """Mark what shows any of these items, each of them where it shows another. One statement where nothing does."""
    if not items:
        return
    keys = {item.key for item in items}
    showing = ContentItem.objects.filter(current__embeds__key__in=keys, status=ContentItem.Status.LIVE)
    own = {(item.key, item.page_id) for item in items}
    found = set(showing.values_list("current__embeds__key", "page_id")) - own
    mark_pages({page_id for key, page_id in found if key in keys}, reason=reason, correction=correction)


def mark_showing_parts(*, roots: Collection = (), parents: Collection[int] = ()) -> None:
    """Mark what shows, elsewhere, a part of these roots (keys) or of these pages: it says of what it is a part. One
    statement where nothing does."""
    parts = ContentItem.objects.filter(Q(root_key__in=roots) | Q(parent_id__in=parents))
    showing = ContentItem.objects.filter(
        current__embeds__key__in=parts.values("key"), status=ContentItem.Status.LIVE
    )
    mark_pages(showing.exclude(root_key__in=roots).values_list("page_id", flat=True), reason="root")


def mark_all(items: Collection[ContentItem], *, reason: str, correction: bool = False) -> None:
    """Mark what shows or links to any of these items."""
    keys = {item.key for item in items}
    pages = set(Page.objects.filter(translation_key__in=keys).values_list("pk", flat=True))
    pages |= {item.page_id for item in items}
    found = (_showing(keys) | referring_pages(pages)) - {item.page_id for item in items}
    mark_pages(found, reason=reason, correction=correction)


def _showing(keys) -> set[int]:
    showing = ContentItem.objects.filter(current__embeds__key__in=keys, status=ContentItem.Status.LIVE)
    return set(showing.values_list("page_id", flat=True))


def mark_referring(obj: models.Model, *, reason: str) -> None:
    """Mark the pages that refer to an image, file or snippet, through other snippets too, in all languages.

    A page's translations don't refer themselves to what only the source's child rows name.
    """
    pages = _referring(ReferenceIndex.get_references_to(obj))
    if isinstance(obj, TranslatableMixin):
        for other in type(obj).objects.filter(translation_key=obj.translation_key).exclude(pk=obj.pk):
            pages |= _referring(ReferenceIndex.get_references_to(other))
    keys = ContentItem.objects.filter(page_id__in=pages).values("key")
    pages |= set(ContentItem.objects.filter(key__in=keys).values_list("page_id", flat=True))
    mark_pages(pages, reason=reason)


def mark_glossed(locale: str) -> None:
    """Mark what leads to the glossary in a language: a term was added, changed or taken away."""
    labels = [model._meta.label for model in get_page_models() if getattr(model, "glossed", False)]
    items = ContentItem.objects.filter(type__in=labels, locale=locale, status=ContentItem.Status.LIVE)
    mark_pages(items.values_list("page_id", flat=True), reason="glossary")


def mark_abbreviating(*abbreviations: str) -> None:
    """Mark what indexes list these abbreviations for, or will: the pages, in all languages, whose words hold them."""
    labels = [model._meta.label for model in get_page_models() if getattr(model, "indexed", False)]
    for abbreviation in filter(None, abbreviations):
        items = ContentItem.objects.filter(
            Q(current__text__contains=abbreviation) | Q(title__contains=abbreviation),
            type__in=labels,
            status=ContentItem.Status.LIVE,
        )
        mark_pages(items.values_list("page_id", flat=True), reason="abbreviation")


def mark_types(*labels: str, reason: str) -> None:
    """Mark the live documents of these types (`"app.Model"`), in all languages: of something that each of them shows."""
    items = ContentItem.objects.filter(type__in=labels, status=ContentItem.Status.LIVE)
    mark_pages(items.values_list("page_id", flat=True), reason=reason)


def mark_term(term: models.Model) -> None:
    """Mark the items that a taxonomy's term is attached to, in all languages, and what shows them.

    `term` has `taxonomy` and `code`.
    """
    items = ContentItem.objects.filter(terms__taxonomy=term.taxonomy, terms__code=term.code)
    mark_pages(items.values_list("page_id", flat=True), reason="term")


def referring_pages(page_ids: Collection[int]) -> set[int]:
    """Ids of the live pages that refer to any of these pages. One statement for the index, one for what is live."""
    page_type = ContentType.objects.get_for_model(Page)
    return _referring(
        ReferenceIndex.objects.filter(
            to_content_type=page_type, to_object_id__in=[str(page_id) for page_id in page_ids]
        )
    )


def _referring(references) -> set[int]:
    """Ids of live pages among what these references come from, and among what refers to that: a file in a tool."""
    page_type = ContentType.objects.get_for_model(Page)
    ids, seen = set(), set()
    wave = set(references.values_list("base_content_type", "object_id"))
    while wave:
        seen |= wave
        ids |= {int(pk) for kind, pk in wave if kind == page_type.pk}
        snippets = [each for each in wave if each[0] != page_type.pk]
        wave = set()
        for kind, pk in snippets:
            outer = ReferenceIndex.objects.filter(to_content_type=kind, to_object_id=pk)
            wave |= set(outer.values_list("base_content_type", "object_id")) - seen
    return set(Page.objects.filter(pk__in=ids, live=True).values_list("pk", flat=True)) if ids else set()


def make_stale(keys: Collection) -> None:
    """What shows any of these keys, at any depth, is not served again before it was compiled."""
    seen, wave = set(), set(keys)
    while wave:
        seen |= wave
        showing = VersionEmbed.objects.filter(key__in=wave).values("version")
        items = ContentItem.objects.filter(current__in=showing, status=ContentItem.Status.LIVE)
        wave = set(items.values_list("key", flat=True)) - seen
        page_ids = list(items.values_list("page_id", flat=True))
        items.update(stale=True)
        mark_pages(page_ids, reason="stale")


__all__ = [
    "compiling_afterwards",
    "make_stale",
    "mark",
    "mark_abbreviating",
    "mark_all",
    "mark_glossed",
    "mark_pages",
    "mark_referring",
    "mark_showing",
    "mark_showing_parts",
    "mark_types",
    "referring_pages",
]
