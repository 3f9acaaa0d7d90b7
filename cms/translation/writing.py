"""Writing a paragraph of a translation, and saying something about one. Each raises what `flows` raises; then nothing changed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail_localize.models import StringSegment, StringTranslation

from cms.core.errors import BadInput, Conflict, NotFound

from . import access, holding, memory, words
from .markup import LONGEST_TEXT, cleaned_text, problem_of
from .merging import merged
from .models import Comment, Work

LONGEST_COMMENT = 2_000
# What stands there is inline HTML: a character that was typed may be an entity of six.
LONGEST_BASE = 6 * LONGEST_TEXT


@dataclass(frozen=True)
class Written:
    """A paragraph as it stands now: inline HTML, and what is still wrong with it ("": nothing)."""

    text: str
    problem: str = ""


def answers_lost(sent: Collection[str], cleaned: Callable[[str], str]) -> set[str]:
    """What was stored of texts that were sent before and whose answers never came, if they arrived. What stands there then
    is one's own."""
    found = set()
    for text in sent:
        try:
            found.add(cleaned(text))
        except BadInput:
            continue
    return found


def write(
    *, by, uuid: UUID, segment_id: int, text: str, base: str, now: datetime, sent: Collection[str] = ()
) -> Written:
    """Write the translation of one paragraph, typed over `base`: what stood there when the typing began ("": nothing), or over one
    of `sent`, which were sent from there since and never answered.

    What is typed is kept though it lacks a link of the original; it doesn't count as done then. An empty text takes the
    translation away. BadInput `bad_markup`, `too_long`; Conflict `text_changed` with `theirs` and `merged` ("" where the two
    can't be put together) if another text stands there by now, `in_review` for a translator while a reviewer decides.
    """
    translation, segment = _place(by, uuid, segment_id)
    # Forms send every line break as "\r\n"; what is stored has "\n", as `cleaned_text` leaves it.
    base = base.replace("\r\n", "\n").replace("\r", "\n")
    locale = translation.target_locale_id
    if len(base) > LONGEST_BASE:
        raise BadInput(_("This is too long."), code="too_long")
    source = segment.string.data
    cleaned = cleaned_text(text, source)
    problem = problem_of(source, cleaned)
    rows = StringTranslation.objects.filter(
        translation_of=segment.string_id, context=segment.context_id, locale=locale
    )
    values = {
        "data": cleaned,
        "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
        "tool_name": "",
        "last_translated_by": by,
        "has_error": bool(problem),
        "field_error": "",
        "updated_at": now,
    }
    with transaction.atomic():
        require_writer(by, translation)
        if base:
            there = rows.filter(data=base)
            done = there.update(**values) if cleaned else there.delete()[0]
        else:
            done = (not cleaned and not rows.exists()) or _created(segment, locale, values)
        if done:
            words.text_changed(segment.context_id, locale, rewritten=True, by=by.pk)
    if not done:
        theirs = rows.values_list("data", flat=True).first() or ""
        if theirs == cleaned:
            return Written(cleaned, problem)
        if theirs in answers_lost(sent, lambda each: cleaned_text(each, source)):
            return write(by=by, uuid=uuid, segment_id=segment_id, text=text, base=theirs, now=now)
        raise Conflict(
            _("Somebody else has written here in the meantime."),
            code="text_changed",
            theirs=theirs,
            merged=merged(base, cleaned, theirs) or "" if base and cleaned and theirs else "",
        )
    return Written(cleaned, problem)


def _created(segment, locale: int, values: dict) -> bool:
    """Write the first translation of a place; False where there is one."""
    if not values["data"]:
        return False
    try:
        with transaction.atomic():
            StringTranslation.objects.bulk_create(
                [
                    StringTranslation(
                        translation_of_id=segment.string_id,
                        context_id=segment.context_id,
                        locale_id=locale,
                        **values,
                    )
                ]
            )
    except IntegrityError:
        return False
    return True


def fill(*, by, uuid: UUID, now: datetime) -> int:
    """Fill in what the memory has letter by letter for paragraphs without a translation; how many. They stay unconfirmed."""
    translation = access.translation_for(by, uuid)
    segments = (
        StringSegment.objects.filter(source=translation.source_id)
        .annotate_translation(translation.target_locale, include_errors=True)
        .filter(translation=None)
        .select_related("string")
    )
    empty = list(segments)
    known = memory.exact(by, translation, [segment.string.data for segment in empty])
    with transaction.atomic():
        require_writer(by, translation)
        made = StringTranslation.objects.bulk_create(
            [
                StringTranslation(
                    translation_of_id=segment.string_id,
                    context_id=segment.context_id,
                    locale_id=translation.target_locale_id,
                    data=known[segment.string.data],
                    translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
                    tool_name=memory.FROM_MEMORY,
                    last_translated_by=by,
                    updated_at=now,
                )
                for segment in empty
                if segment.string.data in known
                and not problem_of(segment.string.data, known[segment.string.data])
            ],
            ignore_conflicts=True,
        )
        words.recount([translation.pk])
    return len(made)


def comment(*, by, uuid: UUID, segment_id: int, text: str) -> Comment:
    """Say something about a paragraph: whoever sees the translation at the desk may. The same again, before anybody has said
    anything else or it is done, is what was said already: its answer was lost. BadInput `empty`, `too_long`."""
    translation, segment = _place(by, uuid, segment_id)
    text = text.strip()
    if not text or "\0" in text:
        raise BadInput(_("Write something."), code="empty")
    if len(text) > LONGEST_COMMENT:
        raise BadInput(_("This is too long."), code="too_long")
    place = {"work": translation.work, "context_id": segment.context_id, "string_id": segment.string_id}
    last = Comment.objects.filter(**place).last()
    if last is not None and (last.author_id, last.text, last.resolved_at) == (by.pk, text, None):
        return last
    return Comment.objects.create(**place, author=by, text=text)


def resolve(*, by, uuid: UUID, comment_id: int, now: datetime) -> None:
    """End what a comment asked for. A second time changes nothing."""
    translation = access.translation_for(by, uuid)
    comments = Comment.objects.filter(pk=comment_id, work=translation.work)
    if (
        not comments.filter(resolved_at=None).update(resolved_by=by, resolved_at=now)
        and not comments.exists()
    ):
        raise NotFound(code="no_such_comment")


def _place(by, uuid: UUID, segment_id: int):
    translation = access.translation_for(by, uuid)
    segment = (
        StringSegment.objects.filter(pk=segment_id, source=translation.source_id)
        .select_related("string", "context")
        .first()
    )
    if segment is None:
        raise NotFound(code="no_such_paragraph")
    return translation, segment


def require_writer(by, translation) -> None:
    """Asked of the work as it stays until the end of the transaction: nobody hands in or decides meanwhile."""
    work = holding.hold([translation.pk]).get(translation.pk)
    if work is None:
        raise NotFound(code="no_such_translation")
    rights, locale = access.rights_of(by), translation.target_locale_id
    access.require(rights.may_translate(locale) or rights.may_review(locale))
    if work.stage == Work.Stage.IN_REVIEW and not rights.may_review(locale):
        raise Conflict(_("This waits for a reviewer."), code="in_review")
