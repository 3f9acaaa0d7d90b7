import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("wagtailcore", "0094_alter_page_locale")]

    operations = [
        migrations.CreateModel(
            name="Language",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "hidden",
                    models.BooleanField(
                        default=False,
                        help_text="Nothing in this language is on the site or in the API while translators work in it. They and editors see it in previews. What was published in it is withdrawn, and comes back when this is unticked.",
                        verbose_name="not ready: hidden from readers",
                    ),
                ),
                (
                    "own_slugs",
                    models.BooleanField(
                        default=False,
                        help_text="A translation’s address is what its translators type as its slug. Unticked, it is the original’s behind the language; what was typed is kept. Pages follow when their translation is next put together, and former addresses lead on.",
                        verbose_name="addresses of its own",
                    ),
                ),
                (
                    "locale",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.locale",
                    ),
                ),
            ],
            options={"verbose_name": "language", "verbose_name_plural": "languages"},
        ),
    ]
