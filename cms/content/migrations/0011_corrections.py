import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0010_marks_are_only_added"),
        ("wagtailcore", "0094_alter_page_locale"),
    ]

    operations = [
        migrations.AddField(
            model_name="contentversion",
            name="correction",
            field=models.BooleanField(
                default=False,
                help_text="It means what the version before it means: its editors said so, or it says the same.",
            ),
        ),
        migrations.AddField(
            model_name="mark",
            name="correction",
            field=models.BooleanField(default=False, help_text="What changed was only corrected."),
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="wagtailcore.revision",
                    ),
                ),
            ],
        ),
    ]
