"""`manage.py bench_data --size M`: a data set to measure with, in a database that holds nothing else."""

import time

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page, Site

from cms.bench.data import SIZES, Generator, Size
from cms.bench.work import synchronous
from home.models import HomePage
from home.setup import make_site
from learning.progress.models import Enrolment, Event

from .bench import Progress

THROWAWAY = ("@bench.example", "@demo.example")


class Command(BaseCommand):
    help = "Fills a database that holds only a demo, a data set like this or nothing with pages, members and what they learned."

    def add_arguments(self, parser):
        parser.add_argument("--size", choices=["S", *SIZES], required=True, help="S: the demo.")
        parser.add_argument(
            "--share", type=float, default=1.0, help="Only this share of it, for a try: 0.01 is a hundredth."
        )

    def handle(self, *, size, share, **options):
        require_throwaway()
        if not 0 < share <= 1:
            raise CommandError("--share is above 0, and 1 at most")
        if size == "S":
            call_command("demo", prepare=True)
            return
        if get_user_model().objects.filter(email__endswith=THROWAWAY[0]).exists():
            raise CommandError("There is a data set already. Begin with an empty database.")
        progress, started = Progress(self.stdout), time.monotonic()
        wanted = _part(SIZES[size], share)
        # Whatever is interrupted is made anew: SQLite needn't wait for the disk.
        with synchronous("OFF"):
            site = Site.objects.filter(is_default_site=True).first()
            home = HomePage.objects.filter(pk=site.root_page_id).first() if site else None
            home = home or make_site(title="Bench")
            Generator(wanted, progress, timezone.now()).run(home)
        progress.clear()
        self.stdout.write(
            f"{Page.objects.count():,} pages, {get_user_model().objects.count():,} accounts, "
            f"{Enrolment.objects.count():,} enrolments, {Event.objects.count():,} events "
            f"in {time.monotonic() - started:.0f} s"
        )
        call_command("rebuild_progress", sample=200, check=True, stdout=self.stdout)


def _part(size: Size, share: float) -> Size:
    def some(number):
        return max(1, round(number * share))

    return Size(some(size.pages), some(size.members), some(size.enrolments), some(size.events), size.courses)


def require_throwaway() -> None:
    """Raise CommandError where somebody has an account who isn't of a demo or of a data set."""
    thrown_away = Q()
    for ending in THROWAWAY:
        thrown_away |= Q(email__endswith=ending)
    if get_user_model().objects.exclude(thrown_away).exclude(email="AnonymousUser").exists():
        raise CommandError("The database holds accounts of people: it is no demo. Nothing was changed.")
