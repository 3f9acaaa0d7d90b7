"""Editors' transactions and the compiling of documents meet crosswise, in real threads: neither is made to give way.

PostgreSQL ends one of two transactions that wait for each other. On SQLite writers go one by one anyway.
"""

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from cms.content import marks, store
from cms.content.dependants import mark_pages
from cms.content.models import ContentItem, Mark
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from home.setup import make_site
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)

# Longer than PostgreSQL waits before it looks for a deadlock (a second).
LONG_ENOUGH = 1.5


@pytest.fixture
def guide(transactional_db):
    site = make_site(title="Compendium")
    compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
    guide = world.add(compendium, GuidePage(title="Guide", slug="guide"))
    for title in ("One", "Two", "Three"):
        world.add(guide, ChapterPage(title=title, slug=title.lower(), body=[("text", "<p>Words.</p>")]))
    return guide


def chapter(slug):
    return ChapterPage.objects.get(slug=slug)


def beside(work):
    """Run `work` in a thread of its own with a connection of its own; what it raised is in the list that is returned."""
    met = []

    def run():
        try:
            work()
        except Exception as error:
            met.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, met


def test_marking_and_then_withdrawing(guide):
    one, two = chapter("one"), chapter("two")
    mark_pages_quietly([one.pk])
    with transaction.atomic():
        mark_pages([one.pk], reason="published")
        thread, met = beside(lambda: store.publish(one.pk))
        thread.join(LONG_ENOUGH / 3)
        PageViewRestriction.objects.create(page=two, restriction_type=PageViewRestriction.LOGIN)
    thread.join(30)
    assert not met and not thread.is_alive()
    assert ContentItem.objects.get(page_id=two.pk).access_key
    assert not Mark.objects.exists()


def test_moving_in_a_longer_transaction(guide):
    one = chapter("one")
    mark_pages_quietly([one.pk])
    with transaction.atomic():
        chapter("three").move(guide, pos="first-child")
        thread, met = beside(lambda: store.publish(one.pk))
        thread.join(LONG_ENOUGH)
        chapter("two").unpublish()
    thread.join(30)
    assert not met and not thread.is_alive()
    assert ContentItem.objects.get(page_id=one.pk).tree_path == chapter("one").path
    assert ContentItem.objects.get(page_id=chapter("two").pk).status == ContentItem.Status.RETIRED


def test_two_editors_mark_the_same_pages_in_another_order(guide):
    """Each marks one page and then the other's; neither waits for the other."""
    one, two = chapter("one"), chapter("two")
    begun = threading.Event()

    def other():
        with transaction.atomic():
            mark_pages([two.pk], reason="published")
            begun.set()
            threading.Event().wait(LONG_ENOUGH / 3)
            mark_pages([one.pk], reason="published")

    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with transaction.atomic():
        mark_pages([one.pk], reason="published")
        thread, met = beside(other)
        assert begun.wait(10)
        mark_pages([two.pk], reason="published")
    thread.join(30)
    assert not met and not thread.is_alive()
    assert not Mark.objects.exists()


def test_what_is_marked_while_it_is_compiled_stays_marked(guide):
    one = chapter("one")
    mark_pages_quietly([one.pk])
    with transaction.atomic():
        loaded = store.Loaded.of([one.pk])
        mark_pages_quietly([one.pk])
        after = store.Aftermath(marks=loaded.marks[one.pk])
        after.settle()
    assert Mark.objects.filter(page_id=one.pk).count() == 1
    assert marks.work_off([one.pk]) == 0
    assert not Mark.objects.exists()


def test_a_bulk_action_begins_with_its_turn(guide, client, admin_user):
    """Who compiles meanwhile comes after it, and finds what it did."""
    client.force_login(admin_user)
    pages = [chapter("one"), chapter("two")]
    query = "&".join(f"id={page.pk}" for page in pages)
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(f"/admin/bulk/wagtailcore/page/unpublish/?{query}&next=/admin/", {})
    assert answer.status_code == 302
    assert not any(page.live for page in Page.objects.filter(pk__in=[page.pk for page in pages]))
    if connection.vendor == "postgresql":
        said = [query["sql"] for query in captured]
        turn = next(n for n, sql in enumerate(said) if "pg_advisory_xact_lock" in sql)
        written = next(n for n, sql in enumerate(said) if sql.startswith('UPDATE "wagtailcore_page"'))
        assert turn < written


def mark_pages_quietly(page_ids):
    """Marked as by a process that died after its commit: nobody compiles them yet."""
    Mark.objects.bulk_create(
        [Mark(page_id=page_id, reason="published", marked_at=timezone.now()) for page_id in page_ids]
    )
