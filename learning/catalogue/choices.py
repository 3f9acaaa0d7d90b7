"""The words that courses, lessons and quizzes are ruled by. Stored in documents: the values stay."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """What an editor says of a course. Whether it is open today follows from this and its dates (`rules.is_open`)."""

    ANNOUNCED = "announced", _("announced")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    ARCHIVED = "archived", _("archived")


class EnrolmentMode(models.TextChoices):
    OPEN = "open", _("open to everybody who may see the course")
    REQUEST = "request", _("by request: somebody who runs the course approves it")
    KEY = "key", _("by a key that people are given")
    INVITATION = "invitation", _("by invitation")


class Sequencing(models.TextChoices):
    FREE = "free", _("in any order")
    ORDERED = "ordered", _("one after the other")


class Level(models.TextChoices):
    INTRODUCTORY = "introductory", _("introductory")
    INTERMEDIATE = "intermediate", _("intermediate")
    ADVANCED = "advanced", _("advanced")


class Completion(models.TextChoices):
    """What completes a lesson."""

    VIEW = "view", _("opening it")
    MARK = "mark", _("marking it as done")
    TIME = "time", _("spending time on it")
    CHECKS = "checks", _("answering all its knowledge checks")


class QuizCompletion(models.TextChoices):
    """What completes a quiz."""

    PASS = "pass", _("passing one attempt")
    SCORE = "score", _("reaching a score over all attempts")


class Scoring(models.TextChoices):
    """Which score several attempts at a quiz come to."""

    BEST = "best", _("the best attempt")
    LAST = "last", _("the last attempt")
    AVERAGE = "average", _("the average of all attempts")


class SecondMarker(models.TextChoices):
    """Whether a second person marks what people mark."""

    NONE = "none", _("nobody: one person marks")
    ALWAYS = "always", _("always: two people mark, neither seeing the other’s points")


class Kind(models.TextChoices):
    """What a place in a course's outline is."""

    MODULE = "module", _("module")
    LESSON = "lesson", _("lesson")
    QUIZ = "quiz", _("quiz")
