"""A resource of the repository: a policy, a mechanism, a tool, a legal text, with where to read it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail_localize.fields import SynchronizedField

from cms.core import languages, richtext
from cms.core.pages import BasePage
from cms.core.problems import Problem
from cms.core.requirements import Requirement

from .repository import EntryMixin, finding_panels
from .texts import text_field


class ResourcePage(EntryMixin, BasePage):
    """A published text or tool of somebody's, described; readable at its address or kept here as a file."""

    class Kind(models.TextChoices):
        POLICY = "policy", _("Policy")
        MECHANISM = "mechanism", _("Mechanism")
        TOOL = "tool", _("Tool")
        GUIDELINE = "guideline", _("Guideline")
        LEGAL_TEXT = "legal-text", _("Legal text")
        TRAINING = "training-material", _("Training material")

    resource_type = models.CharField(
        _("kind of resource"), max_length=24, choices=Kind, default=Kind.GUIDELINE
    )
    publisher = models.CharField(_("published by"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2200)]
    )
    url = models.URLField(_("address"), blank=True)
    file = models.ForeignKey(
        "media.File",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("file"),
    )
    resource_language = models.JSONField(
        _("languages"),
        default=list,
        blank=True,
        help_text=_('Codes of the languages that it can be read in: ["en", "fr"].'),
    )
    description = text_field(_("what it is about"))

    api_schemas = {
        "resource_language": {"type": "array", "items": {"type": "string", "enum": languages.codes()}},
    }
    template = "pages/resource.html"
    schema_type = "CreativeWork"
    in_contents = False
    glossed = True
    term_rows_name = "resource_terms"
    instrument_rows_name = "resource_instruments"
    parent_page_types = ["guides.PracticeIndexPage"]
    subpage_types = []

    api_fields = [
        *BasePage.api_fields,
        APIField("terms"),
        APIField("resource_type"),
        APIField("publisher"),
        APIField("year"),
        APIField("url"),
        APIField("file"),
        APIField("resource_language"),
        APIField("description"),
        APIField("instruments"),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        *(
            SynchronizedField(name)
            for name in ("resource_type", "publisher", "year", "url", "file", "resource_language")
        ),
    ]
    edit_handler = BasePage.tabs(
        (
            _("What it is"),
            [
                TitleFieldPanel("title"),
                FieldPanel("summary"),
                FieldPanel("description"),
                MultiFieldPanel(
                    [
                        FieldRowPanel([FieldPanel("resource_type"), FieldPanel("year")]),
                        FieldPanel("publisher"),
                        FieldPanel("url"),
                        FieldPanel("file"),
                        FieldPanel("resource_language"),
                    ],
                    heading=_("Where to read it"),
                ),
            ],
        ),
        (_("Finding it"), finding_panels("resource_terms", "resource_instruments")),
    )

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")

    @property
    def resource_type_code(self) -> str:
        return self.resource_type

    requirements = (
        Requirement(("resource_empty",), _("There is an address, a file or a description")),
        Requirement(("language_unknown",), _("Its languages are languages of this site")),
    )

    def own_problems(self):
        problems = []
        if not self.url and not self.file_id and not richtext.words(self.description):
            problems.append(
                Problem("resource_empty", _("Give an address, a file or a description."), "description")
            )
        unknown = [code for code in self.resource_language if code not in languages.codes()]
        if unknown:
            message = _("Not a language of this site: %(codes)s.") % {"codes": ", ".join(map(str, unknown))}
            problems.append(Problem("language_unknown", message, "resource_language"))
        return problems

    def item_terms(self):
        found = {*super().item_terms(), *(("language", code) for code in self.resource_language)}
        if self.year:
            found.add(("year", str(self.year)))
        return sorted(found)
