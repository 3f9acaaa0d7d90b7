from django.core.management.base import BaseCommand

from cms.translation.remembering import remember_earlier


class Command(BaseCommand):
    help = (
        "Keeps in the translation memory what was published before there was one. What it has already is left as it is, so it "
        "can be run on a live site at any time, again and again, and stopped in between."
    )

    def handle(self, *args, **options):
        count = remember_earlier(self._progress)
        self.stdout.write(f"{count} paragraphs were added to the translation memory.")

    def _progress(self, done, total):
        if self.stdout.isatty():
            self.stdout.write(f"\r{done}/{total}", ending="" if done < total else "\n")
            self.stdout.flush()
