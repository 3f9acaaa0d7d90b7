"""Who links to something is looked for by its key alone: without an index PostgreSQL reads all links of all versions."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0007_editions_said'),
    ]

    operations = [
        migrations.AlterField(
            model_name='versionlink',
            name='key',
            field=models.UUIDField(db_index=True),
        ),
    ]
