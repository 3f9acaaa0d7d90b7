"""Documents that are compiled together: few statements for each, and each as if it were alone."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cms.content import api as content
from cms.content import contents, marks, store
from cms.content import dependants as marking
from cms.content.models import ContentItem, Contents, Mark
from cms.core import invariants
from home.models import StandardPage
from tests import world

# Of which two are for its savepoint. Alone each took some forty.
A_DEPENDANT = 15


def link(page, words="there"):
    return f'<p><a linktype="page" id="{page.pk}">{words}</a></p>'


@pytest.fixture
def linked(site, committed):
    """A page, and a function that adds so many pages that link to it."""
    with committed():
        target = world.add(site, StandardPage(title="Target", slug="target"))

    def dependants(*numbers):
        texts = [("text", link(target))]
        with committed():
            return [
                world.add(site, StandardPage(title=f"Page {number}", slug=f"page-{number}", body=texts))
                for number in numbers
            ]

    return target, dependants


@pytest.fixture(autouse=True)
def _invariants(db):
    yield
    assert list(invariants.violations()) == []


def body(page):
    return ContentItem.objects.get(page_id=page.pk).current.body


def test_few_statements_for_each_dependant(linked, committed):
    target, dependants = linked
    pages, counts = [], []
    for numbers in (range(2), range(2, 12)):
        pages += dependants(*numbers)
        address = f"moved-{len(pages)}"
        with CaptureQueriesContext(connection) as captured, committed():
            world.publish(target, slug=address)
        assert all(f"/en/{address}/" in body(page) for page in pages)
        counts.append(len(captured))
    assert counts[1] - counts[0] <= 10 * A_DEPENDANT


def test_one_that_fails_stops_no_other(linked, committed, monkeypatch, caplog):
    target, dependants = linked
    pages = dependants(0, 1, 2, 3)
    compile_page = store.compile_page

    def failing(page):
        if page.pk == pages[1].pk:
            raise ValueError("it can't be compiled")
        return compile_page(page)

    monkeypatch.setattr(store, "compile_page", failing)
    before = ContentItem.objects.get(page_id=pages[1].pk).current_id
    with committed():
        world.publish(target, slug="moved")
    assert [("/en/moved/" in body(page)) for page in pages] == [True, False, True, True]
    assert list(Mark.objects.values_list("page_id", flat=True)) == [pages[1].pk]
    assert ContentItem.objects.get(page_id=pages[1].pk).current_id == before
    assert f"page {pages[1].pk} could not be compiled" in caplog.text

    monkeypatch.undo()
    assert marks.work_off([pages[1].pk]) == 0
    assert "/en/moved/" in body(pages[1])
    assert not Mark.objects.exists()


def test_what_fails_for_all_of_them_is_tried_for_each(linked, committed, monkeypatch):
    target, dependants = linked
    pages = dependants(0, 1, 2)
    rebuild = contents.rebuild_around_all

    def failing(items, *others):
        items = list(items)
        if len(items) > 1:
            raise ValueError("together they fail")
        rebuild(items, *others)

    monkeypatch.setattr(contents, "rebuild_around_all", failing)
    with committed():
        world.publish(target, slug="moved")
    assert all("/en/moved/" in body(page) for page in pages)
    assert not Mark.objects.exists()


def test_what_links_to_one_another_is_right_in_the_end(site, committed):
    """They move together; the first is compiled while the second still has its old address."""
    with committed():
        above = world.add(site, StandardPage(title="Above", slug="above"))
        first = world.add(above, StandardPage(title="First", slug="first"))
        second = world.add(above, StandardPage(title="Second", slug="second", body=[("text", link(first))]))
    with committed():
        world.publish(first, body=[("text", link(second))])
    with committed():
        world.publish(above, slug="below")
    assert "/en/below/second/" in body(first)
    assert "/en/below/first/" in body(second)
    assert not Mark.objects.exists()


def test_contents_are_rebuilt_with_them(linked, committed):
    _target, dependants = linked
    pages = dependants(0, 1)
    with committed():
        for page in pages:
            page.refresh_from_db()
            world.publish(page, title=f"New {page.title}")
    [site_contents] = Contents.objects.filter(is_site=True, locale="en")
    assert all(f"New Page {n}" in site_contents.body for n in range(2))


@pytest.fixture
def portions(monkeypatch):
    """The ids of pages that were compiled together, one list for each time."""
    found, publish_all = [], marks.publish_all

    def noting(page_ids):
        found.append(list(page_ids))
        return publish_all(page_ids)

    monkeypatch.setattr(marks, "publish_all", noting)
    return found


def test_what_one_transaction_marks_is_compiled_together(linked, committed, portions):
    _, dependants = linked
    pages = dependants(0, 1, 2)
    assert portions[-1] == [page.pk for page in pages]
    portions.clear()
    with committed():
        world.publish(pages[0], title="One")
        world.publish(pages[1], title="Two")
    assert portions == [[pages[0].pk, pages[1].pk]]
    assert ContentItem.objects.get(page_id=pages[1].pk).title == "Two"


def test_a_savepoint_that_is_undone_takes_only_its_own_marks_along(linked, committed, portions):
    _, dependants = linked
    pages = dependants(0, 1, 2)
    portions.clear()
    with committed():
        with suppress(ZeroDivisionError), transaction.atomic():
            marking.mark_pages([pages[0].pk], reason="undone")
            raise ZeroDivisionError
        marking.mark_pages([pages[1].pk], reason="kept")
        with suppress(ZeroDivisionError), transaction.atomic():
            marking.mark_pages([pages[2].pk], reason="undone")
            raise ZeroDivisionError
    assert portions == [[pages[1].pk]]
    assert not Mark.objects.exists()


def test_afterwards_each_page_is_compiled_once(linked, committed, portions):
    target, dependants = linked
    pages = dependants(0, 1)
    portions.clear()
    with content.compiling_afterwards():
        for number in range(3):
            with committed():
                world.publish(target, slug=f"moved-{number}")
        assert portions == []
        assert Mark.objects.filter(page_id=target.pk).exists()
    assert portions == [[target.pk]]
    # What follows from it waits for the commit, as ever.
    assert set(Mark.objects.values_list("page_id", flat=True)) == {page.pk for page in pages}


def test_afterwards_what_is_interrupted_stays_marked(linked, committed, portions):
    target, _ = linked
    before = ContentItem.objects.get(page_id=target.pk).current_id
    portions.clear()
    with pytest.raises(KeyboardInterrupt), content.compiling_afterwards():
        with committed():
            world.publish(target, title="Another")
        raise KeyboardInterrupt
    assert portions == []
    assert ContentItem.objects.get(page_id=target.pk).current_id == before
    assert Mark.objects.filter(page_id=target.pk).exists()
    assert marks.sweep(timedelta(0)) == 1
    assert ContentItem.objects.get(page_id=target.pk).title == "Another"


def test_what_fails_after_the_commit_stops_no_other_hook(linked, committed, monkeypatch):
    """The database goes away between the commit and the work: the marks stay, and what else waits for the commit happens."""
    target, dependants = linked
    pages = dependants(0, 1)
    happened = []

    def gone(page_ids):
        raise OSError("nobody there")

    monkeypatch.setattr(marks, "work_off", gone)
    with committed():
        world.publish(target, slug="moved")
        transaction.on_commit(lambda: happened.append(True), robust=True)
    assert happened == [True]
    assert set(Mark.objects.values_list("page_id", flat=True)) == {target.pk}

    monkeypatch.undo()
    with committed():
        marks.work_off([target.pk])
    assert all("/en/moved/" in body(page) for page in pages)
