"""What is measured: documents of about 20 kB with links and pictures, a guide of 100 printed pages, and a course of 200
units with a learner on it.

Everything is published the way an editor publishes it, so that every row stands where the pipeline puts it. The same text
comes out of every run.
"""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Pillow
from wagtail.models import Page

from cms.core.audiences import ANONYMOUS
from cms.media.models import Image
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from home.models import StandardPage
from home.setup import make_site
from learning.catalogue.documents import Reader
from learning.flows.enrolment import enrol
from learning.models import CourseIndexPage, CoursePage, LessonPage, ModulePage

SYLLABLES = (
    "ra",
    "ve",
    "lo",
    "mi",
    "ten",
    "sa",
    "bor",
    "ga",
    "ne",
    "pil",
    "dor",
    "ku",
    "sti",
    "mar",
    "ol",
    "fen",
)
Progress = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Sizes:
    """How much is made. A compendium's contents stand in one document: its size is that of a real one."""

    chapters: int = 300
    chapters_in_guide: int = 10
    guides_in_compendium: int = 5
    units: int = 200
    units_in_module: int = 10
    crowd: int = 10_000
    crowd_units: int = 20
    rush: int = 3_000
    images: int = 10
    dependants: int = 100
    paragraphs: int = 16
    book_words: int = 40_000
    book_chapters: int = 10

    @property
    def pages(self) -> int:
        """How many pages are published, for showing how far it is."""
        guides = -(-self.chapters // self.chapters_in_guide)
        units = (self.units, self.crowd_units)
        modules = sum(-(-count // self.units_in_module) for count in units)
        book = self.book_chapters + 2
        return (
            self.chapters + guides + -(-guides // self.guides_in_compendium) + sum(units) + modules + book + 5
        )


@dataclass(frozen=True)
class Corpus:
    """What was made: ids of the chapters, the page that many link to, the page that is published again and again, the
    guide that is printed, a course with one learner and one that many (`crowd`) are to be on."""

    chapters: list[int]
    linked: StandardPage
    rich: ChapterPage
    book: GuidePage
    course: CoursePage
    units: list
    crowded: CoursePage
    crowd: int
    rush: int
    learner: object
    dependants: int


class Words:
    """Sentences that mean nothing, the same in every run."""

    def __init__(self, seed: int = 1):
        self._random = random.Random(seed)
        self._words = [
            "".join(self._random.choices(SYLLABLES, k=self._random.randint(1, 4))) for _ in range(800)
        ]

    def some(self, count: int) -> str:
        return " ".join(self._random.choices(self._words, k=count))

    def title(self) -> str:
        return self.some(4).capitalize()

    def sentence(self) -> str:
        return f"{self.some(self._random.randint(8, 18)).capitalize()}."

    def paragraph(self, *, link: Page | None = None) -> str:
        """About a kilobyte of rich text, with a link where a page is given."""
        sentences = [self.sentence() for _ in range(10)]
        if link is not None:
            sentences[4] += f' See <a linktype="page" id="{link.pk}">{self.some(2)}</a>.'
        return f"<p>{' '.join(sentences)}</p>"


def picture(colour: tuple[int, int, int]) -> ContentFile:
    """A plain JPEG, large enough for every width of rendition."""
    target = io.BytesIO()
    Pillow.new("RGB", (1600, 1000), colour).save(target, "JPEG")
    return ContentFile(target.getvalue(), name="picture.jpg")


def publish(page: Page) -> Page:
    """Publish a page as the editor does: a revision, then its publication."""
    page.save_revision().publish()
    return page.specific_class.objects.get(pk=page.pk)


class Builder:
    """Builds a corpus. `progress(what, done, total)` is told of each page."""

    def __init__(self, sizes: Sizes, progress: Progress):
        self.sizes, self.progress = sizes, progress
        self.words = Words()
        self.done = 0
        self.images: list[Image] = []

    def run(self) -> Corpus:
        corpus = self.publish()
        self.enrol(corpus)
        return corpus

    def enrol(self, corpus: Corpus) -> None:
        """Put the learner on the course."""
        enrol(
            user=corpus.learner,
            course_key=corpus.course.translation_key,
            reader=Reader(principals=ANONYMOUS, locale=corpus.course.locale.language_code),
            now=timezone.now(),
        )

    def publish(self) -> Corpus:
        """Everything but the enrolment, which needs the course's document."""
        home = make_site(title="Bench")
        self._draw()
        linked = self.add(home, StandardPage(title="Linked", body=[("text", self.words.paragraph())]))
        chapters = self._guides(home, linked)
        book = self._book(home)
        index = self.add(home, CourseIndexPage(title="Courses", show_in_menus=True))
        course, units = self._course(index, self.sizes.units)
        crowded, _units = self._course(index, self.sizes.crowd_units)
        rich = ChapterPage(title="Rich", body=self.rich_body(chapters))
        rich = self.add(chapters[0].get_parent(), rich)
        learner = get_user_model().objects.create_user("learner@bench.example")
        dependants = min(self.sizes.dependants, self.sizes.chapters)
        ids = [page.pk for page in chapters]
        return Corpus(
            ids,
            linked,
            rich,
            book,
            course,
            units,
            crowded,
            self.sizes.crowd,
            self.sizes.rush,
            learner,
            dependants,
        )

    def compendiums(self, home) -> list[Page]:
        """Compendiums with their guides and chapters, and nothing else."""
        self._draw()
        linked = self.add(home, StandardPage(title="Linked", body=[("text", self.words.paragraph())]))
        before = set(CompendiumPage.objects.values_list("pk", flat=True))
        self._guides(home, linked)
        return list(CompendiumPage.objects.exclude(pk__in=before).order_by("pk"))

    def rich_body(self, targets: list[Page]) -> list:
        """Twenty links and all pictures, as the budget for compiling has them."""
        return [
            *(("text", self.words.paragraph(link=targets[index % len(targets)])) for index in range(20)),
            *(("figure", self._figure(image)) for image in self.images),
        ]

    def _draw(self):
        for number in range(self.sizes.images):
            self.progress("Pictures", number + 1, self.sizes.images)
            image = Image.objects.create(
                title=f"Picture {number}",
                description=self.words.sentence(),
                file=picture((20 * number % 256, 90, 160)),
            )
            image.contextual_alt_text, image.decorative = "", False
            self.images.append(image)

    def add(self, parent: Page, page: Page) -> Page:
        """Publish a page below another."""
        self.done += 1
        self.progress("Pages", self.done, self.sizes.pages)
        page.live = True
        page.locale = parent.locale
        # The tree's numbers in memory are older than what was added below it since.
        return type(parent).objects.get(pk=parent.pk).add_child(instance=page)

    def _guides(self, home, linked) -> list[ChapterPage]:
        sizes, chapters, compendium, guide = self.sizes, [], None, None
        for number in range(sizes.chapters):
            if number % (sizes.chapters_in_guide * sizes.guides_in_compendium) == 0:
                compendium = self.add(home, CompendiumPage(title=self.words.title(), show_in_menus=True))
            if number % sizes.chapters_in_guide == 0:
                module = number // sizes.chapters_in_guide % sizes.guides_in_compendium + 1
                guide = self.add(compendium, GuidePage(title=self.words.title(), module_number=module))
            known = [linked] if number < sizes.dependants else []
            body = self._chapter_body([*known, *chapters[-8:]], number)
            page = ChapterPage(title=self.words.title(), summary=self.words.sentence(), body=body)
            chapters.append(self.add(guide, page))
        return chapters

    def _chapter_body(self, targets: list[Page], number: int) -> list:
        body = []
        for index in range(self.sizes.paragraphs):
            if index % 4 == 0:
                body.append(("heading", {"text": self.words.title(), "level": "2"}))
                image = self.images[(number + index) % len(self.images)]
                body.append(("figure", self._figure(image)))
            link = targets[index // 2] if index % 2 == 0 and index // 2 < len(targets) else None
            body.append(("text", self.words.paragraph(link=link)))
        return body

    def _book(self, home) -> GuidePage:
        """A guide with everything in it that is set differently: sections, notes, tables, figures, case studies."""
        compendium = self.add(home, CompendiumPage(title=self.words.title()))
        book = self.add(compendium, GuidePage(title=self.words.title(), module_number=1))
        for number in range(self.sizes.book_chapters):
            page = ChapterPage(title=self.words.title(), summary=self.words.sentence())
            page.body = self._long_body(self.sizes.book_words // self.sizes.book_chapters, number)
            self.add(book, page)
        return GuidePage.objects.get(pk=book.pk)

    def _long_body(self, words: int, number: int) -> list:
        """About so many words, a section every four paragraphs."""
        body, written = [], 0
        while written < words:
            part = len(body)
            body.append(("heading", {"text": self.words.title(), "level": "3" if part % 2 else "2"}))
            texts = [self.words.paragraph() for _ in range(4)]
            body += [("text", text) for text in texts]
            written += sum(len(text.split()) for text in texts)
            body.append(("footnote", {"text": f"<p>{self.words.sentence()}</p>"}))
            kinds = (self._table, self._case_study, self._picture)
            body.append(kinds[(part + number) % len(kinds)](part + number))
        return body

    def _table(self, number):
        rows = [{"values": [self.words.some(3), self.words.some(9)]} for _ in range(5)]
        columns = [{"type": "text", "heading": self.words.some(2)} for _ in range(2)]
        return "table", {"type": "table", "columns": columns, "rows": rows, "caption": self.words.title()}

    def _case_study(self, number):
        text = self.words.paragraph()
        return "case_study", {"title": self.words.title(), "place": self.words.some(2), "text": text}

    def _picture(self, number):
        return "figure", self._figure(self.images[number % len(self.images)])

    def _figure(self, image):
        return {"image": image, "caption": self.words.sentence(), "credit": ""}

    def _course(self, index, size):
        course = self.add(index, CoursePage(title=self.words.title(), summary=self.words.sentence()))
        units, module = [], None
        for number in range(size):
            if number % self.sizes.units_in_module == 0:
                module = self.add(course, ModulePage(title=self.words.title()))
            body = [("text", self.words.paragraph())]
            units.append(self.add(module, LessonPage(title=self.words.title(), body=body)).translation_key)
        return CoursePage.objects.get(pk=course.pk), units
