"""Restrictions set and lifted, on pages and on collections of files, in the transaction at work."""

from collections.abc import Iterable

from django.db.models import Model, Q
from wagtail.models import Collection, Page, PageViewRestriction

from . import dependants, withdrawing


def page_restriction_changed(restriction: PageViewRestriction) -> None:
    """Everything below any translation of the restricted page, in all languages, gets the access that holds now."""
    page = Page.objects.filter(pk=restriction.page_id).first()
    if page is None:  # the page is being deleted, and with it the restriction
        return
    keys = {page.translation_key}
    if page.alias_of_id:
        keys.add(page.alias_of.translation_key)
    paths = Page.objects.filter(
        Q(translation_key__in=keys) | Q(alias_of__translation_key__in=keys)
    ).values_list("path", flat=True)
    withdrawing.restrict(list(paths))


def files_moved(files: Iterable[Model]) -> None:
    """Images or files lie in another collection: what refers to them is compiled again."""
    for each in files:
        dependants.mark_referring(each, reason="collection")


def collection_changed(collection: Collection) -> None:
    """Files of a collection became more or less visible: what refers to them is compiled again."""
    from wagtail.documents import get_document_model
    from wagtail.images import get_image_model

    for model in (get_image_model(), get_document_model()):
        files_moved(model.objects.filter(collection__path__startswith=collection.path))
