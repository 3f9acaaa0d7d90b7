"""Taking events from clients into the ledger: each is accepted, a duplicate, or rejected with a code."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cms.core import languages
from learning.assessment import checks, registry
from learning.catalogue import documents
from learning.catalogue.choices import Completion, Kind
from learning.catalogue.documents import Reader
from learning.progress import enrolments, intake, rules
from learning.progress.intake import Incoming, Refused
from learning.progress.models import Enrolment, Event, UnitRecord
from learning.progress.projection import Draft, append

from .transactions import one_transaction

_RECORDED = (*enrolments.READABLE, Enrolment.State.EXPIRED)

ACCEPTED, DUPLICATE, REJECTED = "accepted", "duplicate", "rejected"


@dataclass
class Taken:
    """What became of one event. `counted` is whether it counts towards completion as things stand."""

    id: str
    status: str
    counted: bool = False
    code: str = ""


@one_transaction
def record_events(*, user, events: list, reader: Reader, now: datetime) -> list[Taken]:
    """Take up to `intake.MAX_BATCH` raw events of one person, in a number of statements that doesn't grow with it.

    Sending one twice changes nothing. Never raises for an event: what is wrong with it is its `code`.
    """
    answers: list[Taken | None] = [None] * len(events)
    incoming: dict[int, Incoming] = {}
    for index, raw in enumerate(events):
        try:
            incoming[index] = intake.parse(raw, languages=languages.codes(), default_language=reader.locale)
        except Refused as refusal:
            answers[index] = Taken(id=_echo(raw), status=REJECTED, code=refusal.code)
    if incoming:
        _record(user, incoming, answers, reader, now)
    return answers


def _echo(raw) -> str:
    identifier = raw.get("id") if isinstance(raw, dict) else None
    return identifier[:64] if isinstance(identifier, str) else ""


def _record(user, incoming: dict[int, Incoming], answers, reader, now):
    course_keys = {event.course for event in incoming.values()}
    theirs = _enrolments(user, course_keys)
    standing = documents.standing(theirs.keys(), reader) if theirs else {}
    syllabuses = {key: enrolments.syllabus(enrolment) for key, enrolment in theirs.items()}
    known = _known_digests(theirs.values(), incoming.values())
    grader = _CheckGrader(theirs)
    drafts: dict[Enrolment, list[Draft]] = defaultdict(list)
    grader.load(incoming.values())
    for index, event in incoming.items():
        enrolment = theirs.get(event.course)
        if enrolment is None or event.course not in standing:
            answers[index] = Taken(str(event.id), REJECTED, code="not_enrolled")
            continue
        digest = intake.digest(event.raw, enrolment.learner.salt)
        earlier = known.get((enrolment.pk, event.id))
        if earlier is not None:
            same = earlier == digest
            answers[index] = Taken(
                str(event.id), DUPLICATE if same else REJECTED, code="" if same else "id_reused"
            )
            continue
        try:
            draft = _draft(
                event, enrolment, syllabuses[event.course], standing[event.course], grader, digest, now
            )
        except Refused as refusal:
            answers[index] = Taken(str(event.id), REJECTED, code=refusal.code)
            continue
        known[enrolment.pk, event.id] = digest
        drafts[enrolment].append(draft)
        answers[index] = Taken(str(event.id), ACCEPTED)
    outcome = (
        append({each: (syllabuses[each.course_id], new) for each, new in drafts.items()}, now=now)
        if drafts
        else {}
    )
    grader.store()
    _count(incoming, answers, theirs, syllabuses, outcome)


def _enrolments(user, course_keys) -> dict[UUID, Enrolment]:
    """The person's enrolment in each course, locked. One whose time ran out is among them: what was done in time and
    couldn't be sent still arrives."""
    rows = enrolments.with_rules().filter(learner__user=user, course__in=course_keys, state__in=_RECORDED)
    by_course = defaultdict(list)
    for row in rows.order_by("pk").select_for_update(of=("self",), no_key=True):
        by_course[row.course_id].append(row)
    return {key: enrolments.preferred(found) for key, found in by_course.items()}


def _known_digests(theirs, events) -> dict[tuple[int, UUID], str]:
    if not theirs:
        return {}
    rows = Event.objects.filter(
        enrolment__in=[enrolment.pk for enrolment in theirs], uuid__in={event.id for event in events}
    )
    return {
        (pk, identifier): digest for pk, identifier, digest in rows.values_list("enrolment", "uuid", "digest")
    }


