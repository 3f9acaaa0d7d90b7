"""Two hundred learners with a past: made up, alike in each load, by way of the functions that people's clicks call.

So the ledger, what is computed from it, attempts and certificates are what they would be had people done all this. Learners
are numbers, not names; they have no password and nobody can sign in as one of them.
"""

import contextlib
import random
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.core.audiences import ANONYMOUS
from cms.core.errors import DomainError
from learning import api as learning
from learning.assessment.checks import Checks, checks_of
from learning.assessment.marking import rubric
from learning.assessment.models import Attempt
from learning.catalogue import documents
from learning.catalogue.choices import Completion, EnrolmentMode, Kind, Status
from learning.catalogue.documents import CourseDocument, Reader
from learning.catalogue.syllabus import Syllabus, UnitRule
from learning.credentials import revoking
from learning.credentials.models import Certificate, ReminderChoice
from learning.flows import deciding, marking
from learning.joining import following
from learning.progress.models import Enrolment, Learner

from .answers import response
from .load import not_waiting_for_the_disk

LEARNERS = 200
DAYS = 120
SEED = 20_260
# Shares of the six languages.
LANGUAGES = {"en": 34, "fr": 20, "es": 17, "ar": 12, "ru": 10, "zh-hans": 7}
# Who has done what a course asks for first and wants more.
ASKS_FOR_MORE = 0.6
ALSO_TAKES = 0.25
FOLLOWS = 0.15
LEAVES = 0.05
# Requests that nobody has looked at.
WAITS = 0.15
COMMENTS = (
    "",
    "Clear, and it would fit on a card. Name a deputy as well.",
    "The line is good. Who goes to the guests who can't hear the announcement?",
    "Your words for the public are calm. Say when the next word will come.",
)


@dataclass
class Person:
    """A made-up learner. `ability` as in item response theory (0 is the average), `patience` the chance to go on after a
    unit, `pace` the hours between two units on average."""

    number: int
    user: object
    language: str
    ability: float
    patience: float
    pace: float
    starts: datetime
    random: random.Random

    @property
    def reader(self) -> Reader:
        return Reader(principals=ANONYMOUS, locale=self.language)


def load(users: Mapping[str, object], *, number: int = LEARNERS) -> int:
    """Make learners who don't exist yet, and what they have done until now; how many. Once."""
    if get_user_model().objects.filter(email=_email(1)).exists():
        return 0
    now = timezone.now()
    with not_waiting_for_the_disk():
        history = History(decides=users["admin"], marks=(users["trainer"], users["reviewer"]), now=now)
        for person in people(number, now):
            with transaction.atomic():
                history.of(person)
        history.finish()
    return number


def _worth(person: "Person", chance: random.Random) -> float:
    """The share of a criterion's points that somebody earns."""
    return chance.gauss(0.62 + 0.14 * person.ability, 0.14)


def _email(number: int) -> str:
    return f"learner{number:03d}@demo.example"


def people(number: int, now: datetime) -> Iterator[Person]:
    """The made-up learners, those who came first first."""
    chance = random.Random(SEED)
    languages = chance.choices([*LANGUAGES], [*LANGUAGES.values()], k=number)
    # More people come as a course gets known; nobody learns only in one week.
    starts = sorted(now - timedelta(days=DAYS * chance.random() ** 1.2, minutes=5) for _ in range(number))
    User = get_user_model()
    nobody = make_password(None)
    users = User.objects.bulk_create(
        [
            User(
                email=_email(index),
                first_name="Learner",
                last_name=f"{index:03d}",
                language=language,
                password=nobody,
                date_joined=begins,
            )
            for index, (language, begins) in enumerate(zip(languages, starts, strict=True), 1)
        ]
    )
    for index, (user, begins) in enumerate(zip(users, starts, strict=True), 1):
        # The first two are sure to finish: of a course whose certificate holds for a season, and of another.
        sure = index <= 2
        yield Person(
            number=index,
            user=user,
            language=user.language,
            ability=2.5 if sure else chance.gauss(0.4, 1),
            patience=1 if sure else min(0.995, chance.betavariate(14, 1.2)),
            pace=6 if sure else chance.lognormvariate(2.8, 1),
            starts=begins,
            random=random.Random(SEED + index),
        )


