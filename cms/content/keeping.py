"""Retained versions keep the pictures that they name, and let see them whoever may read the version."""

from cms.core import audiences

from .access import access_keys
from .models import ContentItem, VersionEmbed, VersionFile


class VersionKeeper:
    def keeps(self, storage_name: str) -> bool:
        return VersionFile.objects.filter(name=storage_name).exists()

    def access(self, storage_name: str, user) -> str | None:
        keys = access_keys(audiences.principals_of(user))
        items = ContentItem.objects.filter(versions__files__name=storage_name, access_key__in=keys)
        hidden = ContentItem.objects.exclude(access_key__in=keys).values("key")
        if not user.is_authenticated:
            # What is withdrawn is gone for the public; people on an edition that pins it are signed in.
            items = items.filter(status=ContentItem.Status.LIVE)
        for item in items.distinct():
            versions = item.versions.filter(files__name=storage_name)
            if versions.exclude(
                pk__in=VersionEmbed.objects.filter(key__in=hidden).values("version")
            ).exists():
                return (
                    "public"
                    if item.access_key == "" and item.status == ContentItem.Status.LIVE
                    else "private"
                )
        return None
