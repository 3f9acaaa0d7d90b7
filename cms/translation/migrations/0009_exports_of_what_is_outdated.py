import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("translation", "0008_news_of_days_and_reviews"),
        ("wagtailcore", "0094_alter_page_locale"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutdatedExport",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("format", models.CharField(max_length=5)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("running", "Being written"),
                            ("done", "Ready"),
                            ("failed", "Not written"),
                        ],
                        default="queued",
                        max_length=8,
                    ),
                ),
                (
                    "total",
                    models.PositiveIntegerField(
                        default=0, help_text="Originals that were to be taken apart anew."
                    ),
                ),
                (
                    "done",
                    models.PositiveIntegerField(
                        default=0, help_text="Those that were met, failed ones as well."
                    ),
                ),
                ("failed", models.JSONField(default=list)),
                ("translations", models.JSONField(default=list)),
                ("paragraphs", models.PositiveIntegerField(default=0)),
                ("files", models.PositiveIntegerField(default=0)),
                ("data", models.BinaryField(default=bytes)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.locale",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.locale",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", False), ("state__in", ["done", "failed"])),
                            models.Q(("finished_at__isnull", True), ("state__in", ["queued", "running"])),
                            _connector="OR",
                        ),
                        name="translation_export_finished",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done__lte", models.F("total"))),
                        name="translation_export_done_of_total",
                    ),
                ],
            },
        ),
    ]
