"""What the caller keeps: notes, bookmarks, feedback on lessons; for people who run courses what feedback says."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response

from cms.core.errors import BadInput
from cms.rest.api import open_cursor, seal_cursor
from learning.notebook import keeping
from learning.reading import notebook

from . import notebook_shapes as shapes
from . import paging
from .base import LOCALE, LOCALE_PARAMETER, PAGE_PARAMETERS, OwnView
from .serializers import listing

SECTION_PARAMETER = OpenApiParameter(
    "section", str, description="Id of a heading's block; without it the lesson."
)


class LessonView(OwnView):
    """What hangs on a lesson: it is written by those who may read the lesson now."""

    problem_statuses = (403,)

    def lesson(self, key):
        return notebook.lesson(user=self.request.user, key=key, reader=self.reader, now=self.now)


class NoteView(LessonView):
    @extend_schema(operation_id="note", parameters=[LOCALE_PARAMETER], responses=shapes.NoteSerializer)
    def get(self, request, key):
        """The caller's note in a lesson; an empty one of version 0 where there is none. Nobody else is ever given it."""
        return notebook.own_note(user=request.user, key=key, reader=self.reader, now=self.now)

    @extend_schema(
        operation_id="save_note",
        parameters=[LOCALE_PARAMETER],
        request=shapes.NoteChangeSerializer,
        responses={
            200: shapes.NoteSerializer,
            409: OpenApiResponse(description="`stale_note` with the saved note in `saved`"),
        },
    )
    def put(self, request, key):
        """Write the note over the version that was read. An empty text empties it, whatever became of
        the lesson; the same text again changes nothing."""
        data = self.fields("text", "version")
        text = data.get("text")
        if not isinstance(text, str) or text.strip():
            self.lesson(key)
        found = keeping.save_note(
            user=request.user,
            unit=key,
            text=text,
            version=data.get("version"),
            now=self.now,
        )
        return keeping.note_value(found)


class ReflectionView(LessonView):
    @extend_schema(operation_id="reflection", parameters=[LOCALE_PARAMETER], responses=shapes.NoteSerializer)
    def get(self, request, key, block):
        """What the caller wrote in a reflection of a lesson, as a note. Nobody else is ever given it."""
        return notebook.own_reflection(
            user=request.user, key=key, block=str(block), reader=self.reader, now=self.now
        )

    @extend_schema(
        operation_id="save_reflection",
        parameters=[LOCALE_PARAMETER],
        request=shapes.NoteChangeSerializer,
        responses={
            200: shapes.NoteSerializer,
            409: OpenApiResponse(description="`stale_note` with what is saved in `saved`"),
        },
    )
    def put(self, request, key, block):
        """Write in a reflection, by the rules of notes. `block` is the id of its block in the lesson's document."""
        data, block = self.fields("text", "version"), str(block)
        text = data.get("text")
        if not isinstance(text, str) or text.strip():
            notebook.reflection(user=request.user, key=key, block=block, reader=self.reader, now=self.now)
        found = keeping.save_note(
            user=request.user,
            unit=key,
            block=block,
            text=text,
            version=data.get("version"),
            now=self.now,
        )
        return keeping.note_value(found)


class BookmarkView(LessonView):
    allowed_parameters = {"GET": LOCALE, "PUT": LOCALE, "DELETE": LOCALE | {"section"}}

    @extend_schema(
        operation_id="unit_bookmarks", parameters=[LOCALE_PARAMETER], responses=shapes.UnitBookmarksSerializer
    )
    def get(self, request, key):
        """The caller's bookmarks in a lesson: ids of sections, an empty one for the lesson."""
        self.lesson(key)
        rows = keeping.bookmarks(request.user).filter(unit=key)
        return {"sections": sorted(rows.values_list("section", flat=True))}

    @extend_schema(
        operation_id="keep_bookmark",
        parameters=[LOCALE_PARAMETER],
        request=shapes.BookmarkChangeSerializer,
        responses={204: None, 409: OpenApiResponse(description="`too_many_bookmarks`")},
    )
    def put(self, request, key):
        """Bookmark a lesson, or a section of it. Twice is once."""
        section = notebook.section_in(self.lesson(key), self.fields("section").get("section"))
        keeping.keep_bookmark(user=request.user, unit=key, section=section, now=self.now)
        return Response(status=204)

    @extend_schema(
        operation_id="drop_bookmark",
        parameters=[LOCALE_PARAMETER, SECTION_PARAMETER],
        request=None,
        responses={204: None},
    )
    def delete(self, request, key):
        """Take a bookmark away, whatever became of the lesson. Twice is once."""
        keeping.drop_bookmark(user=request.user, unit=key, section=request.GET.get("section", ""))
        return Response(status=204)


