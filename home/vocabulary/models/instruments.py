"""Legal instruments by their symbol: resolutions, treaties, guiding principles."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.search import index

from .labels import Label, Labelled


class LegalInstrument(Labelled):
    """An instrument: its symbol as the United Nations write it (`S/RES/2341`), its year, where it can be read."""

    class Kind(models.TextChoices):
        SECURITY_COUNCIL = "security-council", _("Security Council")
        GENERAL_ASSEMBLY = "general-assembly", _("General Assembly")
        HUMAN_RIGHTS_COUNCIL = "human-rights-council", _("Human Rights Council")
        TREATY = "treaty", _("Treaty")
        OTHER = "other", _("Other")

    taxonomy = "instrument"

    code = models.CharField(
        _("symbol"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9/.()-]*$", _("A symbol such as S/RES/2341."))],
        help_text=_("As it is cited: S/RES/2341. Part of addresses and of the API."),
    )
    kind = models.CharField(_("kind"), max_length=24, choices=Kind, default=Kind.OTHER)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    url = models.URLField(_("address"), blank=True)

    panels = [
        FieldPanel("code"),
        FieldPanel("kind"),
        FieldPanel("year"),
        FieldPanel("url"),
        InlinePanel("labels", heading=_("Titles"), min_num=1),
    ]
    search_fields = [*Labelled.search_fields, index.FilterField("kind")]

    class Meta:
        verbose_name = _("legal instrument")
        verbose_name_plural = _("legal instruments")
        ordering = ["kind", "-year", "code"]

    def compiled(self, locale: str) -> dict:
        """What documents hold of it: `{code, title, kind, year, url}`."""
        return {
            "code": self.code,
            "title": self.label(locale),
            "kind": self.kind,
            "year": self.year,
            "url": self.url,
        }


class InstrumentTitle(Label):
    instrument = ParentalKey(LegalInstrument, on_delete=models.CASCADE, related_name="labels")
    label = models.CharField(_("title"), max_length=300)

    panels = [FieldPanel("locale"), FieldPanel("label")]

    class Meta:
        verbose_name = _("title")
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "locale"], name="vocabulary_instrument_title_language"
            )
        ]
