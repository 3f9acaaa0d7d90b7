from django.db import migrations

ROWS = 1000


def fill(apps, schema_editor):
    """What was put together before counts as whole, and as made of the last texts if it came after they were taken apart."""
    PutTogether = apps.get_model("content", "PutTogether")
    logs = apps.get_model("wagtail_localize", "TranslationLog").objects.filter(put_together=None)
    rows = logs.order_by("pk").values_list("pk", "created_at", "source__last_updated_at")
    made = [
        PutTogether(log_id=pk, taken_apart_at=apart if apart <= created else created)
        for pk, created, apart in rows.iterator(chunk_size=ROWS)
    ]
    PutTogether.objects.bulk_create(made, batch_size=ROWS)


class Migration(migrations.Migration):
    dependencies = [("content", "0015_partly_translated")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
