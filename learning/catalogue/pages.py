"""The catalogue and its courses; what is below a course has a module of its own (`unit_pages`).

Rules (what completes, what passes, when it opens) are edited on the source language's page; other languages supply text.
The `rule_fields` of translations follow the source's with each publication (`publishing.follow_rules`).
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.fields import RichTextField, StreamField
from wagtail_localize.fields import SynchronizedField

from cms.core import richtext
from cms.core.blocks import CompiledStreamBlock, described, groups
from cms.core.pages import BasePage
from cms.core.problems import Problem
from cms.core.requirements import Requirement

from .choices import (
    EnrolmentMode,
    Level,
    Sequencing,
    Status,
)
from .needs import Needing
from .prerequisites import PrerequisitesBlock, prerequisite_problems

ON_SOURCE_ONLY = _("Set on the source language's page; it holds for all languages.")


def text_field(label, help_text=""):
    return RichTextField(label, features=richtext.FEATURES, blank=True, help_text=help_text)


def ruled_by_source(names):
    """The translatable-field overrides of a page whose fields of these names are the source's in every language."""
    return [
        *BasePage.override_translatable_fields,
        *(SynchronizedField(name, overridable=False) for name in names),
    ]


class CourseIndexPage(BasePage):
    """The catalogue: lists the courses below it."""

    introduction = text_field(_("introduction"))

    template = "learning/course_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["learning.CoursePage"]
    api_fields = [*BasePage.api_fields, APIField("introduction")]
    edit_handler = BasePage.tabs(
        (_("Content"), [TitleFieldPanel("title"), FieldPanel("summary"), FieldPanel("introduction")])
    )

    class Meta:
        verbose_name = _("course catalogue")
        verbose_name_plural = _("course catalogues")


