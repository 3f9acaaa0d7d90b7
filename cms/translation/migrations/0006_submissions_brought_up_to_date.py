from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("translation", "0005_comments_of_paragraphs")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="updated",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Of those that were met: pages that were brought up to date.",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("updated__lte", models.F("done"))),
                name="translation_submission_updated_of_done",
            ),
        ),
    ]
