"""The worker of a deployment: the task package's own, which beats while it lives.

The beat comes from a thread, so that a task of an hour doesn't look like a dead worker. It lets readiness say that
nobody works, and the reaper know within a minute that a worker was killed.
"""

import contextlib
import logging
import os
import secrets
import socket
import threading
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone
from django_tasks_db.management.commands import db_worker

from cms.core.ops_models import Heartbeat, beat
from cms.core.schedule import registered
from cms.core.tasks import BACKEND, WORKER_PREFIX

logger = logging.getLogger(__name__)

BEAT_EVERY = timedelta(seconds=10)


class Beating:
    """A thread that beats under a worker's name until it is left; then the name is forgotten."""

    def __init__(self, worker_id: str):
        self.name = WORKER_PREFIX + worker_id
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        beat(self.name, timezone.now())  # here first: no task is taken by a worker that nobody knows
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(timeout=5)
        with contextlib.suppress(DatabaseError):
            Heartbeat.objects.filter(name=self.name).delete()

    def _run(self):
        while not self.stopping.wait(BEAT_EVERY.total_seconds()):
            try:
                beat(self.name, timezone.now())
            except DatabaseError:
                logger.warning("%s could not write its heartbeat", self.name)
                connection.close()
        connection.close()


class Command(db_worker.Command):
    help = "Run background tasks until SIGTERM or SIGINT, which let the task that runs finish."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(
            backend_name=BACKEND,
            queue_name="*",
            reload=False,
            worker_id=f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}",
        )

    def configure_logging(self, verbosity):
        """Left to the settings: one place says what is logged and how."""

    def handle(self, **options):
        registered()  # importing every app's jobs.py now makes a broken one fail at start, not at its first task
        with Beating(options["worker_id"]):
            super().handle(**options)
