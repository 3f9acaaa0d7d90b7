import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0005_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField('contentitem', 'edition_number', models.PositiveIntegerField(null=True)),
        migrations.AddField('contentitem', 'edition_released_at', models.DateTimeField(null=True)),
        migrations.AddField(
            'editionpin',
            'path',
            models.CharField(default='', help_text="As the item's, when the edition was frozen.", max_length=1000),
            preserve_default=False,
        ),
        migrations.AddField(
            'editionpin',
            'title',
            models.CharField(default='', max_length=255),
            preserve_default=False,
        ),
        migrations.AddField(
            'editionpin',
            'own_number',
            models.PositiveSmallIntegerField(help_text="As the item's.", null=True),
        ),
        migrations.AddField('editionpin', 'minutes', models.PositiveIntegerField(default=0)),
        migrations.AddIndex('editionpin', models.Index(fields=['path'], name='content_pin_path')),
        migrations.CreateModel(
            name='Erratum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(help_text='The page that it is about; null: the edition as a whole.', null=True)),
                ('texts', models.JSONField(help_text='By language; at least one, none of them empty.')),
                ('noted_on', models.DateField(verbose_name='date')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='errata', to='content.edition')),
            ],
            options={
                'verbose_name': 'erratum',
                'verbose_name_plural': 'errata',
                'ordering': ['-noted_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('texts', {}), _negated=True), name='content_erratum_says_something')],
            },
        ),
    ]
