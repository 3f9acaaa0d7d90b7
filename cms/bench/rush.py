"""Everybody takes the same quiz at once: people start it, answer and hand in, as fast as one process of the site lets them."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from cms.core.audiences import ANONYMOUS
from learning.api import Reader, start_attempt, submit_attempt
from learning.assessment.models import Attempt
from learning.models import CourseIndexPage, CoursePage, ModulePage, QuizPage
from learning.progress.models import Enrolment, Event, Learner
from learning.progress.projection import Draft, append, fact_id

from .corpus import Words, publish
from .data import questions, taught

TOGETHER = 500
# As many as a web server's threads.
THREADS = 8


@dataclass(frozen=True)
class Rushed:
    """What it came to: seconds in all, milliseconds of each person, and what went wrong."""

    seconds: float
    milliseconds: list[float]
    errors: list[str]

    @property
    def slow(self) -> float:
        """Of a hundred people ninety-five were served within so many milliseconds."""
        ordered = sorted(self.milliseconds)
        return ordered[int(len(ordered) * 0.95)] if ordered else 0.0


class Rush:
    """`gather` publishes a course with a quiz and enrols people; `run` lets all of them take it, once."""

    def __init__(self, size: int):
        self.size = size
        self.reader = Reader(principals=ANONYMOUS, locale="en")
        self.people: list = []
        self.quiz: UUID | None = None

    def gather(self) -> None:
        words, now = Words(seed=4), timezone.now()
        page = CourseIndexPage.objects.first()
        page = publish(page.add_child(instance=CoursePage(title=words.title(), locale=page.locale)))
        module = publish(page.add_child(instance=ModulePage(title=words.title(), locale=page.locale)))
        quiz = QuizPage(title=words.title(), locale=page.locale, questions=questions(words))
        self.quiz = publish(module.add_child(instance=quiz)).translation_key
        course = taught(page.translation_key, now)
        self.people = get_user_model().objects.bulk_create(
            [
                get_user_model()(email=f"rush{number:05d}@bench.example", password="!")
                for number in range(self.size)
            ],
            batch_size=TOGETHER,
        )
        learners = Learner.objects.bulk_create(
            [Learner(user=user, created_at=now) for user in self.people], batch_size=TOGETHER
        )
        for begin in range(0, self.size, TOGETHER):
            rows = Enrolment.objects.bulk_create(
                [
                    Enrolment(learner=each, course=course.course, edition=course.edition, enrolled_at=now)
                    for each in learners[begin : begin + TOGETHER]
                ]
            )
            append(
                {
                    row: (
                        course.syllabus,
                        [Draft(fact_id(row.uuid, Event.Verb.ENROLLED), Event.Verb.ENROLLED, now)],
                    )
                    for row in rows
                },
                now=now,
            )

    def run(self) -> Rushed:
        started = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as threads:
            outcomes = list(threads.map(self._take, [self.people[at::THREADS] for at in range(THREADS)]))
        took = time.perf_counter() - started
        handed_in = Attempt.objects.filter(quiz=self.quiz, state=Attempt.State.GRADED).count()
        errors = [error for _times, found in outcomes for error in found]
        if handed_in != self.size:
            errors.append(f"{handed_in} of {self.size} attempts are graded")
        return Rushed(took, [each for times, _errors in outcomes for each in times], errors)

    def _take(self, people) -> tuple[list[float], list[str]]:
        times, errors = [], []
        try:
            for user in people:
                began = time.perf_counter()
                try:
                    self._one(user)
                except Exception as error:  # whatever it is, it is what is counted
                    errors.append(repr(error))
                times.append((time.perf_counter() - began) * 1000)
        finally:
            connection.close()
        return times, errors

    def _one(self, user) -> None:
        sitting = start_attempt(user=user, quiz_key=self.quiz, reader=self.reader, now=timezone.now())
        given = {
            key: ({"option": question["options"][user.pk % len(question["options"])]["id"]}, None)
            for key, question in sitting.quiz.questions.items()
        }
        submit_attempt(
            user=user,
            attempt_id=sitting.attempt.uuid,
            given=given,
            reader=self.reader,
            now=timezone.now(),
        )
