"""The base of views that everybody may read: no cookie, no session, no user; a few microseconds a request.

    class Images(ReadView):
        allowed_parameters = frozenset({"limit", "offset"})

        @extend_schema(…)
        def get(self, request):
            return respond(request, make_answer(body, surrogates=["images"]))

`request` is Django's own. A view returns an HttpResponse; what it raises becomes a problem. Answers may be read by any
site's scripts (`Access-Control-Allow-Origin: *`), never with credentials: there are none.
"""

from django.http import HttpRequest, HttpResponse

from . import parameters, problems
from .errors import TooMany
from .problems import describe
from .throttling import Verdict, count_anonymous
from .views import ApiView

ALLOW = "GET, HEAD, OPTIONS"
EXPOSED = "ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"


class ReadView(ApiView):
    """An ApiView whose requests don't go through REST framework, which would cost more than the answer."""

    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        method = request.method
        verdict = None
        try:
            if method in ("GET", "HEAD"):
                verdict = self.count(request)
                if verdict is not None and not verdict.allowed:
                    raise TooMany(verdict.reset)
                if request.META.get("QUERY_STRING"):
                    parameters.check(request.GET, self.allowed(request), self.repeatable_parameters)
                response = self.get(request, *args, **kwargs)
            elif method == "OPTIONS":
                response = self._preflight()
            else:
                response = problems.plain(405, *problems.OTHER[405])
                response["Allow"] = ALLOW
        except Exception as error:
            response = self._problem(error)
        if method == "HEAD" and response.content:
            # The length of what GET would send, and none of it.
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = EXPOSED
        if verdict is not None:
            for name, value in verdict.headers.items():
                headers[name] = value
        self.finish(request, response)
        return response

    def count(self, request: HttpRequest) -> Verdict | None:
        """Count the request under the limit of whoever is asking."""
        return count_anonymous(request)

    def finish(self, request: HttpRequest, response: HttpResponse) -> None:
        """Last word on an answer, a problem's too."""

    def allowed(self, request: HttpRequest):
        """The query parameters that are taken; for views where that depends on others of them."""
        return self.allowed_parameters

    def _problem(self, error: Exception) -> HttpResponse:
        found = describe(error)
        if found is None:
            raise error
        return problems.answer(*found)

    def _preflight(self) -> HttpResponse:
        return HttpResponse(
            status=204,
            headers={
                "Allow": ALLOW,
                "Access-Control-Allow-Methods": ALLOW,
                "Access-Control-Allow-Headers": "If-None-Match, Authorization, X-Request-ID",
                "Access-Control-Max-Age": "86400",
            },
        )
