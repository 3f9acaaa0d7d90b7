"""Appending to the ledger and keeping what is computed from it; rebuilding the same from the ledger alone.

`append` costs the same number of statements whatever the size of the course, `move` the same whatever the number of those
who move but for the rows that it writes. Callers hold the enrolments' rows locked.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from learning.catalogue.rows import SealedSyllabus
from learning.catalogue.syllabus import Syllabus

from . import rules
from .models import Enrolment, Event, Learner, UnitRecord
from .rules import Facts, Score
from .signals import enrolment_completed

FACTS = (
    "opened_at",
    "marked_at",
    "answered",
    "seconds",
    "spent",
    "started",
    "finished",
    "attempts",
    "passed_at",
    "waived_at",
    "peak_bp",
    "reached_at",
)
FOLLOWING = ("score_bp", "state", "done_at")
COUNTERS = (
    "enrolled_at",
    "admitted",
    "expires_at",
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
PLACE = ("edition_id", "moved_at")


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
    known = _known_of(enrolments)
    written = _Written()
    outcome = {}
    for enrolment, (syllabus, drafts) in enrolments.items():
        before = known[enrolment.pk]
        projected = _Projected.of(enrolment, syllabus, before)
        for draft in drafts:
            projected.take(draft)
        enrolment.seconds = projected.seconds()
        outcome[enrolment] = written.add(projected, drafts, before, now, projected.standing())
    written.save(COUNTERS)
    return outcome


def move(
    enrolments: Mapping[Enrolment, str],
    *,
    edition,
    syllabus: Syllabus,
    actor: Learner | None,
    now: datetime,
) -> dict[Enrolment, rules.Progress]:
    """Bring these to an edition; the values say by which rule. What is done stays done, and whoever has done what the
    edition asks for has completed the course now. Returns where everybody stands. Raises IntegrityError if one of them has
    been moved there meanwhile.
    """
    settled, known = _settled(enrolments), _known_of(enrolments, settled=False)
    written = _Written()
    outcome, standings = {}, {}
    for enrolment, rule in enrolments.items():
        before = known[enrolment.pk]
        draft = Draft(
            uuid=fact_id(enrolment.uuid, f"{Event.Verb.MOVED}:{edition.pk}"),
            verb=Event.Verb.MOVED,
            effective_at=now,
            data={"from": enrolment.edition.number, "to": edition.number, "rule": rule},
            actor=actor,
        )
        projected = _Projected.of(enrolment, syllabus, before)
        # Done before now, whenever that was: nothing of this edition is dated before somebody comes to it.
        projected.done |= dict.fromkeys(settled[enrolment.pk], now)
        projected.settle_on(edition.pk, syllabus, now)
        # Whoever has done the same and nothing else stands at the same place.
        place = None if before else frozenset(settled[enrolment.pk])
        standing = standings.get(place) if place is not None else None
        if standing is None:
            standing = projected.standing()
            if place is not None:
                standings[place] = standing
        outcome[enrolment] = written.add(projected, [draft], before, now, standing)
    written.save((*PLACE, *COUNTERS))
    for enrolment in enrolments:
        enrolment.edition = edition
    return outcome


class _Written:
    """What is to be written of several enrolments, together."""

    def __init__(self):
        self.enrolments: list[Enrolment] = []
        self.events: list[Event] = []
        self.records: list[UnitRecord] = []
        self.completed: list[Enrolment] = []

    def add(self, projected: "_Projected", drafts, before, now, standing) -> rules.Progress:
        enrolment = projected.enrolment
        if standing.done_at is not None and enrolment.completed_at is None:
            last = Draft(
                uuid=fact_id(enrolment.uuid, Event.Verb.COURSE_COMPLETED),
                verb=Event.Verb.COURSE_COMPLETED,
                effective_at=standing.done_at,
                data={"score_bp": standing.score_bp},
            )
            drafts = [*drafts, last]
            projected.take(last)
            self.completed.append(enrolment)
        projected.write_counters(standing)
        self.enrolments.append(enrolment)
        self.events += [_event(enrolment, draft, now) for draft in drafts]
        self.records += projected.changed(before, standing)
        return standing

    def save(self, names) -> None:
        Event.objects.bulk_create(self.events)
        _save_records(self.records)
        _save_counters(self.enrolments, names)
        for enrolment in self.completed:
            enrolment_completed.send(sender=Enrolment, enrolment=enrolment)


def _save_records(records: list[UnitRecord]) -> None:
    if records:
        UnitRecord.objects.bulk_create(
            records,
            update_conflicts=True,
            unique_fields=["enrolment", "unit"],
            update_fields=[*FACTS, *FOLLOWING],
        )


@dataclass(frozen=True)
class _Known:
    """A record as it lies in the database. Its facts are read when somebody asks for them."""

    row: Mapping

    @property
    def done_at(self) -> datetime | None:
        return self.row["done_at"]

    @property
    def facts(self) -> Facts:
        return Facts(**{name: _READ.get(name, _same)(self.row[name]) for name in FACTS})


def _same(value):
    return value


_READ = {
    "answered": lambda value: {
        question: datetime.fromisoformat(moment) for question, moment in value.items()
    },
    "spent": lambda value: {
        hour: (datetime.fromisoformat(first), seconds) for hour, (first, seconds) in value.items()
    },
    "attempts": lambda value: {
        attempt: Score(number, revision, score_bp, datetime.fromisoformat(at))
        for attempt, (number, revision, score_bp, at) in value.items()
    },
}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


_WRITTEN = {
    "answered": lambda facts: {question: _iso(moment) for question, moment in sorted(facts.answered.items())},
    "spent": lambda facts: {
        hour: [_iso(first), seconds] for hour, (first, seconds) in sorted(facts.spent.items())
    },
    "attempts": lambda facts: {
        attempt: [score.number, score.revision, score.score_bp, _iso(score.at)]
        for attempt, score in sorted(facts.attempts.items())
    },
}


# Done, and nothing else in it that another edition's rules could look at: no attempt, no waiver.
_SETTLED = {"done_at__isnull": False, "started": 0, "finished": 0, "waived_at": None}


def _settled(enrolments: Collection[Enrolment]) -> dict[int, list[UUID]]:
    """The units by enrolment that are done and stay as they are, whatever edition somebody comes to."""
    found: dict[int, list[UUID]] = defaultdict(list)
    rows = UnitRecord.objects.filter(enrolment__in=[enrolment.pk for enrolment in enrolments], **_SETTLED)
    for enrolment_id, unit in rows.values_list("enrolment_id", "unit_id"):
        found[enrolment_id].append(unit)
    return found


def _known_of(enrolments: Collection[Enrolment], *, settled=True) -> dict[int, dict[UUID, _Known]]:
    """The records by enrolment and unit; without those that are settled, if those aren't wanted."""
    found: dict[int, dict[UUID, _Known]] = defaultdict(dict)
    rows = UnitRecord.objects.filter(enrolment__in=[enrolment.pk for enrolment in enrolments])
    if not settled:
        rows = rows.exclude(**_SETTLED)
    for row in rows.values("enrolment_id", "unit_id", *FACTS, *FOLLOWING):
        found[row["enrolment_id"]][row["unit_id"]] = _Known(row)
    return found


