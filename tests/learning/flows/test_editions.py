"""A new edition for those who are under way: staying, moving, keeping what is done."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.content import api as content
from cms.core import invariants
from cms.core.errors import BadInput, NotFound
from learning.flows import attempts as attempt_flows
from learning.flows.editions import finish_move, move_enrolments, move_to_current
from learning.flows.enrolment import enrol, withdraw
from learning.flows.recording import record_events
from learning.models import EditionMove, Enrolment, Event, LessonPage, ModulePage, QuizPage, UnitRecord
from learning.progress.enrolments import NotEnrolled
from learning.progress.projection import rebuild
from tests.learning import factories
from tests.learning.factories import all_right, event
from tests.world import add


@pytest.fixture
def now():
    return timezone.now()


def join(world, now, user=None):
    user = user or factories.person()
    enrol(user=user, course_key=world.key, reader=factories.reader(user), now=now - timedelta(days=1))
    return user


def act(world, user, unit, verb, now, **fields):
    (taken,) = record_events(
        user=user, events=[event(world, unit, verb, **fields)], reader=factories.reader(user), now=now
    )
    assert taken.status == "accepted", taken
    return taken


def pass_quiz(world, user, now, unit="quiz"):
    reader = factories.reader(user)
    attempt = attempt_flows.start_attempt(
        user=user, quiz_key=world.unit(unit), reader=reader, now=now
    ).attempt
    given = {question: (response, None) for question, response in all_right(unit).items()}
    attempt_flows.submit_attempt(user=user, attempt_id=attempt.uuid, given=given, reader=reader, now=now)


def release(committed, world, rule=None, note="New."):
    with committed():
        return content.release_edition(
            root_key=world.key, note=note, choices={"under_way": rule} if rule else None
        )


def add_lesson(committed, world, module="Two", title="Third", **fields):
    with committed():
        page = add(
            ModulePage.objects.get(pk=world.pages[module].pk),
            LessonPage(title=title, body=[factories.text()], **fields),
        )
    world.pages[title.lower()] = page
    return page


def change(committed, world, name, **fields):
    with committed():
        page = world.pages[name].__class__.objects.get(pk=world.pages[name].pk)
        for field, value in fields.items():
            setattr(page, field, value)
        page.save_revision().publish()


def of(user):
    return Enrolment.objects.select_related("edition").get(learner__user=user)


def states(user):
    return {row.unit_id: row.state for row in UnitRecord.objects.filter(enrolment__learner__user=user)}


def untouched(user):
    """What rebuilding from the ledger alone changes: nothing."""
    return not rebuild(of(user))


def test_whoever_stays_reads_on_where_they_are(world, committed, now):
    user = join(world, now)
    act(world, user, "first", "completed", now)
    add_lesson(committed, world)
    release(committed, world, "stay")
    enrolment = of(user)
    assert (enrolment.edition.number, enrolment.required_total) == (1, 3)
    assert not Event.objects.filter(verb="moved").exists()
    pass_quiz(world, user, now)
    act(world, user, "second", "completed", now)
    assert of(user).state == "completed"
    assert untouched(user)


def test_whoever_moves_keeps_what_is_done_and_has_to_do_what_is_new(world, committed, now):
    user = join(world, now)
    act(world, user, "first", "completed", now)
    pass_quiz(world, user, now)
    done = dict(UnitRecord.objects.values_list("unit_id", "done_at"))
    add_lesson(committed, world)
    editor = factories.person(is_superuser=True)
    with committed():
        edition = content.release_edition(
            root_key=world.key, note="New.", by=editor, choices={"under_way": "move"}
        )
    enrolment = of(user)
    assert enrolment.edition == edition
    assert (enrolment.required_done, enrolment.required_total, enrolment.state) == (2, 4, "active")
    assert dict(UnitRecord.objects.values_list("unit_id", "done_at")) == done
    moved = Event.objects.get(verb="moved")
    assert (moved.edition, moved.actor.user, moved.data) == (
        edition,
        editor,
        {"from": 1, "to": 2, "rule": "move"},
    )
    act(world, user, "second", "completed", now)
    assert of(user).state == "active"
    act(world, user, "third", "completed", now)
    assert of(user).state == "completed"
    assert untouched(user)


def test_only_those_who_have_not_started(world, committed, now):
    started, idle = join(world, now), join(world, now)
    act(world, started, "first", "opened", now)
    add_lesson(committed, world)
    release(committed, world, "move_unstarted")
    assert (of(started).edition.number, of(idle).edition.number) == (1, 2)
    assert untouched(started) and untouched(idle)


def test_completed_stays_completed_and_where_it_is(world, committed, now):
    user = join(world, now)
    for unit in ("first", "second"):
        act(world, user, unit, "completed", now)
    pass_quiz(world, user, now)
    completed_at = of(user).completed_at
    add_lesson(committed, world)
    release(committed, world, "move")
    assert (of(user).edition.number, of(user).state, of(user).completed_at) == (1, "completed", completed_at)
    later = now + timedelta(hours=1)
    moved = move_to_current(user=user, course_key=world.key, reader=factories.reader(user), now=later)
    assert (moved.edition.number, moved.state, moved.completed_at) == (2, "completed", completed_at)
    assert (moved.required_done, moved.required_total) == (3, 4)
    assert untouched(user)


def test_a_unit_made_optional_completes_whoever_qualifies_now(world, committed, now, monkeypatch):
    heard = []
    from learning.progress.signals import enrolment_completed

    def listen(enrolment, **kwargs):
        heard.append(enrolment.uuid)

    enrolment_completed.connect(listen)
    user = join(world, now - timedelta(hours=5))
    act(world, user, "first", "completed", now - timedelta(hours=4))
    act(world, user, "second", "completed", now - timedelta(hours=4))
    change(committed, world, "quiz", required=False)
    assert of(user).state == "active"
    released = timezone.now()
    release(committed, world, "move")
    enrolment = of(user)
    assert enrolment.state == "completed"
    assert enrolment.completed_at >= released
    assert heard == [enrolment.uuid]
    assert untouched(user)
    finish_move(enrolment.edition_id, timezone.now())
    assert heard == [enrolment.uuid]
    enrolment_completed.disconnect(listen)


def test_other_rules_take_nothing_that_was_done(world, committed, now):
    """Read by opening before, by marking now; a pass mark that rose; an order that there wasn't."""
    change(committed, world, "first", completion="view")
    user = join(world, now)
    act(world, user, "first", "opened", now)
    pass_quiz(world, user, now)
    change(committed, world, "first", completion="mark")
    change(committed, world, "quiz", pass_mark=100, completion="score", minimum_score=100, scoring="average")
    with committed():
        page = world.course.__class__.objects.get(pk=world.course.pk)
        page.sequencing = "ordered"
        page.save_revision().publish()
    add_lesson(committed, world, module="One", title="Between")
    release(committed, world, "move")
    assert of(user).edition.number == 2
    assert states(user) == {world.unit("first"): "completed", world.unit("quiz"): "passed"}
    outline = {node["key"]: node["state"] for module in _outline(world, user) for node in module["units"]}
    assert outline[world.unit("between")] == "open"
    assert outline[world.unit("second")] == "locked"
    assert untouched(user)


