"""The base of every API view. Everything is set here and nothing globally: REST framework's global settings would
change Wagtail's and wagtail-localize's own endpoints (docs/decisions).

    class Progress(ApiView):
        authentication_classes = SIGNED_IN              # who may be asking; default: nobody is asked
        permission_classes = (IsSignedIn,)              # default: anybody
        allowed_parameters = frozenset({"locale"})      # query parameters; any other is 400

        @extend_schema(operation_id="progress", responses=ProgressSerializer)
        def get(self, request, key):
            return Response(flows.progress(user=request.user, key=key))      # or a plain dict

`request.data` is parsed JSON (strict, at most `max_body` bytes). Domain errors, REST framework's and Django's become
problem details by themselves; views don't catch them. `@idempotent` (cms.rest.idempotency) makes a POST repeatable.
"""

from rest_framework.response import Response
from rest_framework.views import APIView

from cms.core.errors import BadInput

from . import parameters, problems
from .authentication import CHALLENGE, Anybody
from .caching import PRIVATE
from .encoding import JsonParser, JsonRenderer, OnlyJson
from .errors import NotSignedIn, TooMany
from .schema import ApiSchema
from .throttling import CallerThrottle


class ApiView(APIView):
    authentication_classes = ()
    permission_classes = (Anybody,)
    throttle_classes = (CallerThrottle,)
    renderer_classes = (JsonRenderer,)
    parser_classes = (JsonParser,)
    content_negotiation_class = OnlyJson
    metadata_class = None
    versioning_class = None
    schema = ApiSchema()

    #: Query parameters that the view takes; any other is 400. A mapping of method to names where they differ.
    allowed_parameters: frozenset[str] | dict[str, frozenset[str]] = frozenset()
    #: Those among them that may be given more than once.
    repeatable_parameters: frozenset[str] = frozenset()
    #: The largest body, in bytes; more is 413.
    max_body = 1_000_000
    #: What caches are told of a successful answer.
    cache_control = PRIVATE

    rate_limit = None

    def check_replay(self, kept) -> None:
        """Before what was answered to an `Idempotency-Key` is given again: raise what is told to somebody who may not have it
        any more. `kept` is the answer's data."""

    def initial(self, request, *args, **kwargs):
        self.check_parameters(request)
        super().initial(request, *args, **kwargs)

    def check_parameters(self, request):
        """Raises BadInput for a query parameter that this view doesn't take."""
        allowed = self.allowed_parameters
        if isinstance(allowed, dict):
            allowed = allowed.get(request.method, frozenset())
        parameters.check(request._request.GET, allowed, self.repeatable_parameters)

    def check_permissions(self, request):
        if request.method != "OPTIONS":
            super().check_permissions(request)

    def data_object(self) -> dict:
        """The body as a JSON object; an empty one where nothing was sent. Raises BadInput for anything else."""
        data = self.request.data
        if isinstance(data, dict):
            return dict(data)
        raise BadInput(code="bad_json")

    def options(self, request, *args, **kwargs):
        return Response(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    def throttled(self, request, wait):
        raise TooMany(int(wait or 1))

    def permission_denied(self, request, message=None, code=None):
        if request.authenticators and not request.successful_authenticator:
            raise NotSignedIn
        super().permission_denied(request, message, code)

    def get_authenticate_header(self, request):
        return CHALLENGE

    def handle_exception(self, exc):
        found = problems.describe(exc)
        if found is None:
            raise exc
        status, problem, headers = found
        response = Response(problem, status=status, headers=headers, content_type=problems.CONTENT_TYPE)
        response.exception = True
        return response

    def finalize_response(self, request, response, *args, **kwargs):
        if isinstance(response, dict | list):
            response = Response(response)
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == 405:
            response["Allow"] = ", ".join(self.allowed_methods)
        if "Cache-Control" not in response:
            response["Cache-Control"] = self.cache_control if response.status_code < 400 else "no-store"
        if self.rate_limit is not None:
            for name, value in self.rate_limit.headers.items():
                response[name] = value
        return response
