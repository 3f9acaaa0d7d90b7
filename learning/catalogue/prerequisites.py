"""Courses that come before a course, in the editor."""

from django.apps import apps
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import CompiledMixin, examples, groups
from cms.core.compilation import current
from cms.core.problems import Problem


class PrerequisiteBlock(CompiledMixin, blocks.StructBlock):
    """A course and whether its certificate has to be valid."""

    course = blocks.PageChooserBlock("learning.CoursePage", label=_("Course"))
    certificate = blocks.BooleanBlock(
        label=_("Certificate needed"),
        required=False,
        help_text=_(
            "Without it whoever has ever completed the course may enrol; with it the certificate must be valid."
        ),
    )

    def example(self):
        return {"course": examples.page("Protecting religious sites"), "certificate": False}

    class Meta:
        icon = "openquote"
        label = _("Course")
        description = _("A course that has to be completed first.")
        group = groups.TEXT
        template = "blocks/previews/prerequisite.html"
        preview_value = {"course": None, "certificate": False}


class PrerequisitesBlock(blocks.StreamBlock):
    """Compiles to `[{id, course, certificate}]`; `course` is a link, or None where not every reader may see that course.

    Which course it is lies in the private part, so that one that is hidden from some is asked for and not given away.
    """

    prerequisite = PrerequisiteBlock()

    def get_api_representation(self, value, context=None):
        compiled = []
        for index, child in enumerate(value or []):
            course = child.value["course"]
            if course is None:
                continue
            identifier = child.id or f"new-{index}"
            current().secret(identifier, {"course": str(course.translation_key)})
            compiled.append(
                {
                    "id": identifier,
                    "course": current().link(course.pk),
                    "certificate": bool(child.value["certificate"]),
                }
            )
        return compiled

    class Meta:
        icon = "list-ul"
        label = _("Prerequisites")


def prerequisite_problems(page) -> list[Problem]:
    """What stands against publishing a course: a course that is gone, one named twice, or a circle that nobody can enter."""
    stated = [child.value["course"] for child in page.prerequisites]
    problems = []
    if None in stated:
        problems.append(_problem("prerequisite_missing", translate("A course that comes before it is gone.")))
    keys = [course.translation_key for course in stated if course is not None]
    if len(set(keys)) < len(keys):
        problems.append(
            _problem("prerequisite_twice", translate("A course that comes before it is named twice."))
        )
    if keys and page.translation_key in _all_before(keys):
        problems.append(
            _problem("needs_itself", translate("The course would have to be completed before itself."))
        )
    return problems


def _problem(code: str, words: str) -> Problem:
    return Problem(code, words, "prerequisites")


def _all_before(keys) -> set:
    """The courses among `keys` and all that come before them. One statement a step of the way."""
    model = apps.get_model("learning", "CoursePage")
    found, step = set(), set(keys)
    while step:
        found |= step
        pages = model.objects.filter(translation_key__in=step, alias_of__isnull=True)
        before = {
            child.value["course"].translation_key
            for page in pages
            for child in page.prerequisites
            if child.value["course"] is not None
        }
        step = before - found
    return found
