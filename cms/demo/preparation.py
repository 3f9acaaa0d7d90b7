"""What the demo needs before it can be served, and how it is told that it is being made."""

import contextlib
import fcntl
import hashlib
import os
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.contrib.staticfiles.finders import get_finders
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import DatabaseError
from wagtail.models import Page

from .accounts import ACCOUNTS


class Progress:
    """Lines of progress: rewritten in place on a terminal, one line a step elsewhere."""

    def __init__(self, out):
        self.out = out
        self.terminal = out.isatty()

    def step(self, text: str) -> None:
        if self.terminal:
            self.out.write(f"\r\033[K{text}", ending="")
        else:
            self.out.write(text)
        self.out.flush()

    def tick(self, text: str) -> None:
        """A step among many: shown on a terminal only."""
        if self.terminal:
            self.step(text)

    def done(self, text: str) -> None:
        self.clear()
        self.out.write(text)
        self.out.flush()

    def clear(self) -> None:
        if self.terminal:
            self.out.write("\r\033[K", ending="")


class CountingMigrate(MigrateCommand):
    """Django's migrate, which says how far it is instead of naming each migration."""

    def __init__(self, progress, total, **kwargs):
        super().__init__(**kwargs)
        self.progress, self.total, self.count = progress, total, 0
        progress.step(f"Database: applying {total} migrations…")

    def migration_progress_callback(self, action, migration=None, fake=False):
        if action == "apply_success":
            self.count += 1
            self.progress.tick(f"Database: {self.count} of {self.total} migrations")


def has_content() -> bool:
    """Whether there are pages of our own, not only those that Wagtail's migrations make."""
    return (
        Page.objects.filter(depth__gt=1)
        .exclude(content_type=ContentType.objects.get_for_model(Page))
        .exists()
    )


def is_demo_database() -> bool:
    """Whether the database may be thrown away: it is empty, or the demo's administrator is in it."""
    try:
        users = get_user_model().objects
        return not users.exists() or users.filter(email=ACCOUNTS[0].email).exists()
    except DatabaseError:  # no tables
        return True


def static_digest() -> str:
    """A digest over names, sizes and times of all static files: what changed has to be collected again."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = os.stat(storage.path(name))
            digest.update(f"{name}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextlib.contextmanager
def only_one(path: Path):
    """Hold the lock of this checkout's demo. Raises CommandError if somebody else holds it."""
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CommandError(
                f"The demo of this checkout is running already (process {file.read().strip() or 'unknown'}). "
                "Stop it with Ctrl-C first; another checkout can run beside it on another PORT."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
