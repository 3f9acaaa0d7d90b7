"""Courses and their outlines as a reader meets them."""

from datetime import datetime
from uuid import UUID

from cms.content import api as content
from cms.core.errors import NotFound
from learning.catalogue import documents
from learning.catalogue.choices import Kind
from learning.catalogue.documents import CourseDocument, Reader
from learning.catalogue.syllabus import Needs, Syllabus
from learning.flows import admission
from learning.progress import enrolments, rules
from learning.progress.models import Enrolment, UnitRecord


def course_value(document: CourseDocument, now: datetime) -> dict:
    """A course for lists. `path` is root-relative, in the document's language."""
    item, body = document.item, document.body
    return {
        "key": document.key,
        "title": item.title,
        "summary": body["summary"],
        "code": body["code"],
        "level": body["level"],
        "status": document.rules.status_at(now),
        "is_open": document.rules.is_open(now),
        "opens_at": document.rules.opens_at,
        "closes_at": document.rules.closes_at,
        "locale": item.locale,
        "locales": list(document.locales),
        "minutes": document.minutes,
        "enrolment_mode": document.rules.enrolment_mode,
        "days_allowed": document.rules.days,
        "prerequisites": named_prerequisites(body),
        "cover": body["cover"],
        "path": item.path,
        "edition": document.edition,
    }


def named_prerequisites(body: dict) -> list[dict]:
    """The courses that come before one, as far as all its readers may see them: `[{key, title, url, locale, certificate}]`."""
    return [
        {
            **{name: each["course"][name] for name in ("key", "title", "url", "locale")},
            "certificate": each["certificate"],
        }
        for each in body.get("prerequisites") or []
        if each["course"]
    ]


def course_list(*, reader: Reader, now: datetime) -> list[dict]:
    """All courses that the reader may see, by title; archived ones are left to those who are on them."""
    values = [course_value(document, now) for document in documents.courses(reader)]
    return [value for value in values if value["status"] != "archived"]


def own_keys(user) -> set[UUID]:
    """The courses that somebody is on or has completed; none, without a statement, for nobody in particular."""
    if user is None or not user.is_authenticated:
        return set()
    rows = Enrolment.objects.filter(
        learner__user=user, state__in=[*Enrolment.LIVE, Enrolment.State.COMPLETED]
    )
    return set(rows.values_list("course_id", flat=True))


def enrolment_value(enrolment: Enrolment) -> dict:
    """An enrolment as its learner sees it."""
    return {
        "id": enrolment.uuid,
        "course": enrolment.course_id,
        "state": enrolment.state,
        "edition": enrolment.edition.number,
        "enrolled_at": enrolment.enrolled_at,
        "expires_at": enrolment.expires_at,
        "renews": enrolment.renews_id,
        "required_done": enrolment.required_done,
        "required_total": enrolment.required_total,
        "progress_bp": enrolment.progress_bp,
        "score_bp": enrolment.score_bp,
        "completed_at": enrolment.completed_at,
        "last_unit": enrolment.last_unit_id,
        "last_at": enrolment.last_at,
    }


def own_enrolment(user, course_key: UUID) -> Enrolment | None:
    """The enrolment that speaks for somebody; None for nobody in particular, without a statement."""
    return enrolments.find(user, course_key) if user is not None and user.is_authenticated else None


def own_enrolment_value(*, user, course_key: UUID, reader: Reader) -> dict:
    """Somebody's enrolment in a course. Raises NotFound without one, and where they may not see the course now."""
    enrolment = own_enrolment(user, course_key)
    if enrolment is None or not documents.standing([course_key], reader):
        raise NotFound
    return enrolment_value(enrolment)


def outline(*, user, course_key: UUID, reader: Reader, now: datetime) -> dict:
    """A course with its nodes and the reader's own state. Six statements at most for somebody who is enrolled in a
    public course, their sign-in included.

    Raises NotFound where the reader sees no such course, and isn't on an edition of it either.
    """
    enrolment = own_enrolment(user, course_key)
    document = next(iter(documents.courses(reader, [course_key])), None)
    if document is not None:
        value = course_value(document, now)
    elif enrolment is not None:
        value = _retired(enrolment, reader)
    else:
        raise NotFound
    edition, syllabus = _edition_and_syllabus(course_key, enrolment, document)
    states, parts = standing_of(enrolment, syllabus)
    nodes = _nodes(course_key, edition, syllabus, states, parts, reader)
    return {
        **value,
        **_what_comes_first(value["prerequisites"], user, document, enrolment, now),
        "edition": edition.number if edition else None,
        "units": nodes,
        "needs": needs_value(syllabus),
        "enrolment": enrolment_value(enrolment) if enrolment else None,
    }


