"""Old versions: kept while somebody may still be on them, then pruned with the files that only they name."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError
from django.utils import timezone

from .models import ContentItem, ContentVersion, EditionPin
from .recall import destroy_files


def prune_versions(now: datetime | None = None, *, limit: int = 500) -> int:
    """Delete versions that are older than the retention, aren't current, and that no edition and nothing else pins.

    Returns how many went. What refers to a version with a protected foreign key (an attempt) keeps it.
    """
    before = (now or timezone.now()) - timedelta(days=settings.VERSION_RETENTION_DAYS)
    succeeded = ContentVersion.objects.filter(
        item=OuterRef("item"), number__gt=OuterRef("number"), created_at__lt=before
    )
    old = ContentVersion.objects.filter(created_at__lt=before).filter(
        # The version was replaced before the limit as well: it hasn't been current since.
        Exists(succeeded),
        ~Exists(ContentItem.objects.filter(current=OuterRef("pk"))),
        ~Exists(EditionPin.objects.filter(version=OuterRef("pk"))),
    )
    pruned = 0
    for version in old.order_by("pk")[:limit]:
        names = set(version.files.values_list("name", flat=True))
        try:
            with transaction.atomic():
                version.delete()
        except ProtectedError:
            continue
        pruned += 1
        destroy_files(names)
    return pruned
