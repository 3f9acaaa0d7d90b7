"""What is measured in this process: publishing, recompiling, a guide's PDF, events and the outline, over one database.

On SQLite everything that writes is measured twice, in turn: with `synchronous=FULL`, as the platform runs, and with NORMAL,
which is faster and can lose acknowledged commits when the power goes.
"""

import contextlib
import time
import uuid
from collections import defaultdict
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.content import api as content
from cms.content.models import ContentItem, ContentVersion
from cms.content.renderers.book import gather, members
from cms.content.takeaways import RENDERERS
from home.guides.models import ChapterPage
from home.models import StandardPage
from learning.progress import learners, reports

from .corpus import Corpus, Words, publish
from .generator import Failed
from .moving import Crowd
from .report import Budget, Report, Section, median
from .rush import THREADS, Rush, Rushed
from .servers import HOST

EVENTS_IN_ROUND = 20
BATCH = 500


@contextlib.contextmanager
def synchronous(mode: str):
    """Run with this `synchronous` on SQLite; PostgreSQL does what its server is configured for."""
    if connection.vendor != "sqlite":
        yield
        return
    _pragma(mode)
    try:
        yield
    finally:
        _pragma("FULL")


def _pragma(mode):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={mode}")


def modes() -> list[str]:
    return ["FULL", "NORMAL"] if connection.vendor == "sqlite" else ["as configured"]


