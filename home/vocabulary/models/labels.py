"""What a row of one code is called in each language: a label a language, read with a fallback."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.search import index

from cms.core import languages


class Labelled(index.Indexed, ClusterableModel):
    """A row with a code, the same in every language, and `labels`.

    Subclasses name the list that they belong to in `taxonomy`: filters and facets find items by `(taxonomy, code)`.
    """

    search_fields = [index.SearchField("code")]

    class Meta:
        abstract = True

    def __str__(self):
        return self.label(get_language())

    def label(self, locale: str | None) -> str:
        """The label in a language, else in the nearest that has one, else the code."""
        found = {label.locale: label.label for label in self.labels.all()}
        for candidate in languages.fallback_chain(locale or ""):
            if candidate in found:
                return found[candidate]
        return self.code


class Label(models.Model):
    """A language's label. Subclasses add `label` and the key to their row, named `labels` from there."""

    locale = models.CharField(_("language"), max_length=12, choices=languages.choices)

    class Meta:
        abstract = True

    def __str__(self):
        return self.label
