"""The shapes of notes, bookmarks and feedback, for the API's description."""

from rest_framework import serializers as s

from learning.notebook import keeping

from .serializers import listing


class NoteSerializer(s.Serializer):
    text = s.CharField()
    version = s.IntegerField(help_text="0 where nothing was ever written; goes up by one with each change.")
    updated_at = s.DateTimeField(allow_null=True)


class NoteChangeSerializer(s.Serializer):
    text = s.CharField(max_length=keeping.LONGEST_NOTE, allow_blank=True)
    version = s.IntegerField(
        min_value=0, max_value=keeping.MAX_VERSION, help_text="The version that this was written over."
    )


class UnitBookmarksSerializer(s.Serializer):
    sections = s.ListField(
        child=s.CharField(allow_blank=True), help_text="Ids of headings' blocks; empty: the lesson."
    )


class BookmarkChangeSerializer(s.Serializer):
    section = s.CharField(
        required=False, allow_blank=True, help_text="Id of a heading's block; without it the lesson."
    )


class LessonFeedbackSerializer(s.Serializer):
    useful = s.BooleanField(allow_null=True)
    comment = s.CharField(allow_blank=True)
    updated_at = s.DateTimeField(allow_null=True)


class FeedbackChangeSerializer(s.Serializer):
    useful = s.BooleanField()
    comment = s.CharField(required=False, allow_blank=True, max_length=keeping.LONGEST_COMMENT)


class _AboutSerializer(s.Serializer):
    unit = s.UUIDField()
    title = s.CharField(allow_null=True, help_text="The lesson's; null where it isn't there for the caller.")
    locale = s.CharField(allow_null=True, help_text="The language of the title.")
    course = s.UUIDField(allow_null=True)
    course_title = s.CharField(allow_null=True)
    course_locale = s.CharField(allow_null=True)


class BookmarkSerializer(_AboutSerializer):
    section = s.CharField(allow_blank=True)
    section_title = s.CharField(allow_blank=True)
    anchor = s.CharField(allow_blank=True, help_text="Of the section on the lesson's page in that language.")
    created_at = s.DateTimeField()


class OwnNoteSerializer(_AboutSerializer):
    block = s.CharField(
        allow_blank=True, help_text="Id of the reflection that it was written in; empty: the lesson."
    )
    prompt = s.CharField(
        allow_null=True, help_text="What the reflection asks; null for a lesson's note, and where it is gone."
    )
    text = s.CharField()
    version = s.IntegerField()
    updated_at = s.DateTimeField()


class UnitFeedbackSerializer(s.Serializer):
    key = s.UUIDField()
    title = s.CharField()
    useful = s.IntegerField()
    not_useful = s.IntegerField()


class CommentSerializer(s.Serializer):
    id = s.UUIDField(help_text="Random: of the comment, not of a person.")
    unit = s.UUIDField()
    title = s.CharField(allow_blank=True)
    useful = s.BooleanField()
    comment = s.CharField()


class CourseFeedbackSerializer(s.Serializer):
    course = s.UUIDField()
    title = s.CharField()
    units = UnitFeedbackSerializer(many=True)
    comments = listing("Comments", CommentSerializer)
