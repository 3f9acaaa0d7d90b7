"""Whatever editors do while learners act: no learner loses a unit that is done, has one done that they didn't earn, or meets a
page that isn't there, and the ledger alone gives the same state at any moment.

`LEARNING_PROPERTY_EXAMPLES` says how many stories are told: 5 by default, always the same ones; others with any other number.
"""

import os
from collections import defaultdict
from contextlib import ExitStack

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from wagtail.models import Page, PageViewRestriction

from cms.content import api as content
from cms.core import invariants
from cms.core.errors import Conflict, DomainError
from learning.assessment import registry
from learning.assessment.quiz import quiz_of
from learning.catalogue.syllabus import Syllabus
from learning.flows import attempts as attempt_flows
from learning.flows.editions import move_to_current
from learning.flows.enrolment import enrol, withdraw
from learning.flows.recording import record_events
from learning.models import (
    CoursePage,
    Enrolment,
    LessonPage,
    ModulePage,
    QuizPage,
    SealedSyllabus,
    UnitRecord,
)
from learning.progress.projection import rebuild
from learning.reading.courses import outline
from learning.reading.units import unit_reading
from tests.learning import factories
from tests.learning.factories import event
from tests.world import add, committed

EXAMPLES = int(os.environ.get("LEARNING_PROPERTY_EXAMPLES") or 5)
STEPS = 18
UNITS = {
    "One": [("first", "lesson", {}), ("quiz", "quiz", {}), ("glance", "lesson", {"completion": "view"})],
    "Two": [("second", "lesson", {}), ("test", "quiz", {"max_attempts": 0})],
}
which = st.integers(0, 1000)


def pick(values, number):
    return values[number % len(values)] if values else None


