"""What the pages of learning share: signed-in people only, nothing kept by caches, errors told in words."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.core import audiences
from cms.core.errors import BadInput, Conflict, NotFound, NotPermitted, Unprocessable
from learning.catalogue import documents
from learning.catalogue.documents import Reader
from learning.progress.enrolments import NotEnrolled


def reader_of(request: HttpRequest) -> Reader:
    """Who reads, in the language of the address."""
    return Reader(principals=lambda: audiences.principals_of(request.user), locale=get_language())


def study(view):
    """A page for people who are signed in; `view(request, reader, now, …)`.

    What isn't there is 404. Who isn't enrolled, or comes too early, is led to the course with a sentence why.
    """

    @wraps(view)
    def answer(request, *args, **kwargs):
        if not request.user.is_authenticated:
            if request.method == "POST":
                messages.warning(request, _("You were signed out. Sign in, then do it once more."))
            response = redirect_to_login(_readable(request, kwargs))
        else:
            try:
                if any("\0" in value for _name, values in request.POST.lists() for value in values):
                    raise BadInput
                response = view(request, *args, reader=reader_of(request), now=timezone.now(), **kwargs)
            except NotFound:
                raise Http404 from None
            except NotPermitted as refusal:
                response = _lead_to_course(request, refusal, kwargs.get("key"))
            except (Conflict, BadInput, Unprocessable) as refusal:
                messages.warning(request, words(refusal))
                response = HttpResponseRedirect(
                    _readable(request, kwargs) if request.method == "POST" else _without_query(request)
                )
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Cookie"])
        return response

    return answer


# Pages that take the forms that stand on them.
_THEMSELVES = (
    "attempt",
    "certificate",
    "people",
    "people_keys",
    "people_invitations",
    "invited",
    "report_learner",
    "report_mark",
)


def _readable(request, kwargs) -> str:
    """Where somebody can read on: this address, or for one that only takes forms the page that the form stood on."""
    name = request.resolver_match.url_name
    if request.method != "POST" or name in _THEMSELVES:
        return request.get_full_path()
    if name in ("enrol", "withdraw", "edition", "follow"):
        return documents.course_path(kwargs["key"], reader_of(request)) or home()
    return reverse("learning:unit", kwargs={"key": kwargs["key"]}) if "key" in kwargs else home()


def _without_query(request) -> str:
    """This address without the parameters that were refused; the front of learning where it had none."""
    of_report = request.resolver_match.url_name.startswith("report")
    return request.path if of_report and request.GET else home()


def home() -> str:
    return reverse("learning:my_learning")


def words(refusal) -> str:
    """A refusal as a learner is told it."""
    known = {
        "course_not_open": _("This course takes nobody at the moment."),
        "already_completed": _("You have completed this course; it stays in your list."),
        "no_attempts_left": _("You have used all your attempts at this quiz."),
        "not_enrolled": _("Enrol in the course to read this."),
        "unit_locked": _("Finish what comes before it first."),
        "attempt_closed": _("This attempt is closed. What was saved in time has been handed in."),
        "name_is_fixed": _("The name on a certificate is fixed when it is issued."),
        "bad_name": _("Give a name of up to 300 characters."),
        "certificate_revoked": _("This certificate has been revoked."),
        "stale_answer": _("A later answer to this question is saved already."),
    }
    return str(known.get(refusal.code, refusal.message))


def _lead_to_course(request, refusal, key):
    path = documents.course_path(key, reader_of(request)) if key else None
    if path is None or not (refusal.code == "unit_locked" or isinstance(refusal, NotEnrolled)):
        raise PermissionDenied
    messages.info(request, words(refusal))
    return HttpResponseRedirect(path)
