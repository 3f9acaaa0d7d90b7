"""The groups that a new site begins with."""

from django.contrib.auth.models import Group

from cms.translation import access, groups
from home.setup import set_up
from tests import world


def test_a_new_site_has_translators_and_reviewers_of_each_language(site, person):
    set_up()
    names = set(Group.objects.values_list("name", flat=True))
    assert {"Translators: Français", "Translation reviewers: العربية", "Translation managers"} <= names
    assert not {name for name in names if "English" in name}
    user = person(groups=[Group.objects.get(name="Translators: Français")], enters=False)
    french = world.locale("fr").pk
    assert access.rights_of(user) == access.Rights(translates=frozenset({french}))
    manager = person(groups=[Group.objects.get(name=groups.MANAGERS)], enters=False)
    assert access.rights_of(manager) == access.Rights(manages=True)


def test_again_it_changes_nothing(site):
    groups.set_up()
    changed = Group.objects.get(name="Translators: Français")
    changed.permissions.clear()
    changed.language_roles.all().delete()
    count = Group.objects.count()
    groups.set_up()
    assert Group.objects.count() == count
    assert not changed.permissions.exists() and not changed.language_roles.exists()
