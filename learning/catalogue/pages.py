"""Course index > course > module > lesson | quiz: the pages that editors write.

Rules (what completes, what passes, when it opens) are edited on the source language's page; other languages supply text.
The `rule_fields` of translations follow the source's with each publication (`publishing.follow_rules`).
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import RichTextField, StreamField
from wagtail_localize.fields import SynchronizedField

from cms.core import richtext
from cms.core.blocks import CompiledStreamBlock, described, groups
from cms.core.pages import BasePage
from cms.core.problems import Problem
from cms.core.requirements import Requirement
from learning.assessment.blocks import QuestionStreamBlock
from learning.assessment.rules import Policy

from .blocks import LessonBodyBlock
from .choices import Completion, EnrolmentMode, Level, Sequencing, Status

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
        (_("Content"), [FieldPanel("title"), FieldPanel("summary"), FieldPanel("introduction")])
    )

    class Meta:
        verbose_name = _("course catalogue")
        verbose_name_plural = _("course catalogues")


class CoursePage(BasePage):
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
        _("enrolment"), max_length=12, choices=EnrolmentMode, default=EnrolmentMode.OPEN
    )
    sequencing = models.CharField(
        _("order"),
        max_length=8,
        choices=Sequencing,
        default=Sequencing.FREE,
        help_text=_("One after the other: a lesson opens when what is required before it is done."),
    )

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
        APIField("sequencing"),
    ]
    rule_fields = (
        "code",
        "level",
        "effort_minutes",
        "status",
        "opens_on",
        "closes_on",
        "enrolment_mode",
        "sequencing",
    )
    override_translatable_fields = ruled_by_source(rule_fields)
    edit_handler = BasePage.tabs(
        (
            _("What it is"),
            [
                FieldPanel("title"),
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
                        FieldPanel("enrolment_mode", read_only=True),
                    ],
                    heading=_("Who can enrol, and when"),
                    help_text=ON_SOURCE_ONLY,
                ),
                MultiFieldPanel(
                    [
                        FieldPanel("sequencing"),
                        FieldRowPanel([FieldPanel("level"), FieldPanel("effort_minutes")]),
                    ],
                    heading=_("Learning"),
                    help_text=ON_SOURCE_ONLY,
                ),
            ],
        ),
    )

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    requirements = (Requirement(("dates_reversed",), _("It opens before it closes")),)

    def own_problems(self):
        if self.opens_on and self.closes_on and self.opens_on > self.closes_on:
            return [Problem("dates_reversed", _("The course closes before it opens."), "closes_on")]
        return []


class UnitPage(BasePage):
    """What modules, lessons and quizzes share."""

    required = models.BooleanField(
        _("required"),
        default=True,
        help_text=_(
            "Counts for completing the course. For people already enrolled this changes with the next edition."
        ),
    )

    #: Read through learning, not in lists, feed or search.
    listed = False

    class Meta:
        abstract = True


class ModulePage(UnitPage):
    """A part of a course."""

    template = "learning/module_page.html"
    numbered = True
    parent_page_types = ["learning.CoursePage"]
    subpage_types = ["learning.LessonPage", "learning.QuizPage"]
    api_fields = [*BasePage.api_fields, APIField("required")]
    rule_fields = ("required",)
    override_translatable_fields = ruled_by_source(rule_fields)
    edit_handler = BasePage.tabs(
        (_("Content"), [FieldPanel("title"), FieldPanel("summary")]),
        (_("How it counts"), [MultiFieldPanel([FieldPanel("required")], help_text=ON_SOURCE_ONLY)]),
    )

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")


class LessonPage(UnitPage):
    """A lesson."""

    glossed = True
    body = StreamField(LessonBodyBlock(), blank=True, verbose_name=_("body"))
    minutes = models.PositiveIntegerField(
        _("minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("Leave it empty: it is then estimated from the words."),
    )
    completion = models.CharField(
        _("completed by"), max_length=8, choices=Completion, default=Completion.MARK
    )
    sample = models.BooleanField(
        _("sample"),
        default=False,
        help_text=_("Everybody who may see the course can read it without enrolling, and search finds it."),
    )

    template = "learning/lesson_page.html"
    parent_page_types = ["learning.ModulePage"]
    subpage_types = []
    api_fields = [
        *BasePage.api_fields,
        APIField("required"),
        APIField("completion"),
        APIField("sample"),
        APIField("body"),
    ]
    rule_fields = ("required", "minutes", "completion", "sample")
    override_translatable_fields = ruled_by_source(rule_fields)
    edit_handler = BasePage.tabs(
        (_("Content"), [FieldPanel("title"), FieldPanel("summary"), FieldPanel("body")]),
        (
            _("How it counts"),
            [
                MultiFieldPanel(
                    [
                        FieldPanel("completion"),
                        FieldPanel("required"),
                        FieldPanel("minutes"),
                        FieldPanel("sample"),
                    ],
                    help_text=ON_SOURCE_ONLY,
                )
            ],
        ),
    )

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    @property
    def listed(self) -> bool:
        return self.sample

    def text_for_minutes(self):
        return self.minutes

    def check_ids(self) -> list[str]:
        """The ids of the questions in the lesson's knowledge checks, in order."""
        return [
            question.id
            for child in self.body
            if child.block_type == "check"
            for question in child.value["question"] or []
        ]

    requirements = (Requirement(("no_checks",), _("What completes it is in it")),)

    def own_problems(self):
        if self.completion == Completion.CHECKS and not self.check_ids():
            message = _("The lesson is completed by its knowledge checks, and has none.")
            return [Problem("no_checks", message, "completion")]
        return []


