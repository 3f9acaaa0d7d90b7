"""The types of documents and what may be asked of their fields."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from wagtail.documents.models import AbstractDocument
from wagtail.fields import RichTextField, StreamField
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from cms.core.audiences import COURSES
from cms.core.pages import BasePage


@dataclass(frozen=True)
class DocumentType:
    """A page type. `may_be_listed` is false for types whose documents are read through learning, or by keys for courses."""

    label: str
    model: type[BasePage]

    @property
    def may_be_listed(self) -> bool:
        # A property says that each page decides for itself (a sample lesson).
        return self.model.listed is not False

    @property
    def always_listed(self) -> bool:
        return self.model.listed is True

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names of a document's members in their order, the title first."""
        names = ["title", *(getattr(each, "name", each) for each in self.model.api_fields)]
        if self.model.glossed:
            names.append("glossary")
        return tuple(dict.fromkeys(name for name in names if name not in self.withheld))

    @property
    def withheld(self) -> tuple[str, ...]:
        """Members of the stored document that no answer here has."""
        return self.model.withheld

    @cached_property
    def scalars(self) -> dict[str, models.Field]:
        """The fields that lists filter and sort by, by name."""
        found = {}
        for name in self.fields:
            field = self.model_field(name)
            if (
                field is not None
                and name != "title"
                and not field.is_relation
                and not isinstance(field, StreamField | RichTextField | models.DateTimeField)
                and isinstance(field, _SCALARS)
            ):
                found[name] = field
        return found

    @cached_property
    def objects(self) -> frozenset[str]:
        """The fields that hold an image, a file or another page: of those, single members may be asked for."""
        return frozenset(name for name in self.fields if self.target(name) is not None)

    def target(self, name: str) -> str | None:
        """`"image"`, `"page"` or `"file"` for a field that holds one."""
        field = self.model_field(name)
        related = getattr(field, "related_model", None)
        if isinstance(related, type) and issubclass(related, AbstractImage):
            return "image"
        if isinstance(related, type) and issubclass(related, Page):
            return "page"
        if isinstance(related, type) and issubclass(related, AbstractDocument):
            return "file"
        return None

    def model_field(self, name: str) -> models.Field | None:
        """The model's field of that name; None for a property."""
        try:
            return self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return None


_SCALARS = (
    models.BooleanField,
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.DateField,
    models.UUIDField,
)


@lru_cache(maxsize=1)
def document_types() -> dict[str, DocumentType]:
    """All types of documents by label (`guides.GuidePage`), in the order of labels."""
    found = [model for model in apps.get_models() if issubclass(model, BasePage) and not model.for_editors]
    return {
        model._meta.label: DocumentType(model._meta.label, model)
        for model in sorted(found, key=lambda model: model._meta.label)
    }


def types_open_to(principals: frozenset[str]) -> dict[str, DocumentType]:
    """Those whose documents may be in these principals' lists."""
    if COURSES in principals:
        return document_types()
    return {label: each for label, each in document_types().items() if each.may_be_listed}
