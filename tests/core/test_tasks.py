"""Tasks are tried again, a killed worker's tasks come back, and neither goes on for ever."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from cms.core.jobs import forget_tasks
from cms.core.ops_models import Heartbeat, beat
from cms.core.tasks import Policy, is_lost, job, policy_of, reap_lost, retry_failed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
calls = []


@job(attempts=3, backoff=timedelta(seconds=10), longest=timedelta(seconds=15))
def record(what):
    calls.append(what)


@job(attempts=3, backoff=timedelta(seconds=10), longest=timedelta(seconds=15))
def breaks(what):
    calls.append(what)
    raise RuntimeError(what)


@job()
def look():
    calls.extend(Heartbeat.objects.filter(name__startswith="worker:").values_list("name", flat=True))


@pytest.fixture(autouse=True)
def _clean_slate(monkeypatch):
    calls.clear()
    # Between tasks the worker closes connections that are in a transaction, as a test's is.
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)


def work():
    call_command("worker", batch=True, startup_delay=False, interval=0, stdout=io.StringIO())


def the_row():
    return DBTaskResult.objects.get()


def at_once(now):
    """Retry, and let the waiting time pass."""
    count = retry_failed(now)
    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now() - SECOND)
    return count


# The rules


def test_the_wait_doubles_up_to_its_limit():
    policy = Policy(attempts=9, base=timedelta(seconds=10), longest=timedelta(seconds=100))
    waits = [policy.delay(attempt, roll=0.999999).total_seconds() for attempt in range(1, 7)]
    assert [round(wait) for wait in waits] == [10, 20, 40, 80, 100, 100]


@given(attempt=st.integers(1, 10**6), roll=st.floats(0, 1, exclude_max=True))
def test_the_wait_lies_in_the_upper_half_of_its_interval(attempt, roll):
    policy = Policy()
    assert policy.base / 2 <= policy.delay(attempt, roll) <= policy.longest


def test_a_task_is_tried_at_least_once_and_named_once():
    with pytest.raises(ValueError, match="at least once"):
        job(attempts=0)
    with pytest.raises(ValueError, match="registered already"):
        job()(record.func)
    assert policy_of(f"{__name__}.record").attempts == 3


@pytest.mark.parametrize("path", ["cms.core.gone.task", "nowhere", ""])
def test_what_is_gone_from_the_code_runs_once(path):
    assert policy_of(path).attempts == 1


@pytest.mark.parametrize(
    ("beats", "started", "lost"),
    [
        ({"w": NOW - 30 * SECOND}, NOW - timedelta(hours=3), False),  # a long task of a worker that lives
        ({"w": NOW - 61 * SECOND}, NOW - timedelta(hours=3), True),  # it fell silent
        (
            {"w": NOW - 300 * SECOND},
            NOW - 30 * SECOND,
            False,
        ),  # it took the task after its last beat, just now
        ({}, NOW - 14 * MINUTE, False),  # never beat: given the limit
        ({}, NOW - 16 * MINUTE, True),
        ({"other": NOW}, NOW - 16 * MINUTE, True),
    ],
)
def test_who_has_lost_a_task(beats, started, lost):
    assert is_lost(started_at=started, worker_id="w", beats=beats, now=NOW) is lost


# With the database


@pytest.mark.django_db
class TestRetrying:
    def test_a_task_runs_once_and_is_left_alone(self):
        record.enqueue("once")
        work()
        assert calls == ["once"]
        assert retry_failed(NOW) == 0
        assert the_row().status == TaskResultStatus.SUCCESSFUL

    def test_a_rolled_back_transaction_leaves_no_task(self):
        with pytest.raises(RuntimeError), transaction.atomic():
            record.enqueue("never")
            raise RuntimeError
        work()
        assert calls == []

    def test_a_failed_task_waits_then_runs_again(self):
        breaks.enqueue("again")
        work()
        assert retry_failed(NOW, roll=lambda: 0.0) == 1
        row = the_row()
        assert (row.status, row.run_after) == (TaskResultStatus.READY, NOW + timedelta(seconds=5))
        DBTaskResult.objects.update(run_after=timezone.now() + timedelta(hours=1))
        work()
        assert calls == ["again"], "it ran before its time"

    def test_it_is_tried_as_often_as_said_and_no_more(self, caplog):
        breaks.enqueue("x")
        for expected in (1, 1, 0, 0):
            work()
            assert at_once(NOW) == expected
        assert calls == ["x", "x", "x"]
        row = the_row()
        assert row.status == TaskResultStatus.FAILED
        assert row.return_value == {"attempts": 3}
        assert row.exception_class_path == "builtins.RuntimeError"
        assert caplog.text.count("failed for good") == 1

    def test_a_failure_that_was_decided_costs_nothing_later(self, django_assert_num_queries):
        breaks.enqueue("x")
        work()
        DBTaskResult.objects.update(worker_ids=["a", "b", "c"])
        retry_failed(NOW)
        with django_assert_num_queries(1):
            assert retry_failed(NOW) == 0

    def test_a_task_that_is_gone_from_the_code_is_not_tried_for_ever(self):
        record.enqueue("x")
        DBTaskResult.objects.update(task_path="cms.core.gone.task")
        work()
        assert the_row().status == TaskResultStatus.FAILED
        assert retry_failed(NOW) == 0
        assert the_row().return_value == {"attempts": 1}


@pytest.mark.django_db
class TestReaping:
    def killed(self, *, worker="w", started, attempts=1):
        """A task as kill -9 leaves it."""
        record.enqueue("lost")
        workers = ["earlier"] * (attempts - 1) + [worker]
        DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, worker_ids=workers, started_at=started)

    def test_a_killed_workers_task_comes_back_and_runs(self):
        self.killed(started=NOW - 5 * MINUTE)
        beat("worker:w", NOW - 2 * MINUTE)
        assert reap_lost(NOW) == 1
        assert the_row().exception_class_path == "cms.core.tasks.WorkerLost"
        assert at_once(NOW) == 1
        work()
        assert calls == ["lost"]
        assert the_row().status == TaskResultStatus.SUCCESSFUL

    def test_a_living_workers_task_is_left_alone(self):
        self.killed(started=NOW - timedelta(hours=2))
        beat("worker:w", NOW - 20 * SECOND)
        assert reap_lost(NOW) == 0
        assert the_row().status == TaskResultStatus.RUNNING

    def test_a_task_that_kills_its_workers_ends(self):
        self.killed(started=NOW - timedelta(hours=2), attempts=3)
        assert reap_lost(NOW) == 1
        assert retry_failed(NOW) == 0
        assert the_row().status == TaskResultStatus.FAILED

    def test_nothing_running_asks_for_nothing_more(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert reap_lost(NOW) == 0


@pytest.mark.django_db
def test_finished_tasks_are_forgotten_in_their_time():
    for days, status in ((6, "SUCCESSFUL"), (8, "SUCCESSFUL"), (8, "FAILED"), (31, "FAILED"), (99, "READY")):
        row = DBTaskResult.objects.get(pk=record.enqueue(days).id)
        DBTaskResult.objects.filter(pk=row.pk).update(status=status, finished_at=NOW - timedelta(days=days))
    forget_tasks(NOW)
    left = DBTaskResult.objects.values_list("status", "args_kwargs")
    assert sorted((status, value["args"][0]) for status, value in left) == [
        ("FAILED", 8),
        ("READY", 99),
        ("SUCCESSFUL", 6),
    ]


@pytest.mark.django_db
def test_a_worker_is_known_while_it_works_and_says_goodbye():
    look.enqueue()
    work()
    assert len(calls) == 1
    assert calls[0].startswith("worker:")
    assert the_row().worker_ids == [calls[0].removeprefix("worker:")]
    assert not Heartbeat.objects.filter(name__startswith="worker:").exists()