def _outline(world, user):
    from learning.reading.courses import outline

    found = outline(user=user, course_key=world.key, reader=factories.reader(user), now=timezone.now())
    return found["units"]


def test_what_was_done_in_a_unit_that_went_and_came_back_is_done(world, committed, now):
    user = join(world, now)
    act(world, user, "first", "completed", now)
    with committed():
        LessonPage.objects.get(pk=world.pages["first"].pk).unpublish()
    release(committed, world, "move")
    assert of(user).required_total == 2
    assert states(user)[world.unit("first")] == "completed"
    assert untouched(user)
    change(committed, world, "first", summary="Back.")
    release(committed, world, "move")
    assert (of(user).edition.number, of(user).required_done, of(user).required_total) == (3, 1, 3)
    assert untouched(user)


def test_an_open_attempt_finishes_on_its_version_and_counts_in_the_present_edition(world, committed, now):
    user = join(world, now)
    reader = factories.reader(user)
    attempt = attempt_flows.start_attempt(
        user=user, quiz_key=world.unit("quiz"), reader=reader, now=now
    ).attempt
    change(committed, world, "quiz", questions=[factories.true_false("another", answer=False)])
    release(committed, world, "move")
    assert of(user).edition.number == 2
    given = {question: (response, None) for question, response in all_right("quiz").items()}
    sitting = attempt_flows.submit_attempt(
        user=user, attempt_id=attempt.uuid, given=given, reader=reader, now=timezone.now()
    )
    assert (sitting.attempt.score_bp, sitting.attempt.passed) == (10_000, True)
    assert Event.objects.get(verb="graded").edition.number == 2
    assert states(user)[world.unit("quiz")] == "passed"
    assert untouched(user)


