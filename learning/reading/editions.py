"""What the current edition of a course changes for somebody who is on an earlier one."""

from dataclasses import replace
from uuid import UUID

from cms.content import api as content
from cms.core.errors import NotFound
from learning.catalogue import documents
from learning.catalogue.documents import Reader
from learning.catalogue.syllabus import Syllabus
from learning.progress import enrolments, rules
from learning.progress.models import UnitRecord

from . import courses

LISTS = ("added", "removed", "moved", "retitled", "revised")


def newer_edition(*, user, course_key: UUID, reader: Reader) -> dict:
    """`{enrolment, current, comparison, rules}`: the learner's enrolment, the current edition, what differs (None where they
    are on it), and which units ask for something else: `[{key, title, change}]` with `required`, `optional` or `completion`.

    Of quizzes and of lessons that are locked only the titles are told. Raises NotFound without a readable enrolment.
    """
    enrolment = courses.own_enrolment(user, course_key)
    current = content.current_edition(course_key)
    if (
        enrolment is None
        or current is None
        or enrolment.state not in enrolments.READABLE
        or not documents.standing([course_key], reader)
    ):
        raise NotFound
    found = {"enrolment": enrolment, "current": current, "comparison": None, "rules": []}
    if current.pk == enrolment.edition_id:
        return found
    changes = content.changes_of(
        [current, enrolment.edition], locale=reader.locale, principals=reader.principals, unlisted=True
    )
    theirs = enrolments.syllabus(enrolment)
    new = documents.syllabus_of(current, enrolment.course.source_locale)
    known = documents.pinned_titles(current, list(new.by_key), reader.locale)
    told = [
        {"key": key, "title": known[key]["title"], "locale": known[key]["locale"], "change": change}
        for key, change in _changed(theirs, new)
        if key in known and reader.may_see(known[key]["access"])
    ]
    silent = _silent(enrolment, new)
    return {**found, "comparison": _told(changes[0].comparison, silent), "rules": told}


def _changed(theirs: Syllabus, new: Syllabus):
    for unit in new.units:
        was = theirs.by_key.get(unit.key)
        if was is None:
            continue
        required = unit.key in new.required_keys
        if required != (unit.key in theirs.required_keys):
            yield unit.key, "required" if required else "optional"
        asked = ("completion", "checks", "seconds", "scoring", "minimum_bp", "weight")
        if any(getattr(unit, name) != getattr(was, name) for name in asked):
            yield unit.key, "completion"


def _silent(enrolment, new: Syllabus) -> frozenset[UUID]:
    """Units whose words aren't for this learner to read here: questions, and what is locked."""
    done = UnitRecord.objects.filter(enrolment=enrolment, done_at__isnull=False)
    locked = rules.locked_keys(new, done.values_list("unit_id", flat=True))
    return locked | {unit.key for unit in new.units if unit.kind == "quiz"}


def _told(comparison, silent):
    def bare(place):
        return replace(place, url="")

    def pair(each):
        changes = () if each.after.key in silent else each.changes
        return replace(each, before=bare(each.before), after=bare(each.after), changes=changes)

    return replace(
        comparison,
        **{name: [bare(place) for place in getattr(comparison, name)] for name in ("added", "removed")},
        **{name: [pair(each) for each in getattr(comparison, name)] for name in LISTS[2:]},
    )


def newer_value(found: dict) -> dict:
    """The same for the API: `{edition, current, note, changes: {added: [{key, title, locale}], …}, rules}`."""
    comparison = found["comparison"]
    lists = {
        name: [_place(getattr(each, "after", each)) for each in getattr(comparison, name)]
        if comparison
        else []
        for name in LISTS
    }
    return {
        "edition": found["enrolment"].edition.number,
        "current": found["current"].number,
        "note": found["current"].note,
        "changes": lists,
        "rules": found["rules"],
    }


def _place(place) -> dict:
    return {"key": place.key, "title": place.title, "locale": place.locale}
