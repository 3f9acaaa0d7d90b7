"""Originals that have moved on since they were taken apart, and taking them apart anew."""

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from cms.core.errors import NotFound

from . import words


def moved_on() -> QuerySet[TranslationSource]:
    """The sources of pages that were published since they were taken apart last; of drafts, those that were saved since.

    What somebody is writing on a live page isn't taken apart, so it counts for nothing before it is published.
    """
    pages = Page.objects.filter(
        Q(live=True, last_published_at__gt=OuterRef("last_updated_at"))
        | Q(live=False, latest_revision_created_at__gt=OuterRef("last_updated_at")),
        translation_key=OuterRef("object_id"),
        locale=OuterRef("locale_id"),
        alias_of=None,
    )
    return TranslationSource.objects.filter(Exists(pages))


def has_moved_on(source: TranslationSource) -> bool:
    """The same of one. Of what isn't a page nothing says when it was changed: it may have been, always. One statement; none for
    a snippet."""
    if not issubclass(source.specific_content_type.model_class(), Page):
        return True
    return moved_on().filter(pk=source.pk).exists()


@transaction.atomic
def take_apart(source: TranslationSource) -> None:
    """Take an original apart as it is now, for all languages: texts that are the same stay translated, and what was whole and
    isn't any more is open to work. Readers keep what they have. Raises NotFound `original_gone`."""
    # What is published while it is read isn't in it: it counts as taken apart when reading began.
    began = timezone.now()
    try:
        source.update_from_db()
    except ObjectDoesNotExist:
        raise NotFound(code="original_gone") from None
    source.last_updated_at = began
    source.save(update_fields=["last_updated_at"])
    words.source_changed(source.pk)