def test_moving_goes_on_where_it_stopped_and_twice_is_once(world, committed, now, monkeypatch):
    people = [join(world, now) for _ in range(5)]
    add_lesson(committed, world)
    edition = release(committed, world, "stay")
    monkeypatch.setattr("learning.flows.editions.CHUNK", 2)
    calls = []
    from learning.progress import projection

    real = projection.move

    def breaks(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the power goes")
        return real(*args, **kwargs)

    monkeypatch.setattr("learning.progress.projection.move", breaks)
    with pytest.raises(RuntimeError):
        move_enrolments(edition=edition, rule="move", actor=None, now=now)
    assert sum(of(each).edition.number == 2 for each in people) == 2
    assert move_enrolments(edition=edition, rule="move", actor=None, now=now) == 3
    assert move_enrolments(edition=edition, rule="move", actor=None, now=now) == 0
    assert Event.objects.filter(verb="moved").count() == 5
    assert all(untouched(each) for each in people)


def test_many_are_left_to_the_queue(world, committed, now, monkeypatch):
    people = [join(world, now) for _ in range(3)]
    monkeypatch.setattr("learning.flows.editions.AT_ONCE", 2)
    add_lesson(committed, world)
    edition = release(committed, world, "move")
    assert {of(each).edition.number for each in people} == {1}
    assert EditionMove.objects.get().finished_at is None
    assert finish_move(edition.pk, timezone.now()) == 3
    assert {of(each).edition.number for each in people} == {2}
    assert EditionMove.objects.get().finished_at is not None


def test_statements_do_not_grow_with_people(world, committed, now):
    def moving(people, title):
        for _ in range(people):
            act(world, join(world, now), "first", "opened", now)
        add_lesson(committed, world, title=title)
        edition = release(committed, world, "stay")
        with CaptureQueriesContext(connection) as captured:
            assert move_enrolments(edition=edition, rule="move", actor=None, now=now) >= people
        return len(captured)

    # Sealing the edition for the first who comes is half of them.
    assert moving(2, "Third") == moving(12, "Fourth") <= 22


def test_moving_oneself(world, committed, now):
    user, gone, stranger = join(world, now), join(world, now), factories.person()
    withdraw(user=gone, course_key=world.key, reader=factories.reader(gone), now=now)
    act(world, user, "first", "completed", now)
    add_lesson(committed, world)
    release(committed, world, "stay")
    for _ in range(2):
        enrolment = move_to_current(
            user=user, course_key=world.key, reader=factories.reader(user), now=timezone.now()
        )
        assert (enrolment.edition.number, enrolment.required_done) == (2, 1)
    moved = Event.objects.get(verb="moved")
    assert (moved.actor.user, moved.data["rule"]) == (user, "by_themselves")
    with pytest.raises(NotEnrolled):
        move_to_current(user=gone, course_key=world.key, reader=factories.reader(gone), now=now)
    with pytest.raises(NotFound):
        move_to_current(user=stranger, course_key=world.key, reader=factories.reader(stranger), now=now)
    assert Event.objects.filter(verb="moved").count() == 1
    assert untouched(user)


def test_a_rule_that_is_none_releases_nothing(world, committed, now):
    join(world, now)
    add_lesson(committed, world)
    with pytest.raises(BadInput):
        release(committed, world, "everybody")
    assert content.current_edition(world.key).number == 1
    assert not EditionMove.objects.exists()


def test_what_is_computed_holds_together(world, committed, now):
    for index in range(3):
        user = join(world, now)
        if index:
            act(world, user, "first", "completed", now)
    add_lesson(committed, world)
    release(committed, world, "move")
    assert [name for name, _ in invariants.violations() if name.startswith("learning")] == []


def test_drafts_released_with_an_edition_are_in_it_when_people_come(world, committed, now):
    user = join(world, now)
    module = ModulePage.objects.get(pk=world.pages["Two"].pk)
    with committed():
        draft = module.add_child(
            instance=QuizPage(title="Draft", questions=[factories.true_false("d")], live=False)
        )
        draft.save_revision()
    with committed():
        content.release_edition(
            root_key=world.key, note="New.", drafts=[draft.pk], choices={"under_way": "move"}
        )
    assert (of(user).edition.number, of(user).required_total) == (2, 4)
