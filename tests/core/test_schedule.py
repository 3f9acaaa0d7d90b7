"""What runs by the clock, and that one failing job stops no other."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from cms.core import schedule
from cms.core.management.commands.scheduler import run_due
from cms.core.ops_models import Heartbeat, beat, last_beats
from cms.core.schedule import Job, due, register

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def job(name, every=MINUTE, run=lambda now: None):
    return Job(name, every, run)


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(schedule, "_jobs", {})
    return schedule._jobs


def test_registering_a_name_twice_is_refused_and_leaves_the_first(registry):
    first = register("tidy", every=60, run=print)
    with pytest.raises(ValueError, match="tidy"):
        register("tidy", every=5, run=print)
    assert registry == {"tidy": first}
    assert first.every == MINUTE


@pytest.mark.parametrize("every", [0, 0.5, -3, timedelta(0)])
def test_an_interval_under_a_second_is_refused(registry, every):
    with pytest.raises(ValueError, match="once a second"):
        register("hot", every=every, run=print)
    assert registry == {}


def test_the_platform_registers_its_own_jobs():
    names = {each.name for each in schedule.registered()}
    assert {"publish_scheduled", "reap_tasks", "retry_tasks", "clear_sessions", "forget_tasks"} <= names


def test_due_are_those_that_never_ran_then_the_longest_overdue():
    jobs = [job("fresh"), job("late"), job("later"), job("new"), job("exact")]
    last = {
        "fresh": NOW - timedelta(seconds=59),
        "exact": NOW - MINUTE,
        "late": NOW - 2 * MINUTE,
        "later": NOW - 3 * MINUTE,
    }
    assert [each.name for each in due(jobs, last, NOW)] == ["new", "later", "late", "exact"]


def test_a_clock_that_was_set_back_keeps_nothing_waiting():
    assert due([job("daily", timedelta(days=1))], {"daily": NOW + timedelta(days=300)}, NOW) != []


@given(
    last=st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    every=st.integers(1, 10**7),
)
def test_a_job_is_due_exactly_when_its_interval_has_passed(last, every):
    each = job("one", timedelta(seconds=every))
    assert due([each], {"one": last}, last + each.every) == [each]
    assert due([each], {"one": last}, last + each.every - timedelta(microseconds=1)) == []


@pytest.mark.django_db
class TestRunning:
    def test_a_job_that_raises_is_logged_and_stops_no_other(self, caplog):
        ran = []

        def breaks(now):
            raise RuntimeError("broken")

        jobs = [job("a", run=breaks), job("b", run=lambda now: ran.append("b"))]
        assert run_due(jobs, NOW) == ["a", "b"]
        assert ran == ["b"]
        assert "scheduled job a failed" in caplog.text
        # and it waits for its interval like any other: no hot loop
        assert run_due(jobs, NOW + timedelta(seconds=59)) == []
        assert run_due(jobs, NOW + MINUTE) == ["a", "b"]

    def test_of_two_schedulers_one_runs_a_job(self):
        ran = []
        first = job("once", run=lambda now: ran.append("first"))

        def second_scheduler(now):
            # begins while the first has looked, but not yet claimed what comes after this job
            run_due([first], NOW)

        assert run_due([job("a", run=second_scheduler), first], NOW) == ["a"]
        assert ran == ["first"]

    def test_what_is_running_is_finished_and_the_next_is_not_begun(self):
        ran = []
        jobs = [job("a", run=lambda now: ran.append("a")), job("b", run=lambda now: ran.append("b"))]
        assert run_due(jobs, NOW, stopping=lambda: bool(ran)) == ["a"]
        assert ran == ["a"]
        assert last_beats("job:") == {"a": NOW}

    def test_a_beat_is_one_row_whose_moment_moves(self, django_assert_num_queries):
        beat("scheduler", NOW)
        with django_assert_num_queries(1):
            beat("scheduler", NOW + MINUTE)
        assert list(Heartbeat.objects.values_list("name", "at")) == [("scheduler", NOW + MINUTE)]

    def test_once_runs_all_that_is_due_and_beats(self, capsys):
        call_command("scheduler", once=True)
        ran = capsys.readouterr().out.split()
        assert {"publish_scheduled", "retry_tasks", "reap_tasks", "clear_sessions"} <= set(ran)
        assert Heartbeat.objects.filter(name="scheduler").exists()
        call_command("scheduler", once=True)
        assert capsys.readouterr().out == ""
