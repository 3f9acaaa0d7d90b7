import sys

from django.core.management.base import BaseCommand
from wagtail.models import Page

from cms.content import contents
from cms.content.dependants import mark_pages
from cms.content.marks import work_off
from cms.content.models import ContentItem, Mark


class Command(BaseCommand):
    help = (
        "Compiles every live page again and repairs contents. Unchanged documents keep their versions, so it can be run "
        "on a live site at any time, again and again, and stopped in between."
    )

    def handle(self, *args, **options):
        live = list(
            Page.objects.filter(live=True, depth__gte=2).order_by("path").values_list("pk", flat=True)
        )
        gone = list(
            ContentItem.objects.filter(status=ContentItem.Status.LIVE)
            .exclude(page_id__in=live)
            .values_list("page_id", flat=True)
        )
        ids = [*live, *gone]
        failed = 0
        for done, page_id in enumerate(ids, 1):
            Mark.objects.filter(page_id=page_id).exists() or mark_pages([page_id], reason="rebuild")
            failed += work_off([page_id])
            self._progress(done, len(ids))
        contents.rebuild_all()
        marked = Mark.objects.values("page_id").distinct().count()
        self.stdout.write(f"{len(ids)} pages, {failed} failed, {marked} still marked.")
        if failed:
            sys.exit(1)

    def _progress(self, done, total):
        if self.stdout.isatty():
            filled = done * 40 // total
            self.stdout.write(
                f"\r[{'#' * filled}{'.' * (40 - filled)}] {done}/{total}", ending="" if done < total else "\n"
            )
            self.stdout.flush()
