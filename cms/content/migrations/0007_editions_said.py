"""Roots say their edition; what earlier editions pinned gets the place that it has today, since nobody kept another."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def say(apps, schema_editor):
    item_model = apps.get_model('content', 'ContentItem')
    edition_model = apps.get_model('content', 'Edition')
    pin_model = apps.get_model('content', 'EditionPin')
    newest = edition_model.objects.filter(root_key=OuterRef('key')).order_by('-number')
    item_model.objects.filter(key=F('root_key')).update(
        edition_number=Subquery(newest.values('number')[:1]),
        edition_released_at=Subquery(newest.values('released_at')[:1]),
    )
    pinned = item_model.objects.filter(key=OuterRef('key'), locale=OuterRef('locale'))
    places = {name: Subquery(pinned.values(name)[:1]) for name in ('path', 'title', 'own_number', 'minutes')}
    pin_model.objects.update(**places)


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0006_editions_and_errata'),
    ]

    operations = [migrations.RunPython(say, migrations.RunPython.noop)]
