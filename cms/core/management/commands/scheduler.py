"""The clock of a deployment. `make demo` starts it; elsewhere one or more run beside the web server and the worker."""

import contextlib
import logging
import signal
import threading
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from cms.core.ops_models import Heartbeat, beat, last_beats
from cms.core.schedule import Job, due, registered

logger = logging.getLogger(__name__)

BEAT_EVERY = timedelta(seconds=10)
JOB_PREFIX = "job:"


def claim(job: Job, last, now) -> bool:
    """Note that `job` starts at `now`, unless another scheduler has done so since we looked. Who claims, runs."""
    if last is None:
        _, created = Heartbeat.objects.get_or_create(name=JOB_PREFIX + job.name, defaults={"at": now})
        return created
    return Heartbeat.objects.filter(name=JOB_PREFIX + job.name, at=last).update(at=now) == 1


def run_due(jobs: list[Job], now, *, stopping=lambda: False) -> list[str]:
    """Run what is due at `now`; the names of the jobs that were run. One that raises is logged and stops no other.

    `stopping()` is asked before each job: the one that runs is finished, the next isn't begun.
    """
    last_started = last_beats(JOB_PREFIX)
    ran = []
    for job in due(jobs, last_started, now):
        if stopping():
            break
        try:
            if not claim(job, last_started.get(job.name), now):
                continue
            ran.append(job.name)
            job.run(timezone.now())
        except Exception:
            logger.exception("scheduled job %s failed; it runs again in %s", job.name, job.every)
    return ran


class Command(BaseCommand):
    help = "Run scheduled jobs until SIGTERM or SIGINT. Several may run: each job is started by one of them."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="run what is due now, then stop")

    def handle(self, *, once, **options):
        jobs = registered()
        if once:
            beat("scheduler", timezone.now())
            for name in run_due(jobs, timezone.now()):
                self.stdout.write(name)
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        last_beat = None
        while not stopping.wait(1):
            close_old_connections()
            now = timezone.now()
            try:
                if last_beat is None or not timedelta(0) <= now - last_beat < BEAT_EVERY:
                    beat("scheduler", now)
                    last_beat = now
                run_due(jobs, now, stopping=stopping.is_set)
            except DatabaseError:
                # The database is away or locked for longer than the timeout: try again, not in a hot loop.
                logger.exception("the scheduler can't reach the database")
                stopping.wait(5)
        with contextlib.suppress(DatabaseError):
            Heartbeat.objects.filter(name="scheduler").delete()
