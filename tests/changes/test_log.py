"""The log under several writers: whoever follows the feed misses nothing."""

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cms.changes import log
from cms.changes.api import Kind, feed_page, number_pending, record
from cms.changes.maintenance import clear_tombstones
from cms.changes.models import Change, FeedRow


def write(kind=Kind.PUBLISHED, key=None, access_key="", version=1):
    record(
        kind=kind,
        key=key or uuid.uuid4(),
        locale="en",
        access_key=access_key,
        item_id=1,
        type="home.StandardPage",
        version=version,
        digest="0" * 64,
    )


@pytest.fixture(autouse=True)
def empty_log(request):
    """Nothing in the log but what a test writes."""
    request.getfixturevalue(
        "transactional_db" if "transaction" in str(request.node.get_closest_marker("django_db")) else "db"
    )
    Change.objects.all().delete()
    FeedRow.objects.all().delete()


def follow(after, access_keys=frozenset({""})):
    page = feed_page(after=after, access_keys=access_keys, limit=500)
    return page.next_number, [(row.kind, row.key) for row in page.rows]


@pytest.mark.django_db
def test_the_feed_shows_a_key_once_at_its_latest_change():
    key = uuid.uuid4()
    write(key=key)
    write(kind=Kind.UPDATED, key=key, version=2)
    cursor, rows = follow(0)
    assert rows == [("updated", key)]
    write(kind=Kind.WITHDRAWN, key=key, version=2)
    assert follow(cursor)[1] == [("withdrawn", key)]
    assert follow(0)[1] == []  # a new reader never hears of it


@pytest.mark.django_db
def test_leaving_an_audience_is_a_tombstone_for_it_alone():
    key = uuid.uuid4()
    write(key=key)
    public, _ = follow(0)
    member, _ = follow(0, {"", "members"})
    write(kind=Kind.WITHDRAWN, key=key)
    write(kind=Kind.PUBLISHED, key=key, access_key="members")
    assert follow(public)[1] == [("withdrawn", key)]
    assert follow(member, {"", "members"})[1] == [("published", key)]


@pytest.mark.django_db
def test_a_transaction_that_is_rolled_back_leaves_no_change():
    with pytest.raises(RuntimeError), transaction.atomic():
        write()
        raise RuntimeError
    number_pending()
    assert not Change.objects.exists()
    assert not FeedRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_follower_of_eight_writers_misses_nothing():
    """Transactions of different lengths commit in another order than they began: numbers are given after the commit."""
    writers, each = 8, 25
    written, seen, failures = [], set(), []
    done = threading.Event()

    def writing(number):
        try:
            for _ in range(each):
                key = uuid.uuid4()
                with transaction.atomic():
                    write(key=key)
                    if number % 2:
                        list(Change.objects.order_by("-pk")[:20])
                written.append(key)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    def following():
        cursor = 0
        try:
            while True:
                last_round = done.is_set()
                # A cursor above zero from the start: a full sync would forgive a gap.
                cursor, rows = follow(cursor)
                seen.update(key for _, key in rows)
                if last_round and not rows:
                    return
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    follower = threading.Thread(target=following)
    threads = [threading.Thread(target=writing, args=(number,)) for number in range(writers)]
    follower.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    done.set()
    follower.join(60)
    assert not follower.is_alive()
    assert failures == []
    assert len(written) == writers * each
    assert set(written) - seen == set()
    numbers = sorted(Change.objects.values_list("number", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + writers * each))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_comes_back_while_old_tombstones_are_cleared_stays_in_the_feed(monkeypatch):
    """SQLite lets one writer in at a time; what is tried here is two that are at it together."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    key, other = uuid.uuid4(), uuid.uuid4()
    for each in (key, other):
        write(key=each)
        write(kind=Kind.WITHDRAWN, key=each)
    number_pending()
    FeedRow.objects.update(at=timezone.now() - timedelta(days=200))
    folded, failures, cleared = threading.Event(), [], []
    fold = FeedRow.objects.bulk_create

    def slowly(*args, **options):
        fold(*args, **options)
        folded.set()
        # Whoever clears has chosen its rows by now, or waits.
        time.sleep(0.5)

    def back():
        try:
            write(key=key, version=2)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(log.FeedRow.objects, "bulk_create", slowly)
    thread = threading.Thread(target=back)
    thread.start()
    assert folded.wait(20)
    cleared.append(clear_tombstones())
    thread.join(20)
    assert not thread.is_alive() and failures == []
    assert cleared == [1]
    assert [(row.key, row.kind) for row in FeedRow.objects.all()] == [(key, Kind.PUBLISHED)]
