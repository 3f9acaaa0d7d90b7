"""In the admin a refused publication (workflow approval, bulk action) is a message, never an error page; and what shows
somebody else's pages is refused."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied

from cms.core.problems import PublicationRefused

from .foreign import is_refused
from .notices import listed


class PublicationRefusedMiddleware:
    """The form and the hook refuse with a form; other ways raise `PublicationRefused`, which ends here.

    Whatever the admin was doing ran in a transaction that the exception has undone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        home = reverse("wagtailadmin_home")
        if not isinstance(exception, PublicationRefused) or not request.path.startswith(home):
            return None
        reasons = [problem.told for problem in exception.problems]
        messages.error(request, listed(_("This can't be published yet:"), reasons))
        back = request.META.get("HTTP_REFERER", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        return HttpResponseRedirect(back if safe else home)


class ForeignPagesMiddleware:
    """Refuses, as the admin does, the views that forget to ask for rights to a page (`foreign`)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        return permission_denied(request) if is_refused(request) else None
