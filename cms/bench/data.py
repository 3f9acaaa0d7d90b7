"""Data sets to measure with: pages, members, enrolments and a ledger, in sizes S, M and L.

Pages are published, then copied (`copies`). Learning goes through `learning.progress.projection.append`, five hundred
enrolments at a time, so the ledger and what is computed from it agree by the code that serves learners. The same data come out
of every run but for ids.
"""

import itertools
import json
import math
import random
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from wagtail.models import Page

from cms.content import api as content
from cms.core.audiences import ANONYMOUS
from learning.assessment.grading import grade_attempt
from learning.assessment.models import Answer, Attempt
from learning.assessment.quiz import Quiz, quiz_of
from learning.catalogue import documents
from learning.catalogue.choices import Kind
from learning.catalogue.documents import Reader
from learning.catalogue.rows import Course
from learning.catalogue.syllabus import Syllabus, UnitRule
from learning.models import CourseIndexPage, CoursePage, LessonPage, ModulePage, QuizPage
from learning.progress.models import Enrolment, Event, Learner
from learning.progress.projection import Draft, append, fact_id

from .copies import copy
from .corpus import Builder, Sizes, Words

CHUNK = 500
LANGUAGES = {"en": 34, "fr": 20, "es": 17, "ar": 12, "ru": 10, "zh-hans": 7}
TEMPLATES = Sizes(chapters=200, images=4, paragraphs=4)
QUESTIONS = 5
DAYS = 365
Tell = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Size:
    """How much there is in the end. `courses` are taken with Zipf's popularity."""

    pages: int
    members: int
    enrolments: int
    events: int
    courses: int = 24


SIZES = {
    "M": Size(pages=15_000, members=5_000, enrolments=25_000, events=600_000),
    "L": Size(pages=60_000, members=100_000, enrolments=500_000, events=10_000_000),
}


@dataclass(frozen=True)
class Taught:
    """A course as learners meet it: its row, edition, syllabus, and its quizzes with their versions."""

    course: Course
    edition: object
    syllabus: Syllabus
    quizzes: dict[uuid.UUID, tuple[object, Quiz]]


