"""Views that are mounted for these tests alone."""

from django.urls import include, path
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from cms.accounts.models import User
from cms.core.errors import Conflict, NotPermitted
from cms.rest.api import SIGNED_IN, ApiView, IsSignedIn, idempotent
from cms.rest.handlers import problem_or_page
from cms.urls import urlpatterns as ours


class Mine(ApiView):
    """Tells who asks, and what was sent."""

    authentication_classes = SIGNED_IN
    permission_classes = (IsSignedIn,)
    allowed_parameters = frozenset({"locale"})
    max_body = 2000

    def get(self, request):
        return {"email": request.user.email}

    def post(self, request):
        return Response({"data": request.data}, status=201)


class Broken(ApiView):
    """Raises what is asked for."""

    allowed_parameters = frozenset({"how"})

    def get(self, request):
        raise {
            "conflict": Conflict(code="stale_answer", answer={"sequence": 3}),
            "permitted": NotPermitted(),
            "invalid": ValidationError({"answers": [{"option": ["Required."]}], "name": ["Too long."]}),
            "ours": RuntimeError("a secret in a message"),
        }[request.query_params["how"]]


class Effect(ApiView):
    """Makes a person, once for each key."""

    authentication_classes = SIGNED_IN

    @idempotent
    def post(self, request):
        email = request.data["email"]
        User.objects.create_user(email)
        if email.startswith("refused"):
            return Response({"code": "refused"}, status=409)
        if email.startswith("raised"):
            raise Conflict(code="raised")
        return Response({"email": email, "count": User.objects.count()}, status=201)


urlpatterns = [
    path(
        "api/test/",
        include(
            [
                path("mine/", Mine.as_view()),
                path("broken/", Broken.as_view()),
                path("effect/", Effect.as_view()),
            ]
        ),
    ),
    *ours,
]
handler500 = problem_or_page(500, lambda request: None)
