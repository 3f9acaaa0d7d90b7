"""Writers of one process take turns at SQLite, in the order of asking."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from cms.core.ops_models import Heartbeat
from cms.core.sqlite3.turns import Turns

on_sqlite = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="another database has locks of its own"
)


def held():
    return True


def test_a_turn_goes_to_whoever_has_waited_longest():
    turns, order, threads = Turns(), [], []
    assert turns.take(1, held)

    def wait(number):
        assert turns.take(10, held)
        order.append(number)
        turns.give()

    for number in range(5):
        threads.append(threading.Thread(target=wait, args=[number]))
        threads[-1].start()
        while len(turns._waiting) <= number:
            time.sleep(0.001)
    turns.give()
    for each in threads:
        each.join(10)
    assert order == [0, 1, 2, 3, 4]
    assert turns.take(0, held)


def test_who_waits_in_vain_is_told_and_forgotten():
    turns = Turns()
    assert turns.take(0, held)
    assert not turns.take(0.01, held)
    turns.give()
    assert turns.take(0, held)


def test_a_turn_that_nobody_makes_use_of_is_taken_away():
    turns = Turns()
    assert turns.take(0, lambda: False)
    assert turns.take(0.01, held)
    assert not turns.take(0.01, held)


def in_thread(function):
    """What `function` raised in a thread of its own, with a connection of its own; None if nothing."""
    raised = []

    def run():
        try:
            function()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    return raised[0] if raised else None


def write():
    with transaction.atomic():
        Heartbeat.objects.update_or_create(name="turn", defaults={"at": "2026-01-01T00:00Z"})


def impatient():
    connection.settings_dict = {
        **connection.settings_dict,
        "OPTIONS": {**connection.settings_dict["OPTIONS"], "timeout": 0.2},
    }
    write()


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_writer_waits_for_another_and_is_refused_after_the_timeout():
    with transaction.atomic():
        assert isinstance(in_thread(impatient), OperationalError)
    assert not Heartbeat.objects.filter(name="turn").exists()
    assert in_thread(impatient) is None
    assert Heartbeat.objects.filter(name="turn").exists()


@on_sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_turn_ends_with_the_transaction(end):
    def once():
        if end == "commit":
            write()
        elif end == "rollback":
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                write()
                _ = 1 // 0
        else:
            connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
            connection.close()

    assert in_thread(once) is None
    assert in_thread(impatient) is None


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_lose_nothing_and_none_is_refused():
    Heartbeat.objects.create(name="count", at="2026-01-01T00:00Z")
    errors, rounds = [], 40

    def add():
        try:
            for _ in range(rounds):
                with transaction.atomic():
                    row = Heartbeat.objects.get(name="count")
                    row.at = row.at.replace(microsecond=row.at.microsecond + 1)
                    row.save()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert errors == []
    assert Heartbeat.objects.get(name="count").at.microsecond == 8 * rounds
