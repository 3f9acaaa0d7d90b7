"""Keeping, changing and forgetting one's own. Each write is one transaction, and sending it twice changes nothing.

Whether somebody may read a lesson is asked before: what stands here knows people, units and texts alone.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.core.errors import BadInput, Conflict

from .models import Bookmark, LessonFeedback, Note
from .texts import plain

MOST_BOOKMARKS = 500
LONGEST_NOTE = Note._meta.get_field("text").max_length
LONGEST_COMMENT = LessonFeedback._meta.get_field("comment").max_length
MAX_VERSION = 2**31 - 2


class StaleNote(Conflict):
    """The note was changed elsewhere since it was read: 409 `stale_note`, with the saved one in `saved`."""

    code = "stale_note"
    message = _("This note was changed in another window or on another device.")


# Bookmarks ------------------------------------------------------------------------------------------------------


def bookmarks(user) -> QuerySet[Bookmark]:
    """Somebody's bookmarks, the latest first."""
    return Bookmark.objects.filter(user=user).order_by("-created_at", "-pk")


@transaction.atomic
def keep_bookmark(*, user, unit: UUID, section: str = "", now: datetime) -> Bookmark:
    """Bookmark a lesson or a section of it. Raises Conflict `too_many_bookmarks`."""
    own = Bookmark.objects.filter(user=user)
    found = own.filter(unit=unit, section=section).first()
    if found is not None:
        return found
    if own.count() >= MOST_BOOKMARKS:
        raise Conflict(
            _("You have %(most)s bookmarks, and there can't be more.") % {"most": MOST_BOOKMARKS},
            code="too_many_bookmarks",
        )
    return own.get_or_create(user=user, unit_id=unit, section=section, defaults={"created_at": now})[0]


def drop_bookmark(*, user, unit: UUID, section: str = "") -> None:
    Bookmark.objects.filter(user=user, unit=unit, section=section).delete()


# Notes ----------------------------------------------------------------------------------------------------------


def note(user, unit: UUID, block: str = "") -> Note | None:
    """Somebody's note on a lesson, or what they wrote in a reflection of it; emptied or not."""
    return Note.objects.filter(user=user, unit=unit, block=block).first()


def notes_in(user, unit: UUID) -> dict[str, Note]:
    """All that somebody wrote in a lesson, by block; the note on the lesson under an empty one. One statement."""
    return {each.block: each for each in Note.objects.filter(user=user, unit=unit)}


def notes(user) -> QuerySet[Note]:
    """Somebody's notes that have words in them, the latest first."""
    return Note.objects.filter(user=user).exclude(text="").order_by("-updated_at", "-pk")


def note_value(found: Note | None) -> dict:
    """`{text, version, updated_at}`; version 0 where nothing was ever written."""
    if found is None:
        return {"text": "", "version": 0, "updated_at": None}
    return {"text": found.text, "version": found.version, "updated_at": found.updated_at}


def save_note(*, user, unit: UUID, block: str = "", text, version, now: datetime) -> Note | None:
    """Write a note over the version that the writer had before them (0: none). An empty text empties it.

    Raises BadInput, and StaleNote where another version is saved: nothing is ever overwritten unseen. The same text over
    an older version is a repetition and changes nothing. None where there was nothing and nothing is written.
    """
    text = plain(text, most=LONGEST_NOTE, name="text")
    if not isinstance(version, int) or isinstance(version, bool) or not 0 <= version <= MAX_VERSION:
        raise BadInput(code="bad_version", errors={"version": [_("This must be a whole number.")]})
    saved = note(user, unit, block)
    if text == (saved.text if saved else ""):
        return saved
    if not _written(user, unit, block, text, version, now):
        raise StaleNote(saved=note_value(note(user, unit, block)))
    return note(user, unit, block)


def _written(user, unit, block, text, version, now) -> bool:
    """Whether this writer's version was the saved one. The database decides between two at once."""
    if version:
        rows = Note.objects.filter(user=user, unit=unit, block=block, version=version)
        return bool(rows.update(text=text, version=version + 1, updated_at=now))
    try:
        with transaction.atomic():
            Note.objects.create(user=user, unit_id=unit, block=block, text=text, updated_at=now)
    except IntegrityError:
        return False
    return True


# Feedback -------------------------------------------------------------------------------------------------------


def feedback(user, unit: UUID) -> LessonFeedback | None:
    return LessonFeedback.objects.filter(user=user, unit=unit).first()


def feedback_value(found: LessonFeedback | None) -> dict:
    """`{useful, comment, updated_at}`; `useful` is None where nothing was said."""
    if found is None:
        return {"useful": None, "comment": "", "updated_at": None}
    return {"useful": found.useful, "comment": found.comment, "updated_at": found.updated_at}


def give_feedback(*, user, course: UUID, unit: UUID, useful, comment="", now: datetime) -> LessonFeedback:
    """Say, or say otherwise, whether a lesson was useful. Raises BadInput."""
    if not isinstance(useful, bool):
        raise BadInput(code="bad_value", errors={"useful": [_("This must be true or false.")]})
    comment = plain(comment, most=LONGEST_COMMENT, name="comment")
    values = {"course_id": course, "useful": useful, "comment": comment}
    saved = feedback(user, unit)
    if saved is not None and all(getattr(saved, name) == value for name, value in values.items()):
        return saved
    return LessonFeedback.objects.update_or_create(
        user=user, unit_id=unit, defaults={**values, "updated_at": now}
    )[0]


def take_back_feedback(*, user, unit: UUID) -> None:
    LessonFeedback.objects.filter(user=user, unit=unit).delete()


@transaction.atomic
def forget(user) -> int:
    """Erase all that somebody keeps here; how many rows. Twice is once."""
    rows = (model.objects.filter(user=user) for model in (Bookmark, Note, LessonFeedback))
    return sum(each.delete()[0] for each in rows)
