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


class Sequencing(models.TextChoices):
    FREE = "free", _("in any order")
    ORDERED = "ordered", _("one after the other")


class Level(models.TextChoices):
    INTRODUCTORY = "introductory", _("introductory")
    INTERMEDIATE = "intermediate", _("intermediate")
    ADVANCED = "advanced", _("advanced")


class Completion(models.TextChoices):
    """What completes a lesson. A quiz is completed by passing it."""

    VIEW = "view", _("opening it")
    MARK = "mark", _("marking it as done")
    CHECKS = "checks", _("answering all its knowledge checks")


class Kind(models.TextChoices):
    """What a place in a course's outline is."""

    MODULE = "module", _("module")
    LESSON = "lesson", _("lesson")
    QUIZ = "quiz", _("quiz")
