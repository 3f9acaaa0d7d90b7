"""Rows of translations that nobody else changes until the end of a transaction.

Always in this order, that of importing files: the originals' texts, the translations, their work, their texts; then whatever is
written.
Keys of other rows may point at them meanwhile.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from .models import Work


def works_of(**filters) -> list[Work]:
    """Work alone, for who changes nothing else. One statement, in a transaction."""
    return list(_rows(Work).filter(**filters))


def hold(translation_ids: Collection[int]) -> dict[int, Work]:
    """The work of these translations as it is now, by theirs: who writes, hands in or decides waits. Two statements."""
    list(_rows(Translation).filter(pk__in=translation_ids).values_list("pk"))
    return {work.translation_id: work for work in _rows(Work).filter(translation__in=translation_ids)}


def hold_everything(translation_ids: Collection[int]) -> dict[int, Work]:
    """The same; whoever takes the originals apart anew waits as well, and whoever changes or deletes a text that is there by
    another editor than ours. Four statements.

    Everything that a transaction needs is held in one call: those who hold several things don't wait for each other then.
    """
    sources = Translation.objects.filter(pk__in=translation_ids).values("source")
    list(_rows(TranslationSource).filter(pk__in=sources).values_list("pk"))
    works = hold(translation_ids)
    translation = Translation.objects.filter(
        pk__in=translation_ids,
        source__object=OuterRef("context__object"),
        target_locale=OuterRef("locale"),
    )
    list(_rows(StringTranslation).filter(Exists(translation)).values_list("pk"))
    return works


def _rows(model):
    return model.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