def seconds(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def statements(function: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        function()
    return len(captured)


class Work:
    """Measures what writes. `progress(what, done, total)` is told of each round."""

    def __init__(self, corpus: Corpus, progress: Callable[..., object]):
        self.corpus, self.progress = corpus, progress
        self.words = Words(seed=2)
        self.client = Client(SERVER_NAME=HOST)
        self.client.force_login(corpus.learner, backend="django.contrib.auth.backends.ModelBackend")
        self.took: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.renamed = self.printed = 0
        self.crowd = Crowd(corpus.crowded, corpus.crowd)
        self.rush = Rush(corpus.rush)

    def run(self, report: Report, *, rounds: int) -> None:
        """Measure everything `rounds` times, then add figures and budgets to the report."""
        # Something to show in the outline, and nothing that happens for the first time later.
        self.batch()
        with synchronous("OFF"):
            self.crowd.gather()
            self.rush.gather()
        counts = self._statements()
        for done in range(1, rounds + 1):
            self.progress("Publishing and learning, round", done, rounds)
            for mode in modes():
                with synchronous(mode):
                    self._round(mode)
        self.progress(f"{self.rush.size} people take a quiz")
        self._tell(report, counts, self.rush.run())

    def _round(self, mode):
        self.took["compile", mode].append(self.compile())
        self.took["publish", mode].append(seconds(self.publish))
        if mode == modes()[0]:
            # Long, and the time goes into compiling, not into waiting for the disk.
            self.took["dependants", mode].append(seconds(self.rename))
            self.took["pdf", mode].append(seconds(self.pdf))
        self.took["move", mode].append(self.move())
        events = [seconds(lambda index=index: self.event(index)) for index in range(EVENTS_IN_ROUND)]
        self.took["event", mode].append(median(events))
        self.took["batch", mode].append(seconds(self.batch))
        self.took["outline", mode].append(median([seconds(self.outline) for _ in range(5)]))
        self.took["report", mode].append(median([seconds(self.report) for _ in range(5)]))

    # The work -------------------------------------------------------------------------------------------------

    def compile(self) -> float:
        page = self._rich()
        return seconds(lambda: content.compile_page(page))

    def _rich(self) -> ChapterPage:
        return ChapterPage.objects.select_related("locale").get(pk=self.corpus.rich.pk)

    def publish(self) -> None:
        """A page with 20 links and 10 pictures, with a change in it."""
        page = self._rich()
        page.summary = self.words.sentence()
        publish(page)

    def rename(self) -> None:
        """Give a page another address; what links to it is compiled again, in this process, before this returns."""
        self.renamed += 1
        page = StandardPage.objects.get(pk=self.corpus.linked.pk)
        page.slug = f"linked-{self.renamed}"
        before = ContentVersion.objects.count()
        publish(page)
        made = ContentVersion.objects.count() - before
        if made != self.corpus.dependants:
            raise Failed(f"{made} documents were compiled anew instead of {self.corpus.dependants}")

    def pdf(self) -> None:
        """Gather the guide's documents and set them, in other words than before: a typesetter remembers what it has set."""
        self.printed += 1
        item = ContentItem.objects.select_related("current").get(page_id=self.corpus.book.pk)
        book = gather(item, members(item))
        for part in book.parts:
            for block in part.blocks:
                if block["type"] == "text":
                    block["value"] = block["value"].replace("<p>", f"<p>{self.printed} ")
        if not RENDERERS["pdf"](book).startswith(b"%PDF-"):
            raise Failed("the guide came out as no PDF")

    def move(self) -> float:
        edition = self.crowd.release()
        moved = []
        took = seconds(lambda: moved.append(self.crowd.move(edition)))
        if moved != [self.crowd.size]:
            raise Failed(f"{moved[0]} people were moved instead of {self.crowd.size}")
        return took

    def event(self, index: int) -> None:
        self._send([self._event(index)])

    def batch(self) -> None:
        self._send([self._event(index) for index in range(BATCH)])

    def outline(self) -> None:
        self._checked(self.client.get(f"/api/learning/v1/courses/{self.corpus.course.translation_key}/"))

    def report(self) -> None:
        """What the people who run a course are told of a crowd, and the first page of its learners."""
        key = self.corpus.crowded.translation_key
        found, _spread = reports.overview(key)
        reports.units(key)
        if found.enrolled != self.crowd.size or not learners.page(
            key, learners.Asked(), after=None, limit=50
        ):
            raise Failed(f"the report counts {found.enrolled} learners")

    def _event(self, index: int) -> dict:
        units = self.corpus.units
        verbs = ["opened", "progressed", "completed"]
        return {
            "id": str(uuid.uuid4()),
            "course": str(self.corpus.course.translation_key),
            "unit": str(units[index % len(units)]),
            "verb": verbs[index // len(units) % len(verbs)],
            "language": "en",
            "occurred_at": timezone.now().isoformat(),
            "seconds": 30,
        }

    def _send(self, events: list[dict]) -> None:
        response = self.client.post(
            "/api/learning/v1/events/", {"events": events}, content_type="application/json"
        )
        refused = [item for item in self._checked(response).json()["items"] if item["status"] != "accepted"]
        if refused:
            raise Failed(f"events were refused: {refused[0]}")

    def _checked(self, response):
        if response.status_code != 200:
            raise Failed(f"{response.status_code}: {response.content[:300]!r}")
        return response

    # Telling --------------------------------------------------------------------------------------------------

    def _statements(self) -> dict[str, int]:
        self.outline()
        page = self._rich()
        return {
            "compile": statements(lambda: content.compile_page(page)),
            "publish": statements(self.publish),
            "dependants": statements(self.rename),
            "pdf": statements(self.pdf),
            "event": statements(lambda: self.event(0)),
            "last event": statements(lambda: self.event(len(self.corpus.units) - 1)),
            "batch": statements(self.batch),
            "outline": statements(self.outline),
            "report": statements(self.report),
            "move": self._moving(),
        }

    def _moving(self) -> int:
        edition = self.crowd.release()
        return statements(lambda: self.crowd.move(edition))

    def _tell(self, report: Report, counts: dict[str, int], rushed: Rushed) -> None:
        columns = [f"ms, synchronous {mode}" for mode in modes()] if len(modes()) > 1 else ["ms"]
        section = Section("In one process", ["work", "SQL", *columns])
        dependants = self.corpus.dependants
        for label, name in (
            ("compile a page with 20 links and 10 pictures", "compile"),
            ("publish that page, revision and indexes included", "publish"),
            (f"give a page another address: {dependants} dependants", "dependants"),
            ("guide of 100 pages to PDF", "pdf"),
            ("one learning event", "event"),
            (f"a batch of {BATCH} events", "batch"),
            (f"outline of {len(self.corpus.units)} units with own progress", "outline"),
            (f"report of a course with {self.crowd.size} learners", "report"),
            (f"{self.crowd.size} people moved to a new edition, its release not counted", "move"),
        ):
            took = [self.took.get((name, mode)) for mode in modes()]
            section.add(label, counts[name], *(median(each) * 1000 if each else None for each in took))
        report.sections.append(section)
        rush = Section(
            f"{self.rush.size} people start a quiz and hand it in, over {THREADS} threads",
            ["", "people a second", "ms, 95 of 100 at most", "errors"],
        )
        rush.add("one process", self.rush.size / rushed.seconds, rushed.slow, len(rushed.errors))
        report.sections.append(rush)
        report.raw["errors of those who took the quiz"] = rushed.errors[:20]
        report.raw |= {
            f"{name}, {mode}, ms": [round(each * 1000, 2) for each in took]
            for (name, mode), took in self.took.items()
        }
        first = modes()[0]
        report.budgets += [
            Budget("publish a page", "at most 20 statements for compiling", counts["compile"], 20),
            Budget(
                "recompile 100 dependants",
                "under 5 seconds",
                median(self.took["dependants", first]) * 100 / dependants,
                5,
            ),
            Budget("guide of 100 pages to PDF", "under 2 seconds", median(self.took["pdf", first]), 2),
            Budget(
                "course outline",
                f"at most 6 statements for {len(self.corpus.units)} units",
                counts["outline"],
                6,
            ),
            Budget(
                "one learning event",
                "as many statements for the last unit as for the first",
                counts["last event"] - counts["event"],
                0,
            ),
            Budget(
                f"{self.crowd.size} people moved to a new edition",
                "under 5 seconds for 10,000",
                median(self.took["move", first]) * 10_000 / self.crowd.size,
                5,
            ),
            Budget("course report", "at most 3 statements", counts["report"], 3),
            Budget(
                f"course report of {self.crowd.size} learners",
                "under 0.3 seconds",
                median(self.took["report", first]),
                0.3,
            ),
            Budget(f"{self.rush.size} people take one quiz", "no error", len(rushed.errors), 0),
            Budget(f"a batch of {BATCH}", "at most 25 statements", counts["batch"], 25),
        ]
