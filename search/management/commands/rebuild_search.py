"""`manage.py rebuild_search`: bring the search index to the documents."""

from django.core.management.base import BaseCommand
from django.db import connection

from search.indexing import rebuild


class Command(BaseCommand):
    help = "Brings the search index to the published documents."

    def handle(self, **options):
        written, deleted = rebuild(self._progress)
        if connection.vendor == "sqlite":
            # Without statistics SQLite searches ten times as long.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        self.stdout.write(f"Search: {written} written, {deleted} deleted.")

    def _progress(self, done, total):
        if self.stdout.isatty():
            self.stdout.write(f"\r{done}/{total}", ending="\n" if done == total else "")
