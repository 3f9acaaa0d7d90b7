"""Module, lesson, quiz: the pages below a course. Their rules are the source language's, as a course's are."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField

from cms.core.pages import BasePage
from cms.core.problems import Problem
from cms.core.requirements import Requirement
from learning.assessment.blocks import QuestionStreamBlock
from learning.assessment.rules import Policy

from . import sections
from .blocks import LessonBodyBlock, known_sections
from .choices import (
    Completion,
    QuizCompletion,
    Scoring,
    SecondMarker,
)
from .draws import DrawsBlock, draw_problems
from .needs import Needing
from .pages import ON_SOURCE_ONLY, ruled_by_source, text_field

NO_SUCH_SECTION = "no_such_section"


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


class ModulePage(UnitPage, Needing):
    """A part of a course."""

    template = "learning/module_page.html"
    numbered = True
    parent_page_types = ["learning.CoursePage"]
    subpage_types = ["learning.LessonPage", "learning.QuizPage"]
    api_fields = [
        *BasePage.api_fields,
        APIField("required"),
        APIField("at_least"),
        APIField("minimum_score"),
    ]
    rule_fields = ("required", *Needing.needs_fields)
    override_translatable_fields = ruled_by_source(rule_fields)
    edit_handler = BasePage.tabs(
        (_("Content"), [TitleFieldPanel("title"), FieldPanel("summary")]),
        (
            _("How it counts"),
            [
                MultiFieldPanel([FieldPanel("required")], help_text=ON_SOURCE_ONLY),
                MultiFieldPanel(
                    [
                        FieldPanel(
                            "at_least",
                            help_text=_("Of its lessons and quizzes that are required. 0: all of them."),
                        ),
                        FieldPanel("minimum_score"),
                    ],
                    heading=_("What completes the module"),
                    help_text=ON_SOURCE_ONLY,
                ),
            ],
        ),
    )

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    requirements = Needing.needs_requirements

    def own_problems(self):
        return self.needs_problems()


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
    completion_seconds = models.PositiveIntegerField(
        _("seconds on the page"),
        default=0,
        validators=[MaxValueValidator(7200)],
        help_text=_("How long somebody must have been on the page, where time completes the lesson."),
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
        APIField("completion_seconds"),
        APIField("sample"),
        APIField("body"),
    ]
    rule_fields = ("required", "minutes", "completion", "completion_seconds", "sample")
    override_translatable_fields = ruled_by_source(rule_fields)
    edit_handler = BasePage.tabs(
        (_("Content"), [TitleFieldPanel("title"), FieldPanel("summary"), FieldPanel("body")]),
        (
            _("How it counts"),
            [
                MultiFieldPanel(
                    [
                        FieldRowPanel([FieldPanel("completion"), FieldPanel("completion_seconds")]),
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

    requirements = (
        Requirement(("no_checks", "no_time"), _("What completes it is in it")),
        Requirement((NO_SUCH_SECTION,), _("Every section that it shows is there")),
    )
    afterwards = frozenset({NO_SUCH_SECTION})

    def own_problems(self):
        return [*self._incomplete(), *self._sections_missing()]

    def _sections_missing(self) -> list[Problem]:
        """Sections that their chapters, as published, don't have. One statement where the lesson shows any."""
        shown = [
            (number, child)
            for number, child in enumerate(self.body, 1)
            if child.block_type == "section" and child.value["chapter"]
        ]
        if not shown:
            return []
        known = known_sections(
            [child.value["chapter"] for _number, child in shown], self.locale.language_code
        )
        return [
            Problem(
                NO_SUCH_SECTION,
                _("“%(title)s” has no section “%(section)s”.")
                % {"title": child.value["chapter"].title, "section": child.value["section"]},
                "body",
                child.id or "",
                _("Body, block %(number)s: %(kind)s") % {"number": number, "kind": child.block.label},
            )
            for number, child in shown
            if child.value["chapter"].translation_key in known
            and sections.find(known[child.value["chapter"].translation_key], child.value["section"]) is None
        ]

    def _incomplete(self) -> list[Problem]:
        if self.completion == Completion.CHECKS and not self.check_ids():
            message = _("The lesson is completed by its knowledge checks, and has none.")
            return [Problem("no_checks", message, "completion")]
        if self.completion == Completion.TIME and not self.completion_seconds:
            message = _("The lesson is completed by time, and no time is given.")
            return [Problem("no_time", message, "completion_seconds")]
        return []


