from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0011_corrections")]

    operations = [
        migrations.AddField(
            model_name="contentitem",
            name="outdated_since",
            field=models.DateTimeField(
                help_text="When the source was published that it has been behind since; null while it isn't.",
                null=True,
            ),
        ),
    ]
