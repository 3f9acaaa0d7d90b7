"""Controlled terms: one row per code, labels per language. Not translated by pages; read from the source page's rows."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.search import index

from .labels import Label, Labelled

CODE = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Small letters, digits and single hyphens."))


class Taxonomy(models.TextChoices):
    """The lists of terms, in the order in which readers meet them.

    Countries (ISO 3166-1 alpha-2, small letters) hang below regions (UN M49 numbers), sub-regions below regions.
    """

    TARGET = "target", _("Target")
    THREAT = "threat", _("Threat")
    PHASE = "phase", _("Phase")
    TOPIC = "topic", _("Topic")
    STAKEHOLDER = "stakeholder", _("Stakeholder")
    RESOURCE_TYPE = "resource_type", _("Kind of resource")
    REGION = "region", _("Region")
    COUNTRY = "country", _("Country")


class Term(Labelled):
    """A term of a taxonomy: a stable code, a place in the order, labels in each language."""

    taxonomy = models.CharField(_("list"), max_length=40, choices=Taxonomy)
    code = models.CharField(
        _("code"),
        max_length=60,
        validators=[CODE],
        help_text=_("Part of addresses and of the API: choose it once."),
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("under"),
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    panels = [
        FieldPanel("taxonomy"),
        FieldPanel("code"),
        FieldPanel("parent"),
        FieldPanel("position"),
        InlinePanel("labels", heading=_("Labels"), min_num=1),
    ]
    search_fields = [*Labelled.search_fields, index.FilterField("taxonomy")]

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["taxonomy", "position", "code"]
        constraints = [models.UniqueConstraint(fields=["taxonomy", "code"], name="vocabulary_term_code")]

    @property
    def chain(self) -> list["Term"]:
        """The term and what it lies under, the nearest first: a country, its sub-region, its region."""
        found, term = [], self
        while term is not None and term not in found:
            found.append(term)
            term = term.parent
        return found


class TermLabel(Label):
    """What a term is called in a language, and what else people call it."""

    term = ParentalKey(Term, on_delete=models.CASCADE, related_name="labels")
    label = models.CharField(_("label"), max_length=120)
    alternatives = models.JSONField(_("other names"), default=list, blank=True)

    panels = [FieldPanel("locale"), FieldPanel("label"), FieldPanel("alternatives")]

    class Meta:
        verbose_name = _("label")
        constraints = [models.UniqueConstraint(fields=["term", "locale"], name="vocabulary_label_language")]
