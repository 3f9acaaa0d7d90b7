"""Recall: a document and everything that contains it is destroyed, not only withdrawn."""

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from cms.media.api import is_kept

from . import contents, takeaways
from .models import ContentItem, ContentVersion, EditionPin, Erratum, Mark, VersionFile
from .signals import versions_recalled
from .store import publish
from .turns import take_turn
from .withdrawing import retire


def recall(page_id: int) -> None:
    """Destroy every version, and every stored file that no other version names, of what a page published.

    For consent withdrawn, security and erasure. The page itself is unpublished by the caller first. Editions lose
    their pins on it. Versions of other documents that show it are destroyed too, but for their current ones, which
    are compiled again without it and not served in between. Raises ContentItem.DoesNotExist.
    """
    with transaction.atomic():
        take_turn()
        item = ContentItem.objects.get(page_id=page_id)
        above = list(takeaways.around([item]))
        retire([page_id])
        # What shows it is compiled without it first, so that none of its versions is current any more.
        for showing in ContentItem.objects.filter(current__embeds__key=item.key).order_by("-type", "pk"):
            published = publish(showing.page_id)
            if published is None or published.current_id == showing.current_id:
                retire([showing.page_id])
                ContentItem.objects.filter(pk=showing.pk).update(current=None)
        doomed = ContentVersion.objects.filter(Q(embeds__key=item.key) | Q(item=item))
        doomed_ids = list(doomed.values_list("pk", flat=True).distinct())
        names = set(VersionFile.objects.filter(version__in=doomed_ids).values_list("name", flat=True))
        EditionPin.objects.filter(version__in=doomed_ids).delete()
        ContentItem.objects.filter(pk=item.pk).update(current=None)
        versions_recalled.send(sender=ContentVersion, ids=doomed_ids)
        ContentVersion.objects.filter(pk__in=doomed_ids).delete()
        Mark.objects.filter(page_id=page_id).delete()
        _forget_errata(item)
        item.refresh_from_db()
        contents.rebuild_around(item)
        takeaways.forget([item, *above])
        item.delete()
        transaction.on_commit(lambda: destroy_files(names))


def _forget_errata(item: ContentItem) -> None:
    """What errata say of it in its language may repeat its words."""
    for erratum in Erratum.objects.filter(key=item.key):
        erratum.texts.pop(item.locale, None)
        if erratum.texts:
            erratum.save(update_fields=["texts"])
        else:
            erratum.delete()


def destroy_files(names: set[str]) -> None:
    """Delete stored files that nothing names any more: no version, no rendition that still exists."""
    from cms.media.models import Rendition

    in_use = set(Rendition.objects.filter(file__in=names).values_list("file", flat=True))
    for name in names - in_use:
        if not is_kept(name):
            default_storage.delete(name)
