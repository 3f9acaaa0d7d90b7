from django.core.management.base import BaseCommand

from home.setup import set_up


class Command(BaseCommand):
    help = "Prepares a new site: languages, front page, countries, workflows. Repeatable; changes nothing that exists."

    def add_arguments(self, parser):
        parser.add_argument("--title", default="Compendium")

    def handle(self, *args, title, **options):
        home = set_up(title=title, told=self.stdout.write)
        self.stdout.write(f"The front page is page {home.pk}, {home.title!r}.")
