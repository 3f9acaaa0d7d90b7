"""What a course or module may ask for: not all that is in it, and a score. And what there is in it to ask for."""

from dataclasses import dataclass

from django.apps import apps
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.core.problems import Problem
from cms.core.requirements import Requirement


class Needing(models.Model):
    """A part of a course, or the course, that asks for everything that counts in it, for some of it, or for a score."""

    at_least = models.PositiveSmallIntegerField(_("how many are enough"), default=0)
    minimum_score = models.PositiveSmallIntegerField(
        _("minimum score in per cent"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("Of its required quizzes together, by their weights. 0: no score is asked for."),
    )

    needs_fields = ("at_least", "minimum_score")
    needs_requirements = (
        Requirement(("too_many_needed",), _("It asks for no more than there is")),
        Requirement(("no_scored_quiz",), _("Its score can be reached")),
    )

    class Meta:
        abstract = True

    def needs_problems(self) -> list[Problem]:
        """Looks into the tree only where something is asked for."""
        problems = []
        if not (self.at_least or self.minimum_score):
            return problems
        there = countable(self)
        if self.at_least > there.parts:
            message = _("It asks for %(number)s of what counts in it, and there are %(there)s.")
            problems.append(
                Problem(
                    "too_many_needed", message % {"number": self.at_least, "there": there.parts}, "at_least"
                )
            )
        if self.minimum_score and not there.scored:
            message = _("It asks for a score, and no required quiz in it has a weight.")
            problems.append(Problem("no_scored_quiz", message, "minimum_score"))
        return problems


@dataclass(frozen=True)
class Countable:
    """`parts` are the modules of a course, or the lessons and quizzes of a module, that are required; `scored` says whether a
    required quiz below has a weight."""

    parts: int
    scored: bool


def countable(page: Page) -> Countable:
    """What counts below a page or one of its translations. A part that stands below one of them is there."""
    roots = Page.objects.filter(translation_key=page.translation_key).values_list("path", "depth")
    below, directly = Q(pk__in=[]), Q(pk__in=[])
    for path, depth in roots:
        below |= Q(path__startswith=path, depth__gt=depth)
        directly |= Q(path__startswith=path, depth=depth + 1)
    parts, scored = set(), False
    for name in ("ModulePage", "LessonPage", "QuizPage"):
        model = apps.get_model("learning", name)
        required = model.objects.filter(required=True, alias_of__isnull=True)
        parts |= set(required.filter(directly).values_list("translation_key", flat=True))
        if name == "QuizPage":
            scored = required.filter(below, weight__gt=0).exists()
    return Countable(len(parts), scored)
