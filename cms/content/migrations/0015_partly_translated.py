import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0014_outdated_since_a_moment"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
    ]

    operations = [
        migrations.AddField(
            model_name="contentitem",
            name="partly",
            field=models.BooleanField(
                default=False,
                help_text="Words of that version stand in it, since their translation was missing when it was put together.",
            ),
        ),
        migrations.CreateModel(
            name="PutTogether",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "taken_apart_at",
                    models.DateTimeField(
                        help_text="When the texts that it is made of were taken apart."
                    ),
                ),
                (
                    "partly",
                    models.BooleanField(
                        default=False,
                        help_text="Translations of some texts were missing: there it says what the original says.",
                    ),
                ),
                (
                    "log",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="put_together",
                        to="wagtail_localize.translationlog",
                    ),
                ),
            ],
        ),
    ]