def _what_comes_first(named: list[dict], user, document: CourseDocument | None, enrolment, now) -> dict:
    """`{prerequisites, prerequisites_met}`: each named one with `met`, and whether all are, those not named included.

    None for nobody in particular, and for who is on the course already. No statement where nothing comes first.
    """
    on_it = enrolment is not None and enrolment.state in enrolments.READABLE
    if document is None or on_it or user is None or not user.is_authenticated:
        return {"prerequisites": [{**each, "met": None} for each in named], "prerequisites_met": None}
    standings = admission.prerequisites(user, document, now)
    missing = {str(each.prerequisite.course) for each in standings if not each.met}
    return {
        "prerequisites": [{**each, "met": each["key"] not in missing} for each in named],
        "prerequisites_met": not missing,
    }


def _retired(enrolment: Enrolment, reader: Reader) -> dict:
    """A course that is no longer published, for somebody who is on it."""
    key = enrolment.course_id
    version = content.pinned_versions(edition=enrolment.edition, keys=[key], locale=reader.locale).get(key)
    if version is None or not reader.may_see(version.item.access_key):
        raise NotFound
    body = content.body(version)
    course_rules = documents.course_rules(body)
    return {
        "key": key,
        "title": body["title"],
        "summary": body["summary"],
        "code": body["code"],
        "level": body["level"],
        "status": "archived",
        "is_open": False,
        "opens_at": course_rules.opens_at,
        "closes_at": course_rules.closes_at,
        "locale": version.item.locale,
        "locales": [version.item.locale],
        "minutes": body["effort_minutes"] or 0,
        "enrolment_mode": course_rules.enrolment_mode,
        "days_allowed": course_rules.days,
        "prerequisites": named_prerequisites(body),
        "cover": body["cover"],
        "path": "",
        "edition": enrolment.edition.number,
    }


def _edition_and_syllabus(course_key, enrolment, document):
    if enrolment is not None and enrolment.state in enrolments.READABLE:
        return enrolment.edition, enrolments.syllabus(enrolment)
    edition = content.current_edition(course_key)
    if edition is None:
        return None, Syllabus("free", (), ())
    source_locale = document.item.source_locale if document else enrolment.course.source_locale
    return edition, documents.syllabus_of(edition, source_locale)


def standing_of(enrolment: Enrolment | None, syllabus: Syllabus) -> tuple[dict[UUID, str], dict]:
    """The state of each unit and what follows for modules, for a learner; for others what they would begin with.

    One statement, or none.
    """
    recorded, peaks = {}, {}
    if enrolment is not None and enrolment.state in enrolments.READABLE:
        rows = UnitRecord.objects.filter(enrolment=enrolment).values_list("unit_id", "state", "peak_bp")
        for key, state, peak in rows:
            recorded[key] = state
            if peak is not None:
                peaks[key] = peak
    states = rules.states(syllabus, recorded)
    return states, rules.parts(syllabus, states, peaks)


def titles(course_key: UUID, edition, keys, reader: Reader) -> dict[UUID, dict]:
    """Title, minutes, language and access of each key: from the contents of today, or from what the edition pins."""
    if edition is not None and edition.frozen_at is not None:
        return documents.pinned_titles(edition, keys, reader.locale)
    found = documents.outline_titles(course_key, reader.locale)
    missing = [key for key in keys if key not in found]
    if missing and edition is not None:
        found = {**found, **documents.pinned_titles(edition, missing, reader.locale)}
    return found


