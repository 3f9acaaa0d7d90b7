"""Slugs of translations: the original's, or those that their translators typed, as is chosen for the language.

wagtail-localize copies fields that are kept in step, puts what was typed in their place, makes the slug plain ASCII (which
leaves nothing of an Arabic one) and saves. So the copy is noted here, and the slug decided on when it is saved.
"""

import copy
import json

from django.utils.text import slugify
from wagtail.coreutils import find_available_slug
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField
from wagtail_localize.models import SegmentOverride, TranslationContext, TranslationSource

from .models import Language


class SlugField(SynchronizedField):
    """The slug among a page's translatable fields: what is copied goes through `SlugMixin.slug_in_step`."""

    def __init__(self):
        super().__init__("slug")

    def get_field(self, model):
        field = copy.copy(super().get_field(model))
        field.attname = "slug_in_step"
        return field


class SlugMixin:
    """Of pages that are translated."""

    # The original's slug and the page's own, between the copy and the next save.
    _copied_slug: tuple[str, str] | None = None

    @property
    def slug_in_step(self) -> str:
        return self.slug

    @slug_in_step.setter
    def slug_in_step(self, value: str) -> None:
        self._copied_slug = value, self.slug
        self.slug = value

    def settle_slug(self) -> None:
        """Decide on the slug of a translation that is being put together; nothing of any other page. Two statements, one
        more for each page beside it that has the slug already."""
        if self._copied_slug is None:
            return
        (source, own), self._copied_slug = self._copied_slug, None
        slug = source
        if Language.objects.filter(locale=self.locale_id, own_slugs=True).exists():
            slug = _typed(self) or own or source
        self.slug = find_available_slug(self.get_parent(), slug, ignore_page_id=self.pk)


def _typed(page) -> str:
    """What a translator typed for the slug, as a slug: letters of any script. Empty where that is nothing."""
    row = SegmentOverride.objects.filter(
        context__object=page.translation_key, context__path="slug", locale=page.locale_id
    ).first()
    limit = page._meta.get_field("slug").max_length
    return slugify(str(row.data), allow_unicode=True)[:limit] if row else ""


def remember_slugs(locale_id: int) -> None:
    """Keep the slugs that were typed in pages themselves where wagtail-localize keeps those that were typed in its editor,
    before a language goes back to the originals': one that chooses again has them again."""
    originals = dict(TranslationSource.objects.values_list("object_id", "locale_id"))
    own = Page.objects.filter(locale=locale_id, alias_of=None, translation_key__in=originals)
    slugs = {
        (key, locale): slug
        for key, locale, slug in Page.objects.filter(
            translation_key__in=own.values("translation_key")
        ).values_list("translation_key", "locale_id", "slug")
    }
    for key, slug in own.values_list("translation_key", "slug"):
        if originals[key] != locale_id and slug != slugs.get((key, originals[key])):
            context, _new = TranslationContext.objects.get_or_create(object_id=key, path="slug")
            SegmentOverride.objects.get_or_create(
                context=context, locale_id=locale_id, defaults={"data_json": json.dumps(slug)}
            )


__all__ = ["SlugField", "SlugMixin", "remember_slugs"]
