"""Compute all progress again from the ledger."""

from django.core.management.base import BaseCommand

from learning.progress.models import Enrolment
from learning.progress.projection import rebuild


class Command(BaseCommand):
    help = (
        "Computes records and counters of enrolments from the ledger alone, and says how many were different."
    )

    def add_arguments(self, parser):
        parser.add_argument("--course", help="The key of one course; all otherwise.")
        parser.add_argument("--sample", type=int, metavar="N", help="Only N enrolments, chosen at random.")
        parser.add_argument("--check", action="store_true", help="Fail if anything was different.")

    def handle(self, *, course=None, sample=None, check=False, **options):
        rows = Enrolment.objects.order_by("pk")
        if course:
            rows = rows.filter(course=course)
        if sample:
            rows = rows.filter(pk__in=list(rows.order_by("?").values_list("pk", flat=True)[:sample]))
        total = different = 0
        syllabuses = {}
        for enrolment in rows.iterator(chunk_size=500):
            total += 1
            different += rebuild(enrolment, syllabuses)
            if total % 1000 == 0 and options["verbosity"]:
                self.stdout.write(f"{total} enrolments …")
        if options["verbosity"]:
            self.stdout.write(f"{total} enrolments rebuilt, {different} were different")
        if check and different:
            raise SystemExit(1)
