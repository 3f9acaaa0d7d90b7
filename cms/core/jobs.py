"""What the platform itself does by the clock."""

from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .ops_models import Heartbeat
from .publishing import publish_scheduled
from .schedule import register
from .tasks import BACKEND, WORKER_PREFIX, reap_lost, retry_failed

KEEP_DONE_TASKS = timedelta(days=7)
KEEP_FAILED_TASKS = timedelta(days=30)
KEEP_SILENT_WORKERS = timedelta(days=1)


def clear_sessions(now: datetime) -> None:
    """Delete sessions that have expired; Django never does by itself."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def forget_tasks(now: datetime) -> None:
    """Delete the rows of finished tasks: done ones after a week, failed ones when everybody had time to look."""
    finished = DBTaskResult.objects.filter(backend_name=BACKEND)
    finished.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEEP_DONE_TASKS).delete()
    finished.filter(status=TaskResultStatus.FAILED, finished_at__lt=now - KEEP_FAILED_TASKS).delete()


def forget_workers(now: datetime) -> None:
    """Delete the heartbeats of workers that were killed a day ago: nothing of theirs is running any more."""
    Heartbeat.objects.filter(name__startswith=WORKER_PREFIX, at__lt=now - KEEP_SILENT_WORKERS).delete()


register("publish_scheduled", every=10, run=publish_scheduled)
register("reap_tasks", every=15, run=reap_lost)
register("retry_tasks", every=5, run=retry_failed)
register("clear_sessions", every=timedelta(hours=12), run=clear_sessions)
register("forget_tasks", every=timedelta(hours=12), run=forget_tasks)
register("forget_workers", every=timedelta(hours=1), run=forget_workers)
