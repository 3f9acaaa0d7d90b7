"""Background work that must not be lost: tasks with attempts, and the sweeps that keep the promise.

    @job(attempts=5)
    def send_digest(member_id): ...

    send_digest.enqueue(member_id)

A task is a row in the database, inserted in the caller's transaction, run by `manage.py worker`. The package that
does this neither repeats what failed nor notices that a worker was killed; `retry_failed` and `reap_lost`, which the
scheduler runs, do. So a task runs **at least once**: write it so that a second run does no harm.
"""

import importlib
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import django_tasks
from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .ops_models import last_beats

logger = logging.getLogger(__name__)

BACKEND = "jobs"
WORKER_PREFIX = "worker:"
# A worker beats every ten seconds, whatever its task is doing. Six missed beats are no hiccup.
WORKER_SILENT_AFTER = timedelta(seconds=60)
# For workers that never beat (another command than ours started them).
LOST_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Policy:
    """How often a task is tried in all, and how long it waits in between: `base`, doubled each time, up to `longest`."""

    attempts: int = 5
    base: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=1)

    def delay(self, attempt: int, roll: float) -> timedelta:
        """The wait after the `attempt`-th try, which failed (1 is the first).

        `roll` in [0, 1) spreads it over the upper half of the interval, so that what failed together is not retried
        together.
        """
        doublings = min(attempt - 1, 30)
        return min(self.base * 2**doublings, self.longest) * (0.5 + roll / 2)


ONCE = Policy(attempts=1)
_policies: dict[str, Policy] = {}


def job(
    *,
    attempts: int = 5,
    backoff: timedelta = Policy.base,
    longest: timedelta = Policy.longest,
    queue: str = "default",
    priority: int = 0,
) -> Callable:
    """Make a module-level function a task that is tried up to `attempts` times. Raises ValueError for a second one.

    Arguments and return values must be JSON.
    """
    if attempts < 1:
        raise ValueError("a task is tried at least once")

    def decorate(function: Callable):
        path = f"{function.__module__}.{function.__qualname__}"
        if path in _policies:
            raise ValueError(f"a task named {path!r} is registered already")
        task = django_tasks.task(backend=BACKEND, queue_name=queue, priority=priority)(function)
        _policies[path] = Policy(attempts, backoff, longest)
        return task

    return decorate


def is_due(task, *args) -> bool:
    """Whether a task is still to be done with these arguments: it waits, it runs, or it failed and is tried again. One statement."""
    open_ones = Q(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
    tried_again = Q(status=TaskResultStatus.FAILED, return_value__isnull=True)
    rows = DBTaskResult.objects.filter(
        open_ones | tried_again, backend_name=BACKEND, task_path=task.module_path
    )
    return rows.filter(args_kwargs__args=list(args)).exists()


def policy_of(task_path: str) -> Policy:
    """The policy of the task at a dotted path. What wasn't made with `job`, or is gone from the code, runs once."""
    if task_path not in _policies:
        try:
            importlib.import_module(task_path.rpartition(".")[0])
        except (ImportError, ValueError):
            logger.warning("there is no task %s any more", task_path)
    return _policies.get(task_path, ONCE)


def retry_failed(now: datetime, *, roll: Callable[[], float] = random.random) -> int:
    """Make failed tasks that have attempts left ready again, later; how many.

    What has none left is marked as such in `return_value`, which a failed task doesn't use: each failure is decided
    once, however many old ones lie in the table.
    """
    undecided = DBTaskResult.objects.filter(
        backend_name=BACKEND, status=TaskResultStatus.FAILED, return_value__isnull=True
    )
    retried = 0
    for row in undecided.only("task_path", "worker_ids", "exception_class_path"):
        policy = policy_of(row.task_path)
        attempt = max(len(row.worker_ids), 1)
        this = undecided.filter(pk=row.pk)
        if attempt < policy.attempts:
            retried += this.update(
                status=TaskResultStatus.READY,
                run_after=now + policy.delay(attempt, roll()),
                started_at=None,
                finished_at=None,
            )
        elif this.update(return_value={"attempts": attempt}):
            logger.error(
                "task %s (%s) failed for good after %s attempts: %s",
                row.pk,
                row.task_path,
                attempt,
                row.exception_class_path,
            )
    return retried


class WorkerLost(Exception):
    """The worker that ran the task was killed, or its machine went away."""

    message = "The worker that ran this task disappeared."


def is_lost(
    *,
    started_at: datetime,
    worker_id: str,
    beats: dict[str, datetime],
    now: datetime,
    limit: timedelta = LOST_AFTER,
) -> bool:
    """Whether nobody works any more on a task that `worker_id` took at `started_at`. Pure.

    A worker that beats keeps its task, however long it takes. One that beat and fell silent has lost it. One that is
    unknown (it never beat, or said goodbye) is given `limit`.
    """
    last = beats.get(worker_id)
    if last is None:
        return now - started_at > limit
    return now - max(last, started_at) > WORKER_SILENT_AFTER


def reap_lost(now: datetime, *, limit: timedelta = LOST_AFTER) -> int:
    """Mark running tasks whose worker is gone as failed, for `retry_failed` to decide on; how many."""
    running = DBTaskResult.objects.filter(backend_name=BACKEND, status=TaskResultStatus.RUNNING)
    rows = list(running.only("task_path", "worker_ids", "started_at"))
    if not rows:
        return 0
    beats = last_beats(WORKER_PREFIX)
    reaped = 0
    for row in rows:
        worker_id = row.worker_ids[-1] if row.worker_ids else ""
        if not is_lost(started_at=row.started_at, worker_id=worker_id, beats=beats, now=now, limit=limit):
            continue
        # Still the same run: a worker that finished in the meantime keeps its result.
        if running.filter(pk=row.pk, started_at=row.started_at).update(
            status=TaskResultStatus.FAILED,
            finished_at=now,
            exception_class_path=f"{WorkerLost.__module__}.{WorkerLost.__qualname__}",
            traceback=WorkerLost.message,
            return_value=None,
        ):
            logger.warning("task %s (%s) was lost by worker %s", row.pk, row.task_path, worker_id)
            reaped += 1
    return reaped
