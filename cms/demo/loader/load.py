"""The whole demo, step by step. Runs once, on a database without content."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from wagtail.models import Collection, Locale, Page, PageViewRestriction

from cms.content import api as content
from cms.demo.accounts import make_demo_accounts
from cms.demo.factsheets import factsheet
from cms.demo.pictures import PICTURES
from cms.media.models import File, Image
from home.guides.importing import api as importing
from home.setup import set_up
from home.vocabulary import api as vocabulary
from home.vocabulary import sheets
from home.vocabulary.models import Term, TermLabel

from . import agency, files, snippets
from .fields import Sources, page_values
from .ids import steady, with_steady_ids
from .translations import translate

MEMBERS = "Members"


@contextmanager
def not_waiting_for_the_disk():
    """What is interrupted is loaded anew, so SQLite needn't wait for the disk at each of thousands of commits. Within a
    transaction, which is one, it couldn't be told."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA synchronous={int(before)}")


def _compiling_by_order(work: list, order: Callable, progress: Callable[[int, int], None]) -> Iterator:
    """Each piece of work; what those of one order publish is compiled at its end, once for all of them."""
    done = 0
    for _, group in itertools.groupby(work, order):
        with content.compiling_afterwards():
            for each in group:
                progress(done := done + 1, len(work))
                yield each