class _Projected:
    """An enrolment while events are folded into it. `done` are the units that are done, those of other editions included."""

    def __init__(self, enrolment: Enrolment, syllabus: Syllabus, facts, done):
        self.enrolment, self.syllabus = enrolment, syllabus
        self.facts: dict[UUID, Facts] = dict(facts)
        self.done: dict[UUID, datetime] = dict(done)

    @classmethod
    def of(cls, enrolment: Enrolment, syllabus: Syllabus, known: Mapping[UUID, _Known]) -> "_Projected":
        return cls(
            enrolment,
            syllabus,
            {key: each.facts for key, each in known.items()},
            {key: each.done_at for key, each in known.items() if each.done_at is not None},
        )

    def take(self, event) -> None:
        unit = getattr(event, "unit_id", None) or getattr(event, "unit", None)
        enrolment = self.enrolment
        if unit is not None:
            rule = self.syllabus.by_key.get(unit)
            self.facts[unit] = rules.take(rule, self.facts.get(unit, rules.NOTHING), event)
            if event.verb not in Event.BY_OTHERS and (
                enrolment.last_at is None
                or (event.effective_at, str(unit)) >= (enrolment.last_at, str(enrolment.last_unit_id))
            ):
                enrolment.last_at, enrolment.last_unit_id = event.effective_at, unit
                enrolment.language = event.language or enrolment.language
        match event.verb:
            case "requested":
                enrolment.state, enrolment.admitted = Enrolment.State.REQUESTED, False
                enrolment.language = event.language
            case "enrolled" | "approved":
                enrolment.state, enrolment.admitted = Enrolment.State.ACTIVE, True
                enrolment.enrolled_at = event.effective_at
                enrolment.expires_at = _moment(event.data.get("expires_at"))
                if enrolment.last_at is None:
                    enrolment.language = event.language or enrolment.language
            case "returned":
                enrolment.state = Enrolment.State.ACTIVE
                if enrolment.last_at is None:
                    enrolment.language = event.language or enrolment.language
            case "refused":
                enrolment.state = Enrolment.State.REFUSED
            case "withdrawn":
                enrolment.state = Enrolment.State.WITHDRAWN
            case "lapsed":
                enrolment.state = Enrolment.State.EXPIRED
            case "course_completed":
                # Completed stays completed, whatever is computed later.
                enrolment.state = Enrolment.State.COMPLETED
                enrolment.completed_at = event.effective_at

    def begin_on(self, edition_id: int, syllabus: Syllabus) -> None:
        """Be let in to an edition: nothing was done before."""
        self.enrolment.edition_id, self.syllabus = edition_id, syllabus

    def settle_on(self, edition_id: int, syllabus: Syllabus, at: datetime) -> None:
        """Come to an edition with what is done."""
        self.enrolment.edition_id, self.enrolment.moved_at = edition_id, at
        self.syllabus = syllabus
        for key, own in self.facts.items():
            self.facts[key] = rules.carry(syllabus.by_key.get(key), own, at)

    def remember_done(self) -> None:
        units = self.standing().units
        self.done |= {key: unit.done_at for key, unit in units.items() if unit.done_at is not None}

    def standing(self) -> rules.Progress:
        since = self.enrolment.moved_at or self.enrolment.enrolled_at
        return rules.progress(self.syllabus, self.facts, since=since, done=self.done)

    def write_counters(self, standing: rules.Progress) -> None:
        enrolment = self.enrolment
        enrolment.required_done = standing.required_done
        enrolment.required_total = standing.required_total
        enrolment.progress_bp = standing.progress_bp
        enrolment.score_bp = standing.score_bp

    def seconds(self) -> int:
        return sum(facts.seconds for facts in self.facts.values())

    def changed(self, before: Mapping[UUID, _Known], standing) -> Iterator[UnitRecord]:
        """Records of units with facts that are new or stand elsewhere than before."""
        for key, own in self.facts.items():
            values = {name: _WRITTEN[name](own) if name in _WRITTEN else getattr(own, name) for name in FACTS}
            rule, unit = self.syllabus.by_key.get(key), standing.units.get(key)
            if unit is None:
                # Not in this edition: what was done in another one stays.
                done_at = self.done.get(key)
                state = rules.done_state(own) if done_at else UnitRecord.State.OPEN.value
            else:
                state, done_at = unit.state, unit.done_at
            values["score_bp"] = rules.score_bp(rule.scoring if rule else "best", own.attempts)
            values |= {"state": state, "done_at": done_at}
            was = before.get(key)
            if was is None or any(was.row[name] != value for name, value in values.items()):
                yield UnitRecord(enrolment=self.enrolment, unit_id=key, **values)


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


