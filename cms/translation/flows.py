"""What people do with a translation: take it, give it to somebody, hand it in, bring it up to date.

Each is one function: it raises NotFound for what the person can't see, NotPermitted for what isn't theirs to do, BadInput and
Conflict with a code; then nothing has changed. Whoever comes second is told so: every write asks for what it was based on.
Deciding about what was handed in: `deciding`.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, Translation, TranslationSource
from wagtail_localize.operations import TranslationCreator

from cms.content.api import source_locales
from cms.core import languages
from cms.core.errors import BadInput, Conflict, NotFound

from . import access, letters, memory, originals, words
from .models import Work

Stage = Work.Stage


def change(work: Work, given: dict, **values) -> None:
    """Write `values` if the row is still as `given`. Raises Conflict `changed` otherwise."""
    if not Work.objects.filter(pk=work.pk, **given).update(**values):
        raise changed()


def changed() -> Conflict:
    """What is raised where somebody was faster."""
    return Conflict(
        _("Somebody was faster: this has changed in the meantime. Look at it again."), code="changed"
    )


@transaction.atomic
def start(*, by, key: UUID, locale: str) -> Translation:
    """Submit what has this translation key to be translated into a language, as wagtail-localize does; what it shows isn't.

    What was submitted before is returned as it is. Conflict `made_by_hand` where somebody wrote it in that language without
    wagtail-localize, or went on without it: those texts would be lost; `own_language` for the language that it is written in.
    """
    target = Locale.objects.filter(language_code=locale).first()
    rights = access.rights_of(by)
    if target is None or not rights.may_see(target.pk):
        raise NotFound(code="no_such_language")
    instance = _source_instance(by, key)
    access.require(rights.may_translate(target.pk) or rights.may_manage())
    if instance.locale_id == target.pk:
        raise Conflict(_("This is the language that it is written in."), code="own_language")
    known = Translation.objects.filter(source__object=key, target_locale=target).first()
    if known is not None and known.enabled:
        if not Work.objects.filter(translation=known).exists():
            words.recount([known.pk])
        return known
    written = type(instance).objects.filter(translation_key=key, locale=target).first()
    if written is not None and not getattr(written, "alias_of_id", None):
        raise Conflict(
            _(
                "Somebody wrote this in the other language by hand; it is edited where pages and snippets are."
            ),
            code="made_by_hand",
        )
    TranslationCreator(by, [target]).create_translations(instance, include_related_objects=False)
    return Translation.objects.get(source__object=key, target_locale=target)


def _source_instance(by, key: UUID):
    """The page or snippet that translations of this key are made of. Raises NotFound."""
    pages = list(Page.objects.filter(translation_key=key, alias_of=None).select_related("locale"))
    if pages:
        code = source_locales(pages)[key]
        own = Page.objects.filter(translation_key=key, alias_of=None, locale__language_code=code)
        page = access.seen_pages(by, own).filter(depth__gt=1).first()
        if page is not None:
            return page.specific
        raise NotFound(code="no_such_item")
    for model in access.seen_snippets(by):
        found = {
            each.locale.language_code: each
            for each in model.objects.filter(translation_key=key).select_related("locale")
        }
        if found:
            known = TranslationSource.objects.filter(object_id=key).order_by("pk").first()
            first = known.locale.language_code if known else ""
            return next(found[code] for code in languages.fallback_chain(first) if code in found)
    raise NotFound(code="no_such_item")


def claim(*, by, uuid: UUID) -> None:
    """Take what nobody works on. Conflict `taken`."""
    translation = access.translation_for(by, uuid)
    access.require(access.rights_of(by).may_translate(translation.target_locale_id))
    if not Work.objects.filter(pk=translation.work.pk, translator=None).update(
        translator=by, reminded_at=None
    ):
        raise Conflict(_("Somebody has taken this already."), code="taken")


def give_back(*, by, uuid: UUID) -> None:
    """Leave to others what one has taken. Conflict `in_review` while it waits for a decision."""
    translation = access.translation_for(by, uuid)
    work = translation.work
    access.require(work.translator_id == by.pk, "not_yours")
    if work.stage == Stage.IN_REVIEW:
        raise Conflict(_("This waits for a reviewer."), code="in_review")
    change(
        work,
        {"translator": by, "stage": work.stage},
        translator=None,
        due_on=None,
        reminded_at=None,
        untold="",
    )


def assign(*, by, uuid: UUID, person, due_on: date | None, today: date) -> None:
    """Give a translation to somebody (None: to nobody), until a day (None: none), in place of whoever has it.

    BadInput `no_translator` for somebody who doesn't translate into that language or may not see the thing, `day_passed` for
    a day before today.
    """
    translation = access.translation_for(by, uuid)
    access.require(access.rights_of(by).may_manage())
    work = translation.work
    if due_on is not None and due_on < today and due_on != work.due_on:
        raise BadInput(_("That day has passed."), code="day_passed")
    if person is not None and person.pk != work.translator_id:
        rights = access.rights_of(person)
        seen = access.seen_translations(person).filter(pk=translation.pk).exists()
        if not (seen and rights.may_translate(translation.target_locale_id)):
            raise BadInput(
                _("This person doesn’t translate into that language, or may not see this."),
                code="no_translator",
            )
    given = person and person.pk
    # Whoever has a new day, or is new, is reminded again.
    same = (given, due_on) == (work.translator_id, work.due_on)
    untold, known = letters.news_of(work, given=given, due_on=due_on, by_id=by.pk)
    with transaction.atomic():
        change(
            work,
            {
                "translator": work.translator_id,
                "due_on": work.due_on,
                "stage": work.stage,
                "untold": work.untold,
                "known_due_on": work.known_due_on,
            },
            translator=person,
            due_on=due_on,
            reminded_at=work.reminded_at if same else None,
            untold=untold,
            known_due_on=known,
        )
        if untold and not same:
            letters.tell.enqueue(work.pk)


def hand_in(*, by, uuid: UUID, now: datetime) -> None:
    """Send to review what is translated to the last word. Conflict `words_missing`, `unconfirmed`, `in_review`; NotPermitted `not_yours`.

    Whoever hands in what nobody has taken has it from then on.
    """
    translation = access.translation_for(by, uuid)
    work = translation.work
    access.require(access.rights_of(by).may_translate(translation.target_locale_id))
    access.require(work.translator_id in (None, by.pk), "not_yours")
    words.recount([translation.pk])
    work.refresh_from_db()
    if work.stage == Stage.IN_REVIEW:
        raise Conflict(_("This waits for a reviewer already."), code="in_review")
    if work.words_done < work.words_total:
        raise Conflict(
            _("Not everything is translated: %(count)s words are missing.")
            % {"count": work.words_total - work.words_done},
            code="words_missing",
        )
    texts = StringSegment.objects.filter(source=translation.source_id)
    if texts.get_translations(translation.target_locale_id).filter(tool_name=memory.FROM_MEMORY).exists():
        raise Conflict(
            _("Some paragraphs were filled in from the memory and nobody has confirmed them."),
            code="unconfirmed",
        )
    change(
        work,
        {"stage": work.stage, "translator": work.translator_id, "words_done": F("words_total")},
        stage=Stage.IN_REVIEW,
        translator=by,
        submitted_by=by,
        submitted_at=now,
        reason="",
        untold="",
    )


def bring_up_to_date(*, by, uuid: UUID) -> None:
    """Take over the original's texts as they are now, for all languages: what was changed in it is to be translated anew.

    Readers keep what they have until that is published. For translators, reviewers and whoever manages.
    """
    originals.take_apart(access.translation_for(by, uuid).source)
