"""Question banks: a bank is a page, and each of its questions is one, so that drafts, reviews, translations and versions come
with them. They have no address for readers: quizzes draw from them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField

from cms.core.pages import BasePage
from cms.core.problems import Problem
from cms.core.requirements import Requirement
from learning.assessment.blocks import QuestionStreamBlock

from .pages import ON_SOURCE_ONLY, ruled_by_source
from .pools import tags_in


class QuestionBankPage(BasePage):
    """Questions to draw from."""

    template = "learning/bank_page.html"
    listed = False
    for_editors = True
    in_contents = False
    parent_page_types = ["learning.CourseIndexPage"]
    subpage_types = ["learning.BankQuestionPage"]
    edit_handler = BasePage.tabs((_("What it is"), [TitleFieldPanel("title"), FieldPanel("summary")]))

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")


class BankQuestionPage(BasePage):
    """One question of a bank. Its title is for editors: learners see the question alone."""

    question = StreamField(QuestionStreamBlock(min_num=1, max_num=1), blank=True, verbose_name=_("question"))
    tags = models.CharField(
        _("tags"),
        max_length=300,
        blank=True,
        help_text=_("Words separated by commas. A quiz can draw the questions of one tag."),
    )
    external_id = models.CharField(
        _("ID elsewhere"),
        max_length=100,
        blank=True,
        help_text=_("What another system calls it: a file that is imported again finds the question by it."),
    )

    template = "learning/bank_page.html"
    listed = False
    for_editors = True
    in_contents = False
    parent_page_types = ["learning.QuestionBankPage"]
    subpage_types = []
    api_fields = [APIField("question"), APIField("tag_list")]
    rule_fields = ("tags", "external_id")
    override_translatable_fields = ruled_by_source(rule_fields)
    edit_handler = BasePage.tabs(
        (
            _("Question"),
            [
                TitleFieldPanel("title", help_text=_("For editors alone: how the bank's list calls it.")),
                FieldPanel("question"),
                MultiFieldPanel([FieldPanel("tags"), FieldPanel("external_id")], help_text=ON_SOURCE_ONLY),
            ],
        )
    )
    requirements = (Requirement(("no_question",), _("It has its question")),)

    class Meta:
        verbose_name = _("bank question")
        verbose_name_plural = _("bank questions")

    @property
    def tag_list(self) -> list[str]:
        return tags_in(self.tags)

    def own_problems(self):
        if len(self.question) == 1:
            return []
        return [Problem("no_question", _("A bank question is exactly one question."), "question")]