class FeedbackView(LessonView):
    @extend_schema(
        operation_id="lesson_feedback",
        parameters=[LOCALE_PARAMETER],
        responses=shapes.LessonFeedbackSerializer,
    )
    def get(self, request, key):
        """What the caller said of a lesson; `useful` is null where they said nothing."""
        self.lesson(key)
        return keeping.feedback_value(keeping.feedback(request.user, key))

    @extend_schema(
        operation_id="give_feedback",
        parameters=[LOCALE_PARAMETER],
        request=shapes.FeedbackChangeSerializer,
        responses=shapes.LessonFeedbackSerializer,
    )
    def put(self, request, key):
        """Say whether a lesson was useful. Those who run the course read it without the name; it can be changed."""
        data = self.fields("useful", "comment")
        course = notebook.enrolled_course(self.lesson(key))
        found = keeping.give_feedback(
            user=request.user,
            course=course,
            unit=key,
            useful=data.get("useful"),
            comment=data.get("comment", ""),
            now=self.now,
        )
        return keeping.feedback_value(found)

    @extend_schema(
        operation_id="take_back_feedback",
        parameters=[LOCALE_PARAMETER],
        request=None,
        responses={204: None},
    )
    def delete(self, request, key):
        """Take back what was said. Twice is once."""
        keeping.take_back_feedback(user=request.user, unit=key)
        return Response(status=204)


class OwnBookmarksView(OwnView):
    allowed_parameters = LOCALE | paging.PARAMETERS

    @extend_schema(
        operation_id="own_bookmarks",
        parameters=[LOCALE_PARAMETER, *PAGE_PARAMETERS],
        responses=listing("OwnBookmarks", shapes.BookmarkSerializer),
    )
    def get(self, request):
        """The caller's bookmarks, the first first."""
        found = notebook.own_bookmarks(user=request.user, reader=self.reader)
        found.sort(key=_bookmark_place)
        return paging.page(found, query=request.GET, salt="bookmarks", place=_bookmark_place)


class OwnNotesView(OwnView):
    allowed_parameters = LOCALE | paging.PARAMETERS

    @extend_schema(
        operation_id="own_notes",
        parameters=[LOCALE_PARAMETER, *PAGE_PARAMETERS],
        responses=listing("OwnNotes", shapes.OwnNoteSerializer),
    )
    def get(self, request):
        """The caller's notes on all lessons and in their reflections, by lesson."""
        found = notebook.own_notes(user=request.user, reader=self.reader)
        found.sort(key=_note_place)
        return paging.page(found, query=request.GET, salt="notes", place=_note_place)


def _note_place(each) -> list:
    return [str(each["unit"]), each["block"]]


def _bookmark_place(each) -> list:
    return [each["created_at"].isoformat(), str(each["unit"]), each["section"]]


class CourseFeedbackView(OwnView):
    allowed_parameters = LOCALE | paging.PARAMETERS
    problem_statuses = (403,)

    @extend_schema(
        operation_id="course_feedback",
        parameters=[LOCALE_PARAMETER, *PAGE_PARAMETERS],
        responses=shapes.CourseFeedbackSerializer,
    )
    def get(self, request, key: UUID):
        """What learners said of a course's lessons, for people who may see its report: numbers and comments, no names."""
        salt = f"feedback:{key}"
        found = notebook.course_feedback(
            user=request.user,
            course_key=key,
            reader=self.reader,
            after=_uuid(open_cursor(salt, request.GET["cursor"])[0]) if "cursor" in request.GET else None,
            limit=paging.limit_of(request.GET),
        )
        following = found["next_after"]
        return {
            "course": key,
            "title": found["course"].title,
            "units": found["units"],
            "comments": {
                "meta": {
                    "total_count": found["comment_count"],
                    "next": seal_cursor(salt, str(following)) if following else None,
                },
                "items": found["comments"],
            },
        }


def _uuid(value) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise BadInput(code="bad_cursor") from None
