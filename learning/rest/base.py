"""What the views of the learning API share: who is asking, in which language, and when."""

from django.conf import settings
from django.utils import timezone, translation
from drf_spectacular.utils import OpenApiParameter

from cms.core import audiences, languages
from cms.core.errors import BadInput
from cms.core.language_models import met
from cms.rest.api import SIGNED_IN, ApiView, IsSignedIn
from cms.rest.parameters import choice
from learning.catalogue.documents import Reader

from .addresses import absolute

LOCALE = frozenset({"locale"})
LOCALE_PARAMETER = OpenApiParameter(
    "locale", enum=languages.codes(), description="Else the person's language, else Accept-Language."
)
PAGE_PARAMETERS = [
    OpenApiParameter("limit", int, description="1 to 100, 20 unless given."),
    OpenApiParameter("cursor", str, description="From `meta.next`."),
]


class LearningView(ApiView):
    """Open to everybody; what they see is decided further in."""

    authentication_classes = SIGNED_IN
    allowed_parameters = LOCALE

    def initial(self, request, *args, **kwargs):
        # Where readers don't meet a language the answer is in the site's own, refusals included.
        spoken = met(translation.get_language())
        translation.activate(spoken)
        super().initial(request, *args, **kwargs)
        self.now = timezone.now()
        user = request.user
        asked = choice(request.GET, "locale", languages.codes()) or _own_language(user)
        locale = met(asked) if asked else spoken
        translation.activate(locale)
        self.reader = Reader(principals=lambda: audiences.principals_of(user), locale=locale)

    def fields(self, *allowed: str) -> dict:
        """The posted object, with these names at most. Raises BadInput `unknown_field` for others."""
        data = self.data_object()
        for name in data:
            if name not in allowed:
                raise BadInput(code="unknown_field", errors={str(name)[:60]: ["—"]})
        return data


class OwnView(LearningView):
    """For people who are signed in."""

    permission_classes = (IsSignedIn,)


def _own_language(user) -> str:
    own = user.language if user is not None and user.is_authenticated else ""
    return own if own in languages.codes() else ""


def with_address(value: dict) -> dict:
    """A course value with `html_url` for its path."""
    path = value["path"]
    found = {name: each for name, each in value.items() if name != "path"}
    return {**found, "html_url": absolute(path, settings.BASE_URL) if path else None}
