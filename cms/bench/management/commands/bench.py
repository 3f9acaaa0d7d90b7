"""`make bench`: build a corpus, start servers, measure, tell, leave nothing behind."""

import contextlib
import json
import os
import platform
import signal
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from cms.bench import work
from cms.bench.corpus import Builder, Corpus, Sizes
from cms.bench.generator import Failed, Generator
from cms.bench.report import Report
from cms.bench.servers import Server
from cms.bench.web import Web

QUICK = Sizes(chapters=100, units=60, crowd=1_000, rush=200, book_words=8_000)
# Nobody waits longer than this; the servers stop with us.
LIMIT_SECONDS = 900


class Progress:
    """One line that is written over on a terminal; elsewhere one line for each kind of work."""

    def __init__(self, out):
        self.out, self.terminal, self.last = out, out.isatty(), ""

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        kind = what.partition(":")[0]
        if self.terminal:
            self.out.write(f"\r\033[K{what}" + (f": {done} of {total}" if total else "…"), ending="")
        elif kind != self.last:
            self.out.write(f"{kind}…")
        self.last = kind
        self.out.flush()

    def clear(self) -> None:
        if self.terminal:
            self.out.write("\r\033[K", ending="")


class CountingMigrate(Migrate):
    """Django's migrate, which tells `progress` how far it is."""

    def __init__(self, progress, total, **options):
        super().__init__(**options)
        self.progress, self.total, self.done = progress, total, 0

    def migration_progress_callback(self, action, migration=None, fake=False):
        if action == "apply_success":
            self.done += 1
            self.progress("Migrations", self.done, self.total)


class Command(BaseCommand):
    help = "Measures speed beside stock Wagtail and a constant view, and writes var/bench.json."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured (5)")
        parser.add_argument("--seconds", type=float, default=1.0, help="length of one window of requests (1)")
        parser.add_argument(
            "--quick", action="store_true", help="less content, 3 rounds of 0.3 s: not for figures"
        )
        parser.add_argument(
            "--json",
            type=Path,
            dest="path",
            metavar="FILE",
            default=Path(settings.BASE_DIR, "var", "bench.json"),
            help="where the figures go (var/bench.json)",
        )

    def handle(self, *, rounds, seconds, quick, path, **options):
        if settings.ROOT_URLCONF != "cms.bench.urls":
            raise CommandError(
                "This measures in a database of its own: make bench, or --settings=cms.settings.bench"
            )
        if rounds < 1 or not 0.1 <= seconds <= 60:
            raise CommandError("--rounds must be 1 or more, --seconds between 0.1 and 60")
        if quick:
            rounds, seconds = min(rounds, 3), min(seconds, 0.3)
        self.progress = Progress(self.stdout)
        started = time.monotonic()
        try:
            with _bounded(), _database():
                report = self.measure(QUICK if quick else Sizes(), rounds, seconds)
        except (Failed, RuntimeError) as problem:
            self.progress.clear()
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            self.progress.clear()
            raise CommandError("Stopped; nothing is left behind.", returncode=130) from None
        report.machine["took"] = f"{time.monotonic() - started:.0f} s"
        if quick:
            report.machine["quick"] = "yes: too short for figures"
        self.tell(report, path)

    def measure(self, sizes: Sizes, rounds: int, seconds: float) -> Report:
        corpus = self.build(sizes)
        folder = Path(settings.BASE_DIR)
        generator = Generator(Path(settings.VAR_DIR))
        report = Report(_machine(generator, rounds, seconds))
        # Without a folder of static files WhiteNoise complains at every start.
        Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
        self.progress("Starting servers")
        env = {"DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
        with Server("cms.wsgi:application", folder, env, ready="/health/live/") as site:
            size = len(site.get(f"/api/v2/pages/{corpus.chapters[0]}/")[2])
            with Server("cms.bench.bare:application", folder, {"BENCH_BYTES": str(size)}) as bare:
                Web(corpus, generator, site, bare, self.progress).run(report, rounds=rounds, seconds=seconds)
            report.machine["web server's memory at most"] = f"{site.mebibytes or '?'} MiB"
        work.Work(corpus, self.progress).run(report, rounds=rounds)
        self.progress.clear()
        return report

    def build(self, sizes: Sizes) -> Corpus:
        """Tables and content. Nothing of it has to survive a power cut, so that SQLite needn't wait for the disk."""
        with work.synchronous("OFF"):
            self.progress("Migrations")
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            call_command(CountingMigrate(self.progress, len(plan)), interactive=False, verbosity=0)
            corpus = Builder(sizes, self.progress).run()
        if connection.vendor == "postgresql":
            # What autovacuum does within a minute of such a load: without it the planner knows no table's size.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        return corpus

    def tell(self, report: Report, path: Path) -> None:
        self.stdout.write(report.as_text())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(report.as_dict(), indent=2, ensure_ascii=False) + "\n")
        missed = len(report.missed)
        self.stdout.write(
            f"\n{len(report.budgets) - missed} of {len(report.budgets)} budgets are met. Figures: {path}"
        )


def _machine(generator: Generator, rounds: int, seconds: float) -> dict:
    versions = {
        "sqlite": lambda: f"SQLite {connection.Database.sqlite_version}",
        "postgresql": lambda: f"PostgreSQL {connection.pg_version // 10000}",
    }
    return {
        "cores": os.cpu_count(),
        "Python": platform.python_version(),
        "database": versions[connection.vendor](),
        "load generator": generator.name,
        "rounds": rounds,
        "window": f"{seconds:g} s",
        "load average at the start": f"{os.getloadavg()[0]:.1f}",
    }


@contextlib.contextmanager
def _bounded():
    """Stop as by Ctrl-C when asked to, and after LIMIT_SECONDS: everything is then put away on the way out."""

    def stop(number, frame):
        raise KeyboardInterrupt

    def too_long(number, frame):
        raise RuntimeError(f"this took longer than {LIMIT_SECONDS} s")

    handlers = {signal.SIGINT: stop, signal.SIGTERM: stop, signal.SIGHUP: stop, signal.SIGALRM: too_long}
    old = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    signal.alarm(LIMIT_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        for number, handler in old.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _database():
    """The database of this run. SQLite's lies in the folder and goes with it; PostgreSQL's is made and dropped."""
    if connection.vendor == "sqlite":
        try:
            yield
        finally:
            connections.close_all()
        return
    name = connection.ops.quote_name(settings.DATABASES["default"]["NAME"])
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield
    finally:
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
