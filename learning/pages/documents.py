"""What courses, modules, lessons and quizzes are at their own addresses: handlers for the site's documents."""

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from home import reading as site
from home.chrome import Chrome
from learning.catalogue import documents
from learning.catalogue.documents import COURSE, LESSON, QUIZ, Reader
from learning.progress.models import Enrolment
from learning.reading import courses

from . import outline

MODULE = "learning.ModulePage"
INDEX = "learning.CourseIndexPage"


def index_page(request, reading):
    """The catalogue: its document and the courses that the reader may see. One statement beside the document's own."""
    reader = _reader(request, reading)
    found = courses.course_list(reader=reader, now=timezone.now())
    return site.page(request, reading, extra={"courses": found})


def course_page(request, reading):
    """A course: for nobody in particular what it holds, for learners where they stand."""
    return site.page(request, reading, extra=course_state(request, reading))


def course_state(request, reading) -> dict:
    """What a course's page shows beside its document: `{course, modules, enrolment, resume}`.

    No statement for nobody in particular: rules are in every language's document, samples in the contents.
    """
    reader, now = _reader(request, reading), timezone.now()
    person = Chrome(request, reading).person
    key = reading.item.key
    rules = documents.course_rules(reading.document)
    enrolment = courses.own_enrolment(person, key)
    state = {
        "course": {
            "status": rules.status_at(now),
            "is_open": rules.is_open(now),
            "opens_at": rules.opens_at,
            "closes_at": rules.closes_at,
        },
        "enrolment": None,
        "resume": None,
    }
    if enrolment is not None and enrolment.state in (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED):
        found = courses.outline(user=person, course_key=key, reader=reader, now=now)
        modules = outline.of_learner(found)
        state["enrolment"] = found["enrolment"]
        state["resume"] = outline.resume(modules, found["enrolment"]["last_unit"])
    else:
        modules = outline.of_visitor(reading)
        state["returning"] = enrolment is not None
    minutes = reading.document["effort_minutes"] or sum(module.get("minutes", 0) for module in modules)
    return {**state, "modules": modules, "minutes": minutes}


def unit_page(request, reading):
    """A lesson or quiz at its document's address: learners read it in the course."""
    return HttpResponseRedirect(reverse("learning:unit", kwargs={"key": reading.item.key}))


def module_page(request, reading):
    """A module has no page of its own: it is a part of the course's."""
    if not reading.trail:
        raise Http404
    return HttpResponseRedirect(f"{reading.trail[-1]['url']}#m{reading.item.slug}")


def _reader(request, reading) -> Reader:
    return Reader(principals=lambda: Chrome(request, reading).principals, locale=reading.locale)


def register() -> None:
    """Answer for our page types."""
    site.register(INDEX, index_page)
    site.register(COURSE, course_page)
    site.register(MODULE, module_page)
    site.register(LESSON, unit_page)
    site.register(QUIZ, unit_page)
