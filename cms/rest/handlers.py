"""What is answered where no view has: problems under /api/, pages elsewhere."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from cms.core.errors import BadInput, NotFound, NotPermitted

from . import problems

_PROBLEMS = {
    400: ("bad_input", BadInput.message),
    403: ("not_permitted", NotPermitted.message),
    404: ("not_found", NotFound.message),
    500: ("internal_error", _("Something went wrong on our side. It has been noted.")),
}


def problem_or_page(status: int, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A handler for `handler404` and its like: `page` for people, a problem for programs."""

    def handler(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.path_info.startswith(("/api/", "/_allauth/")):
            return problems.plain(status, *_PROBLEMS[status])
        return page(request, *args, **kwargs)

    return handler


@csrf_exempt
def no_such_endpoint(request: HttpRequest) -> HttpResponse:
    """An address under /api/ that leads nowhere."""
    return problems.plain(404, *_PROBLEMS[404])