def _nodes(course_key, edition, syllabus: Syllabus, states, parts, reader: Reader) -> list[dict]:
    keys = [*syllabus.modules, *(unit.key for unit in syllabus.units)]
    known = titles(course_key, edition, keys, reader)
    inside: dict[UUID | None, list[dict]] = {}
    for rule in syllabus.units:
        about = known.get(rule.key)
        if about is None or not reader.may_see(about["access"]):
            continue
        node = _node(rule.kind, rule.key, about, states[rule.key], rule.key in syllabus.required_keys)
        inside.setdefault(rule.module, []).append(node)
    nodes = list(inside.get(None, []))
    for key in syllabus.modules:
        about, units = known.get(key), inside.get(key, [])
        if about is None or not reader.may_see(about["access"]):
            continue
        state = rules.module_state((node["state"] for node in units), parts.get(key))
        required = any(node["required"] for node in units)
        node = _node(Kind.MODULE.value, key, about, state, required)
        nodes.append(
            {
                **node,
                "minutes": sum(each["minutes"] for each in units),
                "units": units,
                "needs": needs_value(syllabus, key),
            }
        )
    return nodes


def needs_value(syllabus: Syllabus, module: UUID | None = None) -> dict:
    """`{at_least, of, minimum_bp}`: how many of what counts are enough, in a module or in the course, and which score."""
    counting = {rule.key: rule.module for rule in syllabus.required}
    if module is None:
        needs, there = syllabus.needs, len(set(counting.values()))
    else:
        needs = syllabus.by_module.get(module, Needs())
        there = sum(each == module for each in counting.values())
    return {
        "at_least": min(needs.at_least, there) or there,
        "of": there,
        "minimum_bp": needs.minimum_bp,
    }


def _node(kind, key, about, state, required) -> dict:
    return {
        "kind": str(kind),
        "key": key,
        "title": about["title"],
        "locale": about["locale"],
        "required": required,
        "minutes": about["minutes"],
        "state": state,
    }


def progress_value(*, user, course_key: UUID, reader: Reader) -> dict:
    """Somebody's progress in a course with the state of each unit. Raises NotFound where they aren't enrolled."""
    enrolment = own_enrolment(user, course_key)
    if enrolment is None or not documents.standing([course_key], reader):
        raise NotFound
    states, _parts = standing_of(enrolment, enrolments.syllabus(enrolment))
    return {
        "course": course_key,
        "state": enrolment.state,
        "edition": enrolment.edition.number,
        "required_done": enrolment.required_done,
        "required_total": enrolment.required_total,
        "progress_bp": enrolment.progress_bp,
        "score_bp": enrolment.score_bp,
        "completed_at": enrolment.completed_at,
        "units": {str(key): state for key, state in states.items()},
    }


def outline_units(course_key: UUID, source_locale: str, reader: Reader, extra=()) -> list[dict]:
    """`[{key, kind, title, required}]` of the current edition's units, then those of `extra` keys that it lacks."""
    edition = content.current_edition(course_key)
    if edition is None:
        return []
    syllabus = documents.syllabus_of(edition, source_locale)
    gone = [key for key in extra if key not in syllabus.by_key]
    known = titles(course_key, edition, [*syllabus.by_key, *gone], reader)
    kinds = {key: rule.kind for key, rule in syllabus.by_key.items()}
    return [
        {
            "key": key,
            "kind": kinds.get(key, ""),
            "title": known[key]["title"],
            "required": key in syllabus.required_keys,
        }
        for key in [*syllabus.by_key, *gone]
        if key in known
    ]


def own_courses(*, user, reader: Reader, now: datetime) -> list[dict]:
    """Somebody's enrolments with their courses, what is under way first: `{enrolment, course}`.

    A course that they may not see any more is left out.
    """
    rows = enrolments.with_rules().filter(learner__user=user)
    by_course: dict[UUID, list[Enrolment]] = {}
    for row in rows:
        by_course.setdefault(row.course_id, []).append(row)
    if not by_course:
        return []
    seen = {each.key: course_value(each, now) for each in documents.courses(reader, by_course)}
    found = []
    for key, theirs in by_course.items():
        enrolment = enrolments.preferred(theirs)
        value = seen.get(key)
        if value is None:
            try:
                value = _retired(enrolment, reader)
            except NotFound:
                continue
        found.append({"enrolment": enrolment_value(enrolment), "course": value})
    rank = {Enrolment.State.ACTIVE: 0, Enrolment.State.REQUESTED: 1, Enrolment.State.COMPLETED: 2}
    return sorted(
        found,
        key=lambda each: (
            rank.get(each["enrolment"]["state"], 3),
            -(each["enrolment"]["last_at"] or each["enrolment"]["enrolled_at"]).timestamp(),
        ),
    )
