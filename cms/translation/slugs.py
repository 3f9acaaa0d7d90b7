"""The slug of a page's translation, where the language has addresses of its own: shown and typed among its texts.

wagtail-localize keeps what is typed in place of a field that is in step as an override, and so does the desk: either editor shows
what the other wrote. It becomes the page's when the translation is put together (`cms.core.addresses`).
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import validate_slug, validate_unicode_slug
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import SegmentOverride, Translation, TranslationContext, TranslationSource

from cms.core.addresses import SlugMixin
from cms.core.errors import BadInput, Conflict, NotFound
from cms.core.models import Language

from . import access, words
from .writing import Written, answers_lost, require_writer

PATH = "slug"
_FIELD = Page._meta.get_field(PATH)
# The depth at which front pages stand: their address is the language's.
_FRONT = 2


@dataclass(frozen=True)
class Slug:
    """The original's slug, and the translation's as it is or will be; `written_by` where somebody typed it."""

    source: str
    text: str
    written_by: str = ""

    @property
    def place(self) -> str:
        return str(_FIELD.verbose_name).capitalize()


def slug_of(translation: Translation) -> Slug | None:
    """None where it isn't typed: of what is no page, of front pages, and in a language whose addresses are the originals'. Four
    statements at most."""
    target = _target(translation)
    if target is None:
        return None
    original = Page.objects.filter(
        translation_key=translation.source.object_id, locale=translation.source.locale_id
    )
    source = original.values_list("slug", flat=True).first() or ""
    override = typed_for([translation]).select_related("last_translated_by").order_by("-pk").first()
    if override is None:
        return Slug(source, target.slug)
    return Slug(source, str(override.data), str(override.last_translated_by or ""))


def write(*, by, uuid: UUID, text: str, base: str, now: datetime, sent: Collection[str] = ()) -> Written:
    """Write the slug of a translation, typed over `base`: the one that was shown when the typing began; `sent` as in
    `writing.write`. Raises what that raises; NotFound `no_slug` where it isn't typed, BadInput `bad_slug`, and Conflict
    `slug_taken` where a page beside it that the person may see has it or waits for it."""
    translation = access.translation_for(by, uuid)
    cleaned = _cleaned(text)
    with transaction.atomic():
        require_writer(by, translation)
        there, target = slug_of(translation), _target(translation)
        if there is None or target is None:
            raise NotFound(_("Addresses in this language are the originals’ now."), code="no_slug")
        if there.text == cleaned:
            return Written(cleaned)
        if there.text != base and there.text not in answers_lost(sent, _cleaned):
            raise Conflict(
                _("Somebody else has written here in the meantime."),
                code="text_changed",
                theirs=there.text,
                merged="",
            )
        if _is_taken(cleaned, target, by):
            told = _("The slug “%(slug)s” is taken by another page beside this one.")
            raise Conflict(told % {"slug": cleaned}, code="slug_taken")
        context, _new = TranslationContext.objects.get_or_create(
            object_id=translation.source.object_id, path=PATH
        )
        values = {
            "data_json": json.dumps(cleaned),
            "last_translated_by": by,
            "has_error": False,
            "field_error": "",
            "updated_at": now,
        }
        place = {"context": context, "locale": translation.target_locale}
        if not SegmentOverride.objects.filter(**place).update(**values):
            SegmentOverride.objects.create(**place, **values)
        # What was approved is something else now.
        words.text_changed(context.pk, translation.target_locale_id, rewritten=True, by=by.pk)
    return Written(cleaned)


def _target(translation: Translation) -> Page | None:
    kind = translation.source.specific_content_type.model_class()
    if not issubclass(kind, SlugMixin):
        return None
    if not Language.objects.filter(locale=translation.target_locale_id, own_slugs=True).exists():
        return None
    try:
        target = translation.get_target_instance()
    except ObjectDoesNotExist:
        return None
    return target if target.depth > _FRONT else None


def typed_for(translations: Sequence[Translation]) -> QuerySet[SegmentOverride]:
    """What was typed for the slugs of these, which are in one language."""
    sources = TranslationSource.objects.filter(pk__in=[each.source_id for each in translations])
    return SegmentOverride.objects.filter(
        context__object__in=sources.values("object"),
        context__path=PATH,
        locale=translations[0].target_locale_id,
    )


def _cleaned(text: str) -> str:
    """What is stored of what was typed. Raises BadInput where Wagtail's own form refuses it."""
    text = text.strip()
    if len(text) > _FIELD.max_length:
        raise BadInput(_("This is too long."), code="too_long")
    unicode = getattr(settings, "WAGTAIL_ALLOW_UNICODE_SLUGS", True)
    try:
        (validate_unicode_slug if unicode else validate_slug)(text)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages), code="bad_slug") from None
    # As it is written when the translation is put together.
    cleaned = slugify(text, allow_unicode=unicode)
    if not cleaned:
        raise BadInput(_("A slug has a letter or a digit."), code="bad_slug")
    return cleaned


def _is_taken(slug: str, target: Page, by) -> bool:
    """Whether a page beside this one has it, or gets it when its translation is put together.

    Of pages that somebody may not see nothing is said: what they typed gets a number then, when it is put together.
    """
    beside = target.get_parent().get_children().exclude(pk=target.pk)
    beside = beside.filter(
        Q(pk__in=access.seen_pages(by, beside).order_by().values("pk"))
        | Q(translation_key__in=access.seen_sources(by).values("object_id"))
    )
    waiting = SegmentOverride.objects.filter(
        context__object__in=beside.values("translation_key"),
        context__path=PATH,
        locale=target.locale_id,
        data_json=json.dumps(slug),
    )
    return beside.filter(slug=slug).exists() or waiting.exists()