def _save_counters(enrolments: list[Enrolment], names: Iterable[str]) -> None:
    fields = [name.removesuffix("_id") for name in names]
    if len(enrolments) == 1:
        enrolments[0].save(update_fields=fields)
    elif enrolments:
        # Rows that are there, by their primary key: a tenth of the work of `bulk_update`.
        Enrolment.objects.bulk_create(
            enrolments, update_conflicts=True, unique_fields=["pk"], update_fields=fields
        )


# Rebuilding -----------------------------------------------------------------------------------------------------


def rebuild(enrolment: Enrolment, syllabuses: dict[int, Syllabus] | None = None) -> bool:
    """Compute an enrolment's edition, records and counters from its ledger alone. Returns whether anything was different.

    Takes the enrolment's lock itself. `syllabuses` remembers those of editions from one call to the next.
    """
    syllabuses = {} if syllabuses is None else syllabuses
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
        names = (*PLACE, *COUNTERS)
        was = {name: getattr(enrolment, name) for name in names}
        before = _known_of([enrolment])[enrolment.pk]
        events = list(Event.objects.filter(enrolment=enrolment).order_by("pk"))
        _load({event.edition_id for event in events} | {enrolment.edition_id}, syllabuses)
        _forget(enrolment, events)
        projected = _Projected(enrolment, syllabuses[enrolment.edition_id], {}, {})
        for event in events:
            if event.verb == Event.Verb.MOVED:
                projected.remember_done()
                projected.settle_on(event.edition_id, syllabuses[event.edition_id], event.effective_at)
            else:
                if event.verb == Event.Verb.APPROVED:
                    projected.begin_on(event.edition_id, syllabuses[event.edition_id])
                projected.take(event)
        standing = projected.standing()
        projected.write_counters(standing)
        enrolment.seconds = projected.seconds()
        changed = list(projected.changed(before, standing))
        gone = before.keys() - projected.facts.keys()
        if gone:
            UnitRecord.objects.filter(enrolment=enrolment, unit__in=gone).delete()
        _save_records(changed)
        different = bool(changed or gone or was != {name: getattr(enrolment, name) for name in names})
        if different:
            _save_counters([enrolment], names)
        return different


def _load(edition_ids: set[int], syllabuses: dict[int, Syllabus]) -> None:
    missing = edition_ids - syllabuses.keys()
    if missing:
        rows = SealedSyllabus.objects.filter(edition__in=missing)
        syllabuses.update({row.edition_id: Syllabus.from_json(row.rules) for row in rows})


def _forget(enrolment: Enrolment, events: list[Event]) -> None:
    enrolment.state, enrolment.admitted, enrolment.expires_at = Enrolment.State.ACTIVE, True, None
    enrolment.completed_at = enrolment.last_unit_id = enrolment.last_at = enrolment.score_bp = None
    enrolment.language, enrolment.moved_at = "", None
    if events:
        enrolment.edition_id, enrolment.enrolled_at = events[0].edition_id, events[0].effective_at