class History:
    """Lets people come, learn, take quizzes, stop, leave and finish, each until `now`."""

    def __init__(self, *, decides, marks, now: datetime):
        self.decides, self.marks, self.now = decides, marks, now
        every = documents.courses(Reader(principals=ANONYMOUS, locale="en"))
        every.sort(key=lambda course: course.item.page_id)
        self.announced = [each for each in every if each.rules.status_at(now) == Status.ANNOUNCED]
        ready = [each for each in every if each.rules.is_open(now)]
        self.open = [each for each in ready if each.rules.enrolment_mode == EnrolmentMode.OPEN]
        self.on_request = [each for each in ready if each.rules.enrolment_mode == EnrolmentMode.REQUEST]
        self._checks: dict[int, dict[uuid.UUID, Checks]] = {}
        self.decisions = 0

    def of(self, person: Person) -> None:
        """All that one person has done."""
        chance, at = person.random, person.starts
        # Popularity follows Zipf: the n-th course has the n-th part of the first one's learners.
        weights = [1 / rank for rank, _course in enumerate(self.open, 1)]
        wanted = chance.choices(self.open, weights) if person.number != 1 else self.open[1:2]
        if chance.random() < ALSO_TAKES:
            wanted += [each for each in self.open if each not in wanted][:1]
        for course in wanted:
            at = self._take(person, course, at)
            if at >= self.now:
                break
        if at < self.now and chance.random() < ASKS_FOR_MORE:
            for course in self.on_request:
                self._ask_for(person, course, at)
        if chance.random() < FOLLOWS:
            for course in self.announced:
                since = min(max(at, self.now - timedelta(days=20)), self.now)
                following.follow(user=person.user, course_key=course.key, reader=person.reader, now=since)

    def _take(self, person: Person, course: CourseDocument, at: datetime) -> datetime:
        enrolment = learning.enrol(user=person.user, course_key=course.key, reader=person.reader, now=at)
        return self._learn(person, enrolment, at)

    def _ask_for(self, person: Person, course: CourseDocument, at: datetime) -> None:
        """Request a place. Decisions take days; the last ones haven't been taken, and one in twelve is a refusal."""
        try:
            enrolment = learning.enrol(user=person.user, course_key=course.key, reader=person.reader, now=at)
        except DomainError:  # without what the course asks for first
            return
        decided = at + timedelta(days=person.random.uniform(0.5, 12))
        if decided > self.now or person.random.random() < WAITS:
            return
        self.decisions += 1
        refused = self.decisions % 12 == 0
        reason = "The course is for people who run a site; the open courses may suit you better."
        enrolment = deciding.decide(
            by=self.decides,
            enrolment_id=enrolment.uuid,
            decision=deciding.REFUSE if refused else deciding.APPROVE,
            reason=reason if refused else "",
            now=decided,
        )
        if not refused:
            self._learn(person, enrolment, decided)

    def _learn(self, person: Person, enrolment: Enrolment, at: datetime) -> datetime:
        """Go through the units until the end, until patience ends, or until now. Returns when."""
        syllabus = Syllabus.from_json(enrolment.edition.syllabus.rules)
        course = enrolment.course_id
        events: list[dict] = []
        for rule in syllabus.units:
            at += timedelta(hours=person.random.expovariate(1 / person.pace), minutes=2)
            if at >= self.now or person.random.random() > person.patience:
                break
            if rule.kind == Kind.LESSON:
                new, at = self._lesson(person, enrolment, rule, at)
                events += new
                continue
            self._send(person, events, at)
            events = []
            at = self._quiz(person, rule, at)
        self._send(person, events, min(at, self.now))
        if person.random.random() < LEAVES and at < self.now:
            with contextlib.suppress(DomainError):  # who has completed a course can't leave it
                learning.withdraw(user=person.user, course_key=course, reader=person.reader, now=at)
        return at

    def _lesson(self, person: Person, enrolment: Enrolment, rule: UnitRule, at: datetime):
        """The events of reading a lesson, and when it was over."""
        chance = person.random
        seconds = int(max(rule.seconds, 60) * chance.lognormvariate(1.2, 0.5))

        def event(verb, moment, **more):
            return {
                "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                "course": str(enrolment.course_id),
                "unit": str(rule.key),
                "verb": verb,
                "language": person.language,
                "occurred_at": moment.isoformat(),
                **more,
            }

        end = min(at + timedelta(seconds=seconds), self.now)
        found = [
            event("opened", at),
            event("progressed", end, seconds=seconds, data={"position": chance.randint(6_000, 10_000)}),
        ]
        # Some look at a lesson and come back another day, or never.
        if chance.random() < (1 - person.patience) / 2:
            return found, end
        checks = self._checks_of(enrolment).get(rule.key)
        if checks and (rule.completion == Completion.CHECKS or chance.random() < 0.7):
            for key in rule.checks:
                given = response(checks.questions[key], checks.keys[key], person.ability, chance)
                found.append(event("answered", end, data={"question": key, "response": given}))
        if rule.completion == Completion.MARK:
            found.append(event("completed", end))
        return found, end

    def _checks_of(self, enrolment: Enrolment) -> dict[uuid.UUID, Checks]:
        edition = enrolment.edition
        if edition.pk not in self._checks:
            syllabus = Syllabus.from_json(edition.syllabus.rules)
            keys = [rule.key for rule in syllabus.units if rule.checks]
            versions = documents.source_versions(edition, keys, enrolment.course.source_locale)
            self._checks[edition.pk] = {key: checks_of(version) for key, version in versions.items()}
        return self._checks[edition.pk]

    def _send(self, person: Person, events: list[dict], at: datetime) -> None:
        if events:
            learning.record_events(user=person.user, events=events, reader=person.reader, now=at)

    def _quiz(self, person: Person, rule: UnitRule, at: datetime) -> datetime:
        """Try a quiz until it is passed, given up or there are no attempts left. Returns when."""
        chance = person.random
        while at < self.now:
            try:
                sitting = learning.start_attempt(
                    user=person.user, quiz_key=rule.key, reader=person.reader, now=at
                )
            except DomainError:  # locked, no attempts left
                return at
            attempt, quiz = sitting.attempt, sitting.quiz
            limit = quiz.time_limit or 15
            at += timedelta(minutes=limit * chance.uniform(0.2, 0.95))
            if at >= self.now or (not quiz.time_limit and chance.random() < 0.02):
                return at  # left open
            # Each try teaches something.
            ability = person.ability + 0.5 * (attempt.number - 1)
            given = {
                key: (response(quiz.questions[key], quiz.keys[key], ability, chance), None)
                for key in attempt.questions
                if chance.random() < 0.97
            }
            done = learning.submit_attempt(
                user=person.user, attempt_id=attempt.uuid, given=given, reader=person.reader, now=at
            ).attempt
            if done.state == Attempt.State.SUBMITTED:
                at = self._mark(person, done, at)
                done.refresh_from_db(fields=["passed"])
            if done.passed is not False or chance.random() > person.patience:
                return at
            at += timedelta(minutes=quiz.wait_minutes, hours=chance.expovariate(1 / person.pace))
        return at

    def _mark(self, person: Person, attempt: Attempt, at: datetime) -> datetime:
        """Two people mark what a person has to mark, days apart, and a third agrees where they differ. The last ones wait."""
        chance = person.random
        # Those who mark are behind: some answers wait for the first of them, some for the second, some for who decides.
        people = (*self.marks, self.decides)[: chance.choices([0, 1, 2, 3], [2, 1, 2, 6])[0]]
        for by in people:
            at += timedelta(days=chance.uniform(1, 9))
            if at >= self.now:
                return at
            sheet = marking.sheet(user=by, attempt_id=attempt.uuid)
            for question in sheet.questions:
                if sheet.step(question) is None:
                    continue
                points = {
                    each["id"]: max(0, min(each["points"], round(each["points"] * _worth(person, chance))))
                    for each in rubric(sheet.quiz.keys[question])
                }
                marking.save_mark(
                    user=by,
                    attempt_id=attempt.uuid,
                    question=question,
                    points=points,
                    comment=chance.choice(COMMENTS),
                    revision=0,
                    finish=True,
                    now=at,
                )
        return at

    def finish(self) -> None:
        """What is no person's doing: certificates are of the day of the completion, one is revoked, nobody gets mail."""
        theirs = Certificate.objects.filter(enrolment__learner__user__email__regex=r"^learner\d+@")
        theirs.update(issued_at=F("completed_at"))
        mails = [each.module_path for each in (deciding.tell, marking.tell_learner)]
        DBTaskResult.objects.filter(task_path__in=mails).delete()
        ReminderChoice.objects.bulk_create(
            ReminderChoice(learner=learner, since=self.now)
            for learner in Learner.objects.filter(user__email__regex=r"^learner\d+@")
        )
        wrong = theirs.filter(expires_at__gt=self.now).order_by("completed_at", "pk").first()
        if wrong is not None:
            revoking.revoke(
                certificate_id=wrong.uuid,
                by=self.decides,
                reason="Two people took the final quiz together with this account.",
                now=self.now - timedelta(days=1),
            )
