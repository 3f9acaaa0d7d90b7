"""Scheduled publication and expiry: one that fails stops no other and isn't tried in a hot loop."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page, Revision
from wagtail.signals import page_published, page_unpublished

from cms.core.publishing import Patience, publish_scheduled, scheduled_act_failed

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def patience():
    return Patience()


def make(title, **fields):
    return (
        Page.get_first_root_node()
        .get_first_child()
        .add_child(instance=Page(title=title, slug=title.lower(), **fields))
    )


def schedule(title, go_live_at):
    """A page whose draft waits to go live at `go_live_at`, which lies in the past when the test looks."""
    page = make(title, live=False)
    page.go_live_at = go_live_at
    revision = page.save_revision(approved_go_live_at=go_live_at)
    return page, revision


@pytest.fixture
def refusing():
    """Publishing or unpublishing a page of one of these titles raises."""
    titles = set()

    def refuse(sender, instance, **kwargs):
        if instance.title in titles:
            raise RuntimeError(f"{instance.title} can't be")

    page_published.connect(refuse)
    page_unpublished.connect(refuse)
    yield titles
    page_published.disconnect(refuse)
    page_unpublished.disconnect(refuse)


@pytest.fixture
def heard():
    messages = []

    def listen(sender, revision, instance, error, **kwargs):
        messages.append((revision and revision.pk, instance and instance.pk, str(error)))

    scheduled_act_failed.connect(listen)
    yield messages
    scheduled_act_failed.disconnect(listen)


def test_what_is_due_goes_live_and_the_rest_waits(now, patience):
    page, revision = schedule("Due", now - MINUTE)
    later, _ = schedule("Later", now + MINUTE)
    outcome = publish_scheduled(now, patience=patience)
    assert outcome.published == [revision.pk]
    assert outcome.failed == []
    assert Page.objects.get(pk=page.pk).live
    assert not Page.objects.get(pk=later.pk).live
    assert publish_scheduled(now, patience=patience).published == []


def test_what_has_expired_goes(now, patience):
    gone, stays = make("Gone", expire_at=now - MINUTE), make("Stays", expire_at=now + MINUTE)
    assert publish_scheduled(now, patience=patience).expired == [("wagtailcore.Page", gone.pk)]
    gone.refresh_from_db()
    assert (gone.live, gone.expired) == (False, True)
    stays.refresh_from_db()
    assert stays.live


def test_one_that_fails_stops_no_other_and_changes_nothing(now, patience, refusing, heard, caplog):
    refusing.update({"First", "Expiring"})
    first, held = schedule("First", now - 3 * MINUTE)
    second, fine = schedule("Second", now - 2 * MINUTE)
    expiring, expired = make("Expiring", expire_at=now - MINUTE), make("Expired", expire_at=now - MINUTE)
    outcome = publish_scheduled(now, patience=patience)
    assert outcome.published == [fine.pk]
    assert outcome.expired == [("wagtailcore.Page", expired.pk)]
    assert len(outcome.failed) == 2
    assert not Page.objects.get(pk=first.pk).live
    assert Page.objects.get(pk=second.pk).live
    assert Page.objects.get(pk=expiring.pk).live
    assert Revision.objects.get(pk=held.pk).approved_go_live_at is not None
    assert sorted(heard, key=str) == sorted(
        [(held.pk, None, "First can't be"), (None, expiring.pk, "Expiring can't be")], key=str
    )
    assert caplog.text.count("First can't be") == 1


def test_what_failed_is_tried_again_later_and_later(now, patience, refusing, heard):
    refusing.add("First")
    schedule("First", now - MINUTE)
    tried = []
    for minute in range(0, 241):
        before = len(heard)
        publish_scheduled(now + minute * MINUTE, patience=patience)
        if len(heard) > before:
            tried.append(minute)
    assert tried == [0, 1, 3, 7, 15, 31, 63, 123, 183]


def test_a_new_date_and_a_mended_page_start_afresh(now, patience, refusing):
    refusing.add("First")
    _page, revision = schedule("First", now - MINUTE)
    assert len(publish_scheduled(now, patience=patience).failed) == 1
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=now - 2 * MINUTE)
    assert len(publish_scheduled(now, patience=patience).failed) == 1, "the new date was not tried"
    refusing.clear()
    assert publish_scheduled(now + MINUTE, patience=patience).published == [revision.pk]
    publish_scheduled(now + MINUTE, patience=patience)
    assert patience.failures == {}
