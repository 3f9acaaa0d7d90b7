from django.core.management.base import BaseCommand, CommandError

from cms.core import invariants


class Command(BaseCommand):
    help = "Proves what must hold over the whole database. Exits with 1 and names each violation where it doesn't."

    def handle(self, *args, **options):
        found = list(invariants.violations())
        for name, sentence in found:
            self.stderr.write(f"{name}: {sentence}")
        if found:
            raise CommandError(f"{len(found)} violation(s)")
        self.stdout.write(f"{len(invariants.names())} invariants hold.")
