"""What lists of images and of files have in common."""

from collections.abc import Mapping

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.models import CollectionViewRestriction

from cms.rest.parameters import refuse


def public(model: type[models.Model]) -> models.QuerySet:
    """Images or files of collections that nobody is kept out of, neither here nor further up."""
    path = ExpressionWrapper(OuterRef("collection__path"), output_field=models.CharField())
    restricted = CollectionViewRestriction.objects.annotate(path=path).filter(
        path__startswith=F("collection__path")
    )
    return model.objects.filter(~Exists(restricted))


def ordered(uploads: models.QuerySet, query: QueryDict, sortable: Mapping[str, str]) -> models.QuerySet:
    """In the order that `order` asks for, and then by id. `sortable` maps its names to columns."""
    order = query.get("order")
    if order is None:
        return uploads.order_by("pk")
    if order == "random":
        if "offset" in query:
            raise refuse("order", _("“random” has no pages: leave “offset” out."))
        return uploads.order_by("?")
    columns = []
    for name in order.split(","):
        column = sortable.get(name.removeprefix("-"))
        if column is None:
            raise refuse(
                "order", _("There is no such field: %(names)s.") % {"names": name[:60]}, code="unknown_field"
            )
        columns.append(f"-{column}" if name.startswith("-") else column)
    return uploads.order_by(*columns[:8], "pk")


def selected(whole: dict, names: frozenset[str]) -> dict:
    """The members of an item that were asked for, those of its `meta` too."""
    meta = {name: value for name, value in whole.pop("meta").items() if name in names}
    shown = {"id": whole["id"]} if "id" in names else {}
    if meta:
        shown["meta"] = meta
    return shown | {name: value for name, value in whole.items() if name in names and name != "id"}
