"""What withdraws: unpublishing, deleting, restricting. In the transaction of the act, so that the next request sees it."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from cms.changes.api import Kind
from cms.core import audiences

from . import contents, dependants, editions, families, takeaways
from .access import audiences_of_keys, feed_key, known_audiences, remember
from .models import ContentItem, Hold
from .recording import log_change, record_change
from .signals import document_changed
from .turns import take_turn


def retire(page_ids: Collection[int]) -> None:
    """Withdraw documents of pages that were unpublished or deleted, in the transaction at work."""
    with transaction.atomic():
        take_turn()
        Hold.objects.filter(page_id__in=page_ids).delete()
        items = ContentItem.objects.select_related("current").filter(
            page_id__in=page_ids, status=ContentItem.Status.LIVE
        )
        retire_items(items)


def retire_items(items: Iterable[ContentItem]) -> None:
    """The same for documents, when it is our turn already. What follows is done once for all of them."""
    items, now = list(items), timezone.now()
    for item in items:
        item.status, item.updated_at, item.stale = ContentItem.Status.RETIRED, now, False
        item.save(update_fields=["status", "updated_at", "stale"])
        log_change(Kind.WITHDRAWN, item, item.current)
    if not items:
        return
    families.tell(items)
    dependants.make_stale([item.key for item in items])
    dependants.mark_all(items, reason="withdrawn")
    contents.rebuild_around_all(items)
    takeaways.outdated(items)
    for root_key in {item.root_key for item in items} - {None}:
        editions.refollow(root_key)
    for item in items:
        document_changed.send(
            sender=ContentItem, kind=Kind.WITHDRAWN, item=item, version=item.current, previous=item.current
        )


def restrict(tree_paths: Collection[str]) -> None:
    """Bring the access of everything below these tree paths, in all languages, to what the restrictions say now.

    In the transaction of the restriction: the next request sees it.
    """
    with transaction.atomic():
        take_turn()
        below = ContentItem.objects.none()
        for path in tree_paths:
            below = below | ContentItem.objects.filter(tree_path__startswith=path)
        keys = set(below.values_list("key", flat=True))
        items = ContentItem.objects.select_related("current").filter(key__in=keys)
        wanted = _audiences_now(items, keys)
        names = {audience: remember(audience) for audience in set(wanted.values())}
        changed = [item for item in items if item.access_key != names[wanted[item.key]]]
        now = timezone.now()
        for item in changed:
            old, item.access_key, item.updated_at = item.access_key, names[wanted[item.key]], now
            if item.status == ContentItem.Status.LIVE:
                record_change(item, item.current, told_under=feed_key(old, listed=item.listed))
        ContentItem.objects.bulk_update(changed, ["access_key", "updated_at"], batch_size=200)
        live = [item for item in changed if item.status == ContentItem.Status.LIVE]
        dependants.make_stale({item.key for item in live})
        # Each may show more now, or less; what shows or links to it must ask again; what was held may be right now.
        dependants.mark_pages([item.page_id for item in live], reason="access")
        dependants.mark_all(live, reason="access")
        held = Hold.objects.filter(page_id__in=items.values("page_id")).values_list("page_id", flat=True)
        dependants.mark_pages(held, reason="access")
        contents.rebuild_around_all(changed)
        takeaways.outdated(changed)
        for item in live:
            document_changed.send(
                sender=ContentItem, kind=Kind.UPDATED, item=item, version=item.current, previous=item.current
            )


def _audiences_now(items, keys: set) -> dict:
    """The audience of each key. What was deleted keeps the access that it had, under what holds for its place now: old
    editions still show it, and no page is left that could say how restricted it was."""
    gone = keys - set(Page.objects.filter(translation_key__in=keys).values_list("translation_key", flat=True))
    deleted = [item for item in items if item.key in gone]
    found = audiences_of_keys(keys, drafts={item.key: item.tree_path for item in deleted})
    had = known_audiences({item.access_key for item in deleted})
    for item in deleted:
        found[item.key] = audiences.join(found[item.key], had[item.access_key])
    return found
