"""A good practice: what was done somewhere, and what it takes to do it elsewhere."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField

from cms.content import api as content
from cms.core import languages, richtext
from cms.core.blocks import CompiledStreamBlock
from cms.core.pages import BasePage
from cms.core.problems import Problem
from cms.core.requirements import Requirement

from ..blocks import ReferenceBlock, StakeholderRoleBlock
from ..panels import UsedInPanel
from ..repository import disclosure
from ..reviews.history import second_person_problem
from .repository import SOURCE_ROWS, EntryMixin, finding_panels
from .texts import text_field


class GoodPracticePage(EntryMixin, BasePage):
    """A good practice: what was done, where it helped, what it asks for, and that it respects human rights."""

    class Scale(models.TextChoices):
        LOCAL = "local", _("Local")
        REGIONAL = "regional", _("Regional")
        NATIONAL = "national", _("National")
        INTERNATIONAL = "international", _("International")

    class Evidence(models.TextChoices):
        PROMISING = "promising", _("Promising")
        SELF_ASSESSED = "self-assessed", _("Self-assessed")
        EVALUATED = "evaluated", _("Evaluated")

    class TrafficLight(models.TextChoices):
        # FIRST's Traffic Light Protocol 2.0. RED is not stored at all.
        CLEAR = "CLEAR", "TLP:CLEAR"
        GREEN = "GREEN", "TLP:GREEN"
        AMBER = "AMBER", "TLP:AMBER"
        AMBER_STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"

    place = models.CharField(
        _("place"),
        max_length=200,
        blank=True,
        help_text=_("As precise as the source agreed to: “a coastal city”."),
    )
    scale = models.CharField(_("scale"), max_length=16, choices=Scale, default=Scale.LOCAL)
    period_from = models.PositiveSmallIntegerField(
        _("from"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2200)]
    )
    period_to = models.PositiveSmallIntegerField(
        _("to"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2200)]
    )
    evidence = models.CharField(_("evidence"), max_length=16, choices=Evidence, default=Evidence.PROMISING)
    context = text_field(_("context"), _("What was the situation before?"))
    description = text_field(_("what was done"))
    stakeholder_roles = StreamField(
        CompiledStreamBlock([("role", StakeholderRoleBlock())]), blank=True, verbose_name=_("who took part")
    )
    results = text_field(_("results"))
    lessons_learned = text_field(_("lessons learned"))
    transferability = text_field(_("using it elsewhere"))
    human_rights = text_field(
        _("human rights"),
        _("Required: necessity, proportionality, non-discrimination, and how harm was avoided."),
    )
    gender = text_field(_("gender"))
    legal_basis = text_field(_("legal basis"))
    misuse_note = text_field(_("how it could be misused"))
    references = StreamField(
        CompiledStreamBlock([("reference", ReferenceBlock())]), blank=True, verbose_name=_("references")
    )
    source_note = models.TextField(_("source"), blank=True, max_length=500)
    credit = models.CharField(
        _("credit"),
        max_length=200,
        blank=True,
        help_text=_("Who is thanked for it, if they asked to be named. Empty: nobody is named."),
    )
    original_language = models.CharField(
        _("original language"), max_length=12, choices=languages.choices, blank=True
    )
    consent = models.BooleanField(
        _("the source agreed to publication"), default=False, help_text=_("Required before publication.")
    )
    tlp = models.CharField(
        _("traffic light"), max_length=16, choices=TrafficLight, default=TrafficLight.CLEAR
    )
    review_due_on = models.DateField(_("review due"), null=True, blank=True)

    template = "pages/practice.html"
    schema_type = "Article"
    in_contents = False
    glossed = True
    term_rows_name = "practice_terms"
    instrument_rows_name = "practice_instruments"
    organisation_rows_name = "practice_organisations"
    resource_type_code = "good-practice"
    parent_page_types = ["guides.PracticeIndexPage"]
    subpage_types = []

    api_fields = [
        *BasePage.api_fields,
        APIField("terms"),
        APIField("place"),
        APIField("scale"),
        APIField("period_from"),
        APIField("period_to"),
        APIField("evidence"),
        APIField("context"),
        APIField("description"),
        APIField("stakeholder_roles"),
        APIField("results"),
        APIField("lessons_learned"),
        APIField("transferability"),
        APIField("human_rights"),
        APIField("gender"),
        APIField("legal_basis"),
        APIField("misuse_note"),
        APIField("references"),
        APIField("instruments"),
        APIField("organisations"),
        APIField("source_note"),
        APIField("credit"),
        APIField("original_language"),
        APIField("tlp"),
        APIField("review_due_on"),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        *(
            SynchronizedField(name)
            for name in (
                "scale",
                "period_from",
                "period_to",
                "evidence",
                "credit",
                "original_language",
                "consent",
                "tlp",
                "review_due_on",
            )
        ),
    ]
    edit_handler = BasePage.tabs(
        (
            _("What and where"),
            [
                UsedInPanel(),
                TitleFieldPanel("title"),
                FieldPanel("summary"),
                FieldPanel("context"),
                FieldPanel("description"),
                MultiFieldPanel(
                    [
                        FieldPanel("place"),
                        FieldRowPanel([FieldPanel("scale"), FieldPanel("evidence")]),
                        FieldRowPanel([FieldPanel("period_from"), FieldPanel("period_to")]),
                    ],
                    heading=_("Where and when"),
                ),
                FieldPanel("stakeholder_roles"),
                FieldPanel("results"),
            ],
        ),
        (
            _("Using it with care"),
            [
                FieldPanel("human_rights"),
                FieldPanel("gender"),
                FieldPanel("legal_basis"),
                FieldPanel("misuse_note"),
                FieldPanel("lessons_learned"),
                FieldPanel("transferability"),
            ],
        ),
        (
            _("Finding it"),
            finding_panels(
                "practice_terms",
                "practice_instruments",
                InlinePanel("practice_organisations", heading=_("Organisations"), help_text=SOURCE_ROWS),
            ),
        ),
        (
            _("Source"),
            [
                FieldPanel("source_note"),
                FieldPanel("credit"),
                FieldPanel("original_language"),
                FieldPanel("consent"),
                FieldPanel("tlp"),
                FieldPanel("references"),
                FieldPanel("review_due_on"),
            ],
        ),
    )

    class Meta:
        verbose_name = _("good practice")
        verbose_name_plural = _("good practices")

    requirements = (
        Requirement(("human_rights_missing",), _("The section on human rights is written")),
        Requirement(("consent_missing",), _("The source agreed to publication")),
        Requirement(("period_reversed",), _("The period is in order")),
        Requirement(("label_wider",), _("No more people can read it than its traffic-light label allows")),
        Requirement(("second_person_missing",), _("Somebody else than its author approved it")),
    )

    def own_problems(self):
        problems = []
        if not richtext.words(self.human_rights):
            problems.append(
                Problem(
                    "human_rights_missing", _("A practice needs its human-rights section."), "human_rights"
                )
            )
        if not self.consent:
            problems.append(
                Problem("consent_missing", _("The source has not agreed to publication."), "consent")
            )
        if self.period_from and self.period_to and self.period_from > self.period_to:
            problems.append(Problem("period_reversed", _("The period ends before it begins."), "period_to"))
        if not disclosure.allowed(self.tlp, content.audience_of_page(self)):
            problems.append(
                Problem(
                    "label_wider",
                    _(
                        "More people can read this page than its traffic-light label allows: restrict it first."
                    ),
                    "tlp",
                )
            )
        if self.source_page.pk == self.pk:
            problem = second_person_problem(self)
            if problem is not None:
                problems.append(problem)
        return problems

    def item_terms(self):
        found = {*super().item_terms(), ("evidence", self.evidence), ("scale", self.scale)}
        if self.period_from:
            found.add(("year", str(self.period_from)))
        return sorted(found)
