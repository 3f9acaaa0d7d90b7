"""Keeping the index to the documents: with each change, in its transaction, and all of it on demand."""

from collections.abc import Callable

from django.apps import apps
from django.db import transaction

from cms.content import api as content
from cms.core.audiences import EVERYTHING

from .analysis import indexed
from .models import Entry


def index_item(item, version) -> bool:
    """Bring the entry of an item to its version. Returns whether there was anything to do."""
    entry = Entry.objects.filter(item=item).first()
    body = content.body(version)
    summary = body.get("summary") or ""
    # Words of what is withheld would be found, and so be told.
    text = summary if apps.get_model(item.type).withheld else version.text
    fields = {
        "locale": item.locale,
        "title": indexed(item.title),
        "text": indexed(f"{item.seo_title} {item.search_description} {text}"),
        "summary": item.search_description or summary,
    }
    if entry is None:
        Entry.objects.create(item=item, **fields)
        return True
    if all(getattr(entry, name) == value for name, value in fields.items()):
        return False
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save()
    return True


def forget_item(item) -> None:
    """Delete the words of an item that was withdrawn: none of them may outlive a recall."""
    for entry in Entry.objects.filter(item=item):
        entry.delete()


def rebuild(progress: Callable[[int, int], None] = lambda done, total: None) -> tuple[int, int]:
    """Bring the whole index to the documents. Returns how many entries were written and how many deleted.

    `progress(done, total)` is called after each document. One transaction a document: the site goes on meanwhile.
    """
    items = content.visible(frozenset({EVERYTHING}), listed=False)
    with transaction.atomic():
        gone = Entry.objects.exclude(item__in=items)
        deleted = gone.count()
        for entry in gone:
            entry.delete()
    total, written = items.count(), 0
    rows = items.select_related("current").defer("current__private").order_by("pk")
    for done, item in enumerate(rows.iterator(chunk_size=100), start=1):
        with transaction.atomic():
            written += index_item(item, item.current)
        progress(done, total)
    return written, deleted
