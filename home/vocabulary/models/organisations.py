"""Organisations, and what ties them to the programme from when to when."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.search import index

from .labels import Label, Labelled
from .terms import CODE


class Organisation(Labelled):
    """An organisation: a stable code, its abbreviation, its names."""

    class Kind(models.TextChoices):
        UN = "un", _("United Nations entity")
        INTERGOVERNMENTAL = "intergovernmental", _("Intergovernmental or regional organisation")
        STATE = "state", pgettext_lazy("country", "State")
        CIVIL_SOCIETY = "civil-society", _("Civil society")
        PRIVATE = "private", _("Private sector")
        ACADEMIA = "academia", _("Academia")

    taxonomy = "organisation"

    code = models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[CODE],
        help_text=_("Part of addresses and of the API: choose it once."),
    )
    kind = models.CharField(_("kind"), max_length=24, choices=Kind, default=Kind.UN)
    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True)
    url = models.URLField(_("address"), blank=True)
    logo = models.ForeignKey(
        "media.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("logo"),
    )

    panels = [
        FieldPanel("code"),
        FieldPanel("kind"),
        FieldPanel("abbreviation"),
        FieldPanel("url"),
        FieldPanel("logo"),
        InlinePanel("labels", heading=_("Names"), min_num=1),
    ]
    search_fields = [
        *Labelled.search_fields,
        index.SearchField("abbreviation"),
        index.FilterField("kind"),
    ]

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["code"]

    def compiled(self, locale: str) -> dict:
        """What documents hold of it: `{code, name, abbreviation, kind, url}`."""
        return {
            "code": self.code,
            "name": self.label(locale),
            "abbreviation": self.abbreviation,
            "kind": self.kind,
            "url": self.url,
        }


class OrganisationName(Label):
    organisation = ParentalKey(Organisation, on_delete=models.CASCADE, related_name="labels")
    label = models.CharField(_("name"), max_length=200)

    panels = [FieldPanel("locale"), FieldPanel("label")]

    class Meta:
        verbose_name = _("name")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "locale"], name="vocabulary_organisation_name_language"
            )
        ]


class Partnership(models.Model):
    """An organisation's part in the programme, for a time."""

    class Role(models.TextChoices):
        PARTNER = "partner", _("Partner")
        CONSULTATION = "consultation", _("In consultation with")
        DONOR = "donor", _("Donor")

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="partnerships",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.PARTNER)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    from_year = models.PositiveSmallIntegerField(_("from"), null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(_("to"), null=True, blank=True)

    panels = [
        FieldPanel("organisation"),
        FieldPanel("role"),
        FieldPanel("position"),
        FieldRowPanel([FieldPanel("from_year"), FieldPanel("to_year")]),
    ]

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ["role", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_year__isnull=True)
                | models.Q(to_year__isnull=True)
                | models.Q(to_year__gte=models.F("from_year")),
                name="vocabulary_partnership_in_order",
            )
        ]

    def __str__(self):
        return f"{self.organisation} ({self.get_role_display()})"

    def clean(self):
        if self.from_year and self.to_year and self.to_year < self.from_year:
            raise ValidationError({"to_year": _("It ends before it begins.")})
