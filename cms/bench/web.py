"""What is measured over HTTP: documents, lists, pages and the feed, each round beside its peers."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.content.models import ContentItem

from .corpus import Corpus
from .generator import Failed, Generator, Window
from .load import request_text
from .report import Budget, Report, Section, median, ratio
from .servers import HOST, Server

ANY = "/stock/api/v2/pages/"
LIST = "type=guides.ChapterPage&fields=*&limit=20&offset={}"
FEED = "/api/v2/changes/?include=document&limit={}"
FEED_LIMIT = 500
WARM_SECONDS = 0.5
# What is also measured without the answers that the server keeps in memory.
ANEW = ("detail", "list")


@dataclass(frozen=True)
class Probe:
    """What one row asks: all its requests in turn, of one server."""

    server: Server
    requests: list[str]
    status: int = 200


def statements(path: str, client: Client | None = None, **options) -> int:
    """SQL statements of one request that isn't the first of its kind in this process."""
    client = client or Client(SERVER_NAME=HOST)
    client.get(path, **options)
    with CaptureQueriesContext(connection) as captured:
        status = client.get(path, **options).status_code
    if status not in (200, 304):
        raise Failed(f"{path} answered {status}")
    return len(captured)


class Web:
    """Measures the site over HTTP. `progress(what, done, total)` is told of each window."""

    def __init__(
        self,
        corpus: Corpus,
        generator: Generator,
        site: Server,
        bare: Server,
        progress: Callable[..., object],
    ):
        self.corpus, self.generator, self.site, self.bare = corpus, generator, site, bare
        self.progress = progress
        self.windows: dict[str, list[Window]] = defaultdict(list)
        self.processor: dict[str, list[float]] = defaultdict(list)
        self.feeds: dict[str, list[dict]] = defaultdict(list)

    # Asking ---------------------------------------------------------------------------------------------------

    def run(self, report: Report, *, rounds: int, seconds: float) -> None:
        """Measure everything `rounds` times in turn, then add figures and budgets to the report."""
        self._prepare()
        for probe in self.probes.values():
            self._ask(probe, WARM_SECONDS)
        for done in range(1, rounds + 1):
            for name, probe in self.probes.items():
                self.progress(f"Requests, round {done} of {rounds}: {name}")
                self._window(name, probe, seconds)
            self._feed("kept")
            self._switch("off")
            for name in ANEW:
                self.progress(f"Requests, round {done} of {rounds}: {name}, made anew")
                self._window(f"{name}, made anew", self.probes[name], seconds)
            self._feed("anew")
            self._switch("on")
            for name in ANEW:
                self._ask(self.probes[name], WARM_SECONDS)
        self._tell(report)

    def _prepare(self):
        random_order = random.Random(1)
        ids = list(self.corpus.chapters)
        random_order.shuffle(ids)
        paths = dict(ContentItem.objects.filter(page_id__in=ids).values_list("page_id", "path"))
        self.detail_paths = [f"/api/v2/pages/{page_id}/" for page_id in ids]
        self.page_paths = [paths[page_id] for page_id in ids]
        self.queries = [LIST.format(offset) for offset in range(0, max(len(ids) - 19, 1), 20)]
        random_order.shuffle(self.queries)
        self.list_paths = [f"/api/v2/pages/?{query}" for query in self.queries]
        self.sizes = {
            name: round(median([len(self._fetch(path)[1]) for path in paths]))
            for name, paths in (
                ("detail", self.detail_paths),
                ("list", self.list_paths),
                ("page", self.page_paths[:20]),
            )
        }
        tags = {path: self._fetch(path)[0]["ETag"] for path in self.detail_paths}
        for path, tag in tags.items():
            self._fetch(path, {"If-None-Match": tag}, status=304)
        site = self.site
        constants = {
            f"constant {name}": [request_text(f"/constant/{size}/")] for name, size in self.sizes.items()
        }
        self.probes = {
            "detail": Probe(site, [request_text(path) for path in self.detail_paths]),
            "stock detail": Probe(site, [request_text(f"{ANY}{page_id}/") for page_id in ids]),
            "constant detail": Probe(site, constants["constant detail"]),
            "constant read": Probe(site, [request_text(f"/api/v2/constant/{self.sizes['detail']}/")]),
            "304": Probe(
                site, [request_text(path, {"If-None-Match": tag}) for path, tag in tags.items()], status=304
            ),
            "list": Probe(site, [request_text(path) for path in self.list_paths]),
            "stock list": Probe(site, [request_text(f"{ANY}?{query}") for query in self.queries]),
            "constant list": Probe(site, constants["constant list"]),
            "page": Probe(site, [request_text(path) for path in self.page_paths]),
            "constant page": Probe(site, constants["constant page"]),
            "bare": Probe(self.bare, [request_text("/")]),
        }

    def _fetch(self, path, headers=None, status=200):
        found, answered, body = self.site.get(path, headers)
        if found != status:
            raise Failed(f"{path} answered {found} instead of {status}")
        return answered, body

    def _ask(self, probe, seconds) -> Window:
        return self.generator.hammer(probe.server.port, probe.requests, seconds=seconds, status=probe.status)

    def _window(self, name, probe, seconds):
        before = probe.server.processor_seconds
        window = self._ask(probe, seconds)
        self.windows[name].append(window)
        if before is not None:
            spent = probe.server.processor_seconds - before
            self.processor[name].append(spent / window.requests * 1e6)

    def _feed(self, name):
        # The second of two: what the first leaves behind (connections, statements built) isn't counted.
        for _ in range(2):
            found = self.generator.follow(self.site.port, FEED.format(FEED_LIMIT))
        self.feeds[name].append(found)

    def _switch(self, keep):
        self._fetch(f"/bench/answers/{keep}/")

    # Telling --------------------------------------------------------------------------------------------------

    def _rates(self, name):
        return [window.per_second for window in self.windows[name]]

    def _tell(self, report: Report) -> None:
        counts = self._statements()
        section = Section(
            "Over HTTP",
            ["work", "requests/s", "p50 ms", "CPU µs", "× stock v2", "time ÷ constant", "SQL", "bytes"],
        )
        for label, name, stock, constant, size in (
            ("content detail", "detail", "stock detail", "constant detail", "detail"),
            ("… made anew each time", "detail, made anew", "stock detail", "constant detail", "detail"),
            ("… not modified (304)", "304", None, "constant detail", None),
            ("stock v2 detail", "stock detail", None, "constant detail", None),
            ("constant view, as large as a detail", "constant detail", None, None, "detail"),
            ("… of the API's own kind (ReadView)", "constant read", None, "constant detail", "detail"),
            ("list of 20, fields=*", "list", "stock list", "constant list", "list"),
            ("… made anew each time", "list, made anew", "stock list", "constant list", "list"),
            ("stock v2 list of 20, fields=*", "stock list", None, "constant list", None),
            ("constant view, as large as a list", "constant list", None, None, "list"),
            ("page as HTML, anonymous", "page", None, "constant page", "page"),
            ("constant view, as large as a page", "constant page", None, None, "page"),
            ("bare WSGI, as large as a detail", "bare", None, None, "detail"),
        ):
            rates = self._rates(name)
            section.add(
                label,
                median(rates),
                median([window.p50_ms for window in self.windows[name]]),
                median(self.processor[name]) if self.processor[name] else None,
                ratio(rates, self._rates(stock)) if stock else None,
                ratio(self._rates(constant), rates) if constant else None,
                counts.get(name),
                self.sizes[size] if size else None,
            )
        report.sections += [section, self._feed_section(counts)]
        report.raw |= {name: [round(each, 1) for each in self._rates(name)] for name in self.windows}
        report.budgets += self._budgets(counts)

    def _feed_section(self, counts) -> Section:
        section = Section(
            "Full sync through the feed",
            ["work", "documents/s", "MB/s", "documents", "requests", "SQL a request"],
        )
        for label, name in (("kept answers", "kept"), ("every document made anew", "anew")):
            runs = self.feeds[name]
            section.add(
                label,
                median([run["documents"] / run["seconds"] for run in runs]),
                median([run["bytes"] / run["seconds"] / 1e6 for run in runs]),
                runs[-1]["documents"],
                runs[-1]["pages"],
                counts["feed"],
            )
        return section

    def _statements(self) -> dict[str, int]:
        tag = self._fetch(self.detail_paths[0])[0]["ETag"]
        long = self.list_paths[0].replace("limit=20", "limit=100").partition("&offset")[0]
        return {
            "detail": statements(self.detail_paths[0]),
            "304": statements(self.detail_paths[0], headers={"If-None-Match": tag}),
            "stock detail": statements(f"{ANY}{self.corpus.chapters[0]}/"),
            "list": statements(self.list_paths[0]),
            "list of 100": statements(long),
            "stock list": statements(f"{ANY}?{self.queries[0]}"),
            "page": statements(self.page_paths[0]),
            "feed": statements(FEED.format(FEED_LIMIT)),
        }

    def _budgets(self, counts) -> list[Budget]:
        detail, constant = self._rates("detail"), self._rates("constant detail")
        synced = median([run["documents"] / run["seconds"] for run in self.feeds["anew"]])
        return [
            Budget(
                "content detail",
                "at least 20 times stock v2",
                ratio(detail, self._rates("stock detail")),
                20,
                at_least=True,
            ),
            Budget("content detail", "at most 1 statement", counts["detail"], 1),
            Budget(
                "content detail", "within 1.5 times the constant view's time", ratio(constant, detail), 1.5
            ),
            Budget(
                "not modified", "no slower than the constant view", ratio(constant, self._rates("304")), 1
            ),
            Budget(
                "list of 20",
                "at least 20 times stock v2",
                ratio(self._rates("list"), self._rates("stock list")),
                20,
                at_least=True,
            ),
            Budget("list of 20", "at most 4 statements", counts["list"], 4),
            Budget("list of 100", "at most 4 statements", counts["list of 100"], 4),
            Budget("page as HTML", "at most 3 statements", counts["page"], 3),
            Budget("full sync, made anew", "at least 5,000 documents a second", synced, 5000, at_least=True),
        ]
