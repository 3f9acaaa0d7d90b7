"""Rebuilding and proving, as an administrator runs them."""

import pytest
from django.core.management import CommandError, call_command

from cms.changes.models import Change
from cms.content.models import ContentItem, Contents, ContentVersion
from home.guides.models import CompendiumPage, GuidePage
from tests import world


@pytest.fixture
def guide(site, committed):
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        return world.add(compendium, GuidePage(title="Guide", slug="guide", module_number=1))


def test_rebuilding_what_is_right_changes_nothing(guide, committed):
    before = (ContentVersion.objects.count(), Change.objects.count())
    with committed():
        call_command("rebuild_content")
    assert (ContentVersion.objects.count(), Change.objects.count()) == before
    call_command("check_invariants")


def test_rebuilding_brings_back_what_was_lost(guide, committed):
    Contents.objects.all().delete()
    ContentItem.objects.filter(page_id=guide.pk).update(current=None, status="retired")
    ContentVersion.objects.filter(item__page_id=guide.pk).delete()
    with pytest.raises(CommandError):
        call_command("check_invariants")
    with committed():
        call_command("rebuild_content")
    call_command("check_invariants")
    assert ContentItem.objects.get(page_id=guide.pk).status == "live"


@pytest.mark.parametrize(
    "damage",
    [
        lambda page: ContentVersion.objects.filter(item__page_id=page.pk).update(body='{"title":"Changed"}'),
        lambda page: ContentItem.objects.filter(page_id=page.pk).update(status="retired"),
        lambda page: ContentItem.objects.filter(page_id=page.pk).update(access_key="f" * 32),
        lambda page: ContentItem.objects.filter(page_id=page.pk).update(title="Another"),
        lambda page: type(page).objects.filter(pk=page.pk).update(live=False),
    ],
)
def test_damage_is_found(guide, damage):
    damage(guide)
    with pytest.raises(CommandError):
        call_command("check_invariants")
