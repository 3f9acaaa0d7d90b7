"""`make demo`: everything that a demo needs, in the foreground, until Ctrl-C.

It prepares (database, content, static files: each only when needed), then supervises three processes: worker,
scheduler and web server. They are children with sessions of their own, so that Ctrl-C reaches this process alone and
they are stopped in order: the web server first, then those who work for it.
"""

import os
import shutil
import sys
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from cms.core.ops_models import Heartbeat, beat
from cms.demo.accounts import ACCOUNTS, demo_password, make_demo_accounts, require_demo
from cms.demo.loader.corrections import load as load_corrections
from cms.demo.loader.desk import load as load_desk
from cms.demo.loader.learners import load as load_learners
from cms.demo.loader.submissions import load as load_submissions
from cms.demo.preparation import (
    CountingMigrate,
    Progress,
    has_content,
    is_demo_database,
    only_one,
    static_digest,
)
from cms.demo.supervision import GRACE_SECONDS, Child, Supervisor, answers, check_port

LOADING, LOADED = "demo:loading", "demo:loaded"
# More threads than this only wait for one another.
WEB_THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


class Command(BaseCommand):
    help = "Prepare and run the demo: database, content, static files, worker, scheduler, web server."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--prepare", action="store_true", help="prepare, then stop instead of serving")
        parser.add_argument(
            "--reset", action="store_true", help="delete the demo's database and uploads, then stop"
        )
        parser.add_argument(
            "--yes", action="store_true", help="with --reset: yes, the PostgreSQL database too"
        )

    def handle(self, *, host, port, prepare, reset, yes, **options):
        try:
            require_demo()
        except ImproperlyConfigured as problem:
            raise CommandError(str(problem)) from None
        self.progress = Progress(self.stdout)
        with only_one(Path(settings.VAR_DIR) / "demo.lock"):
            try:
                if reset:
                    self.reset(yes)
                elif prepare:
                    self.prepare()
                else:
                    check_port(host, port)
                    self.prepare()
                    self.serve(host, port)
            except KeyboardInterrupt:
                raise CommandError("Interrupted. The next `make demo` goes on from here.") from None

    # Preparing

    def prepare(self):
        call_command("compile_catalogues", verbosity=0)
        self.check()
        self.migrate()
        self.load()
        self.collect_static()

    def migrate(self):
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            call_command(CountingMigrate(self.progress, len(plan)), interactive=False, verbosity=0)
            self.progress.done(f"Database: {len(plan)} migrations")

    def load(self):
        beats = set(Heartbeat.objects.filter(name__in=(LOADING, LOADED)).values_list("name", flat=True))
        if LOADED in beats or (LOADING not in beats and has_content()):
            return
        if LOADING in beats:
            self.stdout.write("Demo content: the last attempt to load it was interrupted; starting over")
            if connection.vendor != "sqlite":
                raise CommandError("The database holds half of the demo. Run: make demo-reset YES=1")
            self.reset(yes=True, quiet=True)
            self.migrate()
        self.say("Demo content: loading…")
        started = time.monotonic()
        beat(LOADING, timezone.now())
        call_command("load_demo", stdout=self.stdout, verbosity=1)
        users = make_demo_accounts()
        load_submissions(users)
        load_desk(users)
        call_command("fill_translation_memory", stdout=self.stdout, verbosity=1)
        self.progress.step("Demo content: learners…")
        load_learners(users)
        load_corrections(by=users["trainer"], now=timezone.now())
        beat(LOADED, timezone.now())
        self.progress.done(f"Demo content: loaded in {time.monotonic() - started:.0f} s")

    def collect_static(self):
        if settings.DEBUG:
            return
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        digest = static_digest()
        if stamp.exists() and stamp.read_text() == digest:
            return
        self.progress.step("Static files: collecting…")
        started = time.monotonic()
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(digest)
        self.progress.done(f"Static files: collected in {time.monotonic() - started:.0f} s")

    # Starting over

    def reset(self, yes, quiet=False):
        if connection.vendor == "sqlite":
            name = Path(settings.DATABASES["default"]["NAME"])
            connections.close_all()
            for suffix in ("", "-wal", "-shm", "-journal"):
                name.with_name(name.name + suffix).unlink(missing_ok=True)
            what = name.name
        else:
            what = f"everything in the database {connection.settings_dict['NAME']}"
            if not yes:
                raise CommandError(f"This deletes {what}. If that is what you want: make demo-reset YES=1")
            if not is_demo_database():
                raise CommandError(
                    "The database holds accounts, and none of the demo's: it isn't a demo. Left alone."
                )
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_schema()")
                schema = connection.ops.quote_name(cursor.fetchone()[0])
                cursor.execute(f"DROP SCHEMA {schema} CASCADE")
                cursor.execute(f"CREATE SCHEMA {schema}")
        media = Path(settings.MEDIA_ROOT)
        if media.is_dir():
            shutil.rmtree(media)
        ContentType.objects.clear_cache()
        if not quiet:
            self.stdout.write(f"Deleted: {what}, uploads. `make demo` makes them anew.")

    # Serving

    def serve(self, host, port):
        env = {**os.environ, "PORT": str(port), "HOST": host}
        manage = [sys.executable, "manage.py"]
        web = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
            # SQLite has one writer: threads of one process share its cache and queue in it.
            *("--workers", "1", "--blocking-threads", str(WEB_THREADS), "--no-ws", "--log-level", "warning"),
            *("--workers-kill-timeout", str(GRACE_SECONDS - 5), "cms.wsgi:application"),
        ]
        children = [
            Child(name, command, env, settings.BASE_DIR)
            for name, command in (
                ("worker", [*manage, "worker"]),
                ("scheduler", [*manage, "scheduler"]),
                ("web server", web),
            )
        ]
        # Connections must not be shared with children, and this process needs none while it waits.
        screen = self.screen(host, port)
        connections.close_all()
        supervisor = Supervisor(children, say=self.say)
        self.progress.step("Starting…")
        with supervisor:
            if supervisor.wait_until(lambda: answers(host, port)):
                self.say(screen)
                supervisor.watch()
        if supervisor.failed:
            raise CommandError(f"The {supervisor.failed} doesn't stay up; what it said last is above.")

    def say(self, text):
        self.progress.clear()
        self.stdout.write(text)
        self.stdout.flush()

    def screen(self, host, port):
        """One screen: where to go, as whom, with which password."""
        base = f"http://{'localhost' if host in ('0.0.0.0', '::', '127.0.0.1') else host}:{port}"
        bold = self.style.SUCCESS if self.stdout.isatty() else str
        addresses = [
            ("Site", "/en/"),
            ("Admin", "/admin/"),
            ("API", "/api/v2/pages/"),
            ("API docs", "/api/docs/"),
            ("Change feed", "/api/v2/changes/"),
        ]
        admin = get_user_model().objects.filter(email=ACCOUNTS[0].email).first()
        known = admin is not None and admin.check_password(demo_password())
        width = max(len(account.email) for account in ACCOUNTS) + 2
        people = [f"  {account.email:<{width}}{account.purpose}" for account in ACCOUNTS]
        return "\n".join(
            [
                "",
                bold("Compendium is running. Ctrl-C stops it."),
                "",
                *(f"  {label:<13}{base}{path}" for label, path in addresses),
                "",
                "Demo accounts:",
                *people,
                f"password: {demo_password()}" if known else "password: changed since the demo was loaded",
                "",
            ]
        )