class QuizPage(UnitPage):
    """A quiz. Its questions appear in attempts alone; what is right never leaves the server before its time."""

    class Feedback(models.TextChoices):
        AFTER_SUBMISSION = Policy.AFTER_SUBMISSION.value, _("after each submission")
        AFTER_PASSING = Policy.AFTER_PASSING.value, _("after passing")
        NEVER = Policy.NEVER.value, _("never")

    introduction = text_field(_("introduction"))
    questions = StreamField(
        QuestionStreamBlock(),
        blank=True,
        verbose_name=_("questions"),
        help_text=_("Attempts that are under way finish with the questions they began with."),
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark in per cent"), default=70, validators=[MaxValueValidator(100)]
    )
    max_attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, help_text=_("0: any number."))
    time_limit = models.PositiveSmallIntegerField(
        _("time limit in minutes"), default=0, validators=[MaxValueValidator(1440)], help_text=_("0: none.")
    )
    feedback = models.CharField(
        _("right answers and explanations are shown"),
        max_length=20,
        choices=Feedback,
        default=Feedback.AFTER_SUBMISSION,
    )
    shuffle = models.BooleanField(
        _("shuffle"), default=True, help_text=_("Each attempt has its own order of questions and options.")
    )

    template = "learning/quiz_page.html"
    parent_page_types = ["learning.ModulePage"]
    subpage_types = []
    api_fields = [
        *BasePage.api_fields,
        APIField("required"),
        APIField("introduction"),
        APIField("pass_mark"),
        APIField("max_attempts"),
        APIField("time_limit"),
        APIField("feedback"),
        APIField("shuffle"),
        APIField("questions"),
    ]
    rule_fields = ("required", "pass_mark", "max_attempts", "time_limit", "feedback", "shuffle")
    override_translatable_fields = ruled_by_source(rule_fields)
    edit_handler = BasePage.tabs(
        (
            _("Questions"),
            [FieldPanel("title"), FieldPanel("summary"), FieldPanel("introduction"), FieldPanel("questions")],
        ),
        (
            _("How it counts"),
            [
                MultiFieldPanel(
                    [
                        FieldRowPanel(
                            [FieldPanel("pass_mark"), FieldPanel("max_attempts"), FieldPanel("time_limit")]
                        ),
                        FieldPanel("feedback"),
                        FieldPanel("shuffle"),
                        FieldPanel("required"),
                    ],
                    help_text=ON_SOURCE_ONLY,
                )
            ],
        ),
    )

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")

    def text_for_minutes(self):
        """The time limit, else a minute a question."""
        return self.time_limit or max(1, len(self.questions))

    requirements = (Requirement(("no_questions",), _("It has questions")),)

    def own_problems(self):
        return (
            []
            if len(self.questions)
            else [Problem("no_questions", _("The quiz has no questions."), "questions")]
        )
