"""What the pages for people who run a course share: the tabs that lead from one to the others."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from learning.catalogue import documents
from learning.catalogue.documents import Reader
from learning.catalogue.rows import Course
from learning.catalogue.running import DECIDE, MARK, REPORT, held

# (name of the place, address, label, permissions of which one opens it)
TABS = (
    ("report", "report", _("Overview"), {REPORT}),
    ("learners", "report_learners", _("Learners"), {REPORT}),
    ("feedback", "course_feedback", _("What learners say"), {REPORT}),
    ("marking", "report_marking", _("To mark"), {MARK, DECIDE}),
    ("requests", "people", _("Requests"), {DECIDE}),
    ("keys", "people_keys", _("Keys"), {DECIDE}),
    ("invitations", "people_invitations", _("Invitations"), {DECIDE}),
)


def tabs_for(course_key, permissions, here: str = "") -> list[dict]:
    """The pages about a course that somebody with these permissions may see: `[{url, label, here}]`."""
    return [
        {
            "url": reverse(f"learning:{address}", kwargs={"key": course_key}),
            "label": label,
            "here": name == here,
        }
        for name, address, label, opening in TABS
        if opening & set(permissions)
    ]


def course_context(user, course: Course, here: str, reader: Reader) -> dict:
    """What each page about a course needs to lead to the others; three statements, more where a course is restricted."""
    shown = documents.courses(reader, [course.pk])
    title = shown[0].item if shown else None
    return {
        "course": course,
        "course_title": {
            "title": title.title if title else course.title,
            "locale": title.locale if title else course.source_locale,
        },
        "key": course.pk,
        "here": here,
        "tabs": tabs_for(course.pk, held(user, course), here),
    }
