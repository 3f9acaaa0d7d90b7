from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0013_fill_outdated_since")]

    operations = [
        migrations.AddConstraint(
            model_name="contentitem",
            constraint=models.CheckConstraint(
                condition=models.Q(outdated=True, outdated_since__isnull=False)
                | models.Q(outdated=False, outdated_since__isnull=True),
                name="content_outdated_since_a_moment",
            ),
        ),
    ]
