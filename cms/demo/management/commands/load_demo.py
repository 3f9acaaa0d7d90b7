import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.content.models import ContentItem
from cms.demo.loader.agency import Unfit
from cms.demo.loader.load import Loader


class Command(BaseCommand):
    help = "Loads the demo content of all six languages into a database that has no content yet."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Demo mode is off: these settings are not for demonstrations.")
        if ContentItem.objects.filter(type="guides.ChapterPage").exists():
            self.stdout.write("There is content already; nothing was loaded.")
            return
        loader = Loader(self._progress)
        try:
            loader.run()
        except Unfit as error:
            raise CommandError(str(error)) from None
        if loader.missing:
            for line in loader.missing:
                self.stderr.write(line)
            raise CommandError(f"{len(loader.missing)} strings have no translation in the files.")
        self.stdout.write(f"{ContentItem.objects.count()} documents are published.")

    def _progress(self, step, done, total):
        if sys.stdout.isatty():
            self.stdout.write(f"\r  {step}: {done}/{total}", ending="\n" if done == total else "")
            self.stdout.flush()
        elif done == total or done % 25 == 0:
            self.stdout.write(f"  {step}: {done}/{total}")
