"""How people come to a course: the box on its page, the link of an invitation."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.core import languages
from cms.core.errors import Conflict, NotFound
from cms.rest.throttling import count
from learning.catalogue import documents, rules
from learning.catalogue.choices import EnrolmentMode, Status
from learning.credentials import holding
from learning.flows import admission
from learning.flows.enrolment import enrol
from learning.joining import following, invitations
from learning.progress import enrolments
from learning.progress.models import Enrolment
from learning.reading import courses

from . import outline
from .answers import home, reader_of, study

State = Enrolment.State
IN_SESSION = "invitation"


def count_attempt(request) -> None:
    """Count a try with a key or an invitation. Raises Conflict for one too many."""
    verdict = count("enrolment-keys", str(request.user.pk), settings.ENROLMENT_KEY_RATE)
    if verdict is not None and not verdict.allowed:
        raise Conflict(_("That was too often. Wait a minute, then try again."), code="too_many_requests")


def due_on(enrolment: dict):
    """The last day that a learner has for a course; None without one, and for what is no longer under way."""
    if enrolment["state"] != State.ACTIVE or enrolment["expires_at"] is None:
        return None
    return rules.last_day(enrolment["expires_at"], settings.TIME_ZONE)


def enrol_box(person, reader, *, key, document, rules, enrolment, now) -> dict:
    """What a course's page offers somebody. Nobody in particular costs no statement.

    `label` is what the button says, empty where there is none; `missing` says that something has to be completed first.
    """
    state = str(enrolment.state) if enrolment is not None else ""
    if (
        enrolment is not None
        and enrolments.is_over(enrolment, now)
        and state in (State.ACTIVE, State.WITHDRAWN)
    ):
        state = State.EXPIRED.value
    returning = state == State.WITHDRAWN and enrolment.admitted
    mode = rules.enrolment_mode
    box = {
        "state": state,
        "mode": mode,
        "since": enrolment.enrolled_at if enrolment is not None else None,
        "returning": returning,
        "asks_key": mode == EnrolmentMode.KEY and not returning,
        "label": _label(mode, state, returning),
        "prerequisites": _named_for(reader, courses.named_prerequisites(document)),
        "missing": False,
        "following": False,
        "renewable": False,
        "due_on": None,
    }
    if person is None:
        return box
    if state in (State.ACTIVE, State.COMPLETED):
        box["due_on"] = due_on({"state": state, "expires_at": enrolment.expires_at})
        box["renewable"] = (
            state == State.COMPLETED
            and mode != EnrolmentMode.INVITATION
            and bool(document.get("certificate_offered"))
            and holding.renewable(person, key, now) is not None
        )
        return box
    if document.get("prerequisites") and not returning and state != State.REQUESTED:
        _look_at_prerequisites(box, person, reader, key, now)
    if rules.status_at(now) == Status.ANNOUNCED:
        box["following"] = following.is_following(person, key)
    return box


def _named_for(reader, prerequisites: list[dict]) -> list[dict]:
    """Prerequisites under the titles that they have in the reader's language. A course that isn't there in it names them in
    another: one statement then, none else."""
    keys = [UUID(str(each["key"])) for each in prerequisites if each["locale"] != reader.locale]
    known = {str(each.key): each.item for each in documents.courses(reader, keys)} if keys else {}
    named = [
        {**each, "title": found.title, "locale": found.locale, "url": found.path}
        if (found := known.get(str(each["key"])))
        else each
        for each in prerequisites
    ]
    return [{**each, "url": languages.swap_prefix(each["url"], reader.locale)} for each in named]


def _label(mode: str, state: str, returning: bool) -> str:
    if returning:
        return _("Return to the course")
    if mode == EnrolmentMode.INVITATION:
        return ""
    if mode == EnrolmentMode.REQUEST:
        return _("Ask again") if state == State.REFUSED else _("Ask to join")
    return _("Begin anew") if state in (State.EXPIRED, State.COMPLETED) else _("Enrol")


def _look_at_prerequisites(box: dict, person, reader, key, now) -> None:
    for document in documents.courses(reader, [key]):
        standings = admission.prerequisites(person, document, now)
        missing = {str(each.prerequisite.course) for each in standings if not each.met}
        box["prerequisites"] = [{**each, "met": each["key"] not in missing} for each in box["prerequisites"]]
        box["missing"] = bool(missing)


def arrived(request, enrolment, reader, now):
    """Where somebody goes on who has come to a course, or asked to."""
    key = enrolment.course_id
    if enrolment.state == "requested":
        messages.success(request, _("Your request is sent. You get a mail when it is decided."))
        return HttpResponseRedirect(documents.course_path(key, reader) or home())
    found = courses.outline(user=request.user, course_key=key, reader=reader, now=now)
    unit = outline.resume(outline.of_learner(found), enrolment.last_unit_id)
    messages.success(request, _("You are enrolled. Your progress is kept, in every language."))
    return HttpResponseRedirect(unit["url"] if unit else home())


@require_safe
def follow_link(request, token: str):
    """The link of a mail: the token goes into the session and out of the address, which is told to sign-in and to logs."""
    request.session[IN_SESSION] = token
    return _private(HttpResponseRedirect(reverse("learning:invited")))


@require_http_methods(["GET", "HEAD", "POST"])
def invited(request):
    """What somebody is invited to, signed in or not; accepting it."""
    if request.method == "POST":
        return _private(_accept(request))
    token = request.session.get(IN_SESSION, "")
    found = invitations.find(token) if token else None
    if found is not None and _was_accepted_by(found, request.user):
        return _private(
            HttpResponseRedirect(documents.course_path(found.course_id, reader_of(request)) or home())
        )
    if found is not None and found.status(timezone.now()) != "open":
        found = None
    course = invitations.invited_value(found, get_language()) if found else None
    context = {"course": course, "here": request.path}
    return _private(render(request, "learning/invitation.html", context, status=200 if found else 404))


def _was_accepted_by(invitation, user) -> bool:
    by = invitation.accepted_by
    return by is not None and user.pk is not None and by.user_id == user.pk


@study
def _accept(request, *, reader, now):
    count_attempt(request)
    token = request.session.get(IN_SESSION, "")
    found = invitations.find(token) if token else None
    if found is None:
        raise invitations.InvitationNotValid
    try:
        enrolment = enrol(
            user=request.user, course_key=found.course_id, reader=reader, now=now, invitation=token
        )
    except NotFound:
        messages.warning(request, _("This account may not see that course. Ask those who run it."))
        return HttpResponseRedirect(home())
    # The token stays in the session: sent again, by a second click or on a bad line, it leads to the same place.
    return arrived(request, enrolment, reader, now)


def _private(response):
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    # Told to no other site. To none at all, and browsers would send the forms of the page without an origin: refused.
    response["Referrer-Policy"] = "same-origin"
    return response
