"""Documents as files: made in the background for what they are made of, shown in the envelope when they are there.

A file is never served unless it is made of exactly what its readers may see now: its digest is compared when it is asked
for, and what isn't right is made again then.
"""

import hashlib
from collections.abc import Callable, Collection
from functools import lru_cache

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import get_page_models

from cms.changes.api import Kind
from cms.core.tasks import job

from .access import prefixes
from .compile import canonical
from .models import ContentItem, Takeaway
from .recording import log_change
from .renderers.book import Book, gather, members, source_digest
from .turns import take_turn

FOLDER = "takeaways"
NOTHING = "[]"
MEDIA_TYPES = {"pdf": "application/pdf", "epub": "application/epub+zip"}


def _pdf(book: Book) -> bytes:
    from .renderers import pdf  # a typesetter and its fonts: only where one is set

    return pdf.render(book)


def _epub(book: Book) -> bytes:
    from .renderers import epub

    return epub.render(book)


RENDERERS: dict[str, Callable[[Book], bytes]] = {"pdf": _pdf, "epub": _epub}


def kinds_of(item: ContentItem) -> tuple[str, ...]:
    """The kinds of file that items of this type come in."""
    return apps.get_model(item.type).takeaways


def address(item: ContentItem, kind: str) -> str:
    """Where the file of an item is, root-relative: by its key, the same for every version."""
    return f"/files/{item.key}/{item.locale}/{item.slug}.{kind}"


@lru_cache(maxsize=1)
def types() -> tuple[str, ...]:
    """The types that come as files."""
    return tuple(model._meta.label for model in get_page_models() if getattr(model, "takeaways", ()))


def outdated(items: Collection[ContentItem]) -> None:
    """These changed, or who may see them: files made of them leave the envelopes, and are made again in the background.

    In the transaction of the change. The files of what lies above them, too, in every language: a chapter that isn't
    translated stands in the books of other languages. Three statements at most.
    """
    rows = around(items).filter(status=ContentItem.Status.LIVE)
    found = list(rows.order_by("tree_path").values_list("pk", flat=True))
    if found:
        rows.exclude(files=NOTHING).update(files=NOTHING, updated_at=timezone.now())
        make.enqueue(found)


def around(items: Collection[ContentItem]) -> QuerySet[ContentItem]:
    """The items whose files may hold any of these: themselves and what lies above them, in every language."""
    paths = {prefix for item in items for prefix in prefixes(item.tree_path)}
    keys = ContentItem.objects.filter(tree_path__in=paths, type__in=types()).values("key")
    return ContentItem.objects.filter(key__in=keys)


@job(attempts=4)
def make(item_pks: list[int]) -> None:
    """Make what is missing of these items' files, and show them in their envelopes. What is made is not made again."""
    items = ContentItem.objects.select_related("current").filter(
        pk__in=item_pks, status=ContentItem.Status.LIVE, stale=False
    )
    for item in items.order_by("tree_path"):
        show(item.pk, [row for kind in kinds_of(item) if (row := fresh(item, kind)) is not None])


def fresh(item: ContentItem, kind: str) -> Takeaway | None:
    """The file of an item in this kind, made now unless it is there. None for a kind that the type doesn't come in."""
    if kind not in kinds_of(item):
        return None
    found = members(item)
    digest = source_digest(found)
    row = item.takeaways.filter(kind=kind).first()
    if row is not None and row.source_digest == digest and default_storage.exists(row.name):
        return row
    content = RENDERERS[kind](gather(item, found))
    return _keep(item, kind, digest, content)


def _keep(item: ContentItem, kind: str, digest: str, content: bytes) -> Takeaway:
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"{FOLDER}/{sha256[:2]}/{sha256}.{kind}"
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(content))
    with transaction.atomic():
        before = item.takeaways.filter(kind=kind).values_list("name", flat=True).first()
        row, _ = Takeaway.objects.update_or_create(
            item=item,
            kind=kind,
            defaults={
                "source_digest": digest,
                "name": name,
                "size": len(content),
                "sha256": sha256,
                "made_at": timezone.now(),
            },
        )
        if before and before != name and not Takeaway.objects.filter(name=before).exists():
            transaction.on_commit(lambda: default_storage.delete(before))
    return row


def show(item_pk: int, rows: Collection[Takeaway]) -> None:
    """Say in the envelope which files there are: a change that readers see, without a new version."""
    with transaction.atomic():
        take_turn()
        item = ContentItem.objects.select_related("current").filter(pk=item_pk).first()
        if item is None or item.status != ContentItem.Status.LIVE or item.stale:
            return
        digest = source_digest(members(item))
        files = canonical(
            [
                {"kind": row.kind, "url": address(item, row.kind), "size": row.size, "sha256": row.sha256}
                for row in rows
                if row.source_digest == digest
            ]
        )
        if files == item.files:
            return
        item.files = files
        item.updated_at = timezone.now()
        item.save(update_fields=["files", "updated_at"])
        log_change(Kind.UPDATED, item, item.current)


def forget(items: Collection[ContentItem]) -> None:
    """Destroy these items' files: something that may be in them was recalled. In the transaction of the recall."""
    rows = Takeaway.objects.filter(item__in=items)
    names = set(rows.values_list("name", flat=True))
    rows.delete()
    for name in names - set(Takeaway.objects.filter(name__in=names).values_list("name", flat=True)):
        transaction.on_commit(lambda name=name: default_storage.delete(name))
