"""What people keep for themselves, with the titles and places of what it hangs on; what feedback says to those who ask."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from cms.content import api as content
from cms.core.errors import BadInput, NotFound
from learning.catalogue import running
from learning.catalogue.choices import Kind
from learning.catalogue.documents import Reader
from learning.notebook import keeping, summary
from learning.progress.enrolments import NotEnrolled

from . import courses, units
from .sections import sections


def lesson(*, user, key: UUID, reader: Reader, now: datetime) -> units.UnitReading:
    """A lesson that somebody reads now, so that they may write in it. Raises NotFound, NotEnrolled, NotPermitted
    `unit_locked`, BadInput `not_a_lesson`."""
    reading = units.unit_reading(user=user, key=key, reader=reader, now=now)
    if reading.kind != Kind.LESSON:
        raise BadInput(_("Only lessons have this."), code="not_a_lesson")
    return reading


def own_in(*, user, key: UUID) -> dict:
    """What somebody keeps in a lesson: `{note, reflections, bookmarks, feedback}`; reflections that were written in by
    block, `bookmarks` as a set of sections. Three statements."""
    rows = keeping.bookmarks(user).filter(unit=key)
    written = keeping.notes_in(user, key)
    return {
        "note": keeping.note_value(written.pop("", None)),
        "reflections": {block: keeping.note_value(each) for block, each in written.items()},
        "bookmarks": set(rows.values_list("section", flat=True)),
        "feedback": keeping.feedback_value(keeping.feedback(user, key)),
    }


def own_note(*, user, key: UUID, reader: Reader, now: datetime) -> dict:
    """Somebody's note in a lesson. What they wrote stays theirs, whatever becomes of the lesson or their enrolment."""
    found = keeping.note(user, key)
    if found is None:
        lesson(user=user, key=key, reader=reader, now=now)
    return keeping.note_value(found)


def own_reflection(*, user, key: UUID, block: str, reader: Reader, now: datetime) -> dict:
    """What somebody wrote in a reflection; theirs, whatever becomes of it. Raises what `reflection` raises."""
    found = keeping.note(user, key, block)
    if found is None:
        reflection(user=user, key=key, block=block, reader=reader, now=now)
    return keeping.note_value(found)


def reflection(*, user, key: UUID, block: str, reader: Reader, now: datetime) -> units.UnitReading:
    """A lesson that asks this reflection, so that somebody may write in it. Raises what `lesson` raises, and NotFound."""
    reading = lesson(user=user, key=key, reader=reader, now=now)
    if block not in prompts_in(reading.document.body):
        raise NotFound
    return reading


def prompts_in(lesson_body) -> dict[str, str]:
    """What a lesson's reflections ask, by the id of the block."""
    blocks = lesson_body.get("body", [])
    return {each["id"]: each["value"]["prompt"] for each in blocks if each["type"] == "reflection"}


def section_in(reading: units.UnitReading, section) -> str:
    """A section's id as it was given, where the lesson has it; empty for the lesson. Raises BadInput `unknown_section`."""
    if section in (None, ""):
        return ""
    if not isinstance(section, str) or section not in {each.id for each in sections(reading.document.body)}:
        raise BadInput(_("The lesson has no such section."), code="unknown_section")
    return section


def enrolled_course(reading: units.UnitReading) -> UUID:
    """The course that a lesson is read in. Raises NotEnrolled for readers of a sample."""
    if reading.enrolment is None:
        raise NotEnrolled
    return reading.enrolment.course_id


# Lists ----------------------------------------------------------------------------------------------------------


def own_bookmarks(*, user, reader: Reader, limit: int | None = None) -> list[dict]:
    """Somebody's bookmarks, the latest first: `{unit, section, created_at, …about}`.

    Three statements beside those for what somebody may see. See `_about` for what is said of a lesson.
    """
    rows = list(keeping.bookmarks(user)[:limit])
    about = _about({row.unit_id for row in rows}, reader)
    found = []
    for row in rows:
        known = about.get(row.unit_id)
        place = known and next((each for each in known["sections"] if each.id == row.section), None)
        found.append(
            {
                "unit": row.unit_id,
                "section": row.section,
                "created_at": row.created_at,
                **_shown(known),
                "section_title": place.title if place else "",
                "anchor": place.anchor if place else "",
            }
        )
    return found


