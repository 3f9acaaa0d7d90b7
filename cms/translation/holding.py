"""Rows of translations that nobody else changes until the end of a transaction.

Always in this order, that of importing files: the originals' texts, the translations, their work; then whatever is written.
Keys of other rows may point at them meanwhile.
"""

from collections.abc import Collection

from wagtail_localize.models import Translation, TranslationSource

from .models import Work


def hold(translation_ids: Collection[int]) -> dict[int, Work]:
    """The work of these translations as it is now, by theirs: who writes, hands in or decides waits. Two statements."""
    list(_rows(Translation).filter(pk__in=translation_ids).values_list("pk"))
    return {work.translation_id: work for work in _rows(Work).filter(translation__in=translation_ids)}


def hold_with_sources(translation_ids: Collection[int]) -> dict[int, Work]:
    """The same; whoever takes the originals apart anew waits as well. Three statements."""
    sources = Translation.objects.filter(pk__in=translation_ids).values("source")
    list(_rows(TranslationSource).filter(pk__in=sources).values_list("pk"))
    return hold(translation_ids)


def _rows(model):
    return model.objects.select_for_update(no_key=True).order_by("pk")
