"""What runs by the clock: a registry of jobs and the pure rule that says which of them are due.

An app registers its jobs in its `jobs.py`, which the scheduler imports:

    register("remind_learners", every=timedelta(hours=1), run=remind_learners)

A job takes the moment `now` and may run twice: when a scheduler dies in the middle, the next interval runs it again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Job:
    name: str
    every: timedelta
    run: Callable[[datetime], object]


_jobs: dict[str, Job] = {}


def register(name: str, *, every: timedelta | int, run: Callable[[datetime], object]) -> Job:
    """Register `run(now)` to be called at intervals of `every` (a timedelta or seconds).

    Raises ValueError for a second job of the same name and for an interval under a second.
    """
    if not isinstance(every, timedelta):
        every = timedelta(seconds=every)
    if every < timedelta(seconds=1):
        raise ValueError(f"the scheduler looks once a second: {name!r} can't run every {every}")
    if name in _jobs:
        raise ValueError(f"a job named {name!r} is registered already")
    _jobs[name] = Job(name, every, run)
    return _jobs[name]


def registered() -> list[Job]:
    """All jobs by name, those of every installed app's `jobs.py` included."""
    autodiscover_modules("jobs")
    return [_jobs[name] for name in sorted(_jobs)]


def due(jobs: Iterable[Job], last_started: Mapping[str, datetime], now: datetime) -> list[Job]:
    """The jobs that should run at `now`: those that never ran, then the longest overdue first.

    A job that never ran is due. So is one whose last start lies in the future: the clock was set back, and waiting
    for it to pass that moment again could take for ever.
    """

    waiting = []
    for job in jobs:
        last = last_started.get(job.name)
        if last is None or last > now:
            waiting.append((0, timedelta(0), job.name, job))
        elif last + job.every <= now:
            waiting.append((1, last + job.every - now, job.name, job))
    return [job for *_, job in sorted(waiting, key=lambda entry: entry[:3])]