def _draft(event: Incoming, enrolment, syllabus, course_rules, grader, digest, now) -> Draft:
    if event.unit not in syllabus.by_key:
        raise Refused("unknown_unit")
    effective = rules.effective_at(
        event.occurred_at or now, enrolled_at=enrolment.enrolled_at, received_at=now
    )
    ends = enrolment.expires_at if enrolment.completed_at is None else None
    if not rules.arrives_in_time(effective, received_at=now, closes_at=ends):
        raise Refused("time_over")
    if not rules.arrives_in_time(effective, received_at=now, closes_at=course_rules.closes_at):
        raise Refused("course_closed")
    data = dict(event.data)
    if event.verb == Event.Verb.ANSWERED:
        data = grader.grade(enrolment, event, effective)
    return Draft(
        uuid=event.id,
        verb=event.verb,
        unit=event.unit,
        effective_at=effective,
        occurred_at=event.occurred_at,
        language=event.language,
        seconds=rules.counted_seconds(event.seconds, since_enrolment=now - enrolment.enrolled_at),
        data=data,
        digest=digest,
        actor=enrolment.learner,
    )


class _CheckGrader:
    """Grades answers to knowledge checks, with the lessons of all of them loaded together."""

    def __init__(self, theirs: dict[UUID, Enrolment]):
        self.theirs = theirs
        self.lessons: dict[tuple[int, UUID], checks.Checks] = {}
        self.graded: list[checks.Graded] = []

    def load(self, events):
        units = defaultdict(set)
        for event in events:
            if event.verb == Event.Verb.ANSWERED and event.course in self.theirs:
                units[event.course].add(event.unit)
        for course_key, keys in units.items():
            enrolment = self.theirs[course_key]
            for key, version in documents.source_versions(
                enrolment.edition, keys, enrolment.course.source_locale
            ).items():
                self.lessons[enrolment.pk, key] = checks.checks_of(version)
            self._merge(enrolment, [key for key in keys if (enrolment.pk, key) in self.lessons])

    def _merge(self, enrolment, keys):
        """Take in what other languages accept. One statement a course, where something is answered in words."""
        keys = [key for key in keys if self.lessons[enrolment.pk, key].need_merging]
        if not keys:
            return
        others = documents.secrets_in_other_languages(enrolment.edition, keys, enrolment.course.source_locale)
        for key in keys:
            self.lessons[enrolment.pk, key] = self.lessons[enrolment.pk, key].merged(others.get(key, []))

    def grade(self, enrolment, event: Incoming, effective) -> dict:
        lesson = self.lessons.get((enrolment.pk, event.unit))
        try:
            graded = lesson and lesson.grade(event.data["question"], event.data["response"])
        except registry.BadResponse as refusal:
            raise Refused(refusal.code) from None
        if not graded:
            raise Refused("unknown_question")
        self.graded.append(graded.by(enrolment, event.unit, effective))
        return {"question": graded.question, "points": graded.mark.points, "of_points": graded.mark.of_points}

    def store(self):
        if self.graded:
            checks.store(self.graded)


def _count(incoming, answers, theirs, syllabuses, outcome):
    """Say of each event that is in the ledger whether it counts now."""
    unlocked = _unlocked(incoming, answers, theirs, syllabuses, outcome)
    for index, event in incoming.items():
        taken = answers[index]
        if taken.status == REJECTED:
            continue
        rule = syllabuses[event.course].by_key.get(event.unit)
        if rule is None or not unlocked(event.course, event.unit):
            continue
        marking = event.verb == Event.Verb.COMPLETED
        taken.counted = not marking or (rule.kind == Kind.LESSON and rule.completion == Completion.MARK)


def _unlocked(incoming, answers, theirs, syllabuses, outcome):
    """A function that tells whether a unit of a course is open to the learner now."""
    silent = {
        theirs[event.course].pk
        for index, event in incoming.items()
        if answers[index].status == DUPLICATE
        and theirs[event.course] not in outcome
        and syllabuses[event.course].ordered
    }
    locked_records = (
        set(
            UnitRecord.objects.filter(enrolment__in=silent, state=UnitRecord.State.LOCKED).values_list(
                "enrolment", "unit"
            )
        )
        if silent
        else set()
    )

    def unlocked(course_key, unit_key):
        enrolment = theirs[course_key]
        if enrolment in outcome:
            return outcome[enrolment].units[unit_key].state != UnitRecord.State.LOCKED
        return (enrolment.pk, unit_key) not in locked_records

    return unlocked