class CoursePage(BasePage, Needing):
    """A course, released as editions: its structure stays once somebody is enrolled, and changes with the next edition."""

    code = models.CharField(
        _("code"), max_length=40, blank=True, help_text=_("Short and stable, for example VT-RS-1.")
    )
    description = text_field(_("description"))
    outcomes = StreamField(
        CompiledStreamBlock(
            [
                (
                    "outcome",
                    described(
                        blocks.CharBlock(label=_("Outcome"), max_length=300),
                        icon="pick",
                        group=groups.TEXT,
                        description=_("Something that a learner can do after the course."),
                        preview_value="Plan a walk around a building with its neighbours.",
                    ),
                )
            ]
        ),
        blank=True,
        verbose_name=_("outcomes"),
        help_text=_("What somebody can do after the course. Begin with a verb."),
    )
    audience = models.TextField(_("who it is for"), blank=True, max_length=500)
    level = models.CharField(_("level"), max_length=16, choices=Level, default=Level.INTRODUCTORY)
    effort_minutes = models.PositiveIntegerField(
        _("effort in minutes"),
        null=True,
        blank=True,
        help_text=_("Leave it empty: it is then added up from lessons and quizzes."),
    )
    cover = models.ForeignKey(
        "media.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("cover image"),
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=Status,
        default=Status.OPEN,
        help_text=_(
            "Announced: shown, not yet open. Closed: those enrolled may read on. Archived: kept for them alone."
        ),
    )
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True, help_text=_("The last day."))
    enrolment_mode = models.CharField(
        _("enrolment"),
        max_length=12,
        choices=EnrolmentMode,
        default=EnrolmentMode.OPEN,
        help_text=_(
            "Requests are decided, and keys and invitations made, on the course’s pages for the people who run it. "
            "An invitation lets somebody in whatever is chosen here."
        ),
    )
    days_allowed = models.PositiveSmallIntegerField(
        _("days to complete it"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_(
            "Counted from the day after enrolling; the last day is inclusive. Empty: as long as people like. A change holds "
            "for those who enrol after it."
        ),
    )
    prerequisites = StreamField(
        PrerequisitesBlock(),
        blank=True,
        verbose_name=_("prerequisites"),
        help_text=_("Courses that have to be completed before somebody can enrol in this one."),
    )
    sequencing = models.CharField(
        _("order"),
        max_length=8,
        choices=Sequencing,
        default=Sequencing.FREE,
        help_text=_("One after the other: a lesson opens when what is required before it is done."),
    )
    certificate_offered = models.BooleanField(
        _("completing it earns a certificate"),
        default=False,
        help_text=_("People who have completed this edition already get theirs when you publish."),
    )
    certificate_months = models.PositiveSmallIntegerField(
        _("certificates hold for so many months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("Counted from the day of the completion. Empty: without end."),
    )
    certificate_signatory = models.CharField(
        _("signed by"), max_length=200, blank=True, help_text=_("An office is enough: “The course team”.")
    )
    certificate_signatory_role = models.CharField(_("in the role of"), max_length=200, blank=True)

    template = "learning/course_page.html"
    schema_type = "Course"
    contents_root = True
    editions = True
    parent_page_types = ["learning.CourseIndexPage"]
    subpage_types = ["learning.ModulePage"]
    api_fields = [
        *BasePage.api_fields,
        APIField("code"),
        APIField("description"),
        APIField("outcomes"),
        APIField("audience"),
        APIField("level"),
        APIField("effort_minutes"),
        APIField("cover"),
        APIField("status"),
        APIField("opens_on"),
        APIField("closes_on"),
        APIField("enrolment_mode"),
        APIField("days_allowed"),
        APIField("prerequisites"),
        APIField("sequencing"),
        APIField("certificate_offered"),
        APIField("certificate_months"),
        APIField("certificate_signatory"),
        APIField("certificate_signatory_role"),
        APIField("at_least"),
        APIField("minimum_score"),
    ]
    rule_fields = (
        *Needing.needs_fields,
        "code",
        "level",
        "effort_minutes",
        "status",
        "opens_on",
        "closes_on",
        "enrolment_mode",
        "days_allowed",
        "prerequisites",
        "sequencing",
        "certificate_offered",
        "certificate_months",
    )
    override_translatable_fields = ruled_by_source(rule_fields)
    edit_handler = BasePage.tabs(
        (
            _("What it is"),
            [
                TitleFieldPanel("title"),
                FieldPanel("code"),
                FieldPanel("summary"),
                FieldPanel("description"),
                FieldPanel("outcomes"),
                FieldPanel("audience"),
                FieldPanel("cover"),
            ],
        ),
        (
            _("How it runs"),
            [
                MultiFieldPanel(
                    [
                        FieldPanel("status"),
                        FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")]),
                        FieldPanel("enrolment_mode"),
                        FieldPanel("days_allowed"),
                    ],
                    heading=_("Who can enrol, and when"),
                    help_text=ON_SOURCE_ONLY,
                ),
                MultiFieldPanel(
                    [FieldPanel("prerequisites")], heading=_("What comes before it"), help_text=ON_SOURCE_ONLY
                ),
                MultiFieldPanel(
                    [
                        FieldPanel("sequencing"),
                        FieldRowPanel([FieldPanel("level"), FieldPanel("effort_minutes")]),
                    ],
                    heading=_("Learning"),
                    help_text=ON_SOURCE_ONLY,
                ),
                MultiFieldPanel(
                    [FieldPanel("certificate_offered"), FieldPanel("certificate_months")],
                    heading=_("Certificate"),
                    help_text=ON_SOURCE_ONLY,
                ),
                MultiFieldPanel(
                    [FieldPanel("certificate_signatory"), FieldPanel("certificate_signatory_role")],
                    heading=_("Who signs the certificate"),
                ),
                MultiFieldPanel(
                    [
                        FieldPanel("at_least", help_text=_("Of the modules that count. 0: all of them.")),
                        FieldPanel("minimum_score"),
                    ],
                    heading=_("What completes the course"),
                    help_text=ON_SOURCE_ONLY,
                ),
            ],
        ),
    )

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    requirements = (
        Requirement(("dates_reversed",), _("It opens before it closes")),
        Requirement(
            ("needs_itself", "prerequisite_twice", "prerequisite_missing"),
            _("What comes before it can be completed"),
        ),
        *Needing.needs_requirements,
    )

    def own_problems(self):
        problems = self.needs_problems()
        if self.opens_on and self.closes_on and self.opens_on > self.closes_on:
            problems.append(Problem("dates_reversed", _("The course closes before it opens."), "closes_on"))
        problems += prerequisite_problems(self)
        return problems
