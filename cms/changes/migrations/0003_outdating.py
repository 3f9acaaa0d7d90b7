from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("changes", "0002_announcements")]

    operations = [
        migrations.AddField(
            model_name="change",
            name="outdated",
            field=models.BooleanField(
                default=False, help_text="A translation fell behind its source with it: a topic of its own."
            ),
        ),
    ]