class Story(RuleBasedStateMachine):
    """Editors and learners of one course. `earned` is kept apart from the platform: what each did in each unit."""

    site = None

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(lambda: transaction.set_rollback(True))
        cache.clear()
        self.world = factories.course(self.site, self.committed, UNITS)
        self.learners = [factories.person(f"learner{index}@example.org") for index in range(3)]
        self.clients = []
        for learner in self.learners:
            client = Client()
            client.force_login(learner, backend="django.contrib.auth.backends.ModelBackend")
            self.clients.append(client)
        self.acts = defaultdict(set)
        self.editions = defaultdict(set)
        self.done = {}
        self.added = 0
        for who in (0, 1):
            self.join(who, "en")
            self.study(who, who, "completed")

    def teardown(self):
        found = [(name, what) for name, what in invariants.violations() if name.startswith("learning")]
        self.stack.close()
        assert found == []

    committed = staticmethod(committed)

    # What there is ----------------------------------------------------------------------------------------------

    def pages(self, model):
        course = Page.objects.filter(pk=self.world.course.pk).first()
        return list(model.objects.descendant_of(course).filter(locale=course.locale).order_by("pk"))

    def units(self):
        return [*self.pages(LessonPage), *self.pages(QuizPage)]

    def publish(self, page, **fields):
        for name, value in fields.items():
            setattr(page, name, value)
        with self.committed():
            page.save_revision().publish()

    def reader(self, learner):
        return factories.reader(learner, self.locale)

    locale = "en"

    # Editors ----------------------------------------------------------------------------------------------------

    @rule(number=which, kind=st.sampled_from(["lesson", "quiz"]))
    def add_a_unit(self, number, kind):
        self.added += 1
        module = pick(self.pages(ModulePage), number)
        if module is not None and self.added < 6:
            with self.committed():
                add(module, factories.unit_page(f"added{self.added}", kind, {}))

    @rule(number=which, where=which)
    def reorder(self, number, where):
        page, module = pick(self.units(), number), pick(self.pages(ModulePage), where)
        if page is not None and module is not None:
            with self.committed():
                page.move(module, "first-child" if number % 2 else "last-child")

    @rule(number=which)
    def unpublish(self, number):
        page = pick([each for each in self.units() if each.live], number)
        if page is not None:
            with self.committed():
                page.unpublish()

    @rule(number=which)
    def publish_again(self, number):
        page = pick([each for each in self.units() if not each.live], number)
        if page is not None:
            self.publish(page)

    @rule(number=which)
    def delete(self, number):
        page = pick(self.units(), number)
        if page is not None:
            with self.committed():
                page.delete()

    @rule(number=which)
    def translate(self, number):
        page = pick([each for each in self.units() if each.live], number)
        if page is not None:
            factories.translated_course(self.committed, self.world)
            factories.translate(self.committed, page.get_parent().specific)
            factories.translate(self.committed, page)

    @rule(number=which, required=st.booleans(), completion=st.sampled_from(["view", "mark"]))
    def change_the_rules_of_a_lesson(self, number, required, completion):
        page = pick([each for each in self.pages(LessonPage) if each.live], number)
        if page is not None:
            self.publish(page, required=required, completion=completion)

    @rule(
        number=which,
        scoring=st.sampled_from(["best", "last", "average"]),
        score=st.sampled_from([0, 60, 100]),
        questions=st.integers(0, 2),
    )
    def change_a_quiz(self, number, scoring, score, questions):
        page = pick([each for each in self.pages(QuizPage) if each.live], number)
        if page is not None:
            asked = [factories.true_false(f"{page.pk}:{index}") for index in range(questions + 1)]
            self.publish(
                page,
                scoring=scoring,
                completion="score" if score else "pass",
                minimum_score=score,
                questions=asked,
            )

    @rule(
        enough=st.integers(0, 1),
        order=st.sampled_from(["free", "ordered"]),
        of_module=st.booleans(),
        number=which,
    )
    def change_what_is_enough(self, enough, order, of_module, number):
        if of_module:
            module = pick([each for each in self.pages(ModulePage) if each.live], number)
            if module is not None and (not enough or module.get_children().exists()):
                self.publish(module, at_least=enough)
        else:
            self.publish(CoursePage.objects.get(pk=self.world.course.pk), at_least=enough, sequencing=order)

    @rule(number=which)
    def restrict_or_open_again(self, number):
        there = PageViewRestriction.objects.all()
        with self.committed():
            if there.exists():
                for each in there:
                    each.delete()
            else:
                page = pick(self.units(), number)
                if page is not None:
                    restriction = PageViewRestriction.GROUPS
                    PageViewRestriction.objects.create(page=page, restriction_type=restriction)

    @rule(under_way=st.sampled_from(["stay", "move", "move_unstarted"]))
    def release(self, under_way):
        with self.committed():
            try:
                content.release_edition(
                    root_key=self.world.key, note="New.", choices={"under_way": under_way}
                )
            except Conflict as nothing_new:
                assert nothing_new.code == "nothing_new"

    # Learners ---------------------------------------------------------------------------------------------------

    @rule(who=st.integers(0, 2), locale=st.sampled_from(["en", "fr"]))
    def join(self, who, locale):
        self.locale = locale
        learner = self.learners[who]
        enrol(user=learner, course_key=self.world.key, reader=self.reader(learner), now=timezone.now())

    @rule(who=st.integers(0, 2))
    def leave(self, who):
        learner = self.learners[who]
        if self.enrolment(learner):
            try:
                withdraw(
                    user=learner,
                    course_key=self.world.key,
                    reader=self.reader(learner),
                    now=timezone.now(),
                )
            except Conflict as completed:
                assert completed.code == "already_completed"

    @rule(who=st.integers(0, 2))
    def move_oneself(self, who):
        learner = self.learners[who]
        enrolment = self.enrolment(learner)
        if enrolment and enrolment.state in ("active", "completed"):
            move_to_current(
                user=learner, course_key=self.world.key, reader=self.reader(learner), now=timezone.now()
            )

    @rule(who=st.integers(0, 2), number=which, verb=st.sampled_from(["opened", "completed", "completed"]))
    def study(self, who, number, verb):
        learner = self.learners[who]
        enrolment = self.enrolment(learner)
        if not enrolment:
            return
        key = pick([unit.key for unit in self.syllabus(enrolment).units], number)
        if key is None:
            return
        sent = {**event(self.world, "first", verb), "unit": str(key)}
        (taken,) = record_events(user=learner, events=[sent], reader=self.reader(learner), now=timezone.now())
        if taken.status == "accepted":
            self.acts[learner.pk, key].add(verb)

    @rule(who=st.integers(0, 2), number=which, knows=st.booleans())
    def sit(self, who, number, knows):
        learner = self.learners[who]
        enrolment = self.enrolment(learner)
        if not enrolment:
            return
        quizzes = [unit.key for unit in self.syllabus(enrolment).units if unit.kind == "quiz"]
        key, now, reader = pick(quizzes, number), timezone.now(), self.reader(learner)
        if key is None:
            return
        try:
            attempt = attempt_flows.start_attempt(user=learner, quiz_key=key, reader=reader, now=now).attempt
        except DomainError:
            return  # locked, restricted, left
        quiz = quiz_of(content.body(attempt.version), content.private_part(attempt.version))
        given = {
            question: (registry.get(type_).answer(quiz.keys[question]), None)
            for question, type_ in quiz.types.items()
            if knows
        }
        sat = attempt_flows.submit_attempt(
            user=learner, attempt_id=attempt.uuid, given=given, reader=reader, now=now
        )
        if sat.attempt.passed:
            self.acts[learner.pk, key].add("passed")
        if sat.attempt.score_bp:
            self.acts[learner.pk, key].add("scored")

    def enrolment(self, learner):
        return Enrolment.objects.filter(learner__user=learner).order_by("-pk").first()

    def syllabus(self, enrolment):
        return Syllabus.from_json(SealedSyllabus.objects.get(edition=enrolment.edition_id).rules)

    # What holds -------------------------------------------------------------------------------------------------

    @invariant()
    def nobody_loses_what_is_done(self):
        now = {
            (row.enrolment_id, row.unit_id): row.done_at
            for row in UnitRecord.objects.filter(done_at__isnull=False)
        }
        for place, moment in self.done.items():
            assert now.get(place) == moment, place
        self.done = now

    @invariant()
    def nobody_has_done_what_they_did_not_earn(self):
        for learner in self.learners:
            for enrolment in Enrolment.objects.filter(learner__user=learner):
                self.editions[enrolment.pk].add(enrolment.edition_id)
                syllabuses = [
                    Syllabus.from_json(each.rules)
                    for each in SealedSyllabus.objects.filter(edition__in=self.editions[enrolment.pk])
                ]
                for row in enrolment.records.filter(done_at__isnull=False):
                    rules = [each.by_key.get(row.unit_id) for each in syllabuses]
                    acts = self.acts[learner.pk, row.unit_id]
                    assert any(_earns(each, acts) for each in rules if each), (row.unit_id, acts)

    @invariant()
    def no_page_is_missing(self):
        for learner, client in zip(self.learners, self.clients, strict=True):
            enrolment = self.enrolment(learner)
            if not enrolment or enrolment.state not in ("active", "completed"):
                continue
            reader, now = self.reader(learner), timezone.now()
            found = outline(user=learner, course_key=self.world.key, reader=reader, now=now)
            nodes = [unit for module in found["units"] for unit in module.get("units", [module])]
            open_ones = [node["key"] for node in nodes if node["state"] != "locked"]
            for key in open_ones:
                unit_reading(user=learner, key=key, reader=self.reader(learner), now=now)
            if open_ones:
                # One over HTTP, without being counted as a visit.
                key = open_ones[len(self.done) % len(open_ones)]
                answer = client.head(f"/{self.locale}/learn/units/{key}/")
                assert answer.status_code == 200, (key, answer.status_code)

    @invariant()
    def the_ledger_gives_the_same(self):
        for enrolment in Enrolment.objects.all():
            assert not rebuild(enrolment), enrolment


def _earns(rule, acts) -> bool:
    if rule.kind == "quiz":
        return "scored" in acts if rule.completion == "score" else "passed" in acts
    return ("opened" if rule.completion == "view" else "completed") in acts


@pytest.mark.long
@pytest.mark.django_db
def test_editors_and_learners(site):
    story = type("Story", (Story,), {"site": site})
    run_state_machine_as_test(
        story,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            # A story that fails is told as it was: making it shorter takes longer than the suite.
            phases=[Phase.generate],
            derandomize=EXAMPLES == 5,
            suppress_health_check=list(HealthCheck),
        ),
    )