def own_notes(*, user, reader: Reader) -> list[dict]:
    """Somebody's notes, the latest first: `{unit, block, prompt, text, version, updated_at, …about}`.

    `prompt` is what the reflection asks, None for the note on a lesson and where it is asked no more. Statements as for
    bookmarks.
    """
    rows = list(keeping.notes(user))
    about = _about({row.unit_id for row in rows}, reader)
    return [
        {
            "unit": row.unit_id,
            "block": row.block,
            "prompt": about[row.unit_id]["prompts"].get(row.block) if row.unit_id in about else None,
            **keeping.note_value(row),
            **_shown(about.get(row.unit_id)),
        }
        for row in rows
    ]


def _about(keys: Collection[UUID], reader: Reader) -> dict[UUID, dict]:
    """Of each lesson that is there for the reader: `{title, locale, course, course_title, course_locale, sections,
    prompts}`."""
    if not keys:
        return {}
    look = {"locale": reader.locale, "principals": reader.principals}
    items = content.best_items(keys=keys, listed=False, **look)
    roots = content.best_items(keys={item.root_key for item in items.values()}, **look)
    found = {}
    for key, item in items.items():
        root, body = roots.get(item.root_key), content.body(item.current)
        found[key] = {
            "title": item.title,
            "locale": item.locale,
            "course": item.root_key,
            "course_title": root.title if root else "",
            "course_locale": root.locale if root else "",
            "sections": sections(body),
            "prompts": prompts_in(body),
        }
    return found


def _shown(known: dict | None) -> dict:
    """Nothing is said of a lesson that is gone, or that this reader may not see now."""
    names = ("title", "locale", "course", "course_title", "course_locale")
    return {name: known[name] if known else None for name in names}


def notes_as_text(*, user, reader: Reader) -> str:
    """All notes of somebody as plain text, to keep: course, lesson, what a reflection asked, words."""
    parts = []
    for each in own_notes(user=user, reader=reader):
        title = each["title"] or _("A lesson that is no longer there")
        head = f"{each['course_title']}: {title}" if each["course_title"] else title
        asked = f"{each['prompt']}\n\n" if each["prompt"] else ""
        parts.append(f"{head}\n{'=' * min(len(head), 72)}\n\n{asked}{each['text']}\n")
    return "\n\n".join(parts)


# For those who run a course -------------------------------------------------------------------------------------


def course_feedback(
    *, user, course_key: UUID, reader: Reader, after: UUID | None = None, limit: int = 50
) -> dict:
    """What learners said of a course's lessons: `{course, units, comments, comment_count, next_after}`; no names.

    Raises what `running.course_of` raises.
    """
    course = running.course_of(user, course_key, reader, running.REPORT)
    told = summary.useful_by_unit(course_key)
    outline = courses.outline_units(course_key, course.source_locale, reader, extra=told)
    titles = {unit["key"]: unit["title"] for unit in outline}
    found = summary.comments(course_key, after=after, limit=limit + 1)
    nothing = {"useful": 0, "not_useful": 0}
    return {
        "course": course,
        "units": [
            {"key": unit["key"], "title": unit["title"], **told.get(unit["key"], nothing)}
            for unit in outline
            if unit["kind"] == Kind.LESSON or unit["key"] in told
        ],
        "comments": [
            {
                "id": each.uuid,
                "unit": each.unit_id,
                "title": titles.get(each.unit_id, ""),
                "useful": each.useful,
                "comment": each.comment,
            }
            for each in found[:limit]
        ],
        "comment_count": summary.comment_count(course_key),
        "next_after": found[limit - 1].uuid if len(found) > limit else None,
    }