class Generator:
    """Makes a data set. `tell(what, done, total)` is told how far it is."""

    def __init__(self, size: Size, tell: Tell, now: datetime):
        self.size, self.tell, self.now = size, tell, now
        self.random = random.Random(12)
        self.words = Words(seed=3)
        self.builder = Builder(TEMPLATES, lambda what, done, total: tell(what, done, total))

    def run(self, home: Page) -> None:
        courses = self.courses(home)
        self.pages(home)
        self.learn(courses, self.members())

    # Pages ----------------------------------------------------------------------------------------------------

    def pages(self, home: Page) -> None:
        """Publish some compendiums, and copy them until there are as many pages as there should be."""
        if Page.objects.count() >= self.size.pages:
            return
        originals = self.builder.compendiums(home)
        for number in itertools.count(1):
            for original in originals:
                have = Page.objects.count()
                self.tell("Copying pages", have, self.size.pages)
                if have >= self.size.pages:
                    return
                copy(original, [number])

    def courses(self, home: Page) -> list[Taught]:
        """Courses of two modules with five lessons and a quiz each."""
        index = CourseIndexPage.objects.child_of(home).first()
        if index is None:
            index = self.builder.add(home, CourseIndexPage(title="Courses", show_in_menus=True))
        made = []
        for number in range(self.size.courses):
            self.tell("Courses", number + 1, self.size.courses)
            page = self.builder.add(index, CoursePage(title=self.words.title(), code=f"B-{number}"))
            for _module in range(2):
                module = self.builder.add(page, ModulePage(title=self.words.title()))
                for _lesson in range(5):
                    body = [("text", self.words.paragraph())]
                    self.builder.add(module, LessonPage(title=self.words.title(), body=body))
                self.builder.add(module, QuizPage(title=self.words.title(), questions=questions(self.words)))
            made.append(taught(page.translation_key, self.now))
        return made

    # People ---------------------------------------------------------------------------------------------------

    def members(self) -> list[Learner]:
        User, nobody = get_user_model(), make_password(None)
        languages = self.random.choices([*LANGUAGES], [*LANGUAGES.values()], k=self.size.members)
        learners = []
        for numbers in batched(range(1, self.size.members + 1), 5_000):
            users = User.objects.bulk_create(
                [
                    User(
                        email=f"member{number:06d}@bench.example",
                        first_name="Member",
                        last_name=f"{number:06d}",
                        password=nobody,
                        language=languages[number - 1],
                    )
                    for number in numbers
                ],
                batch_size=1_000,
            )
            began = self.now - timedelta(days=DAYS)
            learners += Learner.objects.bulk_create(
                [Learner(user=user, created_at=began) for user in users], batch_size=1_000
            )
            self.tell("Members", len(learners), self.size.members)
        return learners

    # Learning -------------------------------------------------------------------------------------------------

    def learn(self, courses: list[Taught], learners: list[Learner]) -> None:
        """Enrolments and all that happens in them, so many at a time in a transaction."""
        left = self.size.events
        done = 0
        for chunk in batched(self._wanted(courses, learners), CHUNK):
            with transaction.atomic():
                left -= self._chunk(chunk, left / (self.size.enrolments - done))
            done += len(chunk)
            self.tell("Enrolments", done, self.size.enrolments)

    def _wanted(self, courses, learners) -> Iterator[tuple[Learner, Taught]]:
        """Who takes what: each member some courses, none twice, the n-th course 1/n as often as the first."""
        weights = [1 / rank for rank, _course in enumerate(courses, 1)]
        mean, left = self.size.enrolments / len(learners), self.size.enrolments
        for index, learner in enumerate(learners):
            people_after = len(learners) - index - 1
            many = 1 + int(self.random.expovariate(1 / max(mean - 0.5, 0.1)))
            least = left - people_after * min(len(courses), math.ceil(2 * mean))
            many = min(max(many, least, 1), len(courses), left - people_after)
            # The highest of random keys weighted so is a choice without repetition (Efraimidis and Spirakis).
            keys = sorted(
                range(len(courses)),
                key=lambda each: self.random.random() ** (1 / weights[each]),
                reverse=True,
            )
            for chosen in keys[:many]:
                yield learner, courses[chosen]
            left -= many

    def _chunk(self, wanted, budget: float) -> int:
        """Some enrolments with all that happened in them; how many events that is. `budget` events each on average."""
        rows = Enrolment.objects.bulk_create(
            [
                Enrolment(
                    learner=learner,
                    course=each.course,
                    edition=each.edition,
                    enrolled_at=self.now - timedelta(days=DAYS * self.random.random() ** 1.5, minutes=1),
                )
                for learner, each in wanted
            ]
        )
        happened, attempts, answers = {}, [], []
        for row, (learner, each) in zip(rows, wanted, strict=True):
            drafts = self._history(row, learner, each, budget, attempts, answers)
            happened[row] = (each.syllabus, drafts)
        Attempt.objects.bulk_create(attempts)
        Answer.objects.bulk_create(answers, batch_size=2_000)
        append(happened, now=self.now)
        completed = sum(row.completed_at is not None for row in rows)
        return sum(len(drafts) for _syllabus, drafts in happened.values()) + completed

    def _history(self, enrolment, learner, each: Taught, budget, attempts, answers) -> list[Draft]:
        chance = self.random
        at = enrolment.enrolled_at
        language = learner.user.language
        units = each.syllabus.units
        ability = chance.gauss(0.5, 1)
        # A third go to the end; of the others most stop early.
        reach = len(units) if chance.random() < 0.35 else int(len(units) * chance.random() ** 1.4)
        drafts = [Draft(uuid.uuid4(), Event.Verb.ENROLLED, at, language=language, actor=learner)]

        def happen(verb, rule: UnitRule, **more):
            draft = Draft(uuid.uuid4(), verb, at, unit=rule.key, language=language, actor=learner, **more)
            drafts.append(draft)

        # What an enrolment has more or less than its two events a unit is how often people went on reading.
        often = max(0.0, budget / (0.35 + 0.65 / 2.4) / len(units) - 2)
        for rule in units[:reach]:
            at += timedelta(hours=chance.expovariate(1 / 20))
            if at >= self.now:
                break
            if rule.kind == Kind.QUIZ:
                drafts += self._attempt(
                    enrolment, learner, rule, each.quizzes[rule.key], ability, at, attempts, answers
                )
                continue
            happen(Event.Verb.OPENED, rule)
            for _time in range(int(often + chance.random())):
                happen(Event.Verb.PROGRESSED, rule, seconds=chance.randint(20, 400))
            if chance.random() < 0.99:
                happen(Event.Verb.COMPLETED, rule)
        return drafts

    def _attempt(self, enrolment, learner, rule, quiz, ability, at, attempts, answers) -> list[Draft]:
        version, quiz = quiz
        attempt = Attempt(
            enrolment=enrolment,
            quiz_id=rule.key,
            version=version,
            number=1,
            seed=self.random.getrandbits(62),
            questions=list(quiz.questions),
            state=Attempt.State.GRADED,
            language=learner.user.language,
            started_at=at,
            submitted_at=at,
        )
        given = {}
        for index, (key, question) in enumerate(quiz.questions.items()):
            right = quiz.keys[key]["right"][0]
            others = [each["id"] for each in question["options"] if each["id"] != right]
            knows = self.random.random() < 1 / (1 + math.exp(index / 2 - 1.8 - ability))
            given[key] = {"option": right if knows else self.random.choice(others)}
        grade = grade_attempt(quiz.types, given, quiz.keys, pass_mark=quiz.pass_mark)
        attempt.score_bp, attempt.passed = grade.score_bp, grade.passed
        attempts.append(attempt)
        answers += [
            Answer(
                attempt=attempt,
                question=key,
                response=response,
                sequence=1,
                saved_at=at,
                points=grade.marks[key].points,
            )
            for key, response in given.items()
        ]
        data = {"attempt": str(attempt.uuid)}
        graded = {**data, "number": 1, "score_bp": grade.score_bp, "passed": grade.passed}
        return [
            Draft(
                fact_id(attempt.uuid, verb),
                verb,
                at,
                unit=rule.key,
                language=attempt.language,
                actor=learner,
                data=facts,
            )
            for verb, facts in ((Event.Verb.ATTEMPTED, data), (Event.Verb.GRADED, graded))
        ]