class QuizPage(UnitPage):
    """A quiz. Its questions appear in attempts alone; what is right never leaves the server before its time."""

    class Feedback(models.TextChoices):
        AT_ONCE = Policy.AT_ONCE.value, _("with each answer, which is final then")
        AFTER_SUBMISSION = Policy.AFTER_SUBMISSION.value, _("after each submission")
        AFTER_PASSING = Policy.AFTER_PASSING.value, _("after passing")
        AFTER_CLOSING = Policy.AFTER_CLOSING.value, _("after the quiz or the course has closed")
        NEVER = Policy.NEVER.value, _("never")

    introduction = text_field(_("introduction"))
    questions = StreamField(
        QuestionStreamBlock(),
        blank=True,
        verbose_name=_("questions"),
        help_text=_("Attempts that are under way finish with the questions they began with."),
    )
    draws = StreamField(
        DrawsBlock(),
        blank=True,
        verbose_name=_("drawn from banks"),
        help_text=_(
            "Each attempt gets its own choice. What can be drawn is fixed for an edition when somebody joins it."
        ),
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark in per cent"), default=70, validators=[MaxValueValidator(100)]
    )
    completion = models.CharField(
        _("completed by"), max_length=8, choices=QuizCompletion, default=QuizCompletion.PASS
    )
    scoring = models.CharField(
        _("its score is"),
        max_length=8,
        choices=Scoring,
        default=Scoring.BEST,
        help_text=_("What several attempts come to. Passing one attempt stays passing."),
    )
    minimum_score = models.PositiveSmallIntegerField(
        _("minimum score in per cent"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("Where a score completes the quiz."),
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=1,
        validators=[MaxValueValidator(100)],
        help_text=_("How much its score counts for the score of module and course. 0: not at all."),
    )
    max_attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, help_text=_("0: any number."))
    time_limit = models.PositiveSmallIntegerField(
        _("time limit in minutes"), default=0, validators=[MaxValueValidator(1440)], help_text=_("0: none.")
    )
    wait_minutes = models.PositiveIntegerField(
        _("pause between attempts in minutes"),
        default=0,
        validators=[MaxValueValidator(60 * 24 * 30)],
        help_text=_("0: none."),
    )
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True, help_text=_("The last day."))
    feedback = models.CharField(
        _("right answers and explanations are shown"),
        max_length=20,
        choices=Feedback,
        default=Feedback.AFTER_SUBMISSION,
    )
    shuffle = models.BooleanField(
        _("shuffle"), default=True, help_text=_("Each attempt has its own order of questions and options.")
    )
    anonymous_marking = models.BooleanField(
        _("names are hidden from whoever marks"), default=True, help_text=_("Where people mark answers.")
    )
    second_marker = models.CharField(
        _("a second person marks"), max_length=8, choices=SecondMarker, default=SecondMarker.NONE
    )
    marking_tolerance = models.PositiveSmallIntegerField(
        _("how far two markers may differ, in per cent"),
        default=10,
        validators=[MaxValueValidator(100)],
        help_text=_("Of the question’s points. The points are their mean then; beyond it somebody decides."),
    )

    template = "learning/quiz_page.html"
    parent_page_types = ["learning.ModulePage"]
    subpage_types = []
    api_fields = [
        *BasePage.api_fields,
        APIField("required"),
        APIField("introduction"),
        APIField("pass_mark"),
        APIField("completion"),
        APIField("scoring"),
        APIField("minimum_score"),
        APIField("weight"),
        APIField("max_attempts"),
        APIField("time_limit"),
        APIField("wait_minutes"),
        APIField("opens_on"),
        APIField("closes_on"),
        APIField("feedback"),
        APIField("shuffle"),
        APIField("anonymous_marking"),
        APIField("second_marker"),
        APIField("marking_tolerance"),
        APIField("questions"),
        APIField("draws"),
    ]
    # They appear in attempts alone.
    withheld = ("questions",)
    rule_fields = (
        "required",
        "pass_mark",
        "completion",
        "scoring",
        "minimum_score",
        "weight",
        "max_attempts",
        "time_limit",
        "wait_minutes",
        "opens_on",
        "closes_on",
        "feedback",
        "shuffle",
        "anonymous_marking",
        "second_marker",
        "marking_tolerance",
        "draws",
    )
    override_translatable_fields = ruled_by_source(rule_fields)
    edit_handler = BasePage.tabs(
        (
            _("Questions"),
            [
                TitleFieldPanel("title"),
                FieldPanel("summary"),
                FieldPanel("introduction"),
                FieldPanel("questions"),
                FieldPanel("draws"),
            ],
        ),
        (
            _("How it counts"),
            [
                MultiFieldPanel(
                    [
                        FieldRowPanel(
                            [FieldPanel("pass_mark"), FieldPanel("max_attempts"), FieldPanel("time_limit")]
                        ),
                        FieldRowPanel(
                            [FieldPanel("wait_minutes"), FieldPanel("opens_on"), FieldPanel("closes_on")]
                        ),
                        FieldPanel("feedback"),
                        FieldPanel("shuffle"),
                        FieldPanel("required"),
                    ],
                    help_text=ON_SOURCE_ONLY,
                ),
                MultiFieldPanel(
                    [
                        FieldRowPanel([FieldPanel("completion"), FieldPanel("minimum_score")]),
                        FieldRowPanel([FieldPanel("scoring"), FieldPanel("weight")]),
                    ],
                    heading=_("What completes the quiz"),
                    help_text=ON_SOURCE_ONLY,
                ),
                MultiFieldPanel(
                    [
                        FieldPanel("anonymous_marking"),
                        FieldRowPanel([FieldPanel("second_marker"), FieldPanel("marking_tolerance")]),
                    ],
                    heading=_("Answers that people mark"),
                    help_text=ON_SOURCE_ONLY,
                ),
            ],
        ),
    )

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")

    def text_for_minutes(self):
        """The time limit, else a minute a question."""
        drawn = sum(child.value["count"] or 0 for child in self.draws)
        return self.time_limit or max(1, len(self.questions) + drawn)

    requirements = (
        Requirement(("no_questions",), _("It has questions")),
        Requirement(("no_minimum",), _("What completes it is given")),
        Requirement(("dates_reversed",), _("It opens before it closes")),
        Requirement(("too_few_in_bank",), _("Its banks hold as many questions as it draws")),
    )

    def own_problems(self):
        problems = []
        if not len(self.questions) and not len(self.draws):
            problems.append(Problem("no_questions", _("The quiz has no questions."), "questions"))
        if self.completion == QuizCompletion.SCORE and not self.minimum_score:
            message = _("The quiz is completed by a score, and no minimum is given.")
            problems.append(Problem("no_minimum", message, "minimum_score"))
        if self.opens_on and self.closes_on and self.opens_on > self.closes_on:
            problems.append(Problem("dates_reversed", _("The quiz closes before it opens."), "closes_on"))
        return [
            *problems,
            *(Problem("too_few_in_bank", words, "draws") for words in draw_problems(self.draws)),
        ]
