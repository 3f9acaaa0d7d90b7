"""What a reviewer decides about a translation that was handed in: published, or sent back with a reason."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import DraftStateMixin
from wagtail_localize.models import SegmentOverride, StringSegment, StringTranslation, Translation

from cms.content import api as content
from cms.core.errors import BadInput, Conflict

from . import access, holding, letters, slugs, words
from .flows import change, changed
from .models import Work
from .needs import WITHOUT_FAIL, Need, needs_of

LONGEST_REASON = 2000


def writers_of(translation: Translation) -> set[int]:
    """Primary keys of those who wrote a paragraph as it stands or its slug, or handed it in. One statement."""
    texts = StringSegment.objects.filter(source=translation.source_id).get_translations(
        translation.target_locale_id
    )
    typed = slugs.typed_for([translation]).order_by()
    wrote = texts.order_by().values_list("last_translated_by").union(typed.values_list("last_translated_by"))
    return {translation.work.submitted_by_id, *(pk for (pk,) in wrote)} - {None}


def may_approve(by, translation: Translation) -> bool:
    """Whether somebody may decide that this is published: a reviewer of the language who wrote nothing of it, unless the
    deployment lets one person do both."""
    if not access.rights_of(by).may_review(translation.target_locale_id):
        return False
    return settings.TRANSLATION_ONE_PERSON or by.pk not in writers_of(translation)


def approvable(by, translations: QuerySet[Translation]) -> QuerySet[Translation]:
    """Those of these that `may_approve` allows; the languages that somebody reviews are asked for by whoever calls."""
    if settings.TRANSLATION_ONE_PERSON:
        return translations
    says = StringSegment.objects.filter(
        source=OuterRef(OuterRef("source")),
        string=OuterRef("translation_of"),
        context=OuterRef("context"),
    )
    wrote = StringTranslation.objects.filter(
        Exists(says), last_translated_by=by, locale=OuterRef("target_locale")
    )
    handed_in = Work.objects.filter(translation=OuterRef("pk"), submitted_by=by)
    typed = SegmentOverride.objects.filter(
        context__object=OuterRef("source__object"),
        context__path=slugs.PATH,
        locale=OuterRef("target_locale"),
        last_translated_by=by,
    )
    return translations.exclude(Exists(wrote)).exclude(Exists(handed_in)).exclude(Exists(typed))


def missing(by, translation: Translation) -> list[Need]:
    """What it needs beside itself and isn't there; see `needs`. Published along is what this person could approve by itself."""
    seen = access.seen_translations(by)
    return needs_of(translation, lambda other: may_approve(by, other) and seen.filter(pk=other.pk).exists())


def digest(translations: Sequence[Translation]) -> str:
    """SHA-256, hexadecimal, of what these say in their language, paragraph by paragraph, and of the slugs that were typed. Two
    statements."""
    texts = StringSegment.objects.filter(source__in=[each.source_id for each in translations])
    texts = texts.annotate_translation(translations[0].target_locale, include_errors=True)
    rows = texts.order_by("source_id", "order", "pk").values_list("context_id", "string_id", "translation")
    typed = slugs.typed_for(translations).order_by("context_id").values_list("context_id", "data_json")
    return sha256(json.dumps([list(rows), list(typed)]).encode()).hexdigest()


def approve(*, by, uuid: UUID, now: datetime, leave_out: bool = False, seen: str | None = None) -> None:
    """Publish what was handed in, with everything that it needs and that is ready, in one transaction.

    `seen` is the `digest` of what was shown to whoever decides, with what goes along; None asks for none. NotPermitted
    `second_person` for whoever wrote some of it. Conflict `changed` where a text is another one than what was seen, and, each
    with `problems` (sentences): `needs_missing` for what isn't ready, unless `leave_out` leaves it for later (never the original and parents), `refused` for what
    stands against publishing the page itself.
    """
    translation = access.translation_for(by, uuid)
    access.require(access.rights_of(by).may_review(translation.target_locale_id))
    try:
        with transaction.atomic():
            content.take_turn()
            # Everything is held at once and read anew: others may have written while this waited.
            along = _ready(missing(by, translation))
            held = {translation.pk, *(each.pk for each in along)}
            holding.hold_everything(held)
            translation = _in_review(by, uuid)
            words.recount(held)
            needs = missing(by, translation)
            along = _ready(needs)
            if held != {translation.pk, *(each.pk for each in along)}:
                raise changed()
            lacking = [
                need
                for need in needs
                if not need.translation and not (leave_out and need.kind not in WITHOUT_FAIL)
            ]
            if lacking:
                raise Conflict(
                    _("Something that this needs isn’t ready:"),
                    code="needs_missing",
                    problems=[need.told for need in lacking],
                )
            if seen is not None and seen != digest([*along, translation]):
                raise changed()
            _publish_all([*along, translation], by, now)
    except ValidationError as error:
        raise Conflict(_("This can’t be published yet:"), code="refused", problems=error.messages) from error


def _ready(needs: Sequence[Need]) -> list[Translation]:
    return [need.translation for need in needs if need.translation]


def _in_review(by, uuid: UUID) -> Translation:
    """What is to be decided."""
    translation = access.translation_for(by, uuid)
    access.require(access.rights_of(by).may_review(translation.target_locale_id))
    access.require(may_approve(by, translation), "second_person")
    if translation.work.stage != Work.Stage.IN_REVIEW:
        raise Conflict(_("This wasn’t handed in for review."), code="not_in_review")
    return translation


def _publish_all(translations: Sequence[Translation], by, now: datetime) -> None:
    with content.publishing_together(each.source.object_id for each in translations):
        for each in translations:
            change(
                each.work,
                {"stage": each.work.stage},
                stage=Work.Stage.APPROVED,
                decided_by=by,
                decided_at=now,
                reason="",
            )
            _publish(each, by)


def _publish(translation: Translation, by) -> None:
    """Put it together and publish it, here and now: wagtail-localize by itself would publish after the commit, when what is
    refused can't undo anything any more."""
    drafts = issubclass(translation.source.specific_content_type.model_class(), DraftStateMixin)
    translation.save_target(user=by, publish=not drafts)
    if drafts:
        target = translation.get_target_instance()
        # The reviewer's role is the right to publish in this language.
        target.get_latest_revision().publish(user=by, skip_permission_checks=True)


def send_back(*, by, uuid: UUID, reason: str, now: datetime) -> None:
    """Give it back to its translator, who gets a mail. BadInput `reason_missing`, `reason_long`; Conflict `changed`."""
    translation = access.translation_for(by, uuid)
    access.require(access.rights_of(by).may_review(translation.target_locale_id))
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Give a reason: the translator reads it."), code="reason_missing")
    if len(reason) > LONGEST_REASON:
        raise BadInput(_("The reason is too long."), code="reason_long")
    with transaction.atomic():
        change(
            translation.work,
            {"stage": Work.Stage.IN_REVIEW},
            stage=Work.Stage.OPEN,
            decided_by=by,
            decided_at=now,
            reason=reason,
            untold=Work.News.SENT_BACK,
        )
        letters.tell.enqueue(translation.work.pk)
