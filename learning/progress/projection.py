"""Appending to the ledger and keeping what is computed from it; rebuilding the same from the ledger alone.

`append` costs the same number of statements whatever the size of the course. Callers hold the enrolment's row locked.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from learning.catalogue.syllabus import Syllabus

from . import rules
from .models import Enrolment, Event, Learner, UnitRecord
from .rules import Facts
from .signals import enrolment_completed

FACTS = ("opened_at", "marked_at", "answered", "seconds", "started", "finished", "best_bp", "passed_at")
COUNTERS = (
    "state",
    "required_done",
    "required_total",
    "progress_bp",
    "score_bp",
    "seconds",
    "completed_at",
    "last_unit_id",
    "last_at",
    "language",
)


@dataclass(frozen=True)
class Draft:
    """An event before it is in the ledger. `uuid` decides whether it is there already."""

    uuid: UUID
    verb: str
    effective_at: datetime
    unit: UUID | None = None
    occurred_at: datetime | None = None
    language: str = ""
    seconds: int | None = None
    data: Mapping = field(default_factory=dict)
    digest: str = ""
    actor: Learner | None = None


def fact_id(of: UUID, verb: str) -> UUID:
    """The id of an event that can happen once to a thing: a second writer of the same meets the constraint."""
    return uuid.uuid5(of, verb)


def append(
    enrolments: Mapping[Enrolment, tuple[Syllabus, list[Draft]]], *, now: datetime
) -> dict[Enrolment, rules.Progress]:
    """Write new events and bring records and counters up to them. Changes the enrolments it was given.

    A course that is completed by them gets its own event, and `enrolment_completed` is sent, once. Returns where
    everybody stands now.
    """
    known = _facts_of(enrolments)
    events: list[Event] = []
    changed_records: list[UnitRecord] = []
    completed: list[Enrolment] = []
    outcome = {}
    for enrolment, (syllabus, drafts) in enrolments.items():
        before = known[enrolment.pk]
        projected = _Projected(enrolment, syllabus, {key: record.facts for key, record in before.items()})
        for draft in drafts:
            projected.take(draft)
        standing = projected.standing()
        if standing.done_at is not None and enrolment.completed_at is None:
            last = Draft(
                uuid=fact_id(enrolment.uuid, Event.Verb.COURSE_COMPLETED),
                verb=Event.Verb.COURSE_COMPLETED,
                effective_at=standing.done_at,
                data={"score_bp": standing.score_bp},
            )
            drafts = [*drafts, last]
            projected.take(last)
            completed.append(enrolment)
        projected.write_counters(standing)
        events += [_event(enrolment, draft, now) for draft in drafts]
        changed_records += _changed(enrolment, before, projected.facts, standing)
        outcome[enrolment] = standing
    Event.objects.bulk_create(events)
    if changed_records:
        UnitRecord.objects.bulk_create(
            changed_records,
            update_conflicts=True,
            unique_fields=["enrolment", "unit"],
            update_fields=[*FACTS, "state", "done_at"],
        )
    _save_counters(list(enrolments))
    for enrolment in completed:
        enrolment_completed.send(sender=Enrolment, enrolment=enrolment)
    return outcome


@dataclass(frozen=True)
class _Known:
    facts: Facts
    state: str
    done_at: datetime | None


def _facts_of(enrolments: Iterable[Enrolment]) -> dict[int, dict[UUID, _Known]]:
    found: dict[int, dict[UUID, _Known]] = defaultdict(dict)
    for record in UnitRecord.objects.filter(enrolment__in=[enrolment.pk for enrolment in enrolments]):
        found[record.enrolment_id][record.unit_id] = _Known(facts_of(record), record.state, record.done_at)
    return found


def facts_of(record: UnitRecord) -> Facts:
    values = {name: getattr(record, name) for name in FACTS}
    values["answered"] = {
        question: datetime.fromisoformat(moment) for question, moment in values["answered"].items()
    }
    return Facts(**values)


class _Projected:
    """An enrolment while events are folded into it."""

    def __init__(self, enrolment: Enrolment, syllabus: Syllabus, facts: dict[UUID, Facts]):
        self.enrolment, self.syllabus, self.facts = enrolment, syllabus, dict(facts)

    def take(self, event) -> None:
        unit = getattr(event, "unit_id", None) or getattr(event, "unit", None)
        enrolment = self.enrolment
        if unit is not None:
            self.facts[unit] = rules.fold(self.facts.get(unit, Facts()), event)
            if enrolment.last_at is None or (event.effective_at, str(unit)) >= (
                enrolment.last_at,
                str(enrolment.last_unit_id),
            ):
                enrolment.last_at, enrolment.last_unit_id = event.effective_at, unit
                enrolment.language = event.language or enrolment.language
        match event.verb:
            case "enrolled" | "returned":
                enrolment.state = Enrolment.State.ACTIVE
            case "withdrawn":
                enrolment.state = Enrolment.State.WITHDRAWN
            case "course_completed":
                # Completed stays completed, whatever is computed later.
                enrolment.state = Enrolment.State.COMPLETED
                enrolment.completed_at = event.effective_at

    def standing(self) -> rules.Progress:
        return rules.progress(self.syllabus, self.facts, enrolled_at=self.enrolment.enrolled_at)

    def write_counters(self, standing: rules.Progress) -> None:
        enrolment = self.enrolment
        enrolment.required_done = standing.required_done
        enrolment.required_total = standing.required_total
        enrolment.progress_bp = standing.progress_bp
        enrolment.score_bp = standing.score_bp
        enrolment.seconds = sum(facts.seconds for facts in self.facts.values())


def _changed(enrolment, before, facts: dict[UUID, Facts], standing) -> Iterator[UnitRecord]:
    """Records of units with facts that are new or stand elsewhere than before."""
    for key, own in facts.items():
        unit = standing.units.get(key) or rules.UnitProgress(UnitRecord.State.OPEN, None)
        was = before.get(key)
        if was is None or (was.facts, was.state, was.done_at) != (own, unit.state, unit.done_at):
            yield _record(enrolment, key, own, unit)


def _record(enrolment, key, facts: Facts, unit: rules.UnitProgress) -> UnitRecord:
    values = {name: getattr(facts, name) for name in FACTS}
    values["answered"] = {question: moment.isoformat() for question, moment in sorted(facts.answered.items())}
    return UnitRecord(enrolment=enrolment, unit_id=key, state=unit.state, done_at=unit.done_at, **values)


def _event(enrolment: Enrolment, draft: Draft, now: datetime) -> Event:
    return Event(
        uuid=draft.uuid,
        enrolment=enrolment,
        unit_id=draft.unit,
        verb=draft.verb,
        edition_id=enrolment.edition_id,
        actor=draft.actor,
        language=draft.language,
        occurred_at=draft.occurred_at or draft.effective_at,
        effective_at=draft.effective_at,
        received_at=now,
        seconds=draft.seconds,
        data=dict(draft.data),
        digest=draft.digest,
    )


def _save_counters(enrolments: list[Enrolment]) -> None:
    if len(enrolments) == 1:
        enrolments[0].save(update_fields=[name.removesuffix("_id") for name in COUNTERS])
    elif enrolments:
        Enrolment.objects.bulk_update(enrolments, [name.removesuffix("_id") for name in COUNTERS])


# Rebuilding -----------------------------------------------------------------------------------------------------


def rebuild(enrolment: Enrolment, syllabus: Syllabus) -> bool:
    """Compute an enrolment's records and counters from its ledger alone. Returns whether anything was different.

    Takes the enrolment's lock itself.
    """
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
        was = {name: getattr(enrolment, name) for name in COUNTERS}
        before = _facts_of([enrolment])[enrolment.pk]
        _forget(enrolment)
        projected = _Projected(enrolment, syllabus, {})
        for event in Event.objects.filter(enrolment=enrolment).order_by("pk"):
            projected.take(event)
        standing = projected.standing()
        projected.write_counters(standing)
        changed = list(_changed(enrolment, before, projected.facts, standing))
        gone = before.keys() - projected.facts.keys()
        if gone:
            UnitRecord.objects.filter(enrolment=enrolment, unit__in=gone).delete()
        if changed:
            UnitRecord.objects.bulk_create(
                changed,
                update_conflicts=True,
                unique_fields=["enrolment", "unit"],
                update_fields=[*FACTS, "state", "done_at"],
            )
        different = bool(changed or gone or was != {name: getattr(enrolment, name) for name in COUNTERS})
        if different:
            _save_counters([enrolment])
        return different


def _forget(enrolment: Enrolment) -> None:
    enrolment.state = Enrolment.State.ACTIVE
    enrolment.completed_at = enrolment.last_unit_id = enrolment.last_at = enrolment.score_bp = None
    enrolment.language = ""
