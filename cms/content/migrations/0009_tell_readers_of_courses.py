"""Documents that lists don't hold (lessons, quizzes) go into the feed of keys that may read them."""

from django.db import migrations

from cms.core import audiences


def tell(apps, schema_editor):
    Audience = apps.get_model("content", "Audience")
    Change = apps.get_model("changes", "Change")
    ContentItem = apps.get_model("content", "ContentItem")
    readers = audiences.audience({audiences.COURSES})
    known = {"": audiences.PUBLIC}
    for key, clauses in Audience.objects.values_list("key", "clauses"):
        known[key] = audiences.from_lists(clauses)
    under = {}
    rows = ContentItem.objects.filter(status="live", listed=False, current__isnull=False).order_by("pk")
    columns = ("key", "locale", "access_key", "page_id", "type", "current__number", "current__digest", "updated_at")
    for key, locale, access_key, page_id, label, version, digest, at in rows.values_list(*columns).iterator(500):
        if access_key not in under:
            audience = audiences.join(known[access_key], readers)
            under[access_key] = audiences.key(audience)
            Audience.objects.get_or_create(
                key=under[access_key], defaults={"clauses": audiences.to_lists(audience)}
            )
        Change.objects.create(
            kind="published",
            key=key,
            locale=locale,
            access_key=under[access_key],
            item_id=page_id,
            type=label,
            version=version,
            digest=digest,
            at=at,
        )


class Migration(migrations.Migration):
    dependencies = [("changes", "0002_announcements"), ("content", "0008_links_by_key")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