def batched(items: Iterable, size: int) -> Iterator[tuple]:
    """Tuples of so many items; the last one may be shorter."""
    items = iter(items)
    while chunk := tuple(itertools.islice(items, size)):
        yield chunk


def questions(words: Words) -> str:
    """Single choice questions as a page stores them; of each the first option is right."""
    return json.dumps(
        [
            {
                "type": "single_choice",
                "id": str(uuid.uuid4()),
                "value": {
                    "prompt": words.sentence(),
                    "options": [
                        {
                            "type": "option",
                            "id": str(uuid.uuid4()),
                            "value": {"text": words.some(4), "correct": not index, "feedback": ""},
                        }
                        for index in range(4)
                    ],
                    "explanation": "",
                    "points": 1,
                },
            }
            for _question in range(QUESTIONS)
        ]
    )


def taught(key: uuid.UUID, now: datetime) -> Taught:
    """A published course, its edition sealed as by its first learner."""
    document = documents.course(Reader(principals=ANONYMOUS, locale="en"), key)
    source_locale = document.item.source_locale
    edition = content.current_edition(key)
    syllabus = documents.seal(edition, source_locale)
    course, _made = Course.objects.get_or_create(
        key=key,
        defaults={"source_locale": source_locale, "title": document.item.title, "created_at": now},
    )
    keys = [rule.key for rule in syllabus.units if rule.kind == Kind.QUIZ]
    versions = documents.source_versions(edition, keys, source_locale)
    quizzes = {
        each: (version, quiz_of(content.body(version), content.private_part(version)))
        for each, version in versions.items()
    }
    return Taught(course, edition, syllabus, quizzes)
