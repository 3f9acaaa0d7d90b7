"""What a translator works on: each paragraph with everything that helps to translate it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from wagtail.blocks import BaseStreamBlock, ListBlock
from wagtail.fields import StreamField
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from cms.content.api import Piece, word_changes

from . import memory
from .markup import is_plain, plain, problem_of, tags_of, typed
from .models import Comment
from .succession import most_alike, successor
from .terms import Term, agreed, used


@dataclass(frozen=True)
class Earlier:
    """What stood here before: the original with its change marked, and its translation, with the change to the one that stands
    here now, where there is one."""

    pieces: tuple[Piece, ...]
    source: str
    target: str
    rewritten: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """A segment of the original and its translation. Texts are inline HTML; `text` is empty where there is none yet.

    `id` is the segment's. It is another one when the source is taken apart anew and something has come to stand before it; where
    it stands and what it says, `context_id` and `string_id`, is the same then. `key` is both.
    `is_plain` texts have no tags: they are shown and typed as they are read. `is_new`: written since somebody last decided.
    """

    id: int
    context_id: int
    string_id: int
    place: str
    source: str
    text: str
    unconfirmed: bool = False
    error: str = ""
    written_by: str = ""
    is_new: bool = False
    earlier: Earlier | None = None
    exact: str = ""
    comments: tuple[Comment, ...] = ()
    terms: tuple[Term, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.context_id}-{self.string_id}"

    @property
    def is_plain(self) -> bool:
        return is_plain(self.source)

    @property
    def source_typed(self) -> str:
        """The original as it is read, where it is plain."""
        return typed(self.source, self.source)

    @property
    def typed(self) -> str:
        """The translation as it stands in its field."""
        return typed(self.text, self.source)

    @property
    def tags(self) -> list[tuple[str, str]]:
        return tags_of(self.source)

    @property
    def is_done(self) -> bool:
        return bool(self.text) and not self.error and not self.unconfirmed

    @property
    def open_comments(self) -> int:
        return sum(comment.resolved_at is None for comment in self.comments)


def paragraphs(user, translation: Translation, only: Sequence[int] | None = None) -> list[Paragraph]:
    """All paragraphs of a translation in reading order, or those with these ids. Nine statements, however many they are."""
    rows = StringSegment.objects.filter(source=translation.source_id).select_related("string", "context")
    if only is not None:
        # With those that stand at the same places.
        places = StringSegment.objects.filter(pk__in=only).values("context")
        rows = rows.filter(context__in=places)
    there = list(rows.order_by("order", "pk"))
    segments = [segment for segment in there if only is None or segment.pk in only]
    contexts = [segment.context_id for segment in segments]
    written = _written(translation, contexts)
    present = _present(there)
    before = _before(present, written)
    comments = _comments(translation, present, before)
    missing = [segment.string.data for segment in segments if not _current(segment, written)]
    exact = memory.exact(user, translation, missing) if missing else {}
    known = agreed(translation, [segment.string.data for segment in segments])
    places = Places(translation.source.specific_content_type.model_class())
    found = []
    for segment in segments:
        current, source = _current(segment, written), segment.string.data
        place = segment.context_id, segment.string_id
        found.append(
            Paragraph(
                id=segment.pk,
                context_id=segment.context_id,
                string_id=segment.string_id,
                place=places.named(segment.context.field_path or segment.context.path),
                source=source,
                text=current.data if current else "",
                unconfirmed=bool(current) and current.tool_name == memory.FROM_MEMORY,
                error=_error(current),
                written_by=str(current.last_translated_by or "") if current else "",
                is_new=_is_new(current, translation.work),
                earlier=_earlier(source, before.get(place), current),
                exact=exact.get(source, ""),
                comments=tuple(comments[place]),
                terms=tuple(used(known, [source])),
            )
        )
    return found


def _written(translation, contexts) -> dict[int, list[StringTranslation]]:
    """All translations that were ever written at these places, the latest first."""
    rows = StringTranslation.objects.filter(context__in=contexts, locale=translation.target_locale_id)
    found = defaultdict(list)
    for row in rows.select_related("translation_of", "last_translated_by").order_by("-updated_at", "-pk"):
        found[row.context_id].append(row)
    return found


def _present(segments) -> dict[int, dict[int, str]]:
    """The originals that stand at each place now, by their string."""
    found = defaultdict(dict)
    for segment in segments:
        found[segment.context_id][segment.string_id] = segment.string.data
    return found


def _before(present, written) -> dict[tuple[int, int], StringTranslation]:
    """The latest of what stood where a paragraph stands and has gone, by context and string."""
    found = {}
    for context, texts in present.items():
        rows = {row.translation_of_id: row for row in written.get(context, ())}
        free = dict(texts)
        for string, row in rows.items():
            if string in texts:
                continue
            # A paragraph that stood beside it hasn't come for it.
            able = {
                key: text
                for key, text in free.items()
                if len(texts) == 1 or key not in rows or rows[key].updated_at >= row.updated_at
            }
            key = successor(row.translation_of.data, texts, able)
            if key is not None:
                found[context, key] = row
                del free[key]
    return found


def _comments(translation, present, before) -> dict[tuple[int, int], list[Comment]]:
    """By context and string. What was said of a paragraph that has gone stands by the one that has come for it, else by the
    first of its place."""
    rows = Comment.objects.filter(work=translation.work, context__in=present)
    heirs = {(context, row.translation_of_id): key for (context, key), row in before.items()}
    found = defaultdict(list)
    for row in rows.select_related("author", "resolved_by", "string"):
        texts, string = present[row.context_id], row.string_id
        if string not in texts:
            string = heirs.get((row.context_id, string))
        if string is None and row.string is not None:
            string = most_alike(row.string.data, texts)
        found[row.context_id, string or next(iter(texts))].append(row)
    return found


def _current(segment, written) -> StringTranslation | None:
    """The translation of the segment as it is."""
    rows = written.get(segment.context_id, ())
    return next((row for row in rows if row.translation_of_id == segment.string_id), None)


def _is_new(current, work) -> bool:
    return bool(current and work.decided_at and current.updated_at > work.decided_at)


def _error(current) -> str:
    if current is None or not current.has_error:
        return ""
    return (
        problem_of(current.translation_of.data, current.data)
        or current.field_error
        or _("Something is wrong with it.")
    )


def _earlier(source: str, row, current) -> Earlier | None:
    if row is None:
        return None
    before = row.translation_of.data
    return Earlier(
        tuple(word_changes(plain(before), plain(source))),
        typed(before, before),
        typed(row.data, source),
        tuple(word_changes(plain(row.data), plain(current.data))) if current else (),
    )


class Places:
    """Where a paragraph stands, in words: the labels of its field and blocks. Nothing is loaded for it."""

    def __init__(self, model: type):
        self.model = model
        self._known: dict[str, str] = {}

    def named(self, path: str) -> str:
        """`named("body.case_study.title") == "Body › Case study › Title"`; what has no label is left out, and a block's that says the
        same as what it stands in."""
        if path not in self._known:
            labels = self._labels(path.split("."))
            self._known[path] = " › ".join(label for label, _same in groupby(labels))
        return self._known[path]

    def _labels(self, parts: list[str]) -> list[str]:
        try:
            field = self.model._meta.get_field(parts[0])
        except FieldDoesNotExist:
            return []
        name = (
            getattr(field, "verbose_name", None)
            or getattr(getattr(field, "related_model", None), "_meta", None).verbose_name
        )
        labels = [str(name).capitalize()]
        block = field.stream_block if isinstance(field, StreamField) else None
        for part in parts[1:]:
            if isinstance(block, ListBlock):
                block = block.child_block
                continue
            block = getattr(block, "child_blocks", {}).get(part)
            if block is None:
                break
            if not isinstance(block, ListBlock | BaseStreamBlock) or block.meta.label:
                labels.append(str(block.label or block.name).capitalize())
        return [label for label in labels if label]
