"""What changes in the page tree, spread to the pages that it changes documents of."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from wagtail.models import Page

from . import contents, dependants, editions, withdrawing
from .models import ContentItem
from .turns import take_turn


def page_changed(page: Page, *, correction: bool = False) -> None:
    """A page was published or became visible in another way: its document and, of a source page, its translations'.

    `correction`: its editor said that what was published only corrects. Translations show terms of the source page and say whether they are outdated.
    """
    others = ContentItem.objects.filter(
        key=page.translation_key, source_locale=page.locale.language_code, status=ContentItem.Status.LIVE
    )
    page_ids = {page.pk, *others.values_list("page_id", flat=True)}
    dependants.mark_pages(page_ids, reason="published", correction=correction)


def appeared(page: Page) -> None:
    """A live page was saved: an alias that became a page of its own is published without any signal saying so."""
    if not ContentItem.objects.filter(page_id=page.pk, status=ContentItem.Status.LIVE).exists():
        page_changed(page)


def slug_changed(page: Page) -> None:
    """A slug changed: the page and everything below it have another address."""
    below = Page.objects.filter(path__startswith=page.path, live=True).values_list("pk", flat=True)
    dependants.mark_pages(below, reason="slug")


def moved(page: Page, parents: Iterable[Page]) -> None:
    """A page moved, perhaps only among its siblings: order and numbers change around it, address and access below it.

    Places and access are right in the transaction of the move; addresses are compiled after it.
    """
    page = Page.objects.get(pk=page.pk)
    with transaction.atomic():
        take_turn()
        for parent in parents:
            _take_places(Page.objects.get(pk=parent.pk))
        withdrawing.restrict([page.path])
    slug_changed(page)


def _take_places(parent):
    """Bring the places of all items below a page to the tree's, which shifts siblings without telling anybody."""
    below = Page.objects.filter(path__startswith=parent.path)
    items = ContentItem.objects.filter(page_id__in=below.values("pk"))
    place = Page.objects.filter(pk=OuterRef("page_id"))
    shifted = items.annotate(now=Subquery(place.values("path")[:1])).exclude(tree_path=F("now"))
    ids = list(shifted.values_list("pk", flat=True))
    if not ids:
        return
    changed = ContentItem.objects.filter(pk__in=ids)
    changed.update(tree_path=Subquery(place.values("path")[:1]), depth=Subquery(place.values("depth")[:1]))
    for root_key in set(changed.order_by().values_list("root_key", flat=True).distinct()) - {None}:
        contents.rebuild(root_key)
        editions.refollow(root_key)
