"""`manage.py api_description [file]`: write the OpenAPI description, for the snapshot that the tests compare with."""

from pathlib import Path

from django.core.management.base import BaseCommand

from cms.rest.docs import as_text

SNAPSHOT = Path("tests/rest/openapi.json")


class Command(BaseCommand):
    help = f"Writes the OpenAPI description to {SNAPSHOT} (or another file; - for standard output)."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", default=str(SNAPSHOT))

    def handle(self, file, **options):
        if file == "-":
            self.stdout.write(as_text(), ending="")
        else:
            Path(file).write_text(as_text())
            self.stdout.write(f"Written to {file}.")
