"""Translations that are behind are so since the first version of their source that said something else."""

from django.db import migrations


def fill(apps, schema_editor):
    ContentItem = apps.get_model("content", "ContentItem")
    ContentVersion = apps.get_model("content", "ContentVersion")
    behind = ContentItem.objects.filter(outdated=True).order_by("pk")
    columns = ("pk", "key", "source_locale", "synced_version", "updated_at")
    for pk, key, source_locale, synced, updated_at in behind.values_list(*columns).iterator(500):
        versions = ContentVersion.objects.filter(
            item__key=key, item__locale=source_locale, number__gte=synced or 1
        ).order_by("number")
        rows = list(versions.values_list("source_digest", "correction", "created_at"))
        first = next(
            (at for digest, correction, at in rows[1:] if not correction and digest != rows[0][0]), updated_at
        )
        ContentItem.objects.filter(pk=pk).update(outdated_since=first)


class Migration(migrations.Migration):
    dependencies = [("content", "0012_outdated_since")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