class Loader:
    """Loads the demo. `progress(step, done, total)` is told of each page."""

    def __init__(self, progress: Callable[[str, int, int], None]):
        self.progress = progress
        self.pages: dict[str, Page] = {}
        self.images: dict[str, Image] = {}
        self.files: dict[str, File] = {}
        self.missing: list[str] = []
        self.names = vocabulary.Names()

    def run(self) -> None:
        with not_waiting_for_the_disk():
            self._run()

    def _run(self):
        home = set_up(title="Compendium")
        self._vocabulary()
        snippets.load()
        sheets.settle_all()
        self.names = vocabulary.load_names()
        self._draft_tree(home)
        self._publish_source()
        self._translate()
        self._release_editions()

    def _vocabulary(self):
        for taxonomy, group in files.vocabulary().items():
            for position, row in enumerate(group["terms"]):
                term, _ = Term.objects.get_or_create(
                    taxonomy=taxonomy, code=row["code"], defaults={"position": position}
                )
                alternatives = row.get("alternatives", {})
                for locale, label in row["labels"].items():
                    TermLabel.objects.get_or_create(
                        term=term,
                        locale=locale,
                        defaults={"label": label, "alternatives": alternatives.get(locale, [])},
                    )

    def _draft_tree(self, home):
        """All pages as empty drafts first: so that whatever refers to whatever finds it."""
        self.pages["home"] = home
        for entry in files.entries()[1:]:
            model = apps.get_model(entry.type)
            parent = Page.objects.get(pk=self.pages[entry.parent].pk)
            page = model(
                title=files.read(entry.path, files.SOURCE)["title"],
                slug=entry.slug,
                live=False,
                show_in_menus=entry.menu,
                translation_key=steady(entry.path),
                locale=Locale.objects.get(language_code=files.SOURCE),
            )
            self.pages[entry.path] = parent.add_child(instance=page)
            if entry.access == "members":
                group, _ = Group.objects.get_or_create(name=MEMBERS)
                restriction = PageViewRestriction.objects.create(
                    page=page, restriction_type=PageViewRestriction.GROUPS
                )
                restriction.groups.add(group)

    def _publish_source(self):
        first = {path: text for each in reversed(files.editions()) for path, text in each["texts"].items()}
        # What is shown in other pages, or asked for by them, goes first.
        ordered = sorted(files.entries(), key=_order)
        for entry in _compiling_by_order(ordered, _order, partial(self.progress, "pages")):
            model = apps.get_model(entry.type)
            page = model.objects.get(pk=self.pages[entry.path].pk)
            data = first.get(entry.path) or files.read(entry.path, files.SOURCE)
            self._fill(page, entry.path, data)
            with content.publishing_together(each.translation_key for each in self.pages.values()):
                page.save_revision(log_action=True).publish()
            self.pages[entry.path] = model.objects.get(pk=page.pk)

    def _fill(self, page, path, data):
        sources = Sources(page=self._page, image=self._image, file=self._file)
        values = with_steady_ids(page_values(type(page), data, sources), path)
        importing.fill(page, values, self._rows(data))

    def _release_editions(self):
        """Each edition that was replaced, as an editor replaces it: revised texts wait as drafts, the release publishes
        them, and what was wrong in the old one is noted."""
        every = files.editions()
        for number, edition in enumerate(every, 1):
            root_key = self.pages[edition["root"]].translation_key
            drafts = []
            for path in edition["texts"]:
                page = Page.objects.get(pk=self.pages[path].pk).specific
                revised = (later["texts"][path] for later in every[number:] if path in later["texts"])
                self._fill(page, path, next(revised, None) or files.read(path, files.SOURCE))
                page.save_revision(log_action=True)
                drafts.append(page.pk)
            ending = content.current_edition(root_key)
            content.release_edition(
                root_key=root_key, note=edition["successor"]["note"], after=ending.number, drafts=drafts
            )
            for erratum in edition["errata"]:
                content.note_erratum(
                    edition=ending,
                    key=self.pages[erratum["page"]].translation_key,
                    texts=erratum["texts"],
                    noted_on=timezone.localdate(),
                )

    def _rows(self, data) -> dict[str, list[int]]:
        """Terms, instruments and organisations of a file, by their codes: rows of the source page."""

        def found(name, codes):
            return [self.names.ids[name, self.names.find(name, code)] for code in codes]

        return {
            "terms": [pk for name, codes in data.get("terms", {}).items() for pk in found(name, codes)],
            "instruments": found("instrument", data.get("instruments", ())),
            "organisations": found("organisation", data.get("organisations", ())),
        }

    def _translate(self):
        people = make_demo_accounts()
        work = [
            (entry, language)
            for language in dict.fromkeys(code for entry in files.entries() for code in entry.translated)
            for entry in sorted(
                files.entries(), key=lambda each: each.path.count("/") + (each.path != "home")
            )
            if language in entry.translated
        ]
        work.sort(key=lambda job: (job[0].path != "home", _order(job[0]), job[0].path.count("/")))
        progress = partial(self.progress, "translations")
        for entry, language in _compiling_by_order(work, lambda job: _order(job[0]), progress):
            if language in entry.xliff:
                pages = [self.pages[each.path] for each in files.entries() if each.is_of(entry)]
                agency.bring_in(pages, files.xliff(entry.path, language), language, people)
                continue
            page = self.pages[entry.path]
            missing = translate(
                page, files.read(entry.path, files.SOURCE), files.read(entry.path, language), language
            )
            self.missing += [f"{language}/{entry.path}: {text[:80]}" for text in missing]

    def _page(self, path: str) -> Page:
        """A page by its path, or by its path under the guides (as links in texts have it)."""
        return self.pages.get(path) or self.pages[f"guides/{path}"]

    def _image(self, name: str) -> Image:
        if name not in self.images:
            root = Collection.get_first_root_node()
            self.images[name] = Image.objects.create(
                title=name.replace("-", " ").capitalize(),
                file=ContentFile(PICTURES[name](), name=f"{name}.png"),
                collection=root,
            )
        return self.images[name]

    def _file(self, name: str) -> File:
        """A factsheet by its name, which ends in its language: `factsheet-ar`."""
        if name not in self.files:
            content = factsheet(name.partition("-")[2])
            self.files[name] = File.objects.create(
                title=name.replace("-", " ").capitalize(),
                file=ContentFile(content, name=f"{name}.pdf"),
                collection=Collection.get_first_root_node(),
            )
        return self.files[name]


_ORDER = {
    "guides.GoodPracticePage": 0,
    "guides.ResourcePage": 0,
    "home.HomePage": 0,
    "learning.LessonPage": 2,
    "learning.QuizPage": 2,
}


def _order(entry) -> int:
    return _ORDER.get(entry.type, 1)
