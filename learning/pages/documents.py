"""What courses, modules, lessons and quizzes are at their own addresses: handlers for the site's documents."""

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from home import reading as site
from home.chrome import Chrome
from learning.catalogue import documents
from learning.catalogue.banks import BANK, QUESTION
from learning.catalogue.documents import COURSE, LESSON, QUIZ, Reader
from learning.progress.models import Enrolment
from learning.reading import courses

from . import catalogue, joining, outline

MODULE = "learning.ModulePage"
INDEX = "learning.CourseIndexPage"


def index_page(request, reading):
    """The catalogue: its document and the courses that the reader may see and asks for. One statement beside the
    document's own, one more for somebody who is signed in."""
    reader, person = _reader(request, reading), Chrome(request, reading).person
    chosen = catalogue.asked(request.GET, signed_in=person is not None)
    found = courses.course_list(reader=reader, now=timezone.now())
    own = courses.own_keys(person)
    listing = catalogue.listing(found, chosen, own, signed_in=person is not None)
    return site.page(request, reading, extra={"listing": listing})


def course_page(request, reading):
    """A course: for nobody in particular what it holds, for learners where they stand."""
    return site.page(request, reading, extra=course_state(request, reading))


def course_state(request, reading) -> dict:
    """What a course's page shows beside its document: `{course, modules, needs, enrolment, resume, to_complete, newer}`, with
    the number of a newer edition.

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
        "newer": None,
        "box": joining.enrol_box(
            person, reader, key=key, document=reading.document, rules=rules, enrolment=enrolment, now=now
        ),
    }
    # Whose time is over begins anew, whether or not the scheduler has noticed.
    if state["box"]["state"] in (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED):
        found = courses.outline(user=person, course_key=key, reader=reader, now=now)
        modules = outline.of_learner(found)
        state["enrolment"], state["needs"] = found["enrolment"], found["needs"]
        current = reading.item.edition_number or 0
        state["newer"] = current if current > found["enrolment"]["edition"] else None
        state["resume"] = outline.resume(modules, found["enrolment"]["last_unit"])
        if outline.everything_counts(found):
            state["to_complete"] = outline.to_complete(modules)
    else:
        modules = outline.of_visitor(reading)
        state["needs"] = {
            "at_least": reading.document.get("at_least") or len(modules),
            "of": len(modules),
            "minimum_bp": reading.document.get("minimum_score", 0) * 100,
        }
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


def not_here(request, reading):
    """Banks and their questions are for editors: nobody reads them at an address."""
    raise Http404


def _reader(request, reading) -> Reader:
    return Reader(principals=lambda: Chrome(request, reading).principals, locale=reading.locale)


def register() -> None:
    """Answer for our page types."""
    site.register(INDEX, index_page)
    site.register(COURSE, course_page)
    site.register(MODULE, module_page)
    site.register(LESSON, unit_page)
    site.register(QUIZ, unit_page)
    site.register(BANK, not_here)
    site.register(QUESTION, not_here)
