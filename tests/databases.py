"""Test databases are copies of one that migrations made: making one takes half a minute, copying it a moment.

A template belongs to a digest of everything that decides what migrations make. It lies in `var/test-databases` (SQLite) or
beside the test databases on the server (PostgreSQL). The first process that finds none builds its own test database from
nothing and leaves a copy behind; others wait for it. There is one of each: that of another digest gives way. `--create-db` builds from
nothing whatever there is, once in a run.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate
from django.test.utils import setup_databases

FOLDER = settings.BASE_DIR / "var" / "test-databases"
IMPORT = re.compile(r"^(?:from (\S+) import (.+)|import (\S+))$", re.MULTILINE)


def set_up(*, run: str, from_nothing: bool, **options) -> list:
    """`setup_databases`, with a copy of the template where there is a right one; else the template is made of what it built.

    `run` names the run of tests, which several processes may share. With `from_nothing` only a template that this run
    built is right. Other options are those of `setup_databases`, whose answer is returned.
    """
    template = _template()
    with _locked(template) as record:
        wanted = {"digest": digest(), "run": run}
        right = record.get("digest") == wanted["digest"] and (not from_nothing or record.get("run") == run)
        if right and template.exists():
            template.copy()
            return setup_databases(interactive=False, keepdb=True, **options)
        record.clear()
        databases = setup_databases(interactive=False, **options)
        template.keep()
        record.update(wanted)
        return databases


def exists() -> bool:
    """Whether there is a test database of this process already, as `--reuse-db` leaves one."""
    return _template().target_exists()


def digest() -> str:
    """Of the migrations of all apps, our modules that they use, handlers that run with them, settings and packages."""
    found = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version} {connection.vendor}".encode())
    for path in sorted(_sources()):
        found.update(f"\n{path}\n".encode() + path.read_bytes())
    packages = {f"{each.name}=={each.version}" for each in importlib.metadata.distributions()}
    found.update("\n".join(sorted(packages)).encode())
    return found.hexdigest()


def _sources() -> set[Path]:
    paths = {path for config in apps.get_app_configs() for path in Path(config.path).glob("migrations/*.py")}
    ours = [path for path in paths if path.is_relative_to(settings.BASE_DIR)]
    for path in ours:
        for module, names, alone in IMPORT.findall(path.read_text()):
            for name in [alone or module, *(f"{module}.{each.strip()}" for each in names.split(","))]:
                paths |= _file_of(name)
    for signal in (pre_migrate, post_migrate):
        for receiver in signal._live_receivers(None)[0]:
            paths |= _file_of(receiver.__module__)
    return paths | set(Path(settings.BASE_DIR, "cms", "settings").glob("*.py"))


def _file_of(module: str) -> set[Path]:
    """The file of a module of ours; of another's, the versions of packages tell."""
    if not Path(settings.BASE_DIR, module.split(".")[0], "__init__.py").exists():
        return set()
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:  # something within a module
        return set()
    return {Path(spec.origin)} if spec and spec.origin else set()


@contextmanager
def _locked(template) -> Iterator[dict]:
    """What is known of the template, changed by nobody else meanwhile; kept as it is left, if nothing goes wrong."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{template.name}.json").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        record = json.loads(file.read() or "{}")
        file.truncate(0)  # whoever is interrupted leaves a template that counts for nothing
        yield record
        file.write(json.dumps(record))


def _template():
    return {"sqlite": SQLite, "postgresql": PostgreSQL}[connection.vendor]()


class SQLite:
    """A file."""

    name = "sqlite"

    def __init__(self):
        self.path = FOLDER / "template.sqlite3"
        self.target = Path(connection.creation._get_test_db_name())

    def exists(self) -> bool:
        return self.path.exists()

    def target_exists(self) -> bool:
        return self.target.exists()

    def copy(self) -> None:
        for suffix in ("-wal", "-shm"):
            self.target.with_name(self.target.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.path, self.target)

    def keep(self) -> None:
        connection.close()
        self.path.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.target)) as source, closing(sqlite3.connect(self.path)) as copy:
            source.backup(copy)


class PostgreSQL:
    """A database on the same server, named after the one that the settings name."""

    def __init__(self):
        self.name = f"template_{connection.settings_dict['NAME']}"
        self.target = connection.creation._get_test_db_name()

    def exists(self) -> bool:
        return self._there(self.name)

    def target_exists(self) -> bool:
        return self._there(self.target)

    def copy(self) -> None:
        self._copy(self.name, self.target)

    def keep(self) -> None:
        connection.close()
        self._copy(self.target, self.name)

    def _there(self, name) -> bool:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def _copy(self, source, target) -> None:
        source, target = (connection.ops.quote_name(name) for name in (source, target))
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {target}")
            cursor.execute(f"CREATE DATABASE {target} TEMPLATE {source}")
